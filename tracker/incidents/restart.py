"""Where a fold may start in the middle: new words about today need not retell three years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain import Incident, Track
from tracker.incidents.rules import DISPUTE
from tracker.times import day_start, kyiv_day


@dataclass(frozen=True, slots=True)
class Restart:
    """`fold(words with effective >= load, after=this)` gives the incidents that follow `kept`, as a full fold would.

    Outages are told from `start`, scheduled cuts from the beginning of its Kyiv day. The words between `load` and
    `start` are remembered and not told.
    """

    start: datetime | None = None
    load: datetime | None = None
    kept: tuple[Incident, ...] = ()


def quiet_before(incidents: Sequence[Incident], moment: datetime) -> Restart:
    """The latest restart from which everything that a change at `moment` may touch is told again.

    An outage story may start anew where an incident opens and the one before it had fallen silent: nothing is open
    there, and only the last three hours' words can still be disputed. `incidents` are a cell's, of both tracks;
    of each only its moments are read.
    """
    outages = sorted((i for i in incidents if i.track is Track.OUTAGE), key=lambda i: (i.opened, _tail(i)))
    for index in range(len(outages) - 1, -1, -1):
        start = outages[index].opened
        if start < moment and (index == 0 or _tail(outages[index - 1]) < start):
            day = day_start(kyiv_day(start))
            kept = tuple(i for i in incidents if i.opened < (start if i.track is Track.OUTAGE else day))
            return Restart(start, min(start - DISPUTE, day), kept)
    return Restart()


def _tail(incident: Incident) -> datetime:
    """The last moment at which anything was told of `incident`."""
    return incident.spoken if incident.ended is None else max(incident.spoken, incident.ended)
