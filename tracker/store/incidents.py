"""Incidents as they stand folded: found by id, by moment, by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, union_all

from tracker.domain import Incident, Kind, Service
from tracker.store import paging, stories
from tracker.store.claims import Cell, several
from tracker.store.engine import reading
from tracker.store.tables import ClaimRow, IncidentRow, WordRow
from tracker.store.whole import until, whole
from tracker.store.write import chunks, table

USUAL = timedelta(days=45)
"""Incidents that lasted longer are few, and found by an index of their own; so a look back ends here."""

RECENT = timedelta(days=1)
"""How long the board goes on showing that an incident is over."""

AHEAD = timedelta(days=60)
"""How far ahead cuts may be announced for a fold to heed them."""

_HEADLINE = tuple(
    getattr(IncidentRow, name)
    for name in ("id", "region", "service", "track", "opened", "spoken", "ended", "ending", "updated")
)
_TOLD = IncidentRow.gone.is_(None)
_HEADLINES = (
    select(*_HEADLINE)
    .where(IncidentRow.region == bindparam("region"), IncidentRow.service == bindparam("service"), _TOLD)
    .order_by(IncidentRow.opened, IncidentRow.id)
)

_HEADLINES_SINCE = _HEADLINES.where(IncidentRow.opened >= bindparam("since"))


def get(identity: str) -> Incident | None:
    """The incident with this id, whole; None when there is none, or none any more (then ask `successor`)."""
    found = _load(IncidentRow.id == identity)
    return found[0] if found else None


def get_all(identities: Iterable[str]) -> dict[str, Incident]:
    """The incidents with these ids, whole, by id."""
    return {one.id: one for chunk in chunks(identities) for one in _load(IncidentRow.id.in_(chunk))}


def successor(identity: str) -> str | None:
    """The id of the incident that took the place of one that is no longer told; None when there is none."""
    wanted = select(IncidentRow.successor, IncidentRow.gone)
    with reading() as connection:
        seen = {identity}
        while True:
            row = connection.execute(wanted.where(IncidentRow.id == identity)).one_or_none()
            if row is None or row.gone is None:
                return identity if row is not None and len(seen) > 1 else None
            if row.successor is None or row.successor in seen:
                return None
            identity = row.successor
            seen.add(identity)


def gone(identity: str) -> datetime | None:
    """When an incident that was told once was taken back; None while it stands, or when there never was one."""
    with reading() as connection:
        return connection.scalar(select(IncidentRow.gone).where(IncidentRow.id == identity))


def headlines(region: str, service: Service, since: datetime | None = None) -> tuple[Incident, ...]:
    """Every incident of one cell, or those opened from `since` on, without its story, oldest first.

    That is cheap, and enough to see where it was quiet.
    """
    given: dict[str, object] = {"region": region, "service": service.value}
    wanted = _HEADLINES
    if since is not None:
        wanted, given["since"] = _HEADLINES_SINCE, since
    with reading() as connection:
        rows = connection.execute(wanted, given).all()
    return tuple(map(stories.headline, rows))


def around(at: datetime, region: str | None = None) -> dict[Cell, tuple[Incident, ...]]:
    """The incidents that the board as of `at` needs, by cell: open, ended within a day, or announced for later.

    Of an outage that went on after `at`, only the steps up to then may be there.
    """
    cells: dict[Cell, list[Incident]] = {}
    where = [IncidentRow.region == region] if region else []
    for one in _load(_told_of_between(at - RECENT, at, *where), at=at):
        cells.setdefault((one.region, one.service), []).append(one)
    return {cell: tuple(found) for cell, found in cells.items()}


def between(
    start: datetime,
    end: datetime,
    region: str | Sequence[str] | None = None,
    service: Service | Sequence[Service] | None = None,
) -> tuple[Incident, ...]:
    """The incidents that were open at some moment from `start` to `end`, whole, oldest first."""
    where = [IncidentRow.opened <= end]
    if region:
        where.append(IncidentRow.region.in_(several(region)))
    if service:
        where.append(IncidentRow.service.in_(several(service)))
    return _load(_told_of_between(start, end, *where))


def page(
    region: str | Sequence[str] | None = None,
    service: Service | Sequence[Service] | None = None,
    kind: Kind | Sequence[Kind] | None = None,
    source: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    since: datetime | None = None,
    open: bool | None = None,
    order: str = "updated",
    cursor: str | None = None,
    limit: int = 50,
) -> paging.Page[Incident]:
    """Incidents, whole, the last updated first; with `order="opened"` the last opened first.

    `kind` are incidents in whose story some claim of that kind stands, `source` those of whose words some are its;
    `start` and `end` bound when they were open, `since` when we last learnt something about them.
    Raises BadCursor (a ValueError) for a mark that is not ours.
    """
    moment = IncidentRow.opened if order == "opened" else IncidentRow.updated
    conditions: list[ColumnElement[bool]] = [_TOLD, *paging.after(cursor, moment, IncidentRow.id)]
    if region:
        conditions.append(IncidentRow.region.in_(several(region)))
    if service:
        conditions.append(IncidentRow.service.in_(several(service)))
    if kind:
        conditions.append(_rests_on(ClaimRow.kind.in_(several(kind))))
    if source:
        conditions.append(_rests_on(ClaimRow.source == source))
    if start:
        conditions.append(or_(IncidentRow.ended.is_(None), IncidentRow.ended >= start))
    if end:
        conditions.append(IncidentRow.opened < end)
    if since:
        conditions.append(IncidentRow.updated >= since)
    if open is not None:
        conditions.append(IncidentRow.ended.is_(None) if open else IncidentRow.ended.is_not(None))
    wanted = select(IncidentRow).where(*conditions).order_by(moment.desc(), IncidentRow.id.desc()).limit(limit + 1)
    with reading() as connection:
        rows = connection.execute(wanted).all()
        last = rows[limit - 1] if len(rows) > limit else None
        found = whole(rows[:limit])
    return paging.Page(found, paging.mark(getattr(last, moment.key), last.id) if last is not None else None)


def of_claims(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The ids of the incidents that rest on each of these claims, by claim key."""
    found: dict[str, list[str]] = {}
    with reading() as connection:
        for chunk in chunks(keys):
            rows = select(WordRow.claim, WordRow.incident).where(WordRow.claim.in_(chunk)).order_by(WordRow.incident)
            for claim, incident in connection.execute(rows):
                found.setdefault(claim, []).append(incident)
    return {claim: tuple(incidents) for claim, incidents in found.items()}


def _told_of_between(start: datetime, end: datetime, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """First spoken of by `end` and not over by `start`: usual ones, those still open, and long ones.

    Three questions that an index answers each, for one question with "or" makes SQLite read every incident. What
    else is asked stands in each of them, where the index of the regions can help: an outage opens when it is first
    spoken of, and cuts on the day on which they end, so usual ones opened no earlier than they were spoken of.
    """
    early = start - USUAL
    one = select(IncidentRow.id).where(*where)
    usual = one.where(IncidentRow.begun > early, IncidentRow.begun <= end, IncidentRow.ended >= start)
    usual = usual.where(IncidentRow.opened > early)
    still = one.where(IncidentRow.ended.is_(None), IncidentRow.begun <= end)
    long = one.where(IncidentRow.long, IncidentRow.begun <= early, IncidentRow.ended >= start)
    return IncidentRow.id.in_(union_all(usual, still, long))


def _rests_on(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition of an incident some claim of which meets `condition`."""
    behind = select(WordRow.claim).join(ClaimRow, ClaimRow.key == WordRow.claim)
    return exists(behind.where(WordRow.incident == IncidentRow.id, condition))


def _load(*conditions: ColumnElement[bool], at: datetime | None = None) -> tuple[Incident, ...]:
    """The incidents that stand and meet `conditions`, oldest first; whole, or as far as they were told by `at`."""
    with reading() as connection:
        rows = connection.execute(select(table(IncidentRow)).where(_TOLD, *conditions)).all()
        found = whole(rows) if at is None else until(rows, at)
    return tuple(sorted(found, key=lambda one: (one.opened, one.id)))
