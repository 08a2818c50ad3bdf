"""How the database itself is doing, asked without writing to it or bringing it up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from tracker.store.engine import form, newest_form
from tracker.store.tables import ReportRow, db


class Unreachable(Exception):  # noqa: N818  reads as what it is
    """A database that gives no answer; the message says which and why."""


def is_silent(error: BaseException | None) -> bool:
    """Whether `error` says that the database is away, hangs, is locked or damaged, and not that we asked wrongly."""
    if isinstance(error, (Unreachable, OperationalError, InterfaceError, NoConnection)):
        return True
    return type(error) is DatabaseError


@dataclass(frozen=True, slots=True)
class Condition:
    """The engine and its version, SQLite's file, the migration found and the newest one, the last report taken in.

    `damage` is what a deep look found wrong with a SQLite file; None when it is sound or nobody looked.
    """

    engine: str
    version: str
    file: Path | None
    current: str | None
    newest: str
    latest_seen: datetime | None
    damage: str | None = None


def condition(deep: bool = False) -> Condition:
    """The database's condition; with `deep`, a SQLite file is read through. Raises Unreachable with a sentence."""
    engine = db.engine
    file = Path(engine.url.database).resolve() if engine.dialect.name == "sqlite" and engine.url.database else None
    if file is not None and not file.exists():
        raise Unreachable(f"There is no database at {file} yet; `tracker serve` makes it.")
    try:
        with engine.connect() as connection:
            version = ".".join(map(str, connection.dialect.server_version_info or ()))
            seen = connection.scalar(select(func.max(ReportRow.seen))) if inspect(engine).has_table("reports") else None
            damage = None
            if deep and file is not None:
                found = connection.scalars(text("PRAGMA quick_check")).all()
                damage = None if found == ["ok"] else "; ".join(map(str, found[:3]))
        return Condition(engine.dialect.name, version, file, form(), newest_form(), seen, damage)
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise Unreachable(f"The database at {where} gives no answer: {str(error.orig).strip()[:200]}") from error
