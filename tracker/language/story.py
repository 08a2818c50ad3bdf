"""The time that a report is telling of: a look back keeps its old day until a fresh one is named.

"Three years ago today … Lviv was left without light. In Kharkiv the taps ran dry." The second sentence names no day,
and is as old as the first.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.domain import Kind
from tracker.language.clauses import Clause
from tracker.language.dates import STALE, Day
from tracker.language.text import Role, Text
from tracker.language.turning import goes_on

if TYPE_CHECKING:
    from tracker.language.predicates import Predicate
    from tracker.language.reading import Read

LEAD = 50
"""How long a line's first sentence may be that only dates the line: "Понеділок, 15 вересня. Самбір – без світла"."""


def still_holds(clause: Clause) -> bool:
    """Whether a clause says that its state lasts: "досі", "remains", "since Monday"."""
    return any(
        (mark.group == "cue" and mark.value == "still") or (mark.day is not None and mark.day.since)
        for mark in clause.marks
    )


def lent_days(one: Read, number: int, made: Predicate, lead: Day | None) -> list[Day]:
    """The days that a clause may take over: of clauses without a state of their own, or with a loss like its own.

    "У неділю намерзли дроти, 800 осель сиділи без світла; усе полагоджено": the repair has no day. Nor does
    "заживили Харків, знеструмлений напередодні": what a participle or a relative clause dates is its own.
    """
    out: list[Day] = []
    for at, clause in enumerate(one.clauses):
        doubtful = any(
            m.group == "cue" and m.value in ("promise", "possible", "condition", "future") for m in clause.marks
        )
        if doubtful or at == number or clause.inner == "relative" or (at > number and one.said[at]):
            continue
        if made.kind is Kind.RESTORED and one.said[at]:
            continue
        out.extend(m.day for m in clause.marks if m.day is not None and not m.day.since)
    return out or ([lead] if lead is not None else [])


class Story:
    """Remembers whether the last time that was named is long past."""

    def __init__(self, published: date) -> None:
        self.published = published
        self.old = False
        self.whole = False
        self.block = -1
        self.day: Day | None = None
        self.day_block = -1
        self.lead: Day | None = None
        self.line = -1

    def hears(self, one: Read, text: Text) -> bool:
        """Takes in a sentence; whether what it tells without a day of its own is long past."""
        line = text.lines[one.sentence.line]
        if line.block != self.block:
            self.block = line.block
            self.old = self.whole
        said = self._said(one)
        if said is not None:
            self.old = said
            if line.block <= 1 and one.sentence.role is not Role.ITEM:
                self.whole = said
        return self.old

    def told(self, block: int) -> date | None:
        """The day that the story has come to, while it is not too far behind."""
        return self.day.day if self.day is not None and block - self.day_block <= 1 else None

    def tells(self, one: Read, text: Text) -> None:
        """Takes in the day that a sentence names, for those behind it; a line may begin with it alone."""
        named = [
            mark.day
            for mark in one.marks
            if mark.day is not None and mark.day.exact and mark.day.day is not None and not mark.day.since
        ]
        if self.line != one.sentence.line:
            self.line, self.lead = one.sentence.line, None
        if not named:
            if one.sentence.role is Role.HEADING:
                self.day = None
            return
        self.day, self.day_block = named[-1], text.lines[one.sentence.line].block
        if one.sentence.first and not any(one.said) and one.sentence.end - one.sentence.start < LEAD:
            self.lead = named[-1]

    def _said(self, one: Read) -> bool | None:
        """Whether the sentence names an old time (True), a fresh one (False) or none."""
        fresh = old = lately = False
        for mark in one.marks:
            if mark.day is not None and mark.day.hour:
                continue
            if mark.day is not None and mark.day.day is not None:
                age = (self.published - mark.day.day).days
                if age > STALE:
                    old = old or not mark.day.since
                elif age >= -2:
                    fresh = True
            elif mark.group == "cue" and mark.value == "history":
                return True
            elif goes_on(mark):
                fresh = fresh or not self.whole
            elif mark.group == "cue" and mark.value == "still":
                lately = not self.whole
        if fresh or (lately and not old):
            return False
        return True if old else None
