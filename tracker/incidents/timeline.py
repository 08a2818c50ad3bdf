"""A cell's states over a stretch of time, for charts and for the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker.domain import Incident, Service, State, Track
from tracker.incidents.turns import turns_of

Span = tuple[datetime, datetime, State]

CALM = (State.NONE, State.RESTORED)
"""The states that cuts by schedule show through."""


def timeline(
    incidents: Sequence[Incident], region: str, service: Service, start: datetime, end: datetime, covered: bool
) -> tuple[Span, ...]:
    """The states of one cell from `start` to `end`, without gaps; at each moment what `status` says of it."""
    mine = [incident for incident in incidents if (incident.region, incident.service) == (region, service)]
    outages = turns_of(incident for incident in mine if incident.track is Track.OUTAGE)
    cuts = [
        (max(cut.opened, start), min(cut.ended, end))
        for cut in mine
        if cut.track is Track.SCHEDULED and cut.ended is not None and cut.opened < end and cut.ended > start
    ]
    moments = {start, *(turn[0] for turn in outages), *(moment for cut in cuts for moment in cut)}
    spans: list[Span] = []
    base = State.NONE
    position = 0
    for moment in sorted(moment for moment in moments if moment < end):
        while position < len(outages) and outages[position][0] <= moment:
            base = outages[position][1]
            position += 1
        if moment < start:
            continue
        state = base
        if base in CALM and any(opened <= moment < ended for opened, ended in cuts):
            state = State.SCHEDULED
        elif base is State.NONE and not covered:
            state = State.UNKNOWN
        if spans and spans[-1][2] is state:
            spans[-1] = (spans[-1][0], end, state)
            continue
        if spans:
            spans[-1] = (spans[-1][0], moment, spans[-1][2])
        spans.append((moment, end, state))
    return tuple(spans)
