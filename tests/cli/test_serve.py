"""The two halves of `serve`: web processes that learn of each other's changes, and the clock alone."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from click.testing import CliRunner

import tracker
from tracker import cli, create_app, store, times
from tracker.domain import Report, Source, Standing
from tracker.ingest import accept

SOURCE = Source("oda", "Kharkiv administration", "https://oda.example/feed", standing=Standing.OFFICIAL)


@pytest.fixture
def instance(tmp_path, blank_sqlite):
    """An installation of its own, with an empty database, no sources and a free port."""
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "tracker.sqlite").write_bytes(blank_sqlite.read_bytes())
    (folder / "sources.toml").write_text("")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    (folder / "config.toml").write_text(f"PORT = {port}\n")
    return folder


@pytest.fixture
def web(instance):
    """`tracker web` with two workers, as a program of its own."""
    pytest.importorskip("granian", reason="no web processes: granian is not installed")
    start = (
        "import sys, pathlib, tracker; tracker.ROOT = pathlib.Path(sys.argv[1]); "
        "from tracker.cli import main; main(['web', '--workers', '2'])"
    )
    process = subprocess.Popen([sys.executable, "-c", start, str(instance.parent)], stdout=subprocess.DEVNULL)
    process.port = int(re.search(r"\d+", (instance / "config.toml").read_text())[0])
    _await(lambda: _ask(process.port, "/healthz")[0] == 200, 60)
    yield process
    process.terminate()
    process.wait(20)


def _ask(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Accept": "text/html", "Accept-Language": "en"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def _await(true, seconds):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.05)


def _children(pid):
    """The processes that this one started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def _hear(instance, text):
    app = create_app(instance=instance)
    with app.app_context():
        now = times.now()
        store.sources.save(SOURCE)
        moment = now - timedelta(hours=1)
        accept.accept(Report(SOURCE.name, text, moment, "", text, "https://oda.example/1", seen=now), SOURCE, now)
        store.engine.db.engine.dispose()


def test_every_web_process_shows_within_two_seconds_what_another_process_stored(web, instance):
    for _ in range(20):
        assert "Kharkiv administration" not in _ask(web.port, "/en/regions/UA-63")[1]
    _hear(instance, "Power outage in Kharkiv Oblast.")
    stored = time.monotonic()
    _await(lambda: "Kharkiv administration" in _ask(web.port, "/en/regions/UA-63")[1], 10)
    time.sleep(max(0.0, stored + 2 - time.monotonic()))
    assert all("Kharkiv administration" in _ask(web.port, "/en/regions/UA-63")[1] for _ in range(40))


def test_a_web_process_that_is_killed_is_replaced_and_its_end_comes_when_asked(web):
    first = _children(web.pid)
    assert len(first) == 2
    os.kill(first[0], signal.SIGKILL)
    _await(lambda: len(set(_children(web.pid)) - {first[0]}) == 2, 30)
    _await(lambda: _ask(web.port, "/healthz")[0] == 200, 30)
    web.terminate()
    assert web.wait(20) == 0


def test_a_port_that_is_taken_is_named(instance, monkeypatch):
    monkeypatch.setattr(tracker, "ROOT", instance.parent)
    port = int(re.search(r"\d+", (instance / "config.toml").read_text())[0])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        answer = CliRunner().invoke(cli.main, ["web"])
    assert answer.exit_code == 1 and f"Port {port}" in answer.output


def test_the_clock_runs_alone(instance, monkeypatch):
    ticking = []

    class Clock:
        def __init__(self, app):
            ticking.append(app)

        def shutdown(self):
            ticking.append("ended")

    def ctrl_c(_event, _timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(tracker, "ROOT", instance.parent)
    monkeypatch.setattr("tracker.jobs.start", Clock)
    monkeypatch.setattr("threading.Event.wait", ctrl_c)
    before = signal.getsignal(signal.SIGTERM)
    answer = CliRunner().invoke(cli.main, ["scheduler"])
    signal.signal(signal.SIGTERM, before)
    assert answer.exit_code == 0 and "Stopped." in answer.output
    assert ticking[1:] == ["ended"]
    with ticking[0].app_context():
        store.engine.db.engine.dispose()


@pytest.mark.parametrize("call", [["worker"], ["scheduler", "--queue"], ["rebuild", "--share"], ["ingest", "--share"]])
def test_who_wants_workers_without_postgresql_is_told_in_a_sentence(instance, monkeypatch, call):
    monkeypatch.setattr(tracker, "ROOT", instance.parent)
    before = signal.getsignal(signal.SIGTERM)
    answer = CliRunner().invoke(cli.main, [*call, str(instance)] if call[0] == "ingest" else call)
    signal.signal(signal.SIGTERM, before)
    assert answer.exit_code == 1 and "set TRACKER_SQLALCHEMY_DATABASE_URI to postgresql://" in answer.output
