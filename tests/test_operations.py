"""What operators are given: alarms that name figures and pages that exist, files that start commands that exist."""

import re
from pathlib import Path

import pytest
from click import Context
from out.receivers import Web

from tracker import create_app, jobs, store
from tracker.alerts import deadman
from tracker.cli import FAMILIES, main
from tracker.settings import PREFIX, SETTINGS

ROOT = Path(__file__).parent.parent
ALARMS = (ROOT / "deploy" / "alarms.yml").read_text("utf-8")
DEPLOYED = sorted(path for path in (ROOT / "deploy").iterdir() if path.name != "constraints.txt")


@pytest.fixture
def app(sqlite_address, tmp_path):
    app = create_app({"SQLALCHEMY_DATABASE_URI": sqlite_address, "PUBLISH_FOLDER": "public"}, instance=tmp_path)
    yield app
    with app.app_context():
        store.engine.db.engine.dispose()


def test_every_alarm_names_a_figure_that_is_told_and_a_page_that_exists(app):
    figures = app.test_client().get("/metrics").get_data(as_text=True)
    rules = re.findall(r"alert: (\w+)\n +expr: (.+)\n +for: .+\n +annotations: {runbook: (.+)}", ALARMS)
    assert len(rules) == ALARMS.count("- alert:")
    for name, expression, page in rules:
        assert (ROOT / page).is_file(), name
        assert all(f"\n{figure} " in figures for figure in re.findall(r"tracker_\w+", expression)), name


def test_every_page_of_the_runbook_has_its_alarm_in_the_table():
    table = (ROOT / "docs" / "operations.md").read_text("utf-8")
    pages = {path.name for path in (ROOT / "docs" / "runbook").iterdir()}
    assert pages == set(re.findall(r"\]\(runbook/([\w-]+\.md)\)", table))


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_what_is_deployed_names_commands_and_settings_that_exist(path):
    text = path.read_text("utf-8")
    for command, rest in re.findall(r"bin/tracker (\w+)([^\n\"\']*)", text):
        assert command in FAMILIES, command
        options = {option for one in main.get_command(Context(main), command).params for option in one.opts}
        assert set(re.findall(r"--[\w-]+", rest)) <= options
    assert set(re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", text)) <= SETTINGS.keys()


def test_the_sign_of_life_is_given_while_the_board_is_fresh_and_never_when_it_is_not(app, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(deadman, "sign", asked.append)
    app.config["DEADMAN_URL"] = "https://watcher.example/ping"
    (duty,) = [duty for duty in jobs.duties(app) if duty.name == "sign of life"]
    duty.run()
    assert asked == ["https://watcher.example/ping"]
    monkeypatch.setattr("tracker.web.health.fault", lambda _now: "the database does not answer")
    duty.run()
    assert len(asked) == 1


def test_a_watcher_that_does_not_hear_the_sign_is_named(tmp_path):
    web = Web()
    with pytest.raises(deadman.Unheard, match=r"TRACKER_DEADMAN_URL answered \d+"):
        deadman.sign(web.url)
    web.close()
    with pytest.raises(deadman.Unheard, match="cannot be reached"):
        deadman.sign(web.url)
