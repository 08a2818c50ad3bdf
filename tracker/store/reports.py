"""Reports, each version as it came, and where it stands: taken in, waiting for a moderator, rejected or retracted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from tracker.domain import Report, Service, SourceKind, Standing
from tracker.store import paging
from tracker.store.engine import reading, writing
from tracker.store.tables import ClaimRow, ReportRow, SourceRow
from tracker.store.write import chunks, put, table


class ReportStatus(StrEnum):
    """Where a report stands. Only an accepted one is public."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as we keep it.

    `superseded_by` is the id of its newest version where that is another; `reference` is the number that the sender
    of a public report was given; `worker` is the moderator who took it in hand; `repeats` counts equal reports that
    came after it; `cluster` is the id of the first of the texts that it is a near copy of, itself perhaps.
    """

    report: Report
    status: ReportStatus
    seen: datetime
    superseded_by: str | None = None
    reference: str | None = None
    worker: str | None = None
    repeats: int = 0
    cluster: str | None = None
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self.report.id)

    @property
    def public(self) -> bool:
        """Whether the world may see it; a superseded version may be seen, with its successor named."""
        return self.status is ReportStatus.ACCEPTED


@dataclass(frozen=True, slots=True)
class Known:
    """As much of a report as tells whether another one repeats it."""

    id: str
    key: str
    published: datetime


def add_all(stored: Sequence[StoredReport], signatures: Mapping[str, bytes] | None = None) -> None:
    """Keeps reports that are known to be new, with the signatures of those that have one."""
    signatures = signatures or {}
    with writing() as connection:
        put(connection, ReportRow, [_values(one, signatures.get(one.id)) for one in stored])


def same(source: str, content_hashes: Iterable[str]) -> dict[str, tuple[Known, ...]]:
    """The reports of a source with these very texts, by content hash, whatever their keys."""
    found: dict[str, list[Known]] = {}
    with reading() as connection:
        for chunk in chunks(content_hashes):
            for row in connection.execute(_SAME, {"name": source, "hashes": chunk}):
                found.setdefault(row.content_hash, []).append(Known(row.id, row.key, row.published))
    return {content_hash: tuple(reports) for content_hash, reports in found.items()}


def of_entries(source: str, keys: Iterable[str]) -> tuple[StoredReport, ...]:
    """Every version of the entries with these keys."""
    with reading() as connection:
        return tuple(
            _stored(row)
            for chunk in chunks(keys)
            for row in connection.execute(_OF_ENTRIES, {"name": source, "keys": chunk})
        )


def get(identity: str) -> StoredReport | None:
    """The report with this id, whatever its status: ask `.public` before showing it to the world."""
    with reading() as connection:
        row = connection.execute(select(ReportRow).where(ReportRow.id == identity)).one_or_none()
    return _stored(row) if row else None


def get_all(identities: Iterable[str]) -> dict[str, StoredReport]:
    """The reports with these ids, by id."""
    found: dict[str, StoredReport] = {}
    with reading() as connection:
        for chunk in chunks(identities):
            rows = connection.execute(select(ReportRow).where(ReportRow.id.in_(chunk)))
            found |= {row.id: _stored(row) for row in rows}
    return found


def by_reference(reference: str) -> StoredReport | None:
    """The public report whose sender was given this number."""
    with reading() as connection:
        wanted = select(ReportRow).where(ReportRow.reference == reference.strip().upper())
        row = connection.execute(wanted).one_or_none()
    return _stored(row) if row else None


def versions(source: str, key: str) -> tuple[StoredReport, ...]:
    """Every version of one entry, the newest first.

    Newest is what the source dates last; of two equally dated ones, the one that we saw last.
    """
    return tuple(sorted(of_entries(source, [key]), key=newness, reverse=True))


def newness(stored: StoredReport) -> tuple[datetime, datetime, str]:
    """What orders the versions of one entry."""
    return (stored.report.updated or stored.report.published, stored.seen, stored.id)


def pending(limit: int = 200) -> tuple[StoredReport, ...]:
    """Public reports that wait for a moderator, the longest waiting first."""
    waiting = select(ReportRow).where(ReportRow.status == ReportStatus.PENDING)
    with reading() as connection:
        return tuple(map(_stored, connection.execute(waiting.order_by(ReportRow.seen, ReportRow.id).limit(limit))))


def pending_count() -> int:
    """How many public reports wait for a moderator."""
    waiting = select(func.count()).select_from(ReportRow).where(ReportRow.status == ReportStatus.PENDING)
    with reading() as connection:
        return connection.scalar(waiting) or 0


def take(identity: str, who: str) -> bool:
    """Takes a waiting report in hand, so that two moderators do not work on one; False when another has it."""
    free = (ReportRow.worker.is_(None)) | (ReportRow.worker == who)
    waits = (ReportRow.id == identity) & (ReportRow.status == ReportStatus.PENDING)
    with writing() as connection:
        return connection.execute(update(ReportRow).where(waits, free).values(worker=who)).rowcount == 1


def release(identity: str) -> None:
    """Lays a report that was taken in hand back into the queue."""
    with writing() as connection:
        connection.execute(update(ReportRow).where(ReportRow.id == identity).values(worker=None))


def set_status(identity: str, status: ReportStatus) -> None:
    """Moves a report to another status."""
    with writing() as connection:
        connection.execute(update(ReportRow).where(ReportRow.id == identity).values(status=status.value))


def erase_unused(before: datetime) -> int:
    """Deletes public reports that came before then and that nobody let in; gives how many. One with claims stays."""
    from_form = select(SourceRow.name).where(SourceRow.kind == SourceKind.FORM.value)
    unused = (
        ReportRow.source.in_(from_form),
        ReportRow.status.in_((ReportStatus.PENDING, ReportStatus.REJECTED)),
        ReportRow.seen < before,
        ReportRow.id.not_in(select(ClaimRow.report)),
    )
    with writing() as connection:
        return connection.execute(delete(ReportRow).where(*unused)).rowcount


def supersede(newest: Mapping[str, str | None]) -> None:
    """Notes the newest version on older ones, by their ids."""
    with writing() as connection:
        for identity, by in newest.items():
            connection.execute(update(ReportRow).where(ReportRow.id == identity).values(superseded_by=by))


def repeat(identity: str) -> None:
    """Counts one more report that says the same as this one."""
    with writing() as connection:
        connection.execute(update(ReportRow).where(ReportRow.id == identity).values(repeats=ReportRow.repeats + 1))


def page(
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> paging.Page[StoredReport]:
    """Public reports, the last published first. Raises BadCursor (a ValueError) for a mark that is not ours."""
    wanted = select(ReportRow).where(ReportRow.status == ReportStatus.ACCEPTED)
    if source:
        wanted = wanted.where(ReportRow.source == source)
    if since:
        wanted = wanted.where(ReportRow.published >= since)
    if until:
        wanted = wanted.where(ReportRow.published < until)
    wanted = wanted.where(*paging.after(cursor, ReportRow.published, ReportRow.id))
    wanted = wanted.order_by(ReportRow.published.desc(), ReportRow.id.desc()).limit(limit + 1)
    with reading() as connection:
        found = tuple(map(_stored, connection.execute(wanted)))
    last = found[limit - 1].report if len(found) > limit else None
    return paging.Page(found[:limit], paging.mark(last.published, last.id) if last else None)


def since(source: str, published: datetime) -> tuple[StoredReport, ...]:
    """Every report of a source published from `published` on."""
    wanted = select(ReportRow).where(ReportRow.source == source, ReportRow.published >= published)
    with reading() as connection:
        return tuple(map(_stored, connection.execute(wanted.order_by(ReportRow.id))))


def public_counts(region: str, since: datetime, until: datetime) -> dict[Service, int]:
    """How many approved public reports, published from `since` to `until`, speak of each service of a region."""
    wanted = (
        select(ClaimRow.service, func.count(func.distinct(ClaimRow.report)))
        .where(
            ClaimRow.region == region,
            ClaimRow.standing == Standing.PUBLIC,
            ClaimRow.until.is_(None),
            ClaimRow.published >= since,
            ClaimRow.published < until,
        )
        .group_by(ClaimRow.service)
    )
    with reading() as connection:
        return {Service(service): number for service, number in connection.execute(wanted)}


def newest(at: datetime, known: datetime | None = None) -> datetime | None:
    """When the last public report up to `at` was published; of those that we had seen by `known`, if that is given."""
    wanted = (
        select(ReportRow.published)
        .where(ReportRow.published <= at, ReportRow.status == ReportStatus.ACCEPTED)
        .where(*([ReportRow.seen <= known] if known else []))
        .order_by(ReportRow.published.desc())
        .limit(1)
    )
    with reading() as connection:
        return connection.scalar(wanted)


def all(batch: int, after: str = "", upto: str | None = None) -> Iterator[tuple[StoredReport, ...]]:
    """Every report, so many at a time, of a span of ids or of all; what comes in meanwhile may be among them or not."""
    last = after
    span = [ReportRow.id <= upto] if upto is not None else []
    while True:
        wanted = select(ReportRow).where(ReportRow.id > last, *span).order_by(ReportRow.id).limit(batch)
        with reading() as connection:
            found = tuple(map(_stored, connection.execute(wanted)))
        if not found:
            return
        yield found
        last = found[-1].report.id


def every(size: int) -> tuple[str, ...]:
    """The id of every so many-th report and of the last one, in order."""
    turn = func.row_number().over(order_by=ReportRow.id).label("turn")
    numbered = select(ReportRow.id, turn).subquery()
    wanted = select(numbered.c.id).where(numbered.c.turn % size == 0).order_by(numbered.c.id)
    with reading() as connection:
        marks = tuple(connection.scalars(wanted))
        last = connection.scalar(select(func.max(ReportRow.id)))
    return marks if last is None or last in marks[-1:] else (*marks, last)


def count() -> dict[ReportStatus, int]:
    """How many reports we keep, by status."""
    with reading() as connection:
        rows = connection.execute(select(ReportRow.status, func.count()).group_by(ReportRow.status))
        return {ReportStatus(status): number for status, number in rows}


def _values(stored: StoredReport, signature: bytes | None) -> dict[str, Any]:
    report = stored.report
    return {
        "id": stored.id,
        "source": report.source,
        "key": report.key,
        "content_hash": report.content_hash,
        "published": report.published,
        "updated": report.updated,
        "seen": stored.seen,
        "title": report.title,
        "text": report.text,
        "url": report.url,
        "language": report.language,
        "truncated": report.truncated,
        "status": stored.status.value,
        "superseded_by": stored.superseded_by,
        "reference": stored.reference,
        "worker": stored.worker,
        "repeats": stored.repeats,
        "cluster": stored.cluster,
        "signature": signature,
    }


def _stored(row: Row[Any]) -> StoredReport:
    report = Report(
        source=row.source,
        key=row.key,
        published=row.published,
        title=row.title,
        text=row.text,
        url=row.url,
        language=row.language,
        updated=row.updated,
        seen=row.seen,
        truncated=row.truncated,
    )
    return StoredReport(
        report,
        ReportStatus(row.status),
        row.seen,
        row.superseded_by,
        row.reference,
        row.worker,
        row.repeats,
        row.cluster,
        row.id,
    )


_SAME = (
    select(ReportRow.content_hash, ReportRow.id, ReportRow.key, ReportRow.published)
    .where(ReportRow.source == bindparam("name"), ReportRow.content_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(ReportRow.id)
)
_OF_ENTRIES = (
    select(table(ReportRow))
    .where(ReportRow.source == bindparam("name"), ReportRow.key.in_(bindparam("keys", expanding=True)))
    .order_by(ReportRow.id)
)
