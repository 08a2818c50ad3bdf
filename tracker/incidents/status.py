"""Where a story stands now: one cell of the board, from the cell's incidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.domain import Development, Incident, Kind, Part, Service, State, Status, Testimony, Track
from tracker.incidents.confidence import confidence
from tracker.incidents.moment import as_of
from tracker.incidents.rules import RESTORED_FOR, customers_here
from tracker.incidents.turns import Turn, lived
from tracker.times import kyiv_day

OPEN = (State.OUT, State.DISRUPTED, State.RECOVERING, State.UNCONFIRMED)
"""The states of an incident that has not ended."""


def status(incidents: Sequence[Incident], region: str, service: Service, at: datetime, covered: bool) -> Status:
    """The cell's state at `at`, from its `incidents` (both tracks, oldest first).

    An open outage comes first, whatever else is true. Then cuts in force today, then a restoration of the last
    24 hours, then "none"; and "unknown" instead of "none" where no healthy source covers the region.
    """
    outages = [incident for incident in incidents if incident.track is Track.OUTAGE and incident.opened <= at]
    cuts = [incident for incident in incidents if incident.track is Track.SCHEDULED]
    today, later = cuts_at(cuts, at)
    cell = _of_outage(outages[-1], region, service, at) if outages else None
    if cell is not None and cell.state in OPEN:
        return replace(cell, announced=_words((*today, *later)))
    if today:
        cell = _of_cuts(today, region, service)
    if cell is None:
        cell = Status(region, service, State.NONE if covered else State.UNKNOWN)
    return replace(cell, announced=_words(later))


def cuts_at(cuts: Iterable[Incident], at: datetime) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
    """Of a cell's scheduled incidents those in force at `at`, and those then announced for a later day."""
    told = [told for cut in cuts if (told := as_of(cut, at)) is not None and told.ended is None]
    return (
        tuple(cut for cut in told if cut.opened <= at),
        tuple(cut for cut in told if kyiv_day(cut.opened) > kyiv_day(at)),
    )


def _of_outage(incident: Incident, region: str, service: Service, at: datetime) -> Status | None:
    """The cell as the last outage incident leaves it; None when that is over and no longer fresh."""
    past, told = lived(incident, at)
    state = past[-1][1]
    if state is State.NONE or told is None:
        return None
    evidence = _evidence(told.parts, state)
    against = _against(told.parts, state, at)
    still = [part for part in told.parts if part.latest is not Kind.RESTORED]
    return Status(
        region=region,
        service=service,
        state=state,
        since=_since(past),
        confirmed=told.spoken,
        places=tuple(sorted(part.place for part in still if part.place is not None)),
        customers=_cut_off(told, {part.place for part in still}),
        origins=len({word.origin for word in evidence}),
        disputed=bool(against),
        standing=max(word.standing for word in evidence),
        incident=incident.id,
        evidence=evidence,
        against=against,
        confidence=confidence(evidence),
    )


def _of_cuts(cuts: Sequence[Incident], region: str, service: Service) -> Status:
    """The cell while cuts by schedule are in force and nothing is out beside them."""
    words = _words(cuts)
    return Status(
        region=region,
        service=service,
        state=State.SCHEDULED,
        since=cuts[0].opened,
        confirmed=max(cut.spoken for cut in cuts),
        places=tuple(sorted({part.place for cut in cuts for part in cut.parts if part.place is not None})),
        origins=len({word.origin for word in words}),
        standing=max(word.standing for word in words),
        incident=cuts[0].id,
        evidence=words,
        confidence=confidence(words),
    )


def _since(past: Sequence[Turn]) -> datetime:
    """When the present state began. Hours without a word in between do not begin it anew."""
    state = past[-1][1]
    since = past[-1][0]
    for moment, before in reversed(past):
        if before is state:
            since = moment
        elif before is not State.UNCONFIRMED:
            break
    return since


def _evidence(parts: Iterable[Part], state: State) -> tuple[Testimony, ...]:
    """The words that say what the state says: losses for a loss, returns for a recovery, all that is still open for
    what nobody has confirmed."""
    wanted = {
        State.OUT: (Kind.OUTAGE,),
        State.DISRUPTED: (Kind.OUTAGE,),
        State.UNCONFIRMED: (Kind.OUTAGE, Kind.PARTLY_RESTORED),
    }.get(state, (Kind.PARTLY_RESTORED, Kind.RESTORED))
    return newest_first(word for part in parts if part.latest in wanted for word in part.words)


def _against(parts: Iterable[Part], state: State, at: datetime) -> tuple[Testimony, ...]:
    """The opposite words of disputed parts; a part that is back is past dispute after a day."""
    return newest_first(
        word
        for part in parts
        if part.latest is not Kind.RESTORED or state is State.RESTORED or at - part.spoken < RESTORED_FOR
        for word in part.against
    )


def _cut_off(incident: Incident, places: set[str | None]) -> int | None:
    """The last number said to be cut off in `places`; of one moment the region's own, else the largest.

    A partial restoration's number counts those reconnected, and is never shown as cut off.
    """
    best: tuple[datetime, bool, int] | None = None
    for update in reversed(incident.updates):
        if best is not None and update.at < best[0]:
            break
        if update.what in (Development.DISPUTED, Development.CORRECTED):
            continue
        for word in update.testimonies:
            claim, number = word.claim, customers_here(word.claim)
            if claim.kind is Kind.OUTAGE and number is not None and claim.place in places:
                best = max(best or (update.at, False, 0), (update.at, claim.place is None, number))
    return best[2] if best else None


def _words(incidents: Iterable[Incident]) -> tuple[Testimony, ...]:
    return newest_first(word for incident in incidents for word in incident.testimonies)


def newest_first(words: Iterable[Testimony]) -> tuple[Testimony, ...]:
    """`words`, each once, the latest moment of effect first."""
    once = {word.key: word for word in words}.values()
    return tuple(sorted(once, key=lambda word: (word.effective, word.published, word.key), reverse=True))
