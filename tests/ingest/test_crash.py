"""Killed at any moment, or run twice at once: nothing lost, nothing doubled, and the board as if nothing had been."""

import os
import random
import signal
import sqlite3
import time
from contextlib import closing

import news
import pytest
from conftest import opened
from sqlalchemy import make_url

from tracker import store
from tracker.ingest import accept

FEED = news.invent(80, seed=3, services=("electricity",))


def ingest(address, feed, pause=0.0):
    """Takes in what is not known of a feed, entry by entry, as a process of its own; gives its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        with opened(address):
            known = store.reports.get_all(report.id for report, _ in feed)
            for report, claims in feed:
                if report.id not in known:
                    accept.accept_all([report], news.SOURCES[report.source], news.NOW, claims)
                    time.sleep(pause)
        status = 0
    finally:
        os._exit(status)


def outcome(address):
    """All that must be the same, however the feed came in."""
    with opened(address):
        claims = sorted((word.key, word.until is None) for found in of_feed() for word in found)
        return news.counts()[:4], claims, news.boards(range(0, 45, 3))


def of_feed():
    return store.claims.for_reports(report.id for report, _ in FEED).values()


@pytest.fixture
def undisturbed(blank_sqlite, tmp_path):
    """What the feed comes to when it is taken in at once and in peace."""
    path = tmp_path / "peace.sqlite"
    path.write_bytes(blank_sqlite.read_bytes())
    with opened(f"sqlite:///{path}"):
        news.take_at_once(FEED)
    return outcome(f"sqlite:///{path}")


def kills(address, count, undisturbed):
    """Kills the ingest `count` times at random moments, lets it finish, and compares."""
    chance, done = random.Random(11), 0
    while done < count:
        feed = FEED if done < count - 5 else FEED[: len(FEED) // 2]
        child = ingest(address, feed, pause=0.002)
        time.sleep(chance.uniform(0.005, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        done += 1
    assert os.waitpid(ingest(address, FEED), 0)[1] == 0
    assert outcome(address) == undisturbed


def test_forty_kills_on_sqlite_lose_and_double_nothing(sqlite_address, undisturbed):
    kills(sqlite_address, 40, undisturbed)
    with closing(sqlite3.connect(make_url(sqlite_address).database)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.nightly
def test_two_hundred_kills_on_sqlite_lose_and_double_nothing(sqlite_address, undisturbed):
    kills(sqlite_address, 200, undisturbed)


def test_ten_kills_on_postgresql_lose_and_double_nothing(postgresql_address, undisturbed):
    kills(postgresql_address, 10, undisturbed)


def test_two_processes_at_once_give_one_result(each_address, undisturbed):
    children = [ingest(each_address, FEED), ingest(each_address, FEED[::-1])]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert outcome(each_address) == undisturbed
