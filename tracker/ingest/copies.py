"""Which reports are copies of one text, so that a wire story on ten sites counts as one voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tracker import identity, store
from tracker.domain import Report
from tracker.ingest.claims import Mark, mark
from tracker.ingest.settle import cells_of
from tracker.store.claims import Cell
from tracker.store.copies import Copy, Signed

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
    near = store.copies.near(signed, WINDOW)
    store.copies.remember(signed)
    copies = [
        (report.id, other.id)
        for report in signed
        for other in near[report.id]
        if identity.similar(report.signature, other.signature)
    ]
    return _join(copies) if copies else {}


def _join(copies: Sequence[tuple[str, str]]) -> dict[Cell, datetime]:
    """Makes clusters of copies and all their copies; gives the cells in which claims change their voice."""
    members = store.copies.members({one for pair in copies for one in pair})
    clusters = _together(members, copies)
    voices = {one.id: one.source for one in members}
    moved = [one for one in members if one.cluster != clusters[one.id]]
    store.copies.join({one.id: clusters[one.id] for one in members})
    revoiced: dict[str, list[str]] = {}
    for one in moved:
        voice = voices[clusters[one.id]]
        if voices[one.cluster] != voice:
            revoiced.setdefault(voice, []).append(one.id)
    touched: dict[Cell, datetime] = {}
    for voice, reports in revoiced.items():
        store.claims.set_origin(reports, voice)
        for words in store.claims.for_reports(reports, withdrawn=False).values():
            for word in words:
                for cell in cells_of(word.claim) if word.claim.originator is None else ():
                    touched[cell] = min(touched.get(cell, word.effective), word.effective)
    return touched


def _together(members: Sequence[Copy], copies: Sequence[tuple[str, str]]) -> dict[str, str]:
    """For each of `members`, which come first published first, the first of all that it is linked with."""
    place = {one.id: number for number, one in enumerate(members)}
    root = list(range(len(members)))

    def found(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    links = [*copies, *((one.id, one.cluster) for one in members)]
    for one, other in links:
        first, second = sorted((found(place[one]), found(place[other])))
        root[second] = first
    return {one.id: members[found(number)].id for number, one in enumerate(members)}
