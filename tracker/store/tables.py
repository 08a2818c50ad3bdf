"""A class a table. Rows hold what the domain's facts hold, in plain columns; only reports and actions are precious."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite would hand back a naive one; this hands back UTC on every engine.

    A board reads thousands of moments, so SQLite's are turned into text and back in one step each.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Moments to what the driver takes; text of one width in SQLite, which sorts as time does."""
        if dialect.name == "sqlite":
            return lambda value: value and value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
        return lambda value: value and value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """What the driver gives to moments."""
        if dialect.name == "sqlite":
            return lambda value: value and datetime.fromisoformat(f"{value}+00:00")
        return lambda value: value and value.astimezone(UTC)


class _Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Moment})


db = SQLAlchemy(model_class=_Base)

if TYPE_CHECKING:
    Model = _Base
else:
    Model = db.Model


class SourceRow(Model):
    """A source, and below it the state of listening to it: what is due, who polls it, how it went."""

    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    url: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]
    standing: Mapped[int]
    language: Mapped[str | None]
    regions: Mapped[list[str]] = mapped_column(JSON)
    minutes: Mapped[int]
    active: Mapped[bool]
    settings: Mapped[list[list[str]]] = mapped_column(JSON)

    next_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    fence: Mapped[int] = mapped_column(server_default=sql("0"))
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    body_hash: Mapped[str | None]
    full_at: Mapped[datetime | None]
    last_try: Mapped[datetime | None]
    last_ok: Mapped[datetime | None]
    last_message: Mapped[str] = mapped_column(Text, server_default=sql("''"))
    failures: Mapped[int] = mapped_column(server_default=sql("0"))
    entries: Mapped[int] = mapped_column(server_default=sql("0"))
    newest: Mapped[datetime | None]
    distrusted: Mapped[datetime | None]


class EntryRow(Model):
    """The fingerprint of a feed's entry as it last stood there, so that an unchanged one is not worked on again."""

    __tablename__ = "entries"

    source: Mapped[str] = mapped_column(ForeignKey("sources.name"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str]
    seen: Mapped[datetime]


class PollRow(Model):
    """One poll of one source and what came of it; pruned after some days."""

    __tablename__ = "polls"
    __table_args__ = (Index(None, "source", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"))
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[str]
    next_at: Mapped[datetime]
    message: Mapped[str] = mapped_column(Text)
    entries: Mapped[int]
    fresh: Mapped[int]
    bytes: Mapped[int]
    seconds: Mapped[float]
    http_status: Mapped[int | None]


class ListeningRow(Model):
    """An unbroken stretch in which a source could be heard: what past boards tell `none` from `unknown` by."""

    __tablename__ = "listening"

    source: Mapped[str] = mapped_column(ForeignKey("sources.name"), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


class ReportRow(Model):
    """One version of one published text."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("uq_reports_source_content_hash_key", "source", "content_hash", "key", unique=True),
        Index(None, "source", "key"),
        Index(
            "ix_reports_pending",
            "seen",
            postgresql_where=sql("status = 'pending'"),
            sqlite_where=sql("status = 'pending'"),
        ),
        Index(None, "published", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"))
    key: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str]
    published: Mapped[datetime]
    updated: Mapped[datetime | None]
    seen: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None]
    truncated: Mapped[bool]
    status: Mapped[str]
    superseded_by: Mapped[str | None]
    reference: Mapped[str | None] = mapped_column(unique=True)
    worker: Mapped[str | None]
    repeats: Mapped[int] = mapped_column(server_default=sql("0"))
    cluster: Mapped[str | None] = mapped_column(index=True)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)


class BandRow(Model):
    """A band of a report's signature, as a number: reports of some days that share one are compared as near copies.

    There are a dozen of them a report, so each is small: `hour` counts from 1970, and no key ties it to its report.
    """

    __tablename__ = "bands"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report: Mapped[str] = mapped_column(primary_key=True)


class ClaimRow(Model):
    """One claim, with what its report and source say about it, so that a fold reads one table.

    Rows are never removed: `until` ends what a newer version, a retraction or a better rule took back.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(None, "region", "service", "effective"),
        Index(None, "effective", "key"),
        Index(
            "ix_claims_until", "until", postgresql_where=sql("until IS NOT NULL"), sqlite_where=sql("until IS NOT NULL")
        ),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    report: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    region: Mapped[str]
    service: Mapped[str]
    kind: Mapped[str]
    evidence: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None]
    within: Mapped[str]
    customers: Mapped[int | None]
    extent: Mapped[str | None]
    day: Mapped[date | None]
    start: Mapped[int]
    end: Mapped[int]
    originator: Mapped[str | None]
    rule: Mapped[str]
    source: Mapped[str]
    standing: Mapped[int]
    origin: Mapped[str]
    published: Mapped[datetime]
    seen: Mapped[datetime] = mapped_column(index=True)
    effective: Mapped[datetime]
    until: Mapped[datetime | None]
    url: Mapped[str] = mapped_column(Text)


class IncidentRow(Model):
    """Where an incident stands now, and its story. One that a late report made vanish stays, naming its successor.

    `begun` is when it was first spoken of, which for announced cuts is before they open; `long` if it then went on
    for more than the usual time. `story` is JSON: the updates and the parts, which name their claims by place in its
    list of keys.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index(None, "region", "service", "opened"),
        Index(None, "updated", "id"),
        Index(None, "begun", "ended"),
        Index("ix_incidents_open", "begun", postgresql_where=sql("ended IS NULL"), sqlite_where=sql("ended IS NULL")),
        Index("ix_incidents_long", "begun", postgresql_where=sql("long"), sqlite_where=sql("long")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str]
    service: Mapped[str]
    track: Mapped[str]
    opened: Mapped[datetime] = mapped_column(index=True)
    begun: Mapped[datetime]
    spoken: Mapped[datetime]
    ended: Mapped[datetime | None]
    ending: Mapped[str | None]
    long: Mapped[bool]
    updated: Mapped[datetime]
    story: Mapped[str] = mapped_column(Text)
    gone: Mapped[datetime | None]
    successor: Mapped[str | None]


class WordRow(Model):
    """A claim on which an incident rests."""

    __tablename__ = "words"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    incident: Mapped[str] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    claim: Mapped[str] = mapped_column(ForeignKey("claims.key"), primary_key=True, index=True)


class EventRow(Model):
    """What changed in which incident, in the order in which we learnt it; feeds and alerts read on from an id."""

    __tablename__ = "events"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    incident: Mapped[str] = mapped_column(index=True)
    region: Mapped[str]
    service: Mapped[str]
    track: Mapped[str]
    what: Mapped[str]
    at: Mapped[datetime]
    known: Mapped[datetime]


class ActionRow(Model):
    """What a moderator did, when and why; undoing one is noted on it."""

    __tablename__ = "actions"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    target: Mapped[str] = mapped_column(index=True)
    why: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class ModeratorRow(Model):
    """Who may moderate."""

    __tablename__ = "moderators"

    name: Mapped[str] = mapped_column(primary_key=True)
    password_hash: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    added: Mapped[datetime]


class SessionRow(Model):
    """A moderator's open session, known by the hash of its token alone."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    moderator: Mapped[str] = mapped_column(ForeignKey("moderators.name"), index=True)
    begun: Mapped[datetime]
    expires: Mapped[datetime]


class CounterRow(Model):
    """Numbers that only rise: `public` moves with every change that a public page could show."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
    at: Mapped[datetime]


class AlertTargetRow(Model):
    """How far one receiver of alerts has been told of the events, and when it is tried next."""

    __tablename__ = "alert_targets"

    name: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[int]
    batch: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    next_try: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    changed: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class SubscriberRow(Model):
    """Who asked for alerts by mail; the address is kept encrypted, and found again by its keyed hash."""

    __tablename__ = "subscribers"

    id: Mapped[str] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(unique=True)
    address: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str]
    regions: Mapped[list[str]] = mapped_column(JSON)
    services: Mapped[list[str]] = mapped_column(JSON)
    developments: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str]
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    created: Mapped[datetime]


class TurnRow(Model):
    """Whose turn a duty is that only one process may have, and until when nobody else takes it over."""

    __tablename__ = "turns"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


class ActRow(Model):
    """One act that is counted for a limit, by the keyed hash of a network or name; gone once it no longer counts."""

    __tablename__ = "acts"
    __table_args__ = (Index("ix_acts_limit_who", "limit", "who"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    limit: Mapped[str]
    who: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
