"""Which reports are copies of one text, so that a wire story on ten sites counts as one voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tracker import identity, store
from tracker.domain import Report
from tracker.ingest.claims import Mark, mark
from tracker.ingest.settle import cells_of
from tracker.store.claims import Cell
from tracker.store.copies import Signed

WINDOW = timedelta(hours=72)
"""Texts published further apart than this are not taken for copies of each other."""


def sign(reports: Iterable[Report], marks: Mapping[str, Mark] | None = None) -> list[Signed]:
    """Reports with their signatures; those that are not among `marks` are made here, before any lock is taken."""
    known = marks or {}
    return [Signed(one.id, one.published, *(known.get(one.id) or mark(one))) for one in reports]


def cluster(signed: Sequence[Signed]) -> dict[Cell, datetime]:
    """Finds the copies of new reports and joins them, in the transaction that is open.

    A cluster is named by its first published text and counts as that one's source, whatever came in first. Gives
    the cells in which words known before now count as another voice's.
    """
    store.copies.remember(signed)
    touched: dict[Cell, datetime] = {}
    near = store.copies.near(signed, WINDOW)
    for report in signed:
        copies = {one.id for one in near[report.id] if identity.similar(report.signature, one.signature)}
        if copies:
            _join(copies | {report.id}, touched)
    return touched


def _join(copies: set[str], touched: dict[Cell, datetime]) -> None:
    """Makes one cluster of copies and all their copies, and notes the cells in which claims change their voice."""
    members = store.copies.members(copies)
    first = members[0]
    voices = {one.id: one.source for one in members}
    moved = [one for one in members if one.cluster != first.id]
    store.copies.join((one.id for one in members), first.id)
    revoiced = [one.id for one in moved if voices[one.cluster] != first.source]
    store.claims.set_origin(revoiced, first.source)
    for words in store.claims.for_reports(revoiced, withdrawn=False).values():
        for word in words:
            for cell in cells_of(word.claim) if word.claim.originator is None else ():
                touched[cell] = min(touched.get(cell, word.effective), word.effective)
