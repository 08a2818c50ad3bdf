"""The time that a report is telling of: a look back keeps its old day until a fresh one is named.

"Three years ago today … Lviv was left without light. In Kharkiv the taps ran dry." The second sentence names no day,
and is as old as the first.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.language.clauses import Clause
from tracker.language.dates import STALE
from tracker.language.text import Role, Text

if TYPE_CHECKING:
    from tracker.language.reading import Read


def still_holds(clause: Clause) -> bool:
    """Whether a clause says that its state lasts: "досі", "remains", "since Monday"."""
    return any(
        (mark.group == "cue" and mark.value == "still") or (mark.day is not None and mark.day.since)
        for mark in clause.marks
    )


class Story:
    """Remembers whether the last time that was named is long past."""

    def __init__(self, published: date) -> None:
        self.published = published
        self.old = False
        self.whole = False
        self.block = -1

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

    def _said(self, one: Read) -> bool | None:
        """Whether the sentence names an old time (True), a fresh one (False) or none."""
        fresh = old = False
        for mark in one.marks:
            if mark.day is not None and mark.day.day is not None:
                age = (self.published - mark.day.day).days
                if age > STALE:
                    old = old or not mark.day.since
                elif age >= -2:
                    fresh = True
            elif mark.group == "cue" and mark.value == "history":
                return True
            elif mark.group == "cue" and mark.value == "still":
                fresh = fresh or not self.whole
        if fresh:
            return False
        return True if old else None
