"""The read side: how every cell of the board stood at a moment, by what we know now or by what we knew then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker import incidents, store
from tracker.domain import COUNTRY, Board, Coverage, Incident, Service, Source, SourceKind, State, Status
from tracker.regions import REGIONS
from tracker.store.claims import Cell
from tracker.store.sources import POLLED

Lived = Sequence[tuple[datetime, datetime, State]]
"""The states of one cell over a stretch of time: from, to, state."""

LISTENED = (*POLLED, SourceKind.PUSH)
"""The kinds of source whose silence means that we do not hear; a form or an archive is silent by nature."""


def at(moment: datetime, known: datetime | None, now: datetime) -> Board:
    """The board as of `moment`, by what we know now; with `known`, by what we knew then.

    A cell of which nothing is told is `none` only where a healthy source could have told of it; else `unknown`.
    """
    with store.reading():
        heard = store.sources.heard_at(min(moment, now))
        covered = _covered(heard)
        told = _told(moment, known)
        cells = {
            (region.code, service): incidents.status(
                told.get((region.code, service), ()), region.code, service, moment, region.code in covered
            )
            for region in REGIONS
            for service in Service
        }
        return Board(
            at=moment,
            cells=incidents.hold_sweeps(cells),
            unnamed=store.claims.unnamed(moment, known, incidents.TIME_TO_LIVE),
            coverage=_coverage(heard, moment, known),
        )


def region(code: str, moment: datetime, known: datetime | None = None, *, now: datetime) -> dict[Service, Status]:
    """The five cells of one region as of `moment`."""
    with store.reading():
        covered = code in _covered(store.sources.heard_at(min(moment, now)))
        told = _told(moment, known, code)
        return {
            service: incidents.status(told.get((code, service), ()), code, service, moment, covered)
            for service in Service
        }


def timeline(code: str, start: datetime, end: datetime) -> dict[Service, Lived]:
    """How each service of a region stood from `start` to `end`, by what we know now, without gaps."""
    with store.reading():
        covered = code in _covered(store.sources.heard_at(end))
        found = store.incidents.between(start - store.incidents.RECENT, end, region=code)
    return {
        service: incidents.timeline(
            [one for one in found if one.service is service], code, service, start, end, covered
        )
        for service in Service
    }


def _told(moment: datetime, known: datetime | None, code: str | None = None) -> Mapping[Cell, Sequence[Incident]]:
    """The incidents around a moment by cell, as they are told now or as they were told by what was `known`."""
    told: dict[Cell, Sequence[Incident]] = dict(store.incidents.around(moment, code))
    if known is None:
        return told
    for cell, since in _differing(known, moment).items():
        if code is None or cell[0] == code:
            told[cell] = _retold(cell, since, moment, known, told.get(cell, ()))
    return told


def _differing(known: datetime, moment: datetime) -> dict[Cell, datetime]:
    """The cells of which we knew otherwise at `known`, and the earliest effect in which; the country's go to all 27."""
    found = store.claims.differing(known, moment)
    found_by = [*found.items(), *store.actions.differing(known).items()]
    cells: dict[Cell, datetime] = {}
    for (code, service), since in found_by:
        for one in [code] if code != COUNTRY else [region.code for region in REGIONS]:
            cells[one, service] = min(cells.get((one, service), since), since)
    return cells


def _retold(
    cell: Cell, since: datetime, moment: datetime, known: datetime, told: Sequence[Incident]
) -> Sequence[Incident]:
    """A cell's incidents folded from what we knew then. Before `since` both knew the same, so the fold begins there."""
    code, service = cell
    restart = incidents.quiet_before(store.incidents.headlines(code, service), since)
    words = store.claims.testimonies(code, service, start=restart.load, end=moment + store.incidents.AHEAD, known=known)
    corrections = store.actions.corrections(known).get(cell, ())
    kept = {one.id for one in restart.kept}
    anew = incidents.fold(words, corrections, region=code, after=restart)
    return (*(one for one in told if one.id in kept), *anew)


def _covered(heard: Sequence[Source]) -> frozenset[str]:
    """The regions that the sources heard would tell of."""
    everywhere = frozenset(region.code for region in REGIONS)
    listened = [source for source in heard if source.kind in LISTENED]
    return frozenset().union(*(frozenset(source.regions) or everywhere for source in listened))


def _coverage(heard: Sequence[Source], moment: datetime, known: datetime | None) -> Coverage:
    """How well we listen, in three figures."""
    listened = [source for source in store.sources.all() if source.active and source.kind in LISTENED]
    names = {source.name for source in heard}
    healthy = sum(source.name in names for source in listened)
    return Coverage(len(listened), healthy, store.reports.newest(moment, known))
