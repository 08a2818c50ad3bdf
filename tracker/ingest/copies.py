"""Which reports are copies of one text, so that a wire story on ten sites counts as one voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tracker import identity, store
from tracker.domain import Report
from tracker.ingest.settle import cells_of
from tracker.store.claims import Cell

WINDOW = timedelta(hours=72)
"""Texts published further apart than this are not taken for copies of each other."""

Signed = tuple[bytes, Sequence[str]]


def sign(reports: Iterable[Report]) -> dict[str, Signed]:
    """The signature of each report's text and its bands, by report id; slow enough to be done before any lock."""
    signed: dict[str, Signed] = {}
    for report in reports:
        signature = identity.signature(report.whole)
        signed[report.id] = (signature, identity.bands(signature))
    return signed


def cluster(reports: Sequence[Report], signed: Mapping[str, Signed]) -> dict[Cell, datetime]:
    """Finds the copies of new `reports` and joins them, in the transaction that is open.

    A cluster is named by its first published text and counts as that one's source, whatever came in first. Gives
    the cells in which words known before now count as another voice's.
    """
    store.copies.remember({report.id: signed[report.id] for report in reports})
    touched: dict[Cell, datetime] = {}
    for report in reports:
        signature, bands = signed[report.id]
        near = store.copies.near(bands, report.published, WINDOW)
        clusters = {one.cluster for one in near if identity.similar(signature, one.signature)}
        if len(clusters) > 1 or clusters - {report.id}:
            _join(clusters | {report.id}, touched)
    return touched


def _join(clusters: set[str], touched: dict[Cell, datetime]) -> None:
    """Makes one cluster of several, and notes the cells in which claims change their voice by that."""
    members = store.copies.members(clusters)
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
