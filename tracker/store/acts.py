"""Acts that are counted for limits, by all processes together. Who acted is a keyed hash; nothing else is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from tracker.store.engine import reading, writing
from tracker.store.tables import ActRow


def last(limit: str, who: str | None, count: int, now: datetime) -> tuple[datetime, ...]:
    """When the last `count` acts were that still count, of one or (None) of all, the newest first."""
    wanted = select(ActRow.at).where(ActRow.limit == limit, ActRow.until > now)
    if who is not None:
        wanted = wanted.where(ActRow.who == who)
    with reading() as connection:
        return tuple(connection.scalars(wanted.order_by(ActRow.at.desc()).limit(count)))


def note(limit: str, who: str, now: datetime, until: datetime) -> None:
    """Counts one act until then, and removes those that no longer count."""
    with writing() as connection:
        connection.execute(delete(ActRow).where(ActRow.until <= now))
        connection.execute(insert(ActRow).values(limit=limit, who=who, at=now, until=until))


def forget(limit: str, who: str) -> None:
    """Takes back what is counted of one."""
    with writing() as connection:
        connection.execute(delete(ActRow).where(ActRow.limit == limit, ActRow.who == who))
