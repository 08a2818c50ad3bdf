"""What the status page says, worked out of a board: the one sentence, the lines by service, rows and cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain import Board, Development, Incident, Service, State, Status, Testimony, Track
from tracker.regions import Region, sorted_for
from tracker.web import words
from tracker.web.words import count, say

LETTERS = {
    Service.ELECTRICITY: "e",
    Service.WATER: "w",
    Service.HEATING: "h",
    Service.GAS: "g",
    Service.COMMUNICATIONS: "c",
}
MARKS = {
    State.OUT: "o",
    State.DISRUPTED: "d",
    State.RECOVERING: "r",
    State.RESTORED: "b",
    State.SCHEDULED: "p",
    State.UNCONFIRMED: "u",
    State.NONE: "n",
    State.UNKNOWN: "k",
}
LOST = (State.OUT, State.DISRUPTED)
NOTABLE = (*LOST, State.RECOVERING, State.UNCONFIRMED, State.SCHEDULED, State.RESTORED)
RECENT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Row:
    """One region and its five cells, in the order of the services."""

    region: Region
    cells: tuple[Status, ...]

    @property
    def marks(self) -> str:
        """The class names of its tile: a letter of the service and one of the state for each ("eo wd hn gn cn")."""
        return " ".join(LETTERS[cell.service] + MARKS[cell.state] for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Line:
    """One service over the country: for each notable state, the regions that are in it."""

    service: Service
    groups: tuple[tuple[State, tuple[Region, ...]], ...]
    silent: int

    @property
    def lost(self) -> int:
        """How many regions are without the service, wholly or in part."""
        return sum(len(regions) for state, regions in self.groups if state in LOST)


@dataclass(frozen=True, slots=True)
class Change:
    """One recent step of an incident: what became of which service where."""

    at: datetime
    region: str
    service: Service
    track: Track
    what: Development
    incident: str
    source: Testimony | None


def cell(board: Board, region: str, service: Service) -> Status:
    """The cell; a board that lacks it knows nothing of it."""
    return board.cells.get((region, service)) or Status(region, service, State.UNKNOWN)


def rows(board: Board, language: str) -> list[Row]:
    """All regions in the alphabetical order of the language."""
    return [
        Row(region, tuple(cell(board, region.code, service) for service in Service)) for region in sorted_for(language)
    ]


def lines(board: Board, language: str) -> list[Line]:
    """All services, each with its regions grouped by what is notable there, the worst first."""
    found = []
    for service in Service:
        by_state: dict[State, list[Region]] = {}
        for region in sorted_for(language):
            by_state.setdefault(cell(board, region.code, service).state, []).append(region)
        groups = tuple((state, tuple(by_state[state])) for state in NOTABLE if state in by_state)
        found.append(Line(service, groups, len(by_state.get(State.UNKNOWN, ()))))
    return found


def summary(board: Board, language: str) -> str:
    """The state of the country in one sentence, each region counted once; silence is never called well-being."""
    lost = _regions(board, *LOST)
    back = _regions(board, State.RECOVERING) - lost
    old = _regions(board, State.UNCONFIRMED) - lost - back
    cuts = _regions(board, State.SCHEDULED) - lost - back - old
    parts = []
    if lost:
        services = _in_words(board, language)
        parts.append(say(language, "Outages in %(n)d of 27 regions: %(services)s", n=len(lost), services=services))
    if back:
        parts.append(count(language, "coming back: %(n)d region", "coming back: %(n)d regions", len(back)))
    if old:
        parts.append(
            count(language, "not confirmed lately: %(n)d region", "not confirmed lately: %(n)d regions", len(old))
        )
    if cuts:
        parts.append(count(language, "scheduled cuts: %(n)d region", "scheduled cuts: %(n)d regions", len(cuts)))
    if parts:
        text = "; ".join(parts)
        return f"{text[:1].upper()}{text[1:]}."
    if all(status.state is State.UNKNOWN for status in board.cells.values()):
        return say(language, "We know nothing at the moment: no source answers.")
    return say(language, "No outage is reported at the moment. That is not proof that all is well.")


def _regions(board: Board, *states: State) -> set[str]:
    return {region for (region, _), status in board.cells.items() if status.state in states}


def _in_words(board: Board, language: str) -> str:
    """ "electricity in 7, water in 5", the most affected first."""
    numbers = [
        (sum(cell(board, region.code, service).state in LOST for region in sorted_for(language)), service)
        for service in Service
    ]
    named = [
        say(language, "%(service)s in %(n)d", service=words.service(service, language).lower(), n=number)
        for number, service in sorted(numbers, key=lambda pair: -pair[0])
        if number
    ]
    return ", ".join(named)


def changes(incidents: Iterable[Incident], at: datetime, limit: int = 8) -> list[Change]:
    """What happened in the six hours before `at`, newest first; mere repetitions are left out."""
    found = [
        Change(
            update.at,
            incident.region,
            incident.service,
            incident.track,
            update.what,
            incident.id,
            next(iter(update.standing), None),
        )
        for incident in incidents
        for update in incident.updates
        if at - RECENT <= update.at <= at and update.what is not Development.REPEATED
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]
