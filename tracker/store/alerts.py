"""How far each receiver of alerts has been told of the events, and who asked to be told by mail or on a device.

A receiver's cursor moves only after it has taken a notice, so a crash in between repeats the notice, never loses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, update

from tracker.store.engine import reading, writing
from tracker.store.tables import AlertTargetRow, SubscriberRow
from tracker.store.write import put


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a receiver has been told. `batch` is the last event of a notice whose sending was begun."""

    name: str
    cursor: int
    batch: int | None
    attempts: int
    next_try: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told by mail or on a device; the address is encrypted. Quiet hours are minutes of the Kyiv day."""

    id: str
    address_hash: str
    address: bytes
    language: str
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    developments: tuple[str, ...] = ()
    digest: str = "now"
    quiet_from: int | None = None
    quiet_to: int | None = None
    created: datetime | None = None


def enrol(name: str, cursor: int, now: datetime) -> None:
    """Makes a receiver known; it is told of what comes after the event `cursor`. A known one stays as it is."""
    values = {"name": name, "cursor": cursor, "attempts": 0, "changed": now}
    with writing() as connection:
        put(connection, AlertTargetRow, [values], ("name",), keep=True)


def progress(names: Iterable[str]) -> dict[str, Progress]:
    """How far the receivers of these names have been told, by name."""
    wanted = sorted(set(names))
    found: dict[str, Progress] = {}
    with reading() as connection:
        for start in range(0, len(wanted), 500):
            chunk = AlertTargetRow.name.in_(wanted[start : start + 500])
            found |= {row.name: _progress(row) for row in connection.execute(select(AlertTargetRow).where(chunk))}
    return found


def lease(name: str, owner: str, now: datetime, seconds: float) -> Progress | None:
    """Makes the receiver `owner`'s to serve for so many `seconds`; None while another serves it or it is not due."""
    free = or_(AlertTargetRow.lease_until.is_(None), AlertTargetRow.lease_until <= now)
    due = or_(AlertTargetRow.next_try.is_(None), AlertTargetRow.next_try <= now)
    mine = and_(AlertTargetRow.name == name, free, due)
    values = {"lease_owner": owner, "lease_until": now + timedelta(seconds=seconds)}
    with writing() as connection:
        if connection.execute(update(AlertTargetRow).where(mine).values(values)).rowcount != 1:
            return None
        return _progress(connection.execute(select(AlertTargetRow).where(AlertTargetRow.name == name)).one())


def begin(name: str, owner: str, batch: int) -> bool:
    """Fixes the last event of the notice that is about to be sent; False when the lease was lost."""
    return _set(name, owner, {"batch": batch})


def told(
    name: str, owner: str, cursor: int, now: datetime, next_try: datetime | None = None, seconds: float = 0
) -> bool:
    """Notes that the receiver took everything up to the event `cursor`; False when the lease was lost.

    The lease then holds for `seconds` more, so that it need only outlast one notice, however many follow.
    """
    values = {"cursor": cursor, "batch": None, "attempts": 0, "error": None, "next_try": next_try, "changed": now}
    return _set(name, owner, values | {"lease_until": now + timedelta(seconds=seconds)})


def failed(name: str, owner: str, error: str, now: datetime, next_try: datetime) -> bool:
    """Notes that the receiver could not be told, and when it is tried again."""
    values = {"attempts": AlertTargetRow.attempts + 1, "error": error[:500], "next_try": next_try, "changed": now}
    return _set(name, owner, values)


def release(name: str, owner: str, next_try: datetime | None = None) -> None:
    """Frees the receiver for the next who serves it, not before `next_try` if that is given."""
    values: dict[str, Any] = {"lease_owner": None, "lease_until": None}
    _set(name, owner, values | ({"next_try": next_try} if next_try else {}))


def skip(names: Sequence[str], cursor: int) -> None:
    """Moves receivers whom the events up to `cursor` do not concern past them, all at once."""
    with writing() as connection:
        for start in range(0, len(names), 500):
            idle = and_(
                AlertTargetRow.name.in_(names[start : start + 500]),
                AlertTargetRow.batch.is_(None),
                AlertTargetRow.lease_owner.is_(None),
                AlertTargetRow.cursor < cursor,
            )
            connection.execute(update(AlertTargetRow).where(idle).values(cursor=cursor))


def subscribe(subscriber: Subscriber, cursor: int, now: datetime) -> None:
    """Adds a subscriber, or changes the one of that address; it is told of what comes from now on."""
    values = {
        "id": subscriber.id,
        "address_hash": subscriber.address_hash,
        "address": subscriber.address,
        "language": subscriber.language,
        "regions": list(subscriber.regions),
        "services": list(subscriber.services),
        "developments": list(subscriber.developments),
        "digest": subscriber.digest,
        "quiet_from": subscriber.quiet_from,
        "quiet_to": subscriber.quiet_to,
        "created": now,
    }
    with writing() as connection:
        known = connection.scalar(select(SubscriberRow.id).where(SubscriberRow.address_hash == subscriber.address_hash))
        if known is not None:
            unsubscribe(known)
        put(connection, SubscriberRow, [values])
        enrol(receiver(subscriber.id), cursor, now)


def unsubscribe(identity: str) -> bool:
    """Forgets a subscriber, address and all; False when there is none of this id."""
    with writing() as connection:
        connection.execute(delete(AlertTargetRow).where(AlertTargetRow.name == receiver(identity)))
        return connection.execute(delete(SubscriberRow).where(SubscriberRow.id == identity)).rowcount == 1


def subscribers() -> tuple[Subscriber, ...]:
    """Everybody who is told by mail or on a device."""
    with reading() as connection:
        return tuple(map(_subscriber, connection.execute(select(SubscriberRow).order_by(SubscriberRow.id))))


def subscriber(identity: str) -> Subscriber | None:
    """The subscriber with this id."""
    with reading() as connection:
        row = connection.execute(select(SubscriberRow).where(SubscriberRow.id == identity)).one_or_none()
    return _subscriber(row) if row else None


def receiver(identity: str) -> str:
    """The name under which a subscriber's progress is kept."""
    return f"mail:{identity}"


def _set(name: str, owner: str, values: dict[str, Any]) -> bool:
    mine = and_(AlertTargetRow.name == name, AlertTargetRow.lease_owner == owner)
    with writing() as connection:
        return connection.execute(update(AlertTargetRow).where(mine).values(values)).rowcount == 1


def _progress(row: Row[Any]) -> Progress:
    return Progress(row.name, row.cursor, row.batch, row.attempts, row.next_try, row.error)


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(
        row.id,
        row.address_hash,
        row.address,
        row.language,
        tuple(row.regions),
        tuple(row.services),
        tuple(row.developments),
        row.digest,
        row.quiet_from,
        row.quiet_to,
        row.created,
    )
