"""Everything again by today's rules: claims that would be read otherwise, and the incidents they make."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from tracker import store
from tracker.domain import Incident, Service, Testimony
from tracker.ingest.claims import extracted
from tracker.ingest.copies import cluster, sign
from tracker.ingest.refold import BEGINNING, foresee, refold
from tracker.ingest.settle import Changes, settle
from tracker.regions import REGIONS
from tracker.store.claims import Cell
from tracker.store.reports import ReportStatus, StoredReport

BATCH = 500
PORTION = 20_000
"""Reports that one worker reads again at a stretch."""

Progress = Callable[[int, int], None]
"""Told how many reports are done, of how many."""


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild changed, or would change."""

    reports: int = 0
    added: list[Testimony] = field(default_factory=list)
    ended: list[Testimony] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    dry: bool = False

    def lines(self) -> Iterable[str]:
        """It as text: the claims first, then the incidents, then the sum."""
        yield from (f"+ {_line(word)}" for word in self.added)
        yield from (f"- {_line(word)}" for word in self.ended)
        yield from (f"~ {identity}" for identity in self.incidents)
        would = "would be " if self.dry else ""
        yield (
            f"{self.reports} reports read: {len(self.added)} claims {would}added, {len(self.ended)} {would}ended, "
            f"{len(self.incidents)} incidents {would}told otherwise."
        )


def rebuild(now: datetime, dry_run: bool = False, progress: Progress | None = None) -> Rebuilt:
    """Draws the claims out of every stored report again, tells every cell anew, and gives what changed.

    Claims that today's rules read as before stay as they are, so an unchanged program changes nothing. Each batch
    of reports is one transaction: a rebuild that was stopped has done part of the work well, and may be run again.
    """
    done = Rebuilt(dry=dry_run)
    total = sum(store.reports.count().values())
    foreseen = Changes()
    for batch in store.reports.all(BATCH):
        changes = _batch(batch, now, done, dry_run)
        foreseen.add += changes.add if dry_run else []
        foreseen.close += changes.close if dry_run else []
        done.reports += len(batch)
        if progress:
            progress(done.reports, total)
    if dry_run:
        done.incidents = sorted(one for cell in cells() for one in _otherwise(*foresee(cell, BEGINNING, foreseen)))
        return done
    with _uncollected():
        for cell in cells():
            with store.writing():
                done.incidents += refold({cell: BEGINNING}, now)
    done.incidents = sorted(set(done.incidents))
    if done.added or done.ended or done.incidents:
        store.events.touch(now)
    return done


def portions(size: int = PORTION) -> list[tuple[str, str]]:
    """All stored reports as spans of ids (after, up to), about so many reports in each, for many workers to share."""
    marks = ["", *store.reports.every(size)]
    return list(pairwise(marks))


def reread(after: str, upto: str, now: datetime) -> Rebuilt:
    """One portion read again: its claims set right and the cells that they touch told anew."""
    done = Rebuilt()
    for batch in store.reports.all(BATCH, after, upto):
        _batch(batch, now, done, dry_run=False)
        done.reports += len(batch)
    return done


def retell(cell: Cell, now: datetime) -> tuple[str, ...]:
    """One cell told anew from its beginning; gives the incidents that are told otherwise.

    Cells and portions can be worked off in any order: whatever a portion changes, it has told anew itself.
    """
    with _uncollected(), store.writing():
        changed = refold({cell: BEGINNING}, now)
    if changed:
        store.events.touch(now)
    return changed


def cells() -> Iterable[Cell]:
    """Every cell of the board."""
    return ((region.code, service) for region in REGIONS for service in Service)


def _batch(batch: tuple[StoredReport, ...], now: datetime, done: Rebuilt, dry_run: bool) -> Changes:
    """The claims of some reports set right, and the cells they touch told anew."""
    accepted = [one.report for one in batch if one.status is ReportStatus.ACCEPTED]
    claims = extracted(accepted)
    speaking = [report for report in accepted if claims[report.id]]
    with store.reading():
        changes = settle(batch, claims, now)
        unsigned = {report.id for report in speaking} - store.copies.signed(report.id for report in speaking)
    if not dry_run and (changes.add or changes.close or unsigned):
        signed = sign(report for report in speaking if report.id in unsigned)
        with store.writing():
            store.copies.sign(signed)
            touched = cluster(signed)
            changes = settle(batch, claims, now)
            changes.write(now)
            for cell, moment in changes.touched().items():
                touched[cell] = min(touched.get(cell, moment), moment)
            done.incidents += refold(touched, now)
    done.added += changes.add
    done.ended += changes.close
    return changes


@contextmanager
def _uncollected() -> Iterator[None]:
    """A fold makes millions of small objects and no cycles; looking for cycles would take a quarter of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _otherwise(before: Iterable[Incident], after: Iterable[Incident]) -> Iterable[str]:
    """The ids of the incidents that are told otherwise after than before, or only then."""
    old = {one.id: store.telling.told(one) for one in before}
    new = {one.id: store.telling.told(one) for one in after}
    return (identity for identity in old.keys() | new.keys() if old.get(identity) != new.get(identity))


def _line(word: Testimony) -> str:
    claim = word.claim
    where = f"{claim.region} {claim.place}" if claim.place else claim.region
    return f"{word.report} {where} {claim.service.value} {claim.kind.value}: “{claim.evidence}”"
