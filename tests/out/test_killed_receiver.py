"""A receiver of webhooks that is killed again and again gets everything, and applies nothing twice."""

import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import make
import pytest
from out import taker
from out.receivers import SECRET
from out.telling import tell

from tracker import regions, store
from tracker.alerts import Alerts
from tracker.alerts.install import FILE

FASTER = 1_000
"""How much faster the sender's clock goes, so that ten seconds of patience last a hundredth of one."""

EACH = 3
"""Events that happen before each life of the receiver, and so the most that it can wait for."""


class Taker:
    """The receiver's process, its port and its database."""

    def __init__(self, folder):
        self.path = folder / "taker.sqlite"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None

    def start(self, *death):
        command = [sys.executable, "-S", taker.__file__, self.path, self.port, SECRET, *death]
        self.process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def read(self, table, column):
        """One column of what it noted; nothing before it first started."""
        with sqlite3.connect(self.path, timeout=10) as database:
            database.executescript(taker.TABLES)
            found = [value for (value,) in database.execute(f"SELECT {column} FROM {table} ORDER BY rowid")]
        database.close()
        return found


class Sender(threading.Thread):
    """The scheduler's part: tells whoever is due, by a clock that runs fast, until `end` is called."""

    def __init__(self, app):
        super().__init__(daemon=True)
        self.began, self.over, self.fault = time.monotonic(), threading.Event(), None
        self.alerts = Alerts(app, self.now)

    def now(self):
        return make.moment("2022-09-30") + timedelta(seconds=(time.monotonic() - self.began) * FASTER)

    def run(self):
        try:
            while not self.over.wait(0.002):
                self.alerts.run()
        except Exception as error:
            self.fault = error

    def end(self):
        self.over.set()
        self.join()
        assert self.fault is None, self.fault


@pytest.fixture
def receiver(tmp_path):
    receiver = Taker(tmp_path)
    yield receiver
    if receiver.process is not None:
        receiver.kill()


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.nightly)])
def test_a_receiver_killed_again_and_again_misses_nothing_and_applies_nothing_twice(app, receiver, kills):
    address = f"http://127.0.0.1:{receiver.port}/hook"
    settings = f'[[webhook]]\nname = "ops"\nurl = "{address}"\nsecret = "{SECRET}"\n'
    (Path(app.instance_path) / FILE).write_text(settings, "utf-8")
    sender = Sender(app)
    sender.alerts.run()
    sender.start()
    chance = random.Random(2022)
    for number in range(kills):
        happen(number * EACH)
        moment = ("before", "behind", "any")[number % 3]
        receiver.start(*([] if moment == "any" else [moment, chance.randint(1, EACH)]))
        if moment == "any":
            reached = len(receiver.read("applied", "event")) + chance.randint(1, EACH)
            wait_for(lambda least=reached: len(receiver.read("applied", "event")) >= least)
            receiver.kill()
        receiver.process.wait(60)
    expected = [event.id for event in store.events.since(0, 10_000) if event.what != "repeated"]
    assert len(expected) >= kills * EACH
    receiver.start()
    wait_for(lambda: len(receiver.read("applied", "event")) >= len(expected))
    sender.end()
    assert receiver.read("applied", "event") == expected
    assert len(receiver.read("repeated", "id")) >= kills // 3


def happen(before):
    """EACH events more: hour by hour, an outage begins in a region, or the one there is over."""
    for number in range(before, before + EACH):
        region = regions.REGIONS[number // 2 % len(regions.REGIONS)].code
        day, hour = divmod(number, 24)
        at = f"2022-09-{1 + day:02}T{hour:02}:00"
        tell(make.claim("restored" if number % 2 else "outage", region=region, evidence=f"word {number}"), at=at)


def wait_for(happened, seconds=60):
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    assert happened()
