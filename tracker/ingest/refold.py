"""Telling the incidents of touched cells anew, from the last quiet moment before what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tracker import incidents, store
from tracker.domain import Correction, Incident, Testimony, Track
from tracker.incidents import Restart
from tracker.ingest.settle import Changes, cells_of
from tracker.store.claims import Cell

BEGINNING = datetime.min.replace(tzinfo=UTC)
"""Before anything that was ever said: a cell touched then is told from its very first word."""

RECENT = timedelta(days=45)
"""How far back a quiet moment is looked for first."""


def refold(touched: Mapping[Cell, datetime], now: datetime) -> tuple[str, ...]:
    """Tells the touched cells anew in the transaction that is open; gives the ids of incidents that changed."""
    changed: list[str] = []
    corrections = store.actions.corrections() if touched else {}
    for cell, moment in sorted(touched.items()):
        stored, kept, told = _tell(cell, moment, corrections.get(cell, ()))
        stale = {one.id for one in stored} - {one.id for one in kept}
        changed.extend(store.telling.retell(stale, told, now))
    return tuple(changed)


def foresee(cell: Cell, moment: datetime, changes: Changes) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
    """What `changes` from `moment` on would make of a cell: its incidents before and after, with nothing written.

    Only the incidents from the last quiet moment on are told; the earlier ones are the same before and after.
    """
    with store.reading():
        more = [word for word in changes.add if cell in cells_of(word.claim)]
        corrections = store.actions.corrections().get(cell, ())
        stored, kept, told = _tell(cell, moment, corrections, more, {word.key for word in changes.close})
        whole = store.incidents.get_all({one.id for one in stored} - {one.id for one in kept})
    return tuple(sorted(whole.values(), key=lambda one: (one.opened, one.id))), told


def _tell(
    cell: Cell,
    moment: datetime,
    corrections: Sequence[Correction],
    more: Iterable[Testimony] = (),
    gone: Collection[str] = (),
) -> tuple[tuple[Incident, ...], tuple[Incident, ...], tuple[Incident, ...]]:
    """The stored incidents of a cell, those a change at `moment` leaves alone, and those told anew after them."""
    region, service = cell
    stored, restart = _quiet_before(cell, moment)
    known = store.claims.testimonies(region, service, start=restart.load, withdrawn=True)
    words = [word for word in known if word.key not in gone and (word.until is None or word.until > word.seen)]
    words.extend(more)
    return stored, restart.kept, incidents.fold(words, corrections, region=region, after=restart)


def _quiet_before(cell: Cell, moment: datetime) -> tuple[tuple[Incident, ...], Restart]:
    """The stored incidents of a cell that a change at `moment` may touch, and where telling them anew begins.

    The last weeks nearly always hold a quiet moment, and so the years before need not be read. The outage before it
    must be among them, for it has to be seen silent, and so must all of that day, for incidents are numbered by day.
    """
    if moment - BEGINNING > RECENT:
        since = moment - RECENT
        stored = store.incidents.headlines(*cell, since)
        restart = incidents.quiet_before(stored, moment)
        seen = any(one.track is Track.OUTAGE for one in restart.kept)
        if seen and restart.load is not None and restart.load >= since:
            return stored, restart
    stored = store.incidents.headlines(*cell)
    return stored, incidents.quiet_before(stored, moment)
