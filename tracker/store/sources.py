"""Sources, how well we hear them, and what we remember of their entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select, update

from tracker.domain import Source, SourceKind, Standing
from tracker.store.engine import reading, writing
from tracker.store.tables import EntryRow, ListeningRow, PollRow, SourceRow
from tracker.store.write import chunks, put, table

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
    ensure_all([source])


def ensure_all(sources: Iterable[Source]) -> None:
    """Adds those of `sources` whose names are new."""
    wanted = {source.name: source for source in sources}
    for name in _unknown(wanted):
        with writing():
            for missing in _unknown([name]):
                save(wanted[missing])


def _unknown(names: Iterable[str]) -> list[str]:
    missing: list[str] = []
    with reading() as connection:
        for chunk in chunks(names):
            known = set(connection.scalars(select(SourceRow.name).where(SourceRow.name.in_(chunk))))
            missing += [name for name in chunk if name not in known]
    return missing


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
        row = connection.execute(select(*COLUMNS).where(SourceRow.name == name)).one_or_none()
    return _state(row) if row else None


def states(names: Iterable[str] | None = None) -> tuple[SourceState, ...]:
    """Every source with its health, or those of these names; by name."""
    wanted = select(*COLUMNS).order_by(SourceRow.name)
    with reading() as connection:
        if names is None:
            return tuple(map(_state, connection.execute(wanted)))
        found = [connection.execute(wanted.where(SourceRow.name.in_(chunk))).all() for chunk in chunks(names)]
        return tuple(_state(row) for rows in found for row in rows)


def heard(source: Source, now: datetime) -> None:
    """Notes that `source` could be heard now, for one that sends by itself."""
    with writing() as connection:
        connection.execute(update(SourceRow).where(SourceRow.name == source.name).values(last_ok=now))
        listened([source], now)


def listened(sources: Iterable[Source], now: datetime) -> None:
    """Lengthens the present stretch of listening to each of `sources`, or begins one."""
    patient = {source.name: patience(source.minutes) for source in sources}
    stretches: dict[str, tuple[datetime, datetime]] = {}
    with writing() as connection:
        for chunk in chunks(patient):
            begun = (ListeningRow.source.in_(chunk)) & (ListeningRow.since <= now)
            last = select(ListeningRow.source, func.max(ListeningRow.since).label("since")).where(begun)
            newest = last.group_by(ListeningRow.source).subquery()
            same = (ListeningRow.source == newest.c.source) & (ListeningRow.since == newest.c.since)
            for row in connection.execute(select(table(ListeningRow)).join(newest, same)):
                stretches[row.source] = (row.since, row.until)
        rows = []
        for name in patient:
            since, until = stretches.get(name, (now, now))
            still = until >= now - patient[name]
            rows.append({"source": name, "since": since if still else now, "until": max(now, until) if still else now})
        put(connection, ListeningRow, rows, ("source", "since"))


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
            found.update(connection.execute(_PRINTS, {"name": name, "keys": chunk}).all())
    return found


def remember(name: str, prints: Mapping[str, str], now: datetime) -> None:
    """Keeps the fingerprints of a source's entries by their keys."""
    remember_all({name: prints}, now)


def remember_all(prints: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    """Keeps the fingerprints of several sources' entries, by source and key."""
    rows = [
        {"source": name, "key": key, "fingerprint": value, "seen": now}
        for name, mine in prints.items()
        for key, value in mine.items()
    ]
    with writing() as connection:
        put(connection, EntryRow, rows, ("source", "key"))


_PRINTS = select(EntryRow.key, EntryRow.fingerprint).where(
    EntryRow.source == bindparam("name"), EntryRow.key.in_(bindparam("keys", expanding=True))
)
_SOURCE = ("name", "title", "url", "kind", "standing", "language", "regions", "minutes", "active", "settings")
_STATE = ("next_at", "last_try", "last_ok", "last_message", "failures", "entries", "newest", "full_at")
_LEASE = ("leased_until", "owner", "distrusted", "fence", "etag", "last_modified", "body_hash")
COLUMNS = tuple(getattr(SourceRow, name) for name in (*_SOURCE, *_STATE, *_LEASE))


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
        source=as_source(row),
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


def as_source(row: Row[Any]) -> Source:
    """The source that a row keeps."""
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
