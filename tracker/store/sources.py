"""Sources and the state of listening to them: what is due, who polls it under which lease, how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

from tracker.domain import Source, SourceKind, Standing
from tracker.store.engine import reading, writing
from tracker.store.tables import EntryRow, ListeningRow, PollRow, SourceRow
from tracker.store.write import chunks, put

POLLED = (SourceKind.FEED, SourceKind.PAGE, SourceKind.TELEGRAM, SourceKind.FOLDER)
"""The kinds of source that we ask by ourselves; the others send when they please."""

KEPT = timedelta(days=14)
"""How long single polls are remembered; how well we listened is remembered for good."""


class PollStatus(StrEnum):
    """How a poll ended: read, nothing new since the last one, or failed."""

    OK = "ok"
    UNCHANGED = "unchanged"
    FAILED = "failed"


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


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """How one poll went. `message` is a sentence for the operator, `next_at` when the source is due again.

    `etag`, `last_modified` and `body_hash` are kept for the next conditional request; a failure keeps the old ones.
    `entries` were read and `fresh` of them new to us; `newest` is the newest moment of publication seen.
    """

    status: PollStatus
    next_at: datetime
    message: str = ""
    entries: int = 0
    fresh: int = 0
    bytes: int = 0
    seconds: float = 0.0
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    newest: datetime | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll that is over."""

    source: str
    at: datetime
    outcome: PollOutcome


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source and how listening to it goes.

    `last_ok` is its last successful poll or received report, `newest` the newest publication seen in it.
    """

    source: Source
    next_at: datetime | None
    last_try: datetime | None
    last_ok: datetime | None
    last_message: str
    failures: int
    entries: int
    newest: datetime | None
    full_at: datetime | None
    leased_until: datetime | None
    owner: str | None
    distrusted: datetime | None

    @property
    def name(self) -> str:
        """The source's name."""
        return self.source.name

    def healthy(self, now: datetime) -> bool:
        """Whether we heard from it within the hour, or within three of its own intervals where that is longer."""
        return self.last_ok is not None and now - self.last_ok <= patience(self.source.minutes)


def patience(minutes: int) -> timedelta:
    """How long a source that is asked every so many `minutes` may be silent before we call it unheard."""
    return max(timedelta(hours=1), 3 * timedelta(minutes=minutes))


def save(source: Source) -> None:
    """Adds `source`, or changes the one of that name; what we know of listening to it stays."""
    values = {
        "name": source.name,
        "title": source.title,
        "url": source.url,
        "kind": source.kind.value,
        "standing": int(source.standing),
        "language": source.language,
        "regions": list(source.regions),
        "minutes": source.minutes,
        "active": source.active,
        "settings": [list(pair) for pair in source.settings],
    }
    with writing() as connection:
        put(connection, SourceRow, [values], ("name",))


def ensure(source: Source) -> None:
    """Adds `source` if its name is new; one that is known stays as it is."""
    if get(source.name) is None:
        with writing():
            if get(source.name) is None:
                save(source)


def all() -> tuple[Source, ...]:
    """Every source, active or not, by name."""
    return tuple(state.source for state in states())


def get(name: str) -> Source | None:
    """The source called `name`."""
    found = state(name)
    return found.source if found else None


def deactivate(name: str) -> bool:
    """Stops listening to a source; what it said stays. False when there is none of that name."""
    with writing() as connection:
        done = connection.execute(update(SourceRow).where(SourceRow.name == name).values(active=False))
    return done.rowcount == 1


def state(name: str) -> SourceState | None:
    """One source with its health."""
    with reading() as connection:
        row = connection.execute(select(*_COLUMNS).where(SourceRow.name == name)).one_or_none()
    return _state(row) if row else None


def states() -> tuple[SourceState, ...]:
    """Every source with its health, by name."""
    with reading() as connection:
        return tuple(_state(row) for row in connection.execute(select(*_COLUMNS).order_by(SourceRow.name)))


def lease_due(now: datetime, owner: str, limit: int, seconds: float) -> tuple[Lease, ...]:
    """Takes up to `limit` sources that are due and that nobody is polling, the longest waiting first.

    Each is `owner`'s alone for `seconds`; when the owner dies, another takes it after that.
    """
    free = or_(SourceRow.leased_until.is_(None), SourceRow.leased_until <= now)
    due = or_(SourceRow.next_at.is_(None), SourceRow.next_at <= now)
    wanted = (
        select(SourceRow.name)
        .where(SourceRow.active, SourceRow.kind.in_(POLLED), free, due)
        .order_by(SourceRow.next_at.is_not(None), SourceRow.next_at, SourceRow.name)
        .limit(limit)
    )
    with reading() as connection:
        if connection.execute(wanted.limit(1)).first() is None:
            return ()
    with writing() as connection:
        names = connection.scalars(wanted).all()
        return tuple(_lease(connection, name, now, owner, seconds) for name in names)


def lease_one(name: str, now: datetime, owner: str, seconds: float) -> Lease | None:
    """Takes one source at once, due or not, active or not; None when it is unknown or somebody is polling it."""
    free = or_(SourceRow.leased_until.is_(None), SourceRow.leased_until <= now)
    with writing() as connection:
        found = connection.scalar(select(SourceRow.name).where(SourceRow.name == name, free))
        return _lease(connection, found, now, owner, seconds) if found else None


def finish(lease: Lease, outcome: PollOutcome, now: datetime) -> bool:
    """Notes how a poll went, frees the source and says when it is due again.

    False, and nothing noted, when the lease is stale: somebody else took the source over meanwhile. Call it in one
    `writing()` with the acceptance of what was read, and a poll counts only together with its reports.
    """
    failed = outcome.status is PollStatus.FAILED
    values: dict[str, Any] = {
        "next_at": outcome.next_at,
        "owner": None,
        "leased_until": None,
        "last_try": now,
        "last_message": outcome.message,
        "failures": lease.failures + 1 if failed else 0,
    }
    if not failed:
        values |= {"last_ok": now, "etag": outcome.etag, "last_modified": outcome.last_modified}
        values |= {"body_hash": outcome.body_hash}
    if outcome.status is PollStatus.OK:
        values |= {"entries": outcome.entries, "newest": func.coalesce(outcome.newest, SourceRow.newest)}
    if outcome.full:
        values["full_at"] = now
    holds = and_(SourceRow.name == lease.source.name, SourceRow.fence == lease.fence)
    with writing() as connection:
        if connection.execute(update(SourceRow).where(holds).values(values)).rowcount != 1:
            return False
        _note(lease.source.name, outcome, now)
        if not failed:
            heard(lease.source, now)
    return True


def heard(source: Source, now: datetime) -> None:
    """Notes that `source` could be heard now, lengthening the present stretch of listening or beginning one."""
    known = select(func.max(ListeningRow.since)).where(ListeningRow.source == source.name, ListeningRow.since <= now)
    row = (ListeningRow.source == source.name) & (ListeningRow.since == known.scalar_subquery())
    still = ListeningRow.until >= now - patience(source.minutes)
    with writing() as connection:
        connection.execute(update(SourceRow).where(SourceRow.name == source.name).values(last_ok=now))
        since = connection.scalar(select(ListeningRow.since).where(row, still))
        if since is None:
            put(connection, ListeningRow, [{"source": source.name, "since": now, "until": now}], ("source", "since"))
            return
        same = (ListeningRow.source == source.name) & (ListeningRow.since == since) & (ListeningRow.until < now)
        connection.execute(update(ListeningRow).where(same).values(until=now))


def heard_at(moment: datetime) -> tuple[Source, ...]:
    """The sources that could be heard at `moment`, each within its own patience."""
    wide = moment - timedelta(days=4)
    near = and_(ListeningRow.since <= moment, ListeningRow.until > wide)
    with reading() as connection:
        latest = dict(
            connection.execute(
                select(ListeningRow.source, func.max(ListeningRow.until)).where(near).group_by(ListeningRow.source)
            ).all()
        )
        listed = states() if latest else ()
    return tuple(
        one.source
        for one in listed
        if one.source.name in latest and moment - latest[one.source.name] <= patience(one.source.minutes)
    )


def distrust(name: str, moment: datetime | None) -> None:
    """Marks a source as untrusted for what it publishes from `moment` on; None trusts it again."""
    with writing() as connection:
        connection.execute(update(SourceRow).where(SourceRow.name == name).values(distrusted=moment))


def polls(name: str, limit: int = 50) -> tuple[Poll, ...]:
    """The last polls of a source, newest first."""
    wanted = select(PollRow).where(PollRow.source == name).order_by(PollRow.at.desc(), PollRow.id.desc()).limit(limit)
    with reading() as connection:
        return tuple(_poll(row) for row in connection.execute(wanted))


def fingerprints(name: str, keys: Iterable[str]) -> dict[str, str]:
    """What we remember of a source's entries by their keys, so that an unchanged one is not worked on again."""
    found: dict[str, str] = {}
    with reading() as connection:
        for chunk in chunks(keys):
            rows = select(EntryRow.key, EntryRow.fingerprint).where(EntryRow.source == name, EntryRow.key.in_(chunk))
            found.update(connection.execute(rows).all())
    return found


def remember(name: str, prints: Mapping[str, str], now: datetime) -> None:
    """Keeps the fingerprints of a source's entries by their keys."""
    rows = [{"source": name, "key": key, "fingerprint": value, "seen": now} for key, value in prints.items()]
    with writing() as connection:
        put(connection, EntryRow, rows, ("source", "key"))


_SOURCE = ("name", "title", "url", "kind", "standing", "language", "regions", "minutes", "active", "settings")
_STATE = ("next_at", "last_try", "last_ok", "last_message", "failures", "entries", "newest", "full_at")
_LEASE = ("leased_until", "owner", "distrusted", "fence", "etag", "last_modified", "body_hash")
_COLUMNS = tuple(getattr(SourceRow, name) for name in (*_SOURCE, *_STATE, *_LEASE))


def _lease(connection: Any, name: str, now: datetime, owner: str, seconds: float) -> Lease:
    until = now + timedelta(seconds=seconds)
    connection.execute(
        update(SourceRow)
        .where(SourceRow.name == name)
        .values(fence=SourceRow.fence + 1, owner=owner, leased_until=until)
    )
    row = connection.execute(select(*_COLUMNS).where(SourceRow.name == name)).one()
    kept = (row.etag, row.last_modified, row.body_hash, row.failures, row.next_at, row.full_at)
    return Lease(_source(row), owner, row.fence, until, *kept)


def _note(name: str, outcome: PollOutcome, now: datetime) -> None:
    """Keeps the poll, and forgets those of this source that are too old to explain anything."""
    values = {
        "source": name,
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
    with writing() as connection:
        put(connection, PollRow, [values])
        connection.execute(delete(PollRow).where(PollRow.source == name, PollRow.at < now - KEPT))


def _poll(row: Row[Any]) -> Poll:
    outcome = PollOutcome(
        status=PollStatus(row.status),
        next_at=row.next_at,
        message=row.message,
        entries=row.entries,
        fresh=row.fresh,
        bytes=row.bytes,
        seconds=row.seconds,
        http_status=row.http_status,
    )
    return Poll(row.source, row.at, outcome)


def _state(row: Row[Any]) -> SourceState:
    return SourceState(
        source=_source(row),
        next_at=row.next_at,
        last_try=row.last_try,
        last_ok=row.last_ok,
        last_message=row.last_message,
        failures=row.failures,
        entries=row.entries,
        newest=row.newest,
        full_at=row.full_at,
        leased_until=row.leased_until,
        owner=row.owner,
        distrusted=row.distrusted,
    )


def _source(row: Row[Any]) -> Source:
    return Source(
        name=row.name,
        title=row.title,
        url=row.url,
        kind=SourceKind(row.kind),
        standing=Standing(row.standing),
        language=row.language,
        regions=tuple(row.regions),
        minutes=row.minutes,
        active=row.active,
        settings=tuple((name, value) for name, value in row.settings),
    )
