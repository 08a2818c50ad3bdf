"""Whose turn it is: of several processes that could do a thing one holds the turn, and loses it by falling silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from tracker.store.engine import writing
from tracker.store.tables import TurnRow
from tracker.store.write import put


def hold(name: str, owner: str, now: datetime, seconds: float) -> bool:
    """Takes or prolongs the turn for so many `seconds`; False while another process holds it."""
    until = now + timedelta(seconds=seconds)
    mine = update(TurnRow).where(TurnRow.name == name, or_(TurnRow.owner == owner, TurnRow.until <= now))
    with writing() as connection:
        put(connection, TurnRow, [{"name": name, "owner": owner, "until": until}], ("name",), keep=True)
        return connection.execute(mine.values(owner=owner, until=until)).rowcount == 1


def leave(name: str, owner: str, now: datetime) -> None:
    """Gives the turn back at once, so that the next one need not wait for its end."""
    with writing() as connection:
        connection.execute(update(TurnRow).where(TurnRow.name == name, TurnRow.owner == owner).values(until=now))
