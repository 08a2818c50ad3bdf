"""What moderators did: who, when, why. Every action can be undone, and none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from tracker.domain import Correction, Mending, Service
from tracker.store import paging
from tracker.store.engine import reading, writing
from tracker.store.tables import ActionRow
from tracker.store.write import table


class What(StrEnum):
    """What a moderator can do."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRACT_CLAIM = "retract_claim"
    RETRACT_REPORT = "retract_report"
    MERGE = "merge"
    SPLIT = "split"
    DISTRUST = "distrust"


@dataclass(frozen=True, slots=True)
class Action:
    """One act of a moderator. `target` is the id or name it is about; `undone` is when it was taken back."""

    id: int
    at: datetime
    who: str
    what: What
    target: str
    why: str
    details: dict[str, Any] = field(default_factory=dict)
    undone: datetime | None = None
    undone_by: str | None = None


def record(who: str, what: What, target: str, why: str, now: datetime, details: dict[str, Any] | None = None) -> Action:
    """Notes an act; the one who acts writes it in the same transaction as its effect."""
    values = {"at": now, "who": who, "what": what.value, "target": target, "why": why, "details": details or {}}
    with writing() as connection:
        identity = connection.execute(insert(table(ActionRow)).values(values)).inserted_primary_key
        assert identity is not None
        return Action(int(identity[0]), now, who, what, target, why, details or {})


def undo(identity: int, who: str, now: datetime) -> bool:
    """Notes that an act was taken back; False when there is none with this id, or it was taken back before."""
    standing = (ActionRow.id == identity) & ActionRow.undone.is_(None)
    with writing() as connection:
        done = connection.execute(update(ActionRow).where(standing).values(undone=now, undone_by=who))
    return done.rowcount == 1


def get(identity: int) -> Action | None:
    """The act with this id."""
    with reading() as connection:
        row = connection.execute(select(ActionRow).where(ActionRow.id == identity)).one_or_none()
    return _action(row) if row else None


def standing(*what: What) -> tuple[Action, ...]:
    """The acts of these kinds that were not taken back, oldest first."""
    wanted = select(ActionRow).where(ActionRow.what.in_([one.value for one in what]), ActionRow.undone.is_(None))
    with reading() as connection:
        return tuple(map(_action, connection.execute(wanted.order_by(ActionRow.id))))


def corrections(known: datetime | None = None) -> dict[tuple[str, Service], tuple[Correction, ...]]:
    """How moderators corrected the incidents of each cell: what holds now, or what held at `known`."""
    wanted = select(ActionRow).where(ActionRow.what.in_([What.MERGE.value, What.SPLIT.value]))
    with reading() as connection:
        rows = connection.execute(wanted.order_by(ActionRow.id)).all()
    made = (correction(_action(row)) for row in rows)
    cells: dict[tuple[str, Service], tuple[Correction, ...]] = {}
    for one in made:
        if one.until is None if known is None else one.known_at(known):
            cell = (one.region, one.service)
            cells[cell] = (*cells.get(cell, ()), replace(one, until=None))
    return cells


def differing(known: datetime) -> dict[tuple[str, Service], datetime]:
    """The cells whose corrections at `known` were others than now, and the earliest moment that those are about."""
    wanted = select(ActionRow).where(
        ActionRow.what.in_([What.MERGE.value, What.SPLIT.value]), or_(ActionRow.at > known, ActionRow.undone > known)
    )
    cells: dict[tuple[str, Service], datetime] = {}
    with reading() as connection:
        for one in (correction(_action(row)) for row in connection.execute(wanted)):
            moment = one.since or one.at
            cells[one.region, one.service] = min(cells.get((one.region, one.service), moment), moment)
    return cells


def correcting(correction: Correction) -> dict[str, Any]:
    """A correction as the details of the act that makes it."""
    return {
        "region": correction.region,
        "service": correction.service.value,
        "at": correction.at.isoformat(),
        "since": correction.since.isoformat() if correction.since else None,
    }


def correction(action: Action) -> Correction:
    """The correction that an act of merging or splitting made."""
    told = action.details
    return Correction(
        region=told["region"],
        service=Service(told["service"]),
        what=Mending(action.what.value),
        at=datetime.fromisoformat(told["at"]),
        made=action.at,
        since=datetime.fromisoformat(told["since"]) if told["since"] else None,
        until=action.undone,
        by=action.who,
        why=action.why,
    )


def about(target: str) -> tuple[Action, ...]:
    """Every act on one report, claim, incident or source, newest first."""
    wanted = select(ActionRow).where(ActionRow.target == target).order_by(ActionRow.id.desc())
    with reading() as connection:
        return tuple(map(_action, connection.execute(wanted)))


def page(cursor: str | None = None, limit: int = 50) -> paging.Page[Action]:
    """Every act, newest first. Raises BadCursor (a ValueError) for a mark that is not ours."""
    wanted = select(ActionRow)
    if cursor:
        if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
            raise paging.BadCursor
        wanted = wanted.where(ActionRow.id < int(cursor))
    with reading() as connection:
        found = tuple(map(_action, connection.execute(wanted.order_by(ActionRow.id.desc()).limit(limit + 1))))
    return paging.Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else None)


def _action(row: Row[Any]) -> Action:
    return Action(row.id, row.at, row.who, What(row.what), row.target, row.why, row.details, row.undone, row.undone_by)
