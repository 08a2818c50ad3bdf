"""Healthy sources beside every vice at once: each polled in its turn, the process no larger, all in time."""

import itertools
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from ingest import hostile, vices
from ingest.conftest import OUT, feed, source
from ingest.test_schedulers import gaps, polled, schedulers, until

from tracker.ingest.cage import Cage
from tracker.ingest.fetch import Limits
from tracker.ingest.listen import Ears
from tracker.ingest.poll import Poller
from tracker.store.sources import PollStatus

HEALTHY = 49
MIB = 2**20


def moving(number):
    """A healthy feed that has something new at every visit, so that it must be parsed each time."""
    turn = itertools.count()

    def way(connection, headers, server):
        turns = range(next(turn) % 50 + 1)
        items = [(f"{number}-{one}", f"Note {one}", f"All quiet in town {number}.") for one in turns]
        connection.sendall(hostile.reply(feed((f"{number}", *OUT[1:]), *items)))

    return way


@contextmanager
def vicious(memory, cases):
    """Each case served and listed as a source; each by a server of its own, for they share addresses."""
    with ExitStack() as servers:
        for number, case in enumerate(cases):
            server = servers.enter_context(hostile.serving())
            for path, way in case.more.items():
                server.at(path, way)
            url = server.at("/vice", case.way)
            memory.sources.save(source(f"v{number}", url, kind=case.kind, settings=case.settings, minutes=1))
        yield


def test_a_vice_of_each_class_beside_healthy_sources_costs_them_nothing(memory, clock, server, ears):
    """One round, with short deadlines: all that is healthy is read, all that is vicious noted."""
    seen = {}
    cases = [seen.setdefault(case.group, case) for case in vices.CASES if case.group not in seen and not case.nightly]
    for number in range(9):
        memory.sources.save(source(f"s{number}", server.at(f"/{number}", moving(number)), minutes=1))
    came = {}
    with vicious(memory, cases), Cage(2, cpu=1.0, seconds=1.0) as cage:
        poller = Poller(Ears(ears.fetcher, cage, ears.folders, Limits(seconds=0.8), pause=0.0), clock)
        clock.turn(minutes=10)
        poller.run(tell=lambda source, outcome: came.setdefault(source.name, outcome))
        poller.stop()
    assert len(came) == 9 + len(cases)
    assert all(came[f"s{number}"].status is PollStatus.OK for number in range(9))
    assert all(memory.reports.versions(f"s{number}", str(number)) for number in range(9))


def resident(process, name):
    """A line of the process's status, in bytes."""
    lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


@pytest.mark.nightly
def test_all_vices_at_once_beside_healthy_sources(memory, server, sqlite_address, tmp_path):
    """More than 300 vices on the program's own clock and limits: nobody healthy waits for more than one interval."""
    for number in range(HEALTHY):
        memory.sources.save(source(f"s{number}", server.at(f"/{number}", moving(number)), minutes=1))
    with schedulers(1, sqlite_address, tmp_path, speed=1, lease=30, size="real") as started:
        (process,) = started.values()
        until(lambda: polled(memory, HEALTHY))
        before = resident(process, "VmRSS")
        with vicious(memory, vices.CASES):
            time.sleep(150)
        assert process.poll() is None, "the scheduler crashed"
        grown = (resident(process, "VmHWM") - before) / MIB
    late = [gap.total_seconds() - 60 for gap in gaps(memory, HEALTHY)]
    polls = [poll for number in range(len(vices.CASES)) for poll in memory.sources.polls(f"v{number}")]
    longest = max(poll.outcome.seconds for poll in polls)
    print(
        f"{len(polls)} vicious polls, the longest {longest:.1f} s; latest healthy {max(late):.1f} s; +{grown:.0f} MiB"
    )
    assert len({poll.source for poll in polls}) == len(vices.CASES), "a vice was never noted"
    assert max(late) <= 60 and len(late) >= HEALTHY * 2
    assert grown <= 64
