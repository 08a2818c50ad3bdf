"""Every vice that a server can have: a sentence on that source, in time, nothing else. Short deadlines, small cage."""

import resource
import time
from datetime import UTC, datetime

import pytest
from ingest import hostile, vices

from tracker.domain import Source
from tracker.ingest.cage import Cage
from tracker.ingest.errors import SourceError
from tracker.ingest.fetch import Fetcher, Limits
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears
from tracker.store.leases import Lease

NOW = datetime(2022, 9, 12, 20, tzinfo=UTC)
SECONDS, PARSING = 0.8, 2.0


@pytest.fixture(scope="module")
def server():
    with hostile.serving() as running:
        yield running


@pytest.fixture(scope="module")
def ears(tmp_path_factory):
    gate = Gate(allow_private=True)
    with Cage(1, cpu=1.0, seconds=PARSING, memory=256 * 2**20) as cage:
        yield Ears(Fetcher(gate, "tests"), cage, tmp_path_factory.mktemp("folders"), Limits(seconds=SECONDS))


def marked(case):
    return pytest.param(case, id=case.id, marks=[pytest.mark.nightly] if case.nightly else [])


def test_the_set_is_as_large_as_promised():
    usual = [case for case in vices.CASES if not case.nightly]
    assert len(usual) >= 300
    assert len({case.group for case in usual}) >= 30
    assert len({case.id for case in vices.CASES}) == len(vices.CASES)


@pytest.mark.parametrize("case", [marked(case) for case in vices.CASES])
def test_a_vice_costs_one_source_one_poll(case, server, ears):
    for path, way in case.more.items():
        server.at(path, way)
    url = server.at("/vice", case.way)
    source = Source("vicious", "Vicious", url, case.kind, settings=case.settings)
    lease = Lease(source, "test", 1, NOW)
    before, memory = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        heard = ears.hear(lease, NOW)
        outcome = len(heard.reading.entries)
    except SourceError as error:
        outcome = error.message
        assert outcome.endswith((".", "…")) and len(outcome) < 600, outcome
        assert "secret" not in outcome
    taken = time.monotonic() - before
    assert taken < SECONDS + PARSING + 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory <= 64 * 1024
    if isinstance(case.wanted, int):
        assert outcome == case.wanted
    elif case.wanted is not None:
        assert isinstance(outcome, str) and case.wanted in outcome, outcome
    if isinstance(outcome, int):
        clean(heard.reading.entries)


def clean(entries):
    """What comes out can stand on any page and in any database."""
    for entry in entries:
        text = f"{entry.title}\n{entry.text}"
        text.encode("utf-8")
        assert not any(ord(letter) < 32 and letter != "\n" for letter in text)
        assert not set(text) & {"\x00", "\ufffe", "\u202e", "\u200b", "\ufeff", "\x7f"}
        assert "<script" not in text.lower() or "alert" not in text
        assert entry.url == "" or entry.url.startswith(("http://", "https://"))
        assert len(entry.text) <= 200_000 and len(entry.title) <= 501 and len(entry.key) <= 700
