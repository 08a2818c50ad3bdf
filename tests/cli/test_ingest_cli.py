"""`tracker poll`, `ingest` and `sources` as they are typed."""

import json

import pytest
from click.testing import CliRunner
from ingest import hostile
from ingest.conftest import OUT, feed
from ingest.hostile import reply

import tracker
from tracker.cli import main


@pytest.fixture
def run(sqlite_address, tmp_path, monkeypatch):
    """Runs a command on an empty installation; gives its exit status and what it printed."""
    monkeypatch.setattr(tracker, "ROOT", tmp_path)
    monkeypatch.setenv("TRACKER_SQLALCHEMY_DATABASE_URI", sqlite_address)
    monkeypatch.setenv("TRACKER_ALLOW_PRIVATE_NETWORKS", "true")
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "sources.toml").write_text("", "utf-8")

    def command(*words, typed=None):
        result = CliRunner().invoke(main, list(words), input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return command


@pytest.fixture
def server():
    with hostile.serving() as running:
        running.at("/feed", reply(feed(OUT)))
        yield running


def test_an_address_that_is_not_in_the_list_is_polled_and_shown(run, server):
    status, printed = run("poll", "--url", server.url("/feed"))
    assert status == 0 and "1 read, 1 new." in printed
    assert "nothing new." in run("poll", "--url", server.url("/feed"))[1]
    board = json.loads(run("status", "--at", "2022-09-12T23:00+03:00", "--json")[1].split("\n", 0)[0])
    kharkiv = next(region for region in board["regions"] if region["code"] == "UA-63")
    assert kharkiv["services"]["electricity"]["state"] in ("out", "disrupted")


def test_a_poll_fails_only_if_all_failed(run, server):
    assert run("sources", "add", server.url("/feed"), "--name", "herald", "--yes")[0] == 0
    assert run("poll")[0] == 0
    server.at("/feed", reply(b"", "500 Broken"))
    status, printed = run("poll", "--source", "herald")
    assert status == 1 and "herald: failed. The source answers 500" in printed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("poll", "--source", "nobody"), "no source called “nobody”"),
        (("poll",), "No source is active"),
        (("poll", "--url", "ftp://x.example/"), "only http and https"),
        (("poll", "--url", "http://x.example/", "--source", "y"), "not both"),
        (("ingest", "/nowhere/file.xml"), "does not exist"),
        (("ingest", "-", "--published", "someday"), "not a moment in time"),
        (("sources", "remove", "nobody"), "no source called “nobody”"),
        (("sources", "check", "nobody"), "no source called “nobody”"),
        (("sources", "add", "http://169.254.169.254/"), "link-local"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, words, sentence):
    status, printed = run(*words)
    assert status != 0 and sentence in printed and "Traceback" not in printed


def test_an_unknown_region_in_the_list_stops_with_its_name(run, tmp_path):
    block = "[[source]]\nname='a'\ntitle='A'\nurl='https://a.example/'\nregions=['UA-99']\n"
    (tmp_path / "instance" / "sources.toml").write_text(block, "utf-8")
    status, printed = run("sources", "list")
    assert status == 1 and "UA-99" in printed and "sources.toml" in printed


def test_files_are_taken_in_with_a_summary(run, tmp_path):
    (tmp_path / "a.xml").write_bytes(feed(OUT))
    status, printed = run("ingest", str(tmp_path / "a.xml"))
    assert status == 0 and "1 files, 1 reports: 1 new." in printed
    assert "taken in before" in run("ingest", str(tmp_path / "a.xml"))[1]
    status, printed = run("ingest", "-", typed='{"id": "2", "text": "x"}\nnonsense\n')
    assert status == 1 and "line 2" in printed and "1 could not be read" in printed


def test_a_source_is_added_checked_listed_and_removed(run, server, tmp_path):
    status, printed = run("sources", "add", server.url("/feed"), "--name", "herald", typed="y\n")
    assert status == 0 and OUT[1] in printed and "UA-63 electricity outage" in printed and "Added." in printed
    assert "already" in run("sources", "add", server.url("/feed"), "--name", "herald", "--yes")[1]
    assert "herald: 1 entries" in run("sources", "check")[1]
    run("poll")
    printed = run("sources", "list")[1]
    assert "feed, media, all regions: heard" in printed and "1 sources" in printed
    outlines = run("sources", "list", "--opml")[1]
    assert "xmlUrl" in outlines
    assert "no longer polled" in run("sources", "remove", "herald")[1]
    (tmp_path / "list.opml").write_text(outlines, "utf-8")
    assert "1 feeds" in run("sources", "add", str(tmp_path / "list.opml"), "--yes")[1]
    server.at("/feed", reply(b"", "410 Gone"))
    status, printed = run("sources", "check")
    assert status == 1 and "fails. The source answers 410" in printed
