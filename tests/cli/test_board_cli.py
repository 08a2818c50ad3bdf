"""`tracker status`, `rebuild`, `backup` and `restore` as they are typed."""

import json

import make
import news
import pytest
from click.testing import CliRunner

from tracker.cli import application, main
from tracker.ingest import accept


@pytest.fixture
def run(sqlite_address, monkeypatch):
    """Runs a command on a database that knows of one outage; gives its exit status and what it printed."""
    monkeypatch.setenv("TRACKER_SQLALCHEMY_DATABASE_URI", sqlite_address)
    monkeypatch.setenv("TRACKER_BASE_URL", "http://tracker.example")
    with application():
        report = make.report("У Харківській області немає світла.", at="10:00")
        accept.accept(report, news.SOURCES["radio"], make.moment("10:05"))

    def command(*words):
        result = CliRunner().invoke(main, list(words))
        return result.exit_code, result.output

    return command


def test_the_status_is_the_table_that_the_status_page_gives_to_curl(run):
    status, printed = run("status", "--at", "2022-09-12T11:00")
    assert status == 0
    assert any("Kharkiv Oblast" in line and "Disrupted" in line for line in printed.splitlines())


def test_the_status_of_one_region_shows_the_words_behind_it(run):
    _, printed = run("status", "--at", "2022-09-12T11:00", "--region", "ua-63")
    assert "radio: “" in printed
    assert "Sumy" not in printed


def test_the_status_of_one_region_names_customers_voices_and_announced_cuts(run):
    with application():
        for key, text in (
            ("12,000", "In Izium, Kharkiv oblast, 12,000 customers are without electricity."),
            ("cuts", "Scheduled power cuts will be applied in Kharkiv oblast on 13 September."),
        ):
            accept.accept(make.report(text, at="11:00", key=key), news.SOURCES["radio"], make.moment("11:05"))
    _, printed = run("status", "--at", "2022-09-12T12:00", "--region", "UA-63")
    assert "customers cut off: 12,000" in printed
    assert "vouched for: reported, independent voices: 1" in printed
    assert "13 September.” (announced)" in printed


def test_the_status_as_json_is_what_the_api_gives(run):
    _, printed = run("status", "--at", "2022-09-12T11:00", "--json", "--region", "UA-63")
    (region,) = json.loads(printed)["regions"]
    assert region["services"]["electricity"]["state"] == "disrupted"


def test_the_status_as_it_was_known_then(run):
    _, printed = run("status", "--known", "2022-09-12T10:01", "--json")
    states = {cell["state"] for region in json.loads(printed)["regions"] for cell in region["services"].values()}
    assert states == {"unknown"}


@pytest.mark.parametrize(
    ("option", "value", "sentence"), [("--at", "soon", "moment"), ("--region", "UA-99", "27 region")]
)
def test_a_wrong_option_is_a_sentence(run, option, value, sentence):
    status, printed = run("status", option, value)
    assert status == 2
    assert sentence in printed


def test_a_rebuild_says_what_it_did(run):
    status, printed = run("rebuild", "--dry-run")
    assert (status, printed.strip().splitlines()[-1][:15]) == (0, "1 reports read:")
    assert run("rebuild")[0] == 0


def test_a_backup_is_verified_and_restored_only_when_told(run, tmp_path):
    file = str(tmp_path / "copy.sqlite")
    status, printed = run("backup", file)
    assert (status, "1 reports and 1 claims" in printed) == (0, True)
    status, printed = run("restore", file)
    assert (status, "--replace" in printed) == (1, True)
    status, printed = run("restore", file, "--replace")
    assert (status, "Restored 1 reports" in printed) == (0, True)


def test_a_backup_that_cannot_be_is_a_sentence(run, tmp_path):
    status, printed = run("backup", str(tmp_path / "no" / "copy.sqlite"))
    assert (status, "does not exist" in printed) == (1, True)
