"""A server that behaves as told, ears that may hear it, and a store to keep what was heard."""

from datetime import UTC, datetime, timedelta

import pytest
from conftest import opened
from ingest import hostile

from tracker import store
from tracker.domain import Source
from tracker.ingest.cage import Cage
from tracker.ingest.fetch import Fetcher, Limits
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears
from tracker.ingest.poll import Poller

MONDAY = datetime(2022, 9, 12, 19, tzinfo=UTC)


class Clock:
    """A clock that the test turns."""

    def __init__(self, now=MONDAY):
        self.now = now

    def __call__(self):
        return self.now

    def turn(self, **by):
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def cage():
    with Cage(2, cpu=4.0, seconds=5.0) as running:
        yield running


@pytest.fixture
def server():
    with hostile.serving() as running:
        yield running


@pytest.fixture
def ears(cage, tmp_path):
    return Ears(Fetcher(Gate(allow_private=True), "tests"), cage, tmp_path, Limits(seconds=1.0), pause=0.0)


@pytest.fixture
def memory(sqlite_address):
    """The store, empty, on SQLite: what happens between sources and store is the same on every database."""
    with opened(sqlite_address):
        yield store


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def poller(memory, ears, clock):
    running = Poller(ears, clock, workers=8)
    yield running
    running._stopping.set()
    running._threads.shutdown(wait=False, cancel_futures=True)


def source(name="herald", url="http://127.0.0.1/feed", **more):
    return Source(name, more.pop("title", name.capitalize()), url, **more)


def feed(*items, language="en"):
    """An RSS feed of (key, title, text) or (key, title, text, date)."""
    rows = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>{key}</guid><description>{text}</description>"
        f"<pubDate>{(date or ['Mon, 12 Sep 2022 18:00:00 GMT'])[0]}</pubDate></item>"
        for key, title, text, *date in items
    )
    head = f"<channel><title>Herald</title><language>{language}</language>"
    return f'<?xml version="1.0"?><rss version="2.0">{head}{rows}</channel></rss>'.encode()


OUT = ("1", "The evening report", "Kharkiv Oblast is without electricity after the strike.")
BACK = ("1", "The evening report, updated", "Electricity has been fully restored in Kharkiv Oblast.")
SUMY = ("2", "Another report", "There is no water in Sumy Oblast after the strike.")
