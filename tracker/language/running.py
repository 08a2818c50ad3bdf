"""States that lean on what was said: "is on" as news or as none, a verb whose subject stands in the clause before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark
from tracker.language.dates import HOURS

if TYPE_CHECKING:
    from tracker.language.predicates import Predicate

WORKS = "only says that it works"
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
"""A word that is no mere particle: what stands before a verb may be its subject."""


def leans_back(whole: str, clause: Clause, state: Mark) -> bool:
    """Whether a state opens its clause, so that its subject is that of the clause before: "…, але ввечері пустили"."""
    at = clause.inner_start or clause.start
    before = {m.group for m in clause.marks if at <= m.start < state.start}
    if before & {"figure", "service"} or ("place" in before and not _ends_with(whole, clause, state)):
        return False
    for mark in clause.marks:
        if at <= mark.start < state.start:
            at = mark.end if not LONG_WORD.search(whole, at, mark.start) else state.start + 1
    return at <= state.start and not LONG_WORD.search(whole, at, state.start)


def _ends_with(whole: str, clause: Clause, state: Mark) -> bool:
    """Whether nothing of weight follows a state: "у Хрустальному не пускають зовсім", not "зупинилося метро"."""
    at = state.end
    for mark in clause.marks:
        if mark.start >= at:
            if mark.group not in ("extent", "date", "day", "cue") or LONG_WORD.search(whole, at, mark.start):
                return False
            at = mark.end
    return not LONG_WORD.search(whole, at, clause.end)


def by_the_clock(whole: str, clause: Clause, made: Predicate) -> bool:
    """Whether a service comes only at its hours: "the taps run from 6:00 to 10:00"."""
    if Service.COMMUNICATIONS in made.services or any(
        m.group == "figure" and m.value == "customers" for m in clause.marks
    ):
        return False
    return HOURS.search(whole, clause.start, clause.end) is not None


SCARCE = frozenset((
    "лише", "тільки", "хіба", "лишь", "только", "не в усіх", "не у всіх", "не всюди", "не скрізь", "не усюди",
    "не на всіх", "не всі", "не у всех", "не везде",
))  # fmt: skip
"""Words that make "is on" a lack: "зі світлом лише третина осель"."""


def running(clause: Clause, made: Predicate, scheduled: bool) -> None:
    """ "There is light" is news only after words that limit or widen it: "знову є", "у всіх домах", "у двох третин"."""
    values = {mark.value for mark in clause.marks if mark.group in ("cue", "extent")}
    if scheduled:
        made.silenced = "says the hours of a schedule"
    elif "again" not in values and any(
        m.group == "extent" and m.word is not None and m.word.phrase in SCARCE for m in clause.marks
    ):
        made.kind, made.rule, made.extent = Kind.OUTAGE, "runs in part", "part"
    elif "again" in values or "whole" in values:
        made.rule = "runs again" if "again" in values else "runs for all"
    elif set(made.services) == {Service.COMMUNICATIONS} and (
        "partly" in values or any(m.number and m.number.percent for m in clause.marks)
    ):
        made.kind, made.rule, made.extent = Kind.OUTAGE, "runs in part", "part"
    else:
        made.silenced = WORKS
