"""The public site as files: whole, in place at once, and served by nginx when nothing else is left."""

import getpass
import gzip
import json
import re
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker import cli, store, times
from tracker.regions import REGIONS
from tracker.web import publication

ROOT = Path(__file__).parent.parent.parent
NGINX = Path("/usr/sbin/nginx")
FRONT = tuple(leaf for leaf in publication.SITE if leaf.file == "en/index.html")
"""One page, where a test is about how a site is put in place and not about all that is in it."""


@pytest.fixture(scope="module")
def shelf(library, tmp_path_factory):
    """A folder with the site of the library in it."""
    folder = tmp_path_factory.mktemp("public")
    publication.publish(library.app, folder, times.now())
    return folder


def test_every_page_is_there_in_both_languages_with_its_packed_copy(shelf):
    site = shelf / "current"
    for language in ("uk", "en"):
        for region in REGIONS:
            assert region.name(language) in (site / language / "regions" / f"{region.code}.html").read_text()
        assert "<html" not in (site / language / "index.txt").read_text()
        assert (site / language / "feed.rss").read_bytes().startswith(b"<?xml")
    assert json.loads((site / "api/v1/status.json").read_text())["regions"]
    files = [path for path in site.rglob("*") if path.is_file() and path.suffix != ".gz"]
    assert len(files) > 140
    for path in files:
        assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes()


def test_pages_say_as_of_when_they_speak_and_carry_their_policy(shelf):
    page = (shelf / "current/en/index.html").read_text()
    assert re.search(r"As of <time", page) and "data-made=" in page
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in page


def test_every_link_to_a_style_script_or_picture_leads_to_a_file(shelf):
    page = (shelf / "current/en/index.html").read_text()
    found = re.findall(r"/static/([\w.]+)", page)
    assert found
    for name in found:
        assert (shelf / "current/static" / name).is_file()


def test_a_new_publication_takes_the_place_of_the_old_and_only_one_more_is_kept(library, tmp_path):
    made = [publication.publish(library.app, tmp_path, times.now() + timedelta(seconds=n), FRONT) for n in range(3)]
    assert (tmp_path / "current").resolve() == made[2]
    assert sorted(tmp_path.glob("site-*")) == made[1:]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_reader_never_meets_half_a_site(library, tmp_path):
    publication.publish(library.app, tmp_path, times.now(), FRONT)
    done, torn = threading.Event(), []

    def read():
        while not done.wait(0.0005):
            text = (tmp_path / "current/en/index.html").read_text()
            if not text.rstrip().endswith("</html>"):
                torn.append(text)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        publication.publish(library.app, tmp_path, times.now() + timedelta(seconds=number), FRONT)
    done.set()
    reader.join()
    assert torn == []


def test_without_a_database_the_last_publication_stays(told, tmp_path):
    folder = tmp_path / "public"
    made = publication.publish(told.app, folder, times.now(), FRONT)
    told.reader().get("/uk/")
    with told.app.app_context():
        store.engine.db.engine.dispose()
    for path in tmp_path.glob("tracker.sqlite*"):
        path.unlink()
    (tmp_path / "tracker.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(Exception):  # noqa: B017 - whatever is wrong with it
        publication.publish(told.app, folder, times.now() + timedelta(minutes=1), FRONT)
    assert (folder / "current").resolve() == made
    assert not list(folder.glob("making-*"))


def test_a_folder_of_somebody_else_is_left_alone(library, tmp_path):
    (tmp_path / "current").mkdir()
    with pytest.raises(publication.PublicationError, match="no link of ours"):
        publication.publish(library.app, tmp_path, times.now())


def test_the_clock_publishes_on_a_change_and_every_five_minutes(told, tmp_path):
    publisher, now = publication.Publisher(told.app, tmp_path / "public", FRONT), times.now()
    assert publisher.run(now)
    assert publisher.run(now + timedelta(seconds=15)) is None
    told.hear("Gas supply is cut off in Odesa Oblast.")
    assert publisher.run(now + timedelta(seconds=30))
    assert publisher.run(now + timedelta(minutes=3)) is None
    assert publisher.run(now + timedelta(minutes=6))


def test_our_own_requests_do_not_count_against_the_limit_of_the_api(library, tmp_path, monkeypatch):
    monkeypatch.setattr(library.app.extensions["api_limiter"], "limit", 1)
    api = tuple(leaf for leaf in publication.SITE if leaf.address.startswith("/api/"))
    publication.publish(library.app, tmp_path, times.now(), api)


def test_the_command_asks_for_a_folder_when_none_is_set(library, monkeypatch):
    @contextmanager
    def application():
        with library.app.app_context():
            yield library.app

    monkeypatch.setattr("tracker.cli.publish.application", application)
    answer = CliRunner().invoke(cli.main, ["publish"])
    assert answer.exit_code == 2 and "TRACKER_PUBLISH_FOLDER" in answer.output


@pytest.fixture(scope="module")
def front(shelf, tmp_path_factory):
    """nginx with our own configuration but for names and certificates, and nothing at all behind it."""
    if not NGINX.exists():
        pytest.skip("nginx is missing (on Debian: apt install nginx-light)")
    folder = tmp_path_factory.mktemp("nginx")
    own = (ROOT / "deploy/nginx.conf").read_text()
    with socket.socket() as taken, socket.socket() as away:
        taken.bind(("127.0.0.1", 0))
        away.bind(("127.0.0.1", 0))
        port, nobody = taken.getsockname()[1], away.getsockname()[1]
    own = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", own, flags=re.S)
    own = own.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    own = re.sub(r"\n *(listen \[::\].*|ssl_certificate.*)", "", own)
    own = own.replace("/srv/outage-tracker/app/instance/public", str(shelf)).replace(
        "127.0.0.1:8000", f"127.0.0.1:{nobody}"
    )
    own = own.replace("/var/cache/nginx/outages", f"{folder}/cache")
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; user {getpass.getuser()}; worker_processes 1; pid {folder}/pid;\n"
        f"error_log {folder}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; {paths}{own} }}"
    )
    process = subprocess.Popen([NGINX, "-e", f"{folder}/error.log", "-c", folder / "nginx.conf"])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait()


def ask(port, path, **wanted):
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    named = {name.replace("_", "-"): value for name, value in wanted.items()}
    connection.request("GET", path, headers={"Host": "outages.example.org", **named})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize(
    ("path", "wanted", "kind", "words"),
    [
        ("/", {"Accept": "text/html", "Accept-Language": "en-GB"}, "text/html", "As of"),
        ("/", {"Accept": "text/html"}, "text/html", "Станом на"),
        ("/en/", {"Accept": "*/*", "User-Agent": "curl/8.5"}, "text/plain", "Kharkiv"),
        ("/regions/UA-63", {"Accept": "text/html", "Accept-Language": "en"}, "text/html", "Kharkiv"),
        ("/uk/regions/UA-63", {"Accept": "text/html"}, "text/html", "Харків"),
        ("/uk/regions/UA-63/badge.svg", {}, "image/svg+xml", "<svg"),
        ("/en/sources", {"Accept": "text/html"}, "text/html", "Kharkiv administration"),
        ("/feed.rss?lang=en", {}, "application/rss+xml", "Kharkiv"),
        ("/feed.atom", {}, "application/atom+xml", "Харків"),
        ("/api/v1/status", {}, "application/json", "UA-63"),
        ("/static/page.js?v=12345678", {}, "application/javascript", "comforts"),
    ],
)
def test_nginx_answers_from_the_files_when_nothing_stands_behind_it(front, path, wanted, kind, words):
    status, headers, body = ask(front, path, **wanted)
    assert status == 200 and words in body.decode()
    assert headers["Content-Type"].startswith(kind)
    assert "stale-if-error" in headers["Cache-Control"] and headers["X-Served-From"] == "publication"


def test_nginx_hands_out_the_packed_copy(front):
    _, headers, body = ask(front, "/en/", Accept="text/html", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and b"As of" in gzip.decompress(body)


@pytest.mark.parametrize("path", ["/?at=2026-01-01", "/feed.rss?region=UA-63", "/en/incidents/none", "/api/v1/claims"])
def test_what_the_files_cannot_answer_is_refused_with_a_sentence_and_not_answered_wrongly(front, path):
    status, headers, body = ask(front, path, Accept="text/html")
    assert status == 503 and int(headers["Retry-After"]) > 0
    assert b"Please try again in a minute." in body
