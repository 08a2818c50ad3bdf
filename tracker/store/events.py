"""The log of what changed in the incidents, written in the transaction that changed them. It only grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from tracker.domain import Development, Service, Track
from tracker.store.engine import reading, writing
from tracker.store.tables import CounterRow, EventRow
from tracker.store.write import put


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one incident. `at` is when it was so, `known` when we learnt it; ids only rise."""

    id: int
    incident: str
    region: str
    service: Service
    track: Track
    what: Development
    at: datetime
    known: datetime


def add(values: list[dict[str, Any]]) -> None:
    """Appends events in the order given; `store.incidents.replace` is what calls it."""
    with writing() as connection:
        put(connection, EventRow, values)


def since(identity: int, limit: int = 500) -> tuple[Event, ...]:
    """The events after the one with this id, oldest first."""
    wanted = select(EventRow).where(EventRow.id > identity).order_by(EventRow.id).limit(limit)
    with reading() as connection:
        return tuple(map(_event, connection.execute(wanted)))


def of(incident: str) -> tuple[Event, ...]:
    """Every event of one incident, oldest first."""
    wanted = select(EventRow).where(EventRow.incident == incident).order_by(EventRow.id)
    with reading() as connection:
        return tuple(map(_event, connection.execute(wanted)))


def latest() -> int:
    """The id of the newest event, 0 when there is none."""
    with reading() as connection:
        return connection.scalar(select(func.max(EventRow.id))) or 0


def touch(now: datetime) -> None:
    """Says that something public changed."""
    with writing():
        advance(changes()[0], now)


def advance(number: int, now: datetime) -> None:
    """Lets the number of changes go on behind `number`, and behind what it is."""
    with writing() as connection:
        value = max(number, changes()[0]) + 1
        put(connection, CounterRow, [{"name": "public", "value": value, "at": now}], ("name",))


def changes() -> tuple[int, datetime | None]:
    """A number that moves with every change that a public page could show, and when it last moved.

    Approvals, retractions, rebuilds and changed sources move it too. One row is read, so it may be asked often.
    """
    with reading() as connection:
        wanted = select(CounterRow.value, CounterRow.at).where(CounterRow.name == "public")
        row = connection.execute(wanted).one_or_none()
    return row or (0, None)


def _event(row: Row[Any]) -> Event:
    return Event(
        row.id,
        row.incident,
        row.region,
        Service(row.service),
        Track(row.track),
        Development(row.what),
        row.at,
        row.known,
    )
