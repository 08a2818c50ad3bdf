"""Near copies of one text: their signatures, and the clusters that they form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from tracker.store.engine import reading, writing
from tracker.store.tables import BandRow, ReportRow
from tracker.store.write import chunks, put


@dataclass(frozen=True, slots=True)
class Copy:
    """What clustering needs to know of a report."""

    id: str
    source: str
    published: datetime
    signature: bytes
    cluster: str


def remember(signatures: Mapping[str, tuple[bytes, Sequence[str]]]) -> None:
    """Keeps each report's signature and its bands, by report id."""
    with writing() as connection:
        for identity, (signature, _) in signatures.items():
            connection.execute(update(ReportRow).where(ReportRow.id == identity).values(signature=signature))
        rows = [{"band": band, "report": one} for one, (_, bands) in signatures.items() for band in bands]
        put(connection, BandRow, rows, ("band", "report"), keep=True)


def signed(identities: Iterable[str]) -> set[str]:
    """Which of these reports have a signature."""
    with reading() as connection:
        return {
            row.id
            for chunk in chunks(identities)
            for row in connection.execute(
                select(ReportRow.id).where(ReportRow.id.in_(chunk), ReportRow.signature.is_not(None))
            )
        }


def near(bands: Iterable[str], published: datetime, window: timedelta) -> tuple[Copy, ...]:
    """The reports that share a band, published within `window` of `published`."""
    found: dict[str, Copy] = {}
    with reading() as connection:
        for chunk in chunks(bands):
            wanted = (
                select(*_COLUMNS)
                .join(BandRow, BandRow.report == ReportRow.id)
                .where(BandRow.band.in_(chunk), ReportRow.published.between(published - window, published + window))
            )
            found |= {row.id: _copy(row) for row in connection.execute(wanted)}
    return tuple(found[identity] for identity in sorted(found))


def members(clusters: Iterable[str]) -> tuple[Copy, ...]:
    """Every report of these clusters, the first published first; one without copies is a cluster of its own."""
    found: list[Copy] = []
    with reading() as connection:
        for chunk in chunks(clusters):
            mine = or_(ReportRow.cluster.in_(chunk), and_(ReportRow.cluster.is_(None), ReportRow.id.in_(chunk)))
            found += [_copy(row) for row in connection.execute(select(*_COLUMNS).where(mine))]
    return tuple(sorted(found, key=lambda one: (one.published, one.id)))


def join(identities: Iterable[str], cluster: str) -> None:
    """Puts reports into one cluster."""
    with writing() as connection:
        for chunk in chunks(identities):
            connection.execute(update(ReportRow).where(ReportRow.id.in_(chunk)).values(cluster=cluster))


def origins(identities: Iterable[str]) -> dict[str, str]:
    """The voice that each report's words count as, where it is a copy: the source of the first of its cluster."""
    first: dict[str, str | None] = {}
    with reading() as connection:
        for chunk in chunks(identities):
            mine = select(ReportRow.id, ReportRow.cluster).where(
                ReportRow.id.in_(chunk), ReportRow.cluster.is_not(None)
            )
            first |= dict(connection.execute(mine).all())
    voices = _sources({cluster for cluster in first.values() if cluster})
    return {identity: voices[cluster] for identity, cluster in first.items() if cluster}


def _sources(identities: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    with reading() as connection:
        for chunk in chunks(identities):
            wanted = select(ReportRow.id, ReportRow.source).where(ReportRow.id.in_(chunk))
            found.update(connection.execute(wanted).all())
    return found


def _copy(row: Any) -> Copy:
    return Copy(row.id, row.source, row.published, row.signature, row.cluster or row.id)


_COLUMNS = (ReportRow.id, ReportRow.source, ReportRow.published, ReportRow.signature, ReportRow.cluster)
