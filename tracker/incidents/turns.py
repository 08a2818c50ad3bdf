"""When an outage incident turns its cell from one state to the next, the silent turns included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from tracker.domain import Development, Incident, Service, State, Update
from tracker.incidents.memo import remembered
from tracker.incidents.moment import as_of, steps_by, stood, whole_by
from tracker.incidents.rules import LAPSE, RESTORED_FOR, TIME_TO_LIVE
from tracker.incidents.scene import Scene, apply

Turn = tuple[datetime, State]


@remembered
def turns(incident: Incident) -> tuple[Turn, ...]:
    """The states into which `incident` puts its cell, in order of time; of several at one moment the last holds.

    Words turn it to out, disrupted, recovering or restored. Silence turns it only to unconfirmed and, after 30
    days, to none; so does the day after a full restoration.
    """
    return tuple(_replay(incident.updates, incident.service, Scene()))


def lived(incident: Incident, at: datetime) -> tuple[list[Turn], Incident | None]:
    """The turns of an outage up to `at`, and itself as it stood then; one retelling of its steps gives both."""
    if whole_by(incident, at):
        row, told = turns(incident), as_of(incident, at)
    else:
        updates, scene = steps_by(incident, at), Scene()
        row = tuple(_replay(updates, incident.service, scene))
        told = stood(incident, updates, scene, at)
    return [turn for turn in row if turn[0] <= at], told


def _replay(updates: Iterable[Update], service: Service, scene: Scene) -> Iterator[Turn]:
    """Retell `updates` on `scene`, giving each turn, and at last those that silence will bring."""
    spoken: datetime | None = None
    patience = min(TIME_TO_LIVE[service], RESTORED_FOR)
    for update in updates:
        at = update.at
        if not update.testimonies:
            if spoken is not None:
                yield from (turn for turn in _silence(scene, spoken, service) if turn[0] < at)
            spoken = None
            yield at, State.NONE
        elif update.what is not Development.CORRECTED:
            if spoken is not None and at - (scene.closed or spoken) > patience:
                yield from (turn for turn in _silence(scene, spoken, service) if turn[0] < at)
            apply(scene, update)
            spoken = at
            yield at, scene.state() or State.RESTORED
    if spoken is not None:
        yield from _silence(scene, spoken, service)


def _silence(scene: Scene, spoken: datetime, service: Service) -> tuple[Turn, ...]:
    """What silence alone will make of the cell after a word at `spoken`."""
    if scene.closed is not None:
        return ((scene.closed + RESTORED_FOR, State.NONE),)
    return ((spoken + TIME_TO_LIVE[service], State.UNCONFIRMED), (spoken + LAPSE, State.NONE))


def turns_of(incidents: Iterable[Incident]) -> list[Turn]:
    """The turns of a cell's outage incidents (oldest first) in one row: each incident cuts off the one before it."""
    row: list[Turn] = []
    for incident in incidents:
        while row and row[-1][0] >= incident.opened:
            row.pop()
        row.extend(turns(incident))
    return row
