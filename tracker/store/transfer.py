"""The whole memory into one SQLite file and back, whichever engine it came from and whichever it goes to."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Engine, Table, func, insert, select

from tracker.store import events
from tracker.store.engine import form, init_app, newest_form, reading, upgrade, writing
from tracker.store.tables import ReportRow, db

BATCH = 5_000

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


class Unusable(Exception):  # noqa: N818  reads as what it is
    """A file that cannot be restored from, or a place that cannot be written to; the message says why."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a verified copy holds."""

    path: Path
    reports: int
    claims: int
    size: int


def save(path: Path, progress: Progress | None = None) -> Saved:
    """Copies the memory into a file while it is in use, as it stood at one moment, and verifies the copy.

    The file appears whole or not at all: it is written beside its place and moved there when it was found sound.
    """
    if not path.parent.is_dir():
        raise Unusable(f"The folder {path.parent} does not exist; make it, or name another place for the backup.")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        if db.engine.dialect.name == "sqlite":
            _save_sqlite(part)
        else:
            _save_other(part, progress)
        with closing(sqlite3.connect(part)) as one_file:
            one_file.execute("PRAGMA journal_mode=DELETE")
        found = verify(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        return Saved(path, found.reports, found.claims, found.size)
    except OSError as error:
        raise Unusable(f"The backup could not be written to {path}: {error.strerror or error}.") from error
    finally:
        for rest in (part, Path(f"{part}-wal"), Path(f"{part}-shm"), Path(f"{part}.lock")):
            rest.unlink(missing_ok=True)


def load(path: Path, now: datetime, progress: Progress | None = None) -> Saved:
    """Puts what a saved file holds in the place of everything in the memory, in one transaction.

    A file of an older form is brought up to date in a copy first; the file itself is never changed.
    """
    verify(path)
    with tempfile.TemporaryDirectory(prefix="tracker-restore-") as folder:
        copy = Path(folder) / "tracker.sqlite"
        shutil.copyfile(path, copy)
        with _engine(copy) as engine, engine.connect() as origin, origin.begin(), writing() as target:
            number, _ = events.changes()
            for table in reversed(db.metadata.sorted_tables):
                target.execute(table.delete())
            _copy(origin, target, progress)
            events.advance(number, now)
        return verify(copy)


def verify(path: Path) -> Saved:
    """What a saved file holds, after reading it through; Unusable when it is no sound copy of ours."""
    if not path.is_file():
        raise Unusable(f"There is no file {path}.")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            fault = file.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if fault != "ok" or file.execute("PRAGMA foreign_key_check").fetchone():
                raise Unusable(f"{path} is damaged: {fault}. Take another backup.")
            current = file.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            if current > newest_form():
                raise Unusable(f"{path} was made by a newer version of this program; install that one first.")
            reports = file.execute("SELECT count(*) FROM reports").fetchone()[0]
            claims = file.execute("SELECT count(*) FROM claims").fetchone()[0]
    except (sqlite3.DatabaseError, TypeError) as error:
        raise Unusable(f"{path} is not a backup of this program ({error}).") from error
    return Saved(path, reports, claims, path.stat().st_size)


def empty() -> bool:
    """Whether the memory holds no report yet, so that nothing is lost by restoring."""
    with reading() as connection:
        return connection.execute(select(ReportRow.id).limit(1)).first() is None


def _save_sqlite(part: Path) -> None:
    """Through SQLite's own online backup: one moment's pages, while others read and write."""
    with reading() as connection, closing(sqlite3.connect(part)) as target:
        origin = connection.connection.driver_connection
        assert isinstance(origin, sqlite3.Connection)
        origin.backup(target)


def _save_other(part: Path, progress: Progress | None) -> None:
    """Row by row from another engine, in a transaction that sees one moment."""
    if form() != newest_form():
        raise Unusable("The database is not of this program's form; run `tracker serve` once to bring it up to date.")
    with (
        _engine(part) as engine,
        reading() as origin,
        engine.connect().execution_options(writing=True) as target,
        target.begin(),
    ):
        _copy(origin, target, progress)


def _copy(origin: Connection, target: Connection, progress: Progress | None) -> None:
    """Every row of every table, those first that others point to; ids go on counting where they stood."""
    tables = db.metadata.sorted_tables
    total = sum(origin.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0
    for table in tables:
        rows = origin.execution_options(stream_results=True).execute(select(table)).mappings()
        for batch in iter(lambda rows=rows: rows.fetchmany(BATCH), []):  # type: ignore[misc]
            target.execute(insert(table), [dict(row) for row in batch])
            done += len(batch)
            if progress:
                progress(done, total)
        if target.dialect.name == "postgresql" and table.autoincrement_column is not None:
            _count_on(target, table)


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL's counter for a table's ids, set behind the highest one that was copied."""
    highest = target.scalar(select(func.max(table.c.id)))
    if highest is not None:
        target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))


@contextmanager
def _engine(path: Path) -> Iterator[Engine]:
    """The engine of another database, brought to today's form, beside the application's own."""
    other = Flask("transfer")
    other.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"
    init_app(other)
    with other.app_context():
        upgrade()
        engine = db.engine
    yield engine
    engine.dispose()
