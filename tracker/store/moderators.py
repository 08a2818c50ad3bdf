"""Moderators and their sessions. A session is kept by the hash of its token, so that a stolen copy opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update

from tracker.store.engine import reading, writing
from tracker.store.tables import ModeratorRow, SessionRow
from tracker.store.write import put

SESSION = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Moderator:
    """Who may moderate. The password is kept as its argon2 hash alone."""

    name: str
    password_hash: str
    active: bool
    added: datetime


def add(name: str, password_hash: str, now: datetime) -> bool:
    """Adds a moderator; False when the name is taken."""
    with writing() as connection:
        if get(name) is not None:
            return False
        put(connection, ModeratorRow, [{"name": name, "password_hash": password_hash, "active": True, "added": now}])
    return True


def get(name: str) -> Moderator | None:
    """The moderator of this name, active or not."""
    with reading() as connection:
        row = connection.execute(select(ModeratorRow).where(ModeratorRow.name == name)).one_or_none()
    return _moderator(row) if row else None


def all() -> tuple[Moderator, ...]:
    """Every moderator, by name."""
    with reading() as connection:
        return tuple(map(_moderator, connection.execute(select(ModeratorRow).order_by(ModeratorRow.name))))


def set_password(name: str, password_hash: str) -> bool:
    """Changes a moderator's password and ends all of their sessions; False when there is none of that name."""
    with writing() as connection:
        changed = update(ModeratorRow).where(ModeratorRow.name == name).values(password_hash=password_hash)
        done = connection.execute(changed).rowcount == 1
        close_sessions(name)
    return done


def deactivate(name: str) -> bool:
    """Takes the right to moderate from somebody and ends their sessions; what they did stays on record."""
    with writing() as connection:
        changed = update(ModeratorRow).where(ModeratorRow.name == name).values(active=False)
        done = connection.execute(changed).rowcount == 1
        close_sessions(name)
    return done


def open_session(name: str, token_hash: str, now: datetime) -> None:
    """Begins a session for half a day, and forgets the sessions that are over."""
    with writing() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.expires <= now))
        values = {"token_hash": token_hash, "moderator": name, "begun": now, "expires": now + SESSION}
        put(connection, SessionRow, [values])


def session(token_hash: str, now: datetime) -> str | None:
    """The name of the active moderator whose open session this is."""
    wanted = (
        select(SessionRow.moderator)
        .join(ModeratorRow, ModeratorRow.name == SessionRow.moderator)
        .where(SessionRow.token_hash == token_hash, SessionRow.expires > now, ModeratorRow.active)
    )
    with reading() as connection:
        return connection.scalar(wanted)


def close_session(token_hash: str) -> None:
    """Ends one session."""
    with writing() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))


def close_sessions(name: str) -> None:
    """Ends every session of a moderator."""
    with writing() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.moderator == name))


def _moderator(row: Row[Any]) -> Moderator:
    return Moderator(row.name, row.password_hash, row.active, row.added)
