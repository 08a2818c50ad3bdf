"""`tracker serve --demo` as a newcomer runs it: a process of its own, no network, a board that fills by itself."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import feedparser
import pytest

COMMAND = Path(sys.executable).parent / "tracker"
ANSWERS = 60
FILLS = 90

QUIET = ("UA-61", "UA-07", "UA-21", "UA-77", "UA-68", "UA-26", "UA-18")
"""Regions that only traps speak of, from Ternopil to Zhytomyr."""

STATES = {
    ("UA-74", "electricity"): "out",
    ("UA-12", "electricity"): "disrupted",
    ("UA-12", "gas"): "disrupted",
    ("UA-12", "water"): "disrupted",
    ("UA-14", "electricity"): "disrupted",
    ("UA-14", "water"): "unconfirmed",
    ("UA-30", "heating"): "recovering",
    ("UA-43", "electricity"): "restored",
    ("UA-48", "water"): "restored",
    ("UA-51", "electricity"): "recovering",
    ("UA-51", "heating"): "disrupted",
    ("UA-53", "electricity"): "restored",
    ("UA-56", "communications"): "unconfirmed",
    ("UA-59", "electricity"): "unconfirmed",
    ("UA-63", "electricity"): "disrupted",
    ("UA-63", "heating"): "disrupted",
    ("UA-63", "water"): "disrupted",
    ("UA-65", "gas"): "disrupted",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(log, port, **environ):
    """The demonstration as a process in a group of its own, its output in `log`."""
    return subprocess.Popen(
        [COMMAND, "serve", "--demo"],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TRACKER_PORT": str(port), **environ},
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
    )


def heed_ctrl_c():
    """A job in a shell's background, as these tests may be, ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def get(address, **headers):
    with urlopen(Request(address, headers=headers), timeout=10) as answer:
        return answer.read().decode()


class Demo:
    """A running demonstration."""

    def __init__(self, process, address, log):
        self.process, self.address, self.log = process, address, log

    def get(self, path, **headers):
        return get(self.address + path, **headers)

    def status(self):
        return json.loads(self.get("/api/v1/status"))

    def cells(self):
        regions = self.status()["regions"]
        return {(region["code"], name): cell for region in regions for name, cell in region["services"].items()}

    def answers(self):
        """Whether it answers at all."""
        return bool(self.get("/healthz"))

    def settled(self):
        """Whether every source of the sample has been heard."""
        coverage = self.status()["coverage"]
        return coverage["sources"] > 0 and coverage["healthy"] == coverage["sources"]

    def wait(self, seconds, what):
        """Waits until `what` holds; fails with the log when the process ends or the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if what():
                    return
            except (HTTPError, URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(0.5)
        pytest.fail(f"{what.__name__} did not hold within {seconds} s\n{self.log.read_text()}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    log, port = tmp_path_factory.mktemp("demo") / "log", free_port()
    with log.open("wb") as output:
        process = start(output, port)
        running = Demo(process, f"http://127.0.0.1:{port}", log)
        try:
            running.wait(ANSWERS, running.answers)
            running.wait(FILLS, running.settled)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
                raise


def wrong_cells(demo):
    cells = demo.cells()
    found = {cell: cells[cell]["state"] for cell in STATES}
    return {cell: state for cell, state in found.items() if state != STATES[cell]}


def test_the_board_fills_by_itself(demo):
    """Within the minute; articles behind summaries come a little later than the feeds themselves."""
    end = time.monotonic() + FILLS
    while wrong_cells(demo) and time.monotonic() < end:
        time.sleep(1)
    assert wrong_cells(demo) == {}


def test_the_banner_says_that_this_is_a_demonstration(demo):
    assert "emonstration" in demo.get("/en/", Accept="text/html")


def test_traps_leave_no_trace_on_the_board(demo):
    cells = demo.cells()
    assert {state for (code, _), cell in cells.items() if code in QUIET for state in [cell["state"]]} <= {
        "none",
        "unknown",
    }


def test_regions_without_a_name_stand_beside_the_board(demo):
    assert any(claim["kind"] == "partly_restored" for claim in demo.status()["unnamed"])


def test_the_feed_reads_back_without_complaint(demo):
    read = feedparser.parse(io.BytesIO(demo.get("/feed.rss").encode()))
    assert not read.bozo
    assert len(read.entries) > 10


def test_a_terminal_gets_a_table(demo):
    table = demo.get("/en/", Accept="text/plain")
    assert "<html" not in table
    assert "Chernihiv" in table


def test_autumn_2022_is_in_the_history(demo):
    assert demo.get("/en/history", Accept="text/html").count("<") > 20


def test_a_busy_port_ends_in_one_sentence(tmp_path):
    with socket.socket() as taken, (tmp_path / "log").open("w+b") as output:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(output, taken.getsockname()[1])
        assert process.wait(60) == 1
    said = (tmp_path / "log").read_text().strip()
    assert "in use by another program" in said
    assert len(said.splitlines()) == 1


def test_a_wrong_setting_ends_in_one_sentence(tmp_path):
    with (tmp_path / "log").open("w+b") as output:
        process = start(output, "many")
        assert process.wait(60) == 1
    said = (tmp_path / "log").read_text().strip()
    assert "TRACKER_PORT" in said
    assert len(said.splitlines()) == 1


def test_the_end_is_clean(tmp_path):
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = start(output, port := free_port())
        running = Demo(process, f"http://127.0.0.1:{port}", log)
        try:
            running.wait(ANSWERS, running.answers)
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(30)
    assert code == 0
    assert log.read_text().rstrip().endswith("Stopped.")
    assert "Traceback" not in log.read_text()
