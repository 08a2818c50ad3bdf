"""Claims with who said them and when we knew. Nothing is removed: `until` ends what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from tracker.domain import COUNTRY, Claim, Extent, Kind, Service, Standing, Testimony
from tracker.store import paging
from tracker.store.engine import reading, writing
from tracker.store.tables import ClaimRow
from tracker.store.write import chunks, put, table

Cell = tuple[str, Service]
"""A region and a service: the unit that is folded on its own."""


SERVICES = {service.value: service for service in Service}
KINDS = {kind.value: kind for kind in Kind}
EXTENTS: dict[str | None, Extent | None] = {None: None, **{extent.value: extent for extent in Extent}}
STANDINGS = {standing.value: standing for standing in Standing}
# A look-up takes a tenth of the time of calling the enumeration, and a board makes thousands.


def testimonies(
    region: str,
    service: Service,
    start: datetime | None = None,
    end: datetime | None = None,
    known: datetime | None = None,
    withdrawn: bool = False,
) -> tuple[Testimony, ...]:
    """What was said of one cell, the whole country included, effective from `start` to `end`, in order of effect.

    Without `known`, what stands now, and with `withdrawn` also what was taken back (its `until` is set). With
    `known`, what we held to be said at that moment; its `until` is left out, for then we did not know of it.
    """
    given: dict[str, object] = {"region": region, "service": service.value}
    wanted = _OF_CELL
    if start is not None:
        wanted, given["first"] = _FROM, start
    if end is not None:
        wanted = wanted.where(ClaimRow.effective <= end)
    if known is not None:
        wanted = wanted.where(known_at(known))
    elif not withdrawn:
        wanted = wanted.where(ClaimRow.until.is_(None))
    with reading() as connection:
        rows = connection.execute(wanted, given).all()
    return tuple(sorted((testimony(row, known is not None) for row in rows), key=lambda one: (one.effective, one.key)))


def for_report(identity: str, withdrawn: bool = False) -> tuple[Testimony, ...]:
    """The claims of one report, in the order of its text; with `withdrawn` also those that were taken back."""
    wanted = select(ClaimRow).where(ClaimRow.report == identity)
    if not withdrawn:
        wanted = wanted.where(ClaimRow.until.is_(None))
    with reading() as connection:
        rows = connection.execute(wanted.order_by(ClaimRow.start, ClaimRow.key)).all()
    return tuple(map(testimony, rows))


def for_reports(identities: Iterable[str], withdrawn: bool = True) -> dict[str, tuple[Testimony, ...]]:
    """The claims of many reports, by report."""
    found: dict[str, list[Testimony]] = {}
    for chunk in chunks(identities):
        wanted = select(ClaimRow).where(ClaimRow.report.in_(chunk))
        if not withdrawn:
            wanted = wanted.where(ClaimRow.until.is_(None))
        with reading() as connection:
            for row in connection.execute(wanted.order_by(ClaimRow.start, ClaimRow.key)):
                found.setdefault(row.report, []).append(testimony(row))
    return {report: tuple(claims) for report, claims in found.items()}


def get(key: str) -> Testimony | None:
    """The claim with this key, standing or taken back."""
    return get_all([key]).get(key)


def get_all(keys: Iterable[str]) -> dict[str, Testimony]:
    """The claims with these keys, by key."""
    found: dict[str, Testimony] = {}
    with reading() as connection:
        for chunk in chunks(keys):
            rows = connection.execute(select(ClaimRow).where(ClaimRow.key.in_(chunk)))
            found |= {row.key: testimony(row) for row in rows}
    return found


def add(spoken: Sequence[Testimony]) -> None:
    """Keeps claims. One whose key is there already is left as it is: the same words twice are one claim."""
    with writing() as connection:
        put(connection, ClaimRow, [_values(one) for one in spoken], ("key",), keep=True)


def close(keys: Iterable[str], now: datetime) -> None:
    """Ends what was held to be said under these keys; what is ended already stays so."""
    with writing() as connection:
        for chunk in chunks(keys):
            wanted = and_(ClaimRow.key.in_(chunk), ClaimRow.until.is_(None))
            connection.execute(update(ClaimRow).where(wanted).values(until=now))


def set_origin(reports: Iterable[str], origin: str) -> None:
    """Counts the claims of these reports as the word of `origin`, except those that quote a voice themselves."""
    with writing() as connection:
        for chunk in chunks(reports):
            wanted = and_(ClaimRow.report.in_(chunk), ClaimRow.originator.is_(None))
            connection.execute(update(ClaimRow).where(wanted).values(origin=origin))


def unnamed(at: datetime, known: datetime | None, lives: Mapping[Service, timedelta]) -> tuple[Testimony, ...]:
    """What was said at `at` of regions that the text does not name, newest first, each for as long as it `lives`."""
    fresh = or_(*(and_(ClaimRow.service == service, ClaimRow.effective > at - life) for service, life in lives.items()))
    wanted = select(ClaimRow).where(
        ClaimRow.region == COUNTRY,
        ClaimRow.service.in_([service.value for service in lives]),
        ClaimRow.effective <= at,
        or_(ClaimRow.extent.is_(None), ClaimRow.extent != Extent.WHOLE.value),
        fresh,
        ClaimRow.until.is_(None) if known is None else known_at(known),
    )
    with reading() as connection:
        rows = connection.execute(wanted.order_by(ClaimRow.effective.desc(), ClaimRow.key.desc())).all()
    return tuple(testimony(row, known is not None) for row in rows)


def differing(known: datetime, moment: datetime) -> dict[Cell, datetime]:
    """Where what we knew at `known` of the time up to `moment` differs from what stands now: the earliest such effect.

    Cuts announced by `moment` for later are part of that time. The key of a nationwide claim is the region code
    `UA`; it differs in every cell of its service.
    """
    later = and_(ClaimRow.until.is_(None), ClaimRow.seen > known)
    withdrawn = and_(ClaimRow.until > known, ClaimRow.seen <= known)
    told = or_(ClaimRow.region != COUNTRY, ClaimRow.extent == Extent.WHOLE.value)
    announced = and_(ClaimRow.kind == Kind.SCHEDULED.value, ClaimRow.published <= moment)
    before = or_(ClaimRow.effective <= moment, announced)
    cells: dict[Cell, datetime] = {}
    with reading() as connection:
        for other in (later, withdrawn):
            # Found first and grouped then: asked for both at once, SQLite reads every claim in the order of the groups.
            wanted = select(ClaimRow.region, ClaimRow.service, ClaimRow.effective).where(before, told, other)
            found = wanted.cte("found").prefix_with("MATERIALIZED")
            first = select(found.c.region, found.c.service, func.min(found.c.effective))
            for region, service, moment in connection.execute(first.group_by(found.c.region, found.c.service)):
                cell = (region, Service(service))
                cells[cell] = min(cells.get(cell, moment), moment)
    return cells


def last_spoken(region: str) -> dict[Service, datetime]:
    """When each service of a region was last spoken of at all."""
    wanted = (
        select(ClaimRow.service, func.max(ClaimRow.published))
        .where(ClaimRow.region == region, ClaimRow.until.is_(None))
        .group_by(ClaimRow.service)
    )
    with reading() as connection:
        return {Service(service): moment for service, moment in connection.execute(wanted)}


def page(
    region: str | Sequence[str] | None = None,
    service: Service | Sequence[Service] | None = None,
    kind: Kind | Sequence[Kind] | None = None,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> paging.Page[Testimony]:
    """Standing claims, the latest effect first. Raises BadCursor (a ValueError) for a mark that is not ours."""
    wanted = select(ClaimRow).where(ClaimRow.until.is_(None))
    if region:
        wanted = wanted.where(ClaimRow.region.in_(several(region)))
    if service:
        wanted = wanted.where(ClaimRow.service.in_(several(service)))
    if kind:
        wanted = wanted.where(ClaimRow.kind.in_(several(kind)))
    if source:
        wanted = wanted.where(ClaimRow.source == source)
    if since:
        wanted = wanted.where(ClaimRow.effective >= since)
    if until:
        wanted = wanted.where(ClaimRow.effective < until)
    wanted = wanted.where(*paging.after(cursor, ClaimRow.effective, ClaimRow.key))
    wanted = wanted.order_by(ClaimRow.effective.desc(), ClaimRow.key.desc()).limit(limit + 1)
    with reading() as connection:
        found = tuple(map(testimony, connection.execute(wanted)))
    last = found[limit - 1] if len(found) > limit else None
    return paging.Page(found[:limit], paging.mark(last.effective, last.key) if last else None)


def several(value: str | Sequence[str]) -> list[str]:
    """One value or many of them, as a list of plain text."""
    return [str(value)] if isinstance(value, str) else [str(one) for one in value]


def known_at(moment: datetime) -> ColumnElement[bool]:
    """The condition of a claim that we held to be said at `moment`."""
    return and_(ClaimRow.seen <= moment, or_(ClaimRow.until.is_(None), ClaimRow.until > moment))


def testimony(row: Sequence[Any], open_ended: bool = False) -> Testimony:
    """The testimony that a row of every column keeps; with `open_ended`, as it was before we knew of its end.

    A board makes thousands: taking the row apart at once costs a third of asking it for each name.
    """
    (
        key,
        report,
        region,
        service,
        kind,
        evidence,
        place,
        within,
        customers,
        extent,
        day,
        start,
        end,
        originator,
        rule,
        source,
        standing,
        origin,
        published,
        seen,
        effective,
        until,
        url,
    ) = row
    claim = Claim(
        region,
        SERVICES[service],
        KINDS[kind],
        evidence,
        place,
        tuple(within.split("\n")) if within else (),
        customers,
        EXTENTS[extent],
        day,
        start,
        end,
        originator,
        rule,
    )
    return Testimony(
        claim,
        key,
        report,
        source,
        STANDINGS[standing],
        origin,
        published,
        seen,
        effective,
        None if open_ended else until,
        url,
    )


def _values(spoken: Testimony) -> dict[str, Any]:
    claim = spoken.claim
    return {
        "key": spoken.key,
        "report": spoken.report,
        "region": claim.region,
        "service": claim.service.value,
        "kind": claim.kind.value,
        "evidence": claim.evidence,
        "place": claim.place,
        "within": "\n".join(claim.within),
        "customers": claim.customers,
        "extent": claim.extent.value if claim.extent else None,
        "day": claim.when,
        "start": claim.start,
        "end": claim.end,
        "originator": claim.originator,
        "rule": claim.rule,
        "source": spoken.source,
        "standing": int(spoken.standing),
        "origin": spoken.origin,
        "published": spoken.published,
        "seen": spoken.seen,
        "effective": spoken.effective,
        "until": spoken.until,
        "url": spoken.url,
    }


_COUNTRY = and_(ClaimRow.region == COUNTRY, ClaimRow.extent == Extent.WHOLE.value)
_OF_CELL = select(table(ClaimRow)).where(
    or_(ClaimRow.region == bindparam("region"), _COUNTRY), ClaimRow.service == bindparam("service")
)
_FROM = _OF_CELL.where(ClaimRow.effective >= bindparam("first"))
