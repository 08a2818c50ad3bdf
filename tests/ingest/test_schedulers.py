"""Two schedulers on one database: nothing is polled twice, a dead one is replaced, a sleeper's late word is refused."""

import fcntl
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from ingest.conftest import OUT, feed, source
from ingest.hostile import reply
from sqlalchemy import make_url

from tracker import create_app, times
from tracker.domain import Service
from tracker.regions import REGIONS

SPEED, LEASE = 40.0, 60.0
MINUTE = timedelta(minutes=1)
PROGRAM = Path(__file__).with_name("scheduler.py")


@contextmanager
def schedulers(number, address, folder, speed=SPEED, lease=LEASE, size="small"):
    """Schedulers in processes of their own, by process id; those that still live are killed at the end."""
    command = [sys.executable, str(PROGRAM), address, str(time.time()), str(speed), str(lease), str(folder), size]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with ExitStack() as stack:
        started = {}
        for _ in range(number):
            process = subprocess.Popen(command, **pipes)
            stack.callback(end, process)
            started[process.pid] = process
        assert all(process.stdout.readline() for process in started.values())
        yield started


def end(process):
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.communicate()


def stop(process, address):
    """Stops a process outside of any write: a lock that a stopped process holds would keep everybody waiting."""
    with Path(f"{make_url(address).database}.lock").open("ab") as lock:
        while True:
            process.send_signal(signal.SIGSTOP)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.01)
            else:
                return


def until(condition, seconds=60):
    """Waits for `condition` on the real clock, and gives what it gave."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.02)
    return found


def sources(memory, server, number):
    for one in range(number):
        memory.sources.save(source(f"s{one}", server.at(f"/{one}", reply(feed((f"{one}", *OUT[1:])))), minutes=1))


def polled(memory, number):
    """How often the least polled source was polled."""
    return min(len(memory.sources.polls(f"s{one}", 10_000)) for one in range(number))


def gaps(memory, number):
    """The times between two polls of one source, over all sources."""
    found = []
    for one in range(number):
        at = sorted(poll.at for poll in memory.sources.polls(f"s{one}", 10_000))
        found += [later - earlier for earlier, later in pairwise(at)]
    return found


def once_each(memory, number):
    """Whether every source's report was taken in exactly once."""
    reports = all(len(memory.reports.versions(f"s{one}", f"{one}")) == 1 for one in range(number))
    return reports and len(memory.claims.testimonies("UA-63", Service.ELECTRICITY)) == number


def test_of_two_schedulers_one_sleeps_in_the_middle_of_a_poll_and_the_other_dies(
    memory, server, sqlite_address, tmp_path
):
    """Both poll, each source in its turn; what the sleeper brings late is not stored; it goes on when it is alone."""
    number, turn = 6, count()

    def slow(connection, headers, running):
        time.sleep(0.6 if next(turn) else 0)
        connection.sendall(reply(feed(("0", *OUT[1:]))))

    sources(memory, server, number)
    server.at("/0", slow)
    with schedulers(2, sqlite_address, tmp_path) as both:
        until(lambda: polled(memory, number) >= 2)
        before = len([path for path, _ in server.seen if path == "/0"])
        asked = until(lambda: [headers for path, headers in server.seen if path == "/0"][before:])
        sleeper = both[int(asked[0]["user-agent"].split()[1])]
        stop(sleeper, sqlite_address)
        (other,) = (process for process in both.values() if process is not sleeper)
        polls = polled(memory, number)
        until(lambda: polled(memory, number) > polls)
        sleeper.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        other.kill()
        polls = polled(memory, number)
        until(lambda: polled(memory, number) > polls)
    assert min(gaps(memory, number)) >= MINUTE * 0.94
    assert max(gaps(memory, number)) <= MINUTE * 1.05 + timedelta(seconds=LEASE + 40)
    assert once_each(memory, number)


@pytest.mark.nightly
def test_two_schedulers_poll_fifty_sources_for_two_minutes_each_in_its_turn(memory, server, sqlite_address, tmp_path):
    sources(memory, server, 50)
    with schedulers(2, sqlite_address, tmp_path, speed=20, lease=100, size="real"):
        until(lambda: polled(memory, 50))
        time.sleep(120)
    found = gaps(memory, 50)
    early, late = MINUTE * 0.94, MINUTE * 1.05 + timedelta(seconds=20)
    print(f"{len(found)} polls, {min(found)} to {max(found)}, {sum(gap > late for gap in found)} of them late")
    assert min(found) >= early, "a source was polled early"
    assert sum(gap <= late for gap in found) >= 0.99 * len(found)
    assert once_each(memory, 50)


@pytest.mark.nightly
def test_a_killed_scheduler_is_replaced_within_half_a_minute_by_the_real_clock(
    memory, server, sqlite_address, tmp_path
):
    sources(memory, server, 50)
    with schedulers(2, sqlite_address, tmp_path, speed=1, lease=30, size="real") as both:
        until(lambda: polled(memory, 50))
        asked = len(server.seen)
        until(lambda: len(server.seen) > asked, 90)
        both[int(server.seen[-1][1]["user-agent"].split()[1])].kill()
        polls = polled(memory, 50)
        until(lambda: polled(memory, 50) > polls, 120)
    late = max(gaps(memory, 50)) - MINUTE * 1.05
    print(f"the latest poll came {late.total_seconds():.1f} s after its turn")
    assert late <= timedelta(seconds=30 + 3)
    assert once_each(memory, 50)


@pytest.mark.nightly
def test_an_item_is_on_the_board_five_seconds_beyond_the_interval(memory, server, sqlite_address, tmp_path):
    """By the real clock, from the moment it stands in the source to the API's answer."""
    oblasts = [region for region in REGIONS if region.en.endswith("Oblast")]
    appears, shown = {}, {}

    def way(region):
        def answer(connection, headers, running):
            out = (
                region.code,
                "News",
                f"{region.en} is without electricity after the strike.",
                times.now().strftime(RFC),
            )
            connection.sendall(reply(feed(out) if time.time() >= appears[region.code] else feed()))

        return answer

    start = time.time()
    for number, region in enumerate(oblasts):
        appears[region.code] = start + 10 + number * 5
        memory.sources.save(source(f"s{number}", server.at(f"/{number}", way(region)), minutes=1))
    client = create_app({"SQLALCHEMY_DATABASE_URI": sqlite_address}, instance=tmp_path / "site").test_client()
    with schedulers(1, sqlite_address, tmp_path, speed=1, lease=30, size="now"):
        while len(shown) < len(oblasts) and time.time() < start + 300:
            for one in client.get("/api/v1/status").json["regions"]:
                if one["services"]["electricity"]["state"] in ("out", "disrupted"):
                    shown.setdefault(one["code"], time.time())
            time.sleep(0.3)
    late = sorted(shown[code] - appears[code] - 60 for code in appears)
    print(f"beyond the interval: median {late[len(late) // 2]:.1f} s, p95 {late[int(len(late) * 0.95)]:.1f} s")
    assert late[int(len(late) * 0.95)] <= 5


RFC = "%a, %d %b %Y %H:%M:%S GMT"
