"""Incidents as every surface tells them: as they stand now, nothing that lies ahead told as happened.

Whoever quotes a step takes `Update.standing`, which leaves out what was taken back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker import incidents, store
from tracker.domain import Incident


def incident(identity: str, now: datetime) -> Incident | None:
    """The incident with this id as it stands at `now`; None when there is none, or nothing was said of it yet."""
    found = store.incidents.get(identity)
    return incidents.as_of(found, now) if found else None


def between(start: datetime, end: datetime, now: datetime, **wanted: Any) -> tuple[Incident, ...]:
    """What `store.incidents.between` finds, each incident as it stands at `now`."""
    found = store.incidents.between(start, end, **wanted)
    return tuple(told for one in found if (told := incidents.as_of(one, now)))


def page(now: datetime, **wanted: Any) -> store.Page[Incident]:
    """A page of `store.incidents.page`, each incident as it stands at `now`."""
    found = store.incidents.page(**wanted)
    return store.Page(tuple(told for one in found.items if (told := incidents.as_of(one, now))), found.next)
