"""The one way to write, on both engines."""

import threading
from datetime import UTC, datetime

import make
import pytest
from sqlalchemy import text

from tracker.domain import Source

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_failed_write_leaves_nothing(memory):
    with pytest.raises(ZeroDivisionError), memory.writing():
        memory.sources.save(Source("a", "A", "http://a"))
        raise ZeroDivisionError
    assert memory.sources.all() == ()


def test_an_inner_write_joins_the_outer_one(memory):
    with pytest.raises(ZeroDivisionError), memory.writing():
        with memory.writing():
            memory.sources.save(Source("a", "A", "http://a"))
        raise ZeroDivisionError
    assert memory.sources.get("a") is None


def test_a_write_inside_a_read_is_refused(memory):
    with memory.reading(), pytest.raises(RuntimeError, match="inside a read"), memory.writing():
        pass


def test_a_read_sees_one_unmoving_view(memory):
    with memory.reading():
        assert memory.sources.all() == ()
        in_thread(memory, lambda: memory.sources.save(Source("a", "A", "http://a")))
        assert memory.sources.all() == ()
    assert len(memory.sources.all()) == 1


def test_writers_at_once_wait_for_each_other(memory):
    """A read and a write that rests on it, by eight threads: no update is lost, and nobody is told "locked"."""
    memory.sources.save(Source("a", "A", "http://a", minutes=0))

    def raise_minutes():
        for _ in range(10):
            with memory.writing():
                found = memory.sources.get("a")
                memory.sources.save(Source("a", "A", "http://a", minutes=found.minutes + 1))

    in_thread(memory, raise_minutes, 8)
    assert memory.sources.get("a").minutes == 80


def test_moments_come_back_aware_and_in_utc(memory):
    memory.events.touch(make.moment("2022-09-12T10:30:15.123456"))
    assert memory.events.changes() == (1, datetime(2022, 9, 12, 7, 30, 15, 123456, tzinfo=UTC))
    assert memory.events.changes()[1].tzinfo is UTC


def test_sqlite_is_set_up_to_survive(sqlite_address):
    from conftest import opened

    from tracker import store

    with opened(sqlite_address), store.reading() as connection:
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert found == ["wal", 2, 1]


def test_upgrading_twice_changes_nothing(memory):
    memory.upgrade()
    assert memory.condition().current == memory.condition().newest


def test_the_tables_are_what_the_migrations_make(memory):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from tracker.store.tables import db

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def in_thread(memory, work, count=1):
    """Runs `work` in threads of its own, each with the application around it; a fault in one comes back here."""
    from flask import current_app

    app, faults = current_app._get_current_object(), []

    def run():
        with app.app_context():
            try:
                work()
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
