"""Near copies of one text: their signatures, and the clusters that they form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
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
    cluster: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A report's signature, and the bands by which its copies are found."""

    id: str
    published: datetime
    signature: bytes
    bands: tuple[int, ...] = ()


def remember(signed: Sequence[Signed]) -> None:
    """Keeps the bands of signed reports, so that copies to come find them."""
    rows = [
        {"band": band, "hour": _hour(report.published), "report": report.id}
        for report in signed
        for band in report.bands
    ]
    rows.sort(key=itemgetter("band"))
    with writing() as connection:
        put(connection, BandRow, rows, ("band", "hour", "report"), keep=True)


def sign(signed: Sequence[Signed]) -> None:
    """Keeps the signatures of reports that were stored without one."""
    values = [{"one": report.id, "signature": report.signature} for report in signed]
    if values:
        with writing() as connection:
            connection.execute(_SIGN, values)


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


def near(signed: Sequence[Signed], window: timedelta) -> dict[str, tuple[Signed, ...]]:
    """For each report the known ones, and those before it among `signed`, that share a band with it and were
    published within `window` of it."""
    if not signed:
        return {}
    ordered = sorted(signed, key=lambda one: (one.published, one.id))
    known = _sharing(ordered, window)
    found: dict[str, tuple[Signed, ...]] = {}
    before: dict[int, list[Signed]] = {}
    for report in ordered:
        others: dict[str, Signed] = {}
        for band in report.bands:
            for other in known.get(band, ()):
                if other.id != report.id and abs(other.published - report.published) <= window:
                    others[other.id] = other
            row = before.setdefault(band, [])
            for other in reversed(row):
                if report.published - other.published > window:
                    break
                others[other.id] = other
            row.append(report)
        found[report.id] = tuple(others[other] for other in sorted(others))
    return found


def _sharing(ordered: Sequence[Signed], window: timedelta) -> dict[int, list[Signed]]:
    """The known reports of the time around `ordered` that have one of its bands, by band."""
    given = {"first": _hour(ordered[0].published - window), "last": _hour(ordered[-1].published + window)}
    wanted = sorted({band for report in ordered for band in report.bands})
    sharing: list[tuple[int, str]] = []
    with reading() as connection:
        for start in range(0, len(wanted), LOOKED_UP):
            rows = connection.execute(_SHARING, {"bands": wanted[start : start + LOOKED_UP], **given})
            sharing += ((row.band, row.report) for row in rows)
        found = {
            row.id: Signed(row.id, row.published, row.signature)
            for chunk in chunks(report for _, report in sharing)
            for row in connection.execute(_SIGNED.where(ReportRow.id.in_(chunk)))
        }
    known: dict[int, list[Signed]] = {}
    for band, report in sharing:
        if report in found:
            known.setdefault(band, []).append(found[report])
    return known


def members(identities: Iterable[str]) -> tuple[Copy, ...]:
    """These reports and every other one of their clusters, the first published first."""
    found = _copies(identities)
    clusters = {one.cluster for one in found.values()}
    with reading() as connection:
        for chunk in chunks(clusters):
            rows = connection.execute(select(*_COLUMNS).where(ReportRow.cluster.in_(chunk)))
            found |= {row.id: _copy(row) for row in rows}
    return tuple(sorted(found.values(), key=lambda one: (one.published, one.id)))


def join(clusters: Mapping[str, str]) -> None:
    """Puts reports into clusters: the first report's id, by each report's."""
    values = [{"one": one, "first": first} for one, first in clusters.items()]
    if values:
        with writing() as connection:
            connection.execute(_JOIN, values)


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


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600


def _copy(row: Any) -> Copy:
    return Copy(row.id, row.source, row.published, row.cluster or row.id)


_COLUMNS = (ReportRow.id, ReportRow.source, ReportRow.published, ReportRow.cluster)
_SIGNED = select(ReportRow.id, ReportRow.published, ReportRow.signature).where(ReportRow.signature.is_not(None))
_SIGN = update(table(ReportRow)).where(ReportRow.id == bindparam("one")).values(signature=bindparam("signature"))
_JOIN = update(table(ReportRow)).where(ReportRow.id == bindparam("one")).values(cluster=bindparam("first"))
_SHARING = select(BandRow.band, BandRow.report).where(
    BandRow.band.in_(bindparam("bands", expanding=True)), BandRow.hour.between(bindparam("first"), bindparam("last"))
)
