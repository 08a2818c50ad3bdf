"""When the disk is full, and when backups are drawn from a database that is being written to."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import news
import pytest
from conftest import opened
from sqlalchemy import event, make_url
from sqlalchemy.exc import OperationalError

from tracker import incidents, store
from tracker.domain import Service
from tracker.ingest import accept
from tracker.store.tables import db

FEED = news.invent(60, seed=8, services=("electricity",))
REGIONS = ("UA-63", "UA-59", "UA-32")


def test_on_a_full_disk_reads_go_on_nothing_is_torn_and_it_resumes_alone(sqlite_address):
    """SQLite's own limit on pages fails a write just as a full disk does, at whatever page it happens."""
    with opened(sqlite_address):
        limit = Limit()
        news.take(*FEED[:20])
        failed = 0
        for number, (report, claims) in enumerate(FEED[20:]):
            before = news.counts()
            limit.leave(number % 3)
            try:
                accept.accept_all([report], news.SOURCES[report.source], news.NOW, claims)
            except OperationalError as error:
                assert "full" in str(error)
                failed += 1
                assert news.counts() == before
                assert news.boards([20])
            limit.leave(None)
        assert failed > 5
        news.take(*FEED)
        assert stories() == folded()
        with closing(sqlite3.connect(make_url(sqlite_address).database)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


class Limit:
    """How many pages more the database may grow by; on every connection of the engine."""

    def __init__(self):
        self.pages = 2**31
        event.listen(db.engine, "begin", self._set)

    def leave(self, free):
        with store.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        self.pages = 2**31 if free is None else pages + free

    def _set(self, connection):
        connection.connection.execute(f"PRAGMA max_page_count = {self.pages}")


@pytest.mark.parametrize("count", [2, pytest.param(100, marks=pytest.mark.nightly)])
def test_backups_drawn_under_ingest_all_restore(sqlite_address, blank_sqlite, tmp_path, count):
    with opened(sqlite_address):
        news.take(*FEED[:5])
    child = write(sqlite_address)
    try:
        for number in range(count):
            with opened(sqlite_address):
                saved = store.transfer.save(tmp_path / "backup.sqlite")
            restored = tmp_path / f"restored-{number}.sqlite"
            restored.write_bytes(blank_sqlite.read_bytes())
            with opened(f"sqlite:///{restored}"):
                store.transfer.load(saved.path, news.NOW)
                assert news.counts()[1:3] == (saved.reports, saved.claims)
                assert number % 10 or stories() == folded()
            restored.unlink()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert saved.reports >= 5


def write(address):
    """Takes in news without end as a process of its own; gives its id."""
    child = os.fork()
    if child:
        return child
    try:
        with opened(address):
            for entry in news.invent(20_000, seed=9, services=("electricity",)):
                news.take(entry)
                time.sleep(0.02)
    finally:
        os._exit(1)


def stories():
    """The incidents of the cells that the news is about, as they were kept."""
    span = (news.START - timedelta(days=3), news.NOW)
    return {one.id: one for code in REGIONS for one in store.incidents.between(*span, code, Service.ELECTRICITY)}


def folded():
    """The same, told anew from the claims."""
    told = {}
    for code in REGIONS:
        words = store.claims.testimonies(code, Service.ELECTRICITY, withdrawn=True)
        known = [word for word in words if word.until is None or word.until > word.seen]
        told |= {one.id: one for one in incidents.fold(known, region=code)}
    return told
