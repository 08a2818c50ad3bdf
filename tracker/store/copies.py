"""Near copies of one text: their signatures, and the clusters that they form."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from tracker.store.engine import reading, writing
from tracker.store.tables import BandRow, ReportRow
from tracker.store.write import chunks, put, table

LOOKED_UP = 500
"""Bands looked up in one statement."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What clustering needs to know of a report."""

    id: str
    source: str
    published: datetime
    signature: bytes
    cluster: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A report's signature, and the bands by which its copies are found."""

    id: str
    published: datetime
    signature: bytes
    bands: tuple[str, ...]


def remember(signed: Sequence[Signed]) -> None:
    """Keeps the signatures of stored reports, and their bands."""
    values = [{"one": report.id, "signature": report.signature} for report in signed]
    rows = [
        {"band": _number(band), "published": report.published, "report": report.id}
        for report in signed
        for band in set(report.bands)
    ]
    with writing() as connection:
        if values:
            connection.execute(_SIGN, values)
        put(connection, BandRow, rows, ("band", "published", "report"), keep=True)


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


def near(signed: Sequence[Signed], window: timedelta) -> dict[str, tuple[Copy, ...]]:
    """For each report those that share a band with it, published within `window` of it; itself is not among them."""
    numbers = {report.id: {_number(band) for band in report.bands} for report in signed}
    wanted = sorted(set[int]().union(*numbers.values()))
    first = min((report.published for report in signed), default=None)
    if first is None:
        return {}
    last = max(report.published for report in signed)
    sharing: dict[int, list[tuple[str, datetime]]] = {}
    with reading() as connection:
        for start in range(0, len(wanted), LOOKED_UP):
            given = {"bands": wanted[start : start + LOOKED_UP], "first": first - window, "last": last + window}
            for row in connection.execute(_SHARING, given):
                sharing.setdefault(row.band, []).append((row.report, row.published))
    found = {
        report.id: {
            other
            for band in numbers[report.id]
            for other, published in sharing.get(band, ())
            if other != report.id and abs(published - report.published) <= window
        }
        for report in signed
    }
    copies = _copies(set[str]().union(*found.values()))
    return {identity: tuple(copies[other] for other in sorted(others)) for identity, others in found.items()}


def members(identities: Iterable[str]) -> tuple[Copy, ...]:
    """These reports and every other one of their clusters, the first published first."""
    found = _copies(identities)
    clusters = {one.cluster for one in found.values()}
    with reading() as connection:
        for chunk in chunks(clusters):
            rows = connection.execute(select(*_COLUMNS).where(ReportRow.cluster.in_(chunk)))
            found |= {row.id: _copy(row) for row in rows}
    return tuple(sorted(found.values(), key=lambda one: (one.published, one.id)))


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


def _copies(identities: Iterable[str]) -> dict[str, Copy]:
    with reading() as connection:
        return {
            row.id: _copy(row)
            for chunk in chunks(identities)
            for row in connection.execute(select(*_COLUMNS).where(ReportRow.id.in_(chunk)))
        }


def _number(band: str) -> int:
    """A band as a number; two bands that share one only make a comparison more."""
    return zlib.crc32(band.encode())


def _copy(row: Any) -> Copy:
    return Copy(row.id, row.source, row.published, row.signature, row.cluster or row.id)


_COLUMNS = (ReportRow.id, ReportRow.source, ReportRow.published, ReportRow.signature, ReportRow.cluster)
_SIGN = update(table(ReportRow)).where(ReportRow.id == bindparam("one")).values(signature=bindparam("signature"))
_SHARING = select(BandRow.band, BandRow.report, BandRow.published).where(
    BandRow.band.in_(bindparam("bands", expanding=True)),
    BandRow.published.between(bindparam("first"), bindparam("last")),
)
