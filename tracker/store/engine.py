"""One database handle, one way to write. SQLite and PostgreSQL behave alike: a single writer, readers never wait."""

from __future__ import annotations

import fcntl
import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, event, inspect, text

from tracker.store.tables import db

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BUSY_SECONDS = 30
CONNECT = {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
CONNECT["tcp_user_timeout"] = 10_000
"""A PostgreSQL that is away is found out within seconds: while its machine is silent no request may hang for long."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "mmap_size=0",
    "cache_size=-32000",
    "journal_size_limit=67108864",
)
"""FULL, not NORMAL: what a sender was told is kept must survive a power cut. It costs one sync a commit."""

COLLECTOR = (50_000, 20, 100)
"""How seldom Python looks for circles of garbage. Facts are many, live long and form none; at its usual pace the
search goes over all that is kept ready, again and again, and takes half the time of a board of the past."""

WRITERS_LOCK = 7_106_302_214

_current: ContextVar[Connection | None] = ContextVar("current connection", default=None)


def init_app(app: Flask) -> None:
    """Joins the database of `SQLALCHEMY_DATABASE_URI` to the application."""
    gc.set_threshold(*COLLECTOR)
    options = dict(app.config.get("SQLALCHEMY_ENGINE_OPTIONS") or {})
    if str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        options.setdefault("connect_args", {"timeout": BUSY_SECONDS})
    else:
        options.setdefault("pool_pre_ping", True)
        options.setdefault("pool_timeout", CONNECT["connect_timeout"])
        options.setdefault("connect_args", CONNECT)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def upgrade() -> None:
    """Brings the database to the newest form, all or nothing; nothing happens when it has it.

    Processes that start together take turns. Needs an application context.
    """
    if form() == newest_form():
        return
    # Imported here: it takes as long as the rest of a start, and is needed once in the life of a form.
    import flask_migrate

    flask_migrate.Migrate(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        db,
        directory=str(MIGRATIONS),
        render_as_batch=True,
        compare_type=True,
    )
    with turn():
        flask_migrate.upgrade(directory=str(MIGRATIONS))


def form() -> str | None:
    """The migration that the database stands at; None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def newest_form() -> str:
    """The migration that this program's tables stand at; migrations are numbered, and their files begin with it."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def postgresql_address() -> str | None:
    """The database's address as PostgreSQL's own tools take it; None where it is another engine."""
    if db.engine.dialect.name != "postgresql":
        return None
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def has_table(name: str) -> bool:
    """Whether the database has this table."""
    return inspect(db.engine).has_table(name)


@contextmanager
def turn() -> Iterator[None]:
    """Keeps other processes from changing the database's form meanwhile."""
    with _alone(db.engine), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": WRITERS_LOCK + 1})
        yield
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": WRITERS_LOCK + 1})


@contextmanager
def writing() -> Iterator[Connection]:
    """One write transaction: all of it or nothing. The lock is taken at its start, so no reader's view grows stale.

    Inside another `writing()` it joins that transaction. There is one writer at a time, on PostgreSQL as well:
    a fold reads what the last one wrote, and events become visible in the order of their ids.
    """
    outer = _current.get()
    if outer is not None:
        if not outer.get_execution_options().get("writing"):
            raise RuntimeError("A write was begun inside a read; leave `store.reading()` first.")
        yield outer
        return
    with _alone(db.engine), db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITERS_LOCK})
        token = _current.set(connection)
        try:
            yield connection
        finally:
            _current.reset(token)


@contextmanager
def reading() -> Iterator[Connection]:
    """One unmoving view of the database for several questions; joins the transaction that is open, if one is."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            token = _current.set(connection)
            try:
                yield connection
            finally:
                _current.reset(token)


def _alone(engine: Engine) -> Any:
    """A lock between processes around every write to a SQLite file, and so around its checkpoints.

    SQLite before 3.51.3 can lose a page when one connection resets the write-ahead log while another
    checkpoints it. Writers that queue here never do the two at once, and queue fairly besides.
    """
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return nullcontext()
    return _file_lock(Path(f"{name}.lock"))


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare_sqlite(engine: Engine) -> None:
    """Sets each connection up, and begins transactions itself: the driver would send no BEGIN before a SELECT."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
