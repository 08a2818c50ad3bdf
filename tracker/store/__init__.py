"""Memory, and the only place that knows SQL: plain functions that take and give the domain's facts.

A function called on its own opens and ends its own transaction; inside `writing()` or `reading()` it joins that one.
"""

from tracker.store import (
    actions,
    acts,
    claims,
    copies,
    events,
    incidents,
    leases,
    moderators,
    reports,
    sources,
    telling,
    transfer,
    turns,
)
from tracker.store.condition import Condition, Unreachable, condition, is_silent
from tracker.store.engine import init_app, reading, upgrade, writing
from tracker.store.paging import BadCursor, Page

__all__ = [
    "BadCursor",
    "Condition",
    "Page",
    "Unreachable",
    "actions",
    "acts",
    "claims",
    "condition",
    "copies",
    "events",
    "incidents",
    "init_app",
    "is_silent",
    "leases",
    "moderators",
    "reading",
    "reports",
    "sources",
    "telling",
    "transfer",
    "turns",
    "upgrade",
    "writing",
]
