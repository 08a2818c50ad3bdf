"""Writing down what a fold told: changed incidents, the claims they rest on, and an event for every change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from tracker.domain import Development, Incident
from tracker.store import events, stories
from tracker.store.engine import writing
from tracker.store.incidents import USUAL
from tracker.store.tables import IncidentRow, WordRow
from tracker.store.write import chunks, put, table

NEWS = timedelta(days=30)
"""What we learn later than this after the fact is history: it changes the record, and wakes nobody by an event."""


def retell(stale: Iterable[str], incidents: Sequence[Incident], now: datetime) -> tuple[str, ...]:
    """Puts `incidents` of one cell, as a fold told them, in the place of the `stale` ones of that cell.

    What is the same stays untouched. An id that is no longer told keeps its row, with the incident that took its
    place as successor. Every change is appended to the events. Gives the ids that changed.
    """
    anew = {one.id: one for one in incidents}
    with writing() as connection:
        before: dict[str, Row[Any]] = {}
        for chunk in chunks({*stale, *anew}):
            rows = connection.execute(_THESE, {"ids": chunk})
            before |= {row.id: row for row in rows}
        values = [told(one) for one in incidents]
        changed = [one for one in values if _differs(one, before.get(one["id"]))]
        vanished = [row for row in before.values() if row.gone is None and row.id not in anew]
        put(connection, IncidentRow, changed, ("id",))
        _tie(changed, vanished, before)
        for row in vanished:
            left = {"gone": now, "successor": _heir(row, incidents), "updated": now}
            connection.execute(update(IncidentRow).where(IncidentRow.id == row.id).values(left))
        events.add(_events(changed, vanished, before, anew, now))
    return tuple(one["id"] for one in changed) + tuple(row.id for row in vanished)


def told(incident: Incident) -> dict[str, Any]:
    """An incident as it is kept: two that read alike here are the same."""
    story, _ = stories.tell(incident)
    begun = min(update.at for update in incident.updates)
    return {
        "id": incident.id,
        "region": incident.region,
        "service": incident.service.value,
        "track": incident.track.value,
        "opened": incident.opened,
        "begun": begun,
        "spoken": incident.spoken,
        "ended": incident.ended,
        "ending": incident.ending.value if incident.ending else None,
        "long": incident.ended is not None and incident.ended - begun > USUAL,
        "updated": incident.updated,
        "story": story,
        "gone": None,
        "successor": None,
    }


def _differs(values: dict[str, Any], row: Row[Any] | None) -> bool:
    return row is None or any(getattr(row, name) != value for name, value in values.items())


def _tie(changed: Iterable[dict[str, Any]], vanished: Iterable[Row[Any]], before: dict[str, Row[Any]]) -> None:
    """Ties incidents to the claims they rest on now, and unties the others."""
    gained, lost = [], []
    for one in changed:
        row = before.get(one["id"])
        old = set(stories.claims(row.story)) if row is not None and row.gone is None else set()
        new = set(stories.claims(one["story"]))
        gained += [{"incident": one["id"], "claim": key} for key in sorted(new - old)]
        lost += [(one["id"], key) for key in sorted(old - new)]
    with writing() as connection:
        for incident, key in lost:
            connection.execute(delete(WordRow).where(WordRow.incident == incident, WordRow.claim == key))
        for row in vanished:
            connection.execute(delete(WordRow).where(WordRow.incident == row.id))
        put(connection, WordRow, gained)


def _heir(row: Row[Any], incidents: Iterable[Incident]) -> str | None:
    """The incident that tells the most of what a vanished one told, of two the earlier."""
    keys = set(stories.claims(row.story))
    shared = [(len(keys & {word.key for word in one.testimonies}), one) for one in incidents]
    best = max((count for count, _ in shared), default=0)
    return next((one.id for count, one in shared if count == best), None) if best else None


def _events(
    changed: Iterable[dict[str, Any]],
    vanished: Iterable[Row[Any]],
    before: dict[str, Row[Any]],
    anew: dict[str, Incident],
    now: datetime,
) -> list[dict[str, Any]]:
    """An event for every new step of a story, and one `corrected` where a story only lost or changed steps."""
    found = []
    for one in changed:
        incident, row = anew[one["id"]], before.get(one["id"])
        old = stories.steps(row.story) if row is not None and row.gone is None else ()
        new = stories.steps(one["story"])
        fresh = [step for place, step in enumerate(incident.updates) if new[place] not in old]
        for step in fresh:
            if now - step.at <= NEWS or step.what is Development.CORRECTED:
                found.append(_event(one, step.what, step.at, now))
        if not fresh and old != new:
            found.append(_event(one, Development.CORRECTED, one["spoken"], now))
    found += [_event(row._asdict(), Development.CORRECTED, row.spoken, now) for row in vanished]
    return sorted(found, key=lambda one: (one["at"], one["incident"]))


def _event(values: dict[str, Any], what: Development, at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "incident": values["id"],
        "region": values["region"],
        "service": values["service"],
        "track": values["track"],
        "what": what.value,
        "at": at,
        "known": now,
    }


_THESE = select(table(IncidentRow)).where(IncidentRow.id.in_(bindparam("ids", expanding=True)))
