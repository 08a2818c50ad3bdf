"""Turns at polling: which sources are due, who polls each under which lease, and what came of it.

Everything is done for many sources at once: a tick takes a hundred leases, or notes a hundred outcomes, in a handful
of statements of one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, or_, select, update

from tracker.domain import Source
from tracker.store.engine import reading, writing
from tracker.store.sources import COLUMNS, KEPT, POLLED, PollOutcome, PollStatus, as_source, listened
from tracker.store.tables import PollRow, SourceRow
from tracker.store.write import chunks, put, table


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll one source until `until`. A later lease has a higher `fence`, and outdates this one.

    `due` is when its turn was; `full_at` the last poll that was answered in full.
    """

    source: Source
    owner: str
    fence: int
    until: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0
    due: datetime | None = None
    full_at: datetime | None = None


def due(now: datetime, owner: str, limit: int, seconds: float) -> tuple[Lease, ...]:
    """Takes up to `limit` sources that are due and that nobody is polling, the longest waiting first.

    Each is `owner`'s alone for `seconds`; when the owner dies, another takes it after that.
    """
    wanted = (
        select(SourceRow.name)
        .where(SourceRow.active, SourceRow.kind.in_(POLLED), _free(now))
        .where(or_(SourceRow.next_at.is_(None), SourceRow.next_at <= now))
        .order_by(SourceRow.next_at.is_not(None), SourceRow.next_at, SourceRow.name)
        .limit(limit)
    )
    with reading() as connection:
        if connection.execute(wanted.limit(1)).first() is None:
            return ()
    with writing() as connection:
        return _take(connection, connection.scalars(wanted).all(), now, owner, seconds)


def named(names: Collection[str], now: datetime, owner: str, seconds: float) -> tuple[Lease, ...]:
    """Takes these sources at once, due or not, active or not; one that somebody is polling is left out."""
    free: set[str] = set()
    with writing() as connection:
        for chunk in chunks(names):
            free.update(connection.scalars(select(SourceRow.name).where(SourceRow.name.in_(chunk), _free(now))))
        return _take(connection, [name for name in names if name in free], now, owner, seconds)


def renew(leases: Sequence[Lease], now: datetime, seconds: float) -> None:
    """Keeps leases for `seconds` from now: a poll may wait for its turn at the parsers. A stale one stays stale."""
    with writing() as connection:
        held = _held(connection, leases)
        rows = [{"one": name, "until": now + timedelta(seconds=seconds)} for name in sorted(held)]
        if rows:
            connection.execute(_RENEW, rows)


def finish(lease: Lease, outcome: PollOutcome, now: datetime) -> bool:
    """Notes how one poll went; see `finish_all`."""
    return bool(finish_all([(lease, outcome)], now))


def finish_all(done: Sequence[tuple[Lease, PollOutcome]], now: datetime) -> frozenset[str]:
    """Notes how polls went, frees the sources and says when they are due again; gives the names that were noted.

    Nothing is noted under a lease that is stale: somebody else took the source over meanwhile. Call it in one
    `writing()` with the acceptance of what was read, and a poll counts only together with its reports.
    """
    with writing() as connection:
        held = _held(connection, [lease for lease, _ in done])
        valid = [(lease, outcome) for lease, outcome in done if lease.source.name in held]
        for shape in sorted({_shape(outcome) for _, outcome in valid}):
            rows = [_row(lease, outcome, now) for lease, outcome in valid if _shape(outcome) == shape]
            connection.execute(_NOTE[shape], rows)
        _remember(connection, valid, now)
        listened([lease.source for lease, outcome in valid if outcome.status is not PollStatus.FAILED], now)
    return frozenset(held)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(SourceRow.leased_until.is_(None), SourceRow.leased_until <= now)


def _take(connection: Connection, names: Sequence[str], now: datetime, owner: str, seconds: float) -> tuple[Lease, ...]:
    until = now + timedelta(seconds=seconds)
    if names:
        connection.execute(_TAKE, [{"one": name, "who": owner, "until": until} for name in names])
    taken: dict[str, Lease] = {}
    for chunk in chunks(names):
        for row in connection.execute(select(*COLUMNS).where(SourceRow.name.in_(chunk))):
            kept = (row.etag, row.last_modified, row.body_hash, row.failures, row.next_at, row.full_at)
            taken[row.name] = Lease(as_source(row), owner, row.fence, until, *kept)
    return tuple(taken[name] for name in names)


def _held(connection: Connection, leases: Iterable[Lease]) -> set[str]:
    """The names of the sources whose lease is still the newest; one writer at a time, so it stays so to the end."""
    fences = {lease.source.name: lease.fence for lease in leases}
    held: set[str] = set()
    for chunk in chunks(fences):
        rows = connection.execute(select(SourceRow.name, SourceRow.fence).where(SourceRow.name.in_(chunk)))
        held.update(name for name, fence in rows if fences[name] == fence)
    return held


def _shape(outcome: PollOutcome) -> tuple[bool, bool, bool]:
    """Which columns an outcome moves: a failure keeps the validators, and only a reading counts entries."""
    return outcome.status is not PollStatus.FAILED, outcome.status is PollStatus.OK, outcome.full


def _row(lease: Lease, outcome: PollOutcome, now: datetime) -> dict[str, Any]:
    failed = outcome.status is PollStatus.FAILED
    return {
        "one": lease.source.name,
        "now": now,
        "next": outcome.next_at,
        "message": outcome.message,
        "failed": lease.failures + 1 if failed else 0,
        "tag": outcome.etag,
        "modified": outcome.last_modified,
        "hash": outcome.body_hash,
        "count": outcome.entries,
        "latest": outcome.newest,
    }


def _noting(heard: bool, read: bool, full: bool) -> Any:
    """The statement that notes outcomes of one shape."""
    values: dict[str, Any] = {
        "next_at": bindparam("next"),
        "owner": None,
        "leased_until": None,
        "last_try": bindparam("now"),
        "last_message": bindparam("message"),
        "failures": bindparam("failed"),
    }
    if heard:
        values |= {"last_ok": bindparam("now"), "etag": bindparam("tag"), "last_modified": bindparam("modified")}
        values |= {"body_hash": bindparam("hash")}
    if read:
        newest = func.coalesce(bindparam("latest", type_=table(SourceRow).c.newest.type), table(SourceRow).c.newest)
        values |= {"entries": bindparam("count"), "newest": newest}
    if full:
        values["full_at"] = bindparam("now")
    return update(table(SourceRow)).where(_ONE).values(values)


def _remember(connection: Connection, done: Sequence[tuple[Lease, PollOutcome]], now: datetime) -> None:
    """Keeps the polls, and forgets those of these sources that are too old to explain anything."""
    rows = [
        {
            "source": lease.source.name,
            "at": now,
            "status": outcome.status.value,
            "next_at": outcome.next_at,
            "message": outcome.message,
            "entries": outcome.entries,
            "fresh": outcome.fresh,
            "bytes": outcome.bytes,
            "seconds": outcome.seconds,
            "http_status": outcome.http_status,
        }
        for lease, outcome in done
    ]
    put(connection, PollRow, rows)
    for chunk in chunks(lease.source.name for lease, _ in done):
        connection.execute(delete(PollRow).where(PollRow.source.in_(chunk), PollRow.at < now - KEPT))


_ONE = table(SourceRow).c.name == bindparam("one")
_TAKE = (
    update(table(SourceRow))
    .where(_ONE)
    .values(fence=table(SourceRow).c.fence + 1, owner=bindparam("who"), leased_until=bindparam("until"))
)
_RENEW = update(table(SourceRow)).where(_ONE).values(leased_until=bindparam("until"))
_NOTE = {
    (heard, read, full): _noting(heard, read, full)
    for heard, read in ((False, False), (True, False), (True, True))
    for full in (False, True)
}
