"""Two schedulers on one database: nothing is polled twice, a dead one is replaced, a sleeper's late word is refused."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from ingest.conftest import OUT, feed, source
from ingest.hostile import reply

from tracker.domain import Service

SPEED = 20.0
LEASE = 100.0  # five seconds of ours: this machine may be busy with other tests
MINUTE = timedelta(minutes=1)


@contextmanager
def scheduler(address, since, folder):
    """A scheduler in a process of its own, killed at the end if it still lives."""
    program = Path(__file__).with_name("scheduler.py")
    command = [sys.executable, str(program), address, str(since), str(SPEED), str(LEASE), str(folder)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def fast(seconds):
    """Sleeps until so many seconds have passed on the fast clock."""
    time.sleep(seconds / SPEED)


def until(condition, seconds=60):
    """Waits for `condition` on the real clock."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def sources(memory, server, number):
    for one in range(number):
        memory.sources.save(source(f"s{one}", server.at(f"/{one}", reply(feed((f"{one}", *OUT[1:])))), minutes=1))


def gaps(memory, number):
    """The times between two polls of one source, over all sources."""
    found = []
    for one in range(number):
        at = sorted(poll.at for poll in memory.sources.polls(f"s{one}", 10_000))
        found += [later - earlier for earlier, later in pairwise(at)]
    return found


def once_each(memory, number):
    """Whether every source's report was taken in exactly once."""
    return all(len(memory.reports.versions(f"s{one}", f"{one}")) == 1 for one in range(number))


@pytest.mark.parametrize(
    ("number", "seconds"), [(15, 150), pytest.param(50, 2400, marks=pytest.mark.nightly)], ids=["usual", "two minutes"]
)
def test_two_schedulers_poll_each_source_in_its_turn_and_never_twice(
    memory, server, sqlite_address, tmp_path, number, seconds
):
    sources(memory, server, number)
    since = time.time()
    with scheduler(sqlite_address, since, tmp_path), scheduler(sqlite_address, since, tmp_path):
        until(lambda: all(memory.sources.polls(f"s{one}") for one in range(number)))
        fast(seconds)
    found = gaps(memory, number)
    assert min(found) >= MINUTE * 0.94, "a source was polled early"
    assert sum(gap <= MINUTE * 1.05 + timedelta(seconds=20) for gap in found) >= 0.99 * len(found)
    assert once_each(memory, number)
    assert len(memory.claims.testimonies("UA-63", Service.ELECTRICITY)) == number


def test_a_scheduler_that_is_killed_is_replaced_within_half_a_minute(memory, server, sqlite_address, tmp_path):
    number = 6
    sources(memory, server, number)
    since = time.time()
    with scheduler(sqlite_address, since, tmp_path) as first:
        until(lambda: all(len(memory.sources.polls(f"s{one}")) >= 2 for one in range(number)))
        with scheduler(sqlite_address, since, tmp_path):
            first.kill()
            before = {one: len(memory.sources.polls(f"s{one}")) for one in range(number)}
            until(lambda: all(len(memory.sources.polls(f"s{one}")) >= before[one] + 2 for one in range(number)))
    assert max(gaps(memory, number)) <= MINUTE * 1.05 + timedelta(seconds=LEASE + 20)
    assert min(gaps(memory, number)) >= MINUTE * 0.94
    assert once_each(memory, number)


def test_a_scheduler_that_slept_comes_too_late(memory, server, sqlite_address, tmp_path):
    """It is stopped in the middle of its polls, another takes over, it wakes: what it brings then is not stored."""
    number = 4

    def slow(connection, headers, running):
        time.sleep(0.4)
        connection.sendall(reply(feed(("0", *OUT[1:]))))

    sources(memory, server, number)
    server.at("/0", slow)
    since = time.time()
    with scheduler(sqlite_address, since, tmp_path) as sleeper:
        while not any(path == "/0" for path, _ in server.seen):
            time.sleep(0.01)
        sleeper.send_signal(signal.SIGSTOP)
        with scheduler(sqlite_address, since, tmp_path):
            until(lambda: all(memory.sources.polls(f"s{one}") for one in range(number)))
            sleeper.send_signal(signal.SIGCONT)
            fast(40)
    assert min(gaps(memory, number), default=MINUTE) >= MINUTE * 0.94
    assert once_each(memory, number)
