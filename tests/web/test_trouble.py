"""When the database is gone: readers keep the last page, reporters keep what they typed, machines are told."""

import re
from datetime import timedelta

import pytest
from flask import request

from tracker import create_app, store, times
from tracker.store.sources import PollOutcome, PollStatus
from tracker.web import publication


@pytest.fixture
def broken(told, tmp_path):
    """A site whose database breaks after the first reader was served."""
    reader = told.reader()
    told.page = reader.get("/en/").get_data(as_text=True)
    told.form = reader.get("/reports/new").get_data(as_text=True)
    told.client = reader
    with told.app.app_context():
        store.engine.db.engine.dispose()
    for path in tmp_path.glob("tracker.sqlite*"):
        path.unlink()
    (tmp_path / "tracker.sqlite").write_bytes(b"this is no database" * 100)
    told.app.wsgi_app.asked = 0
    return told


def test_readers_get_the_last_page_with_its_moment(broken):
    response = broken.reader().get("/en/")
    assert response.status_code == 200
    assert response.get_data(as_text=True) == broken.page
    assert re.search(r"As of <time", broken.page)


@pytest.mark.parametrize("path", ["/en/history", "/en/regions/UA-63", "/feed.rss"])
def test_a_page_that_nobody_read_yet_says_when_to_come_again(broken, path):
    response = broken.reader().get(path)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "Our memory does not answer at the moment." in response.get_data(as_text=True)


def test_programs_are_told_the_same_as_a_problem(broken):
    response = broken.reader().get("/api/v1/status")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert int(response.headers["Retry-After"]) > 0
    assert "memory does not answer" in response.get_json()["detail"]


def test_a_mistake_of_ours_stays_a_fault(told, monkeypatch):
    monkeypatch.setattr("tracker.web.history.store", None)
    assert told.reader().get("/en/history").status_code == 500


def test_a_kept_page_says_its_age(broken):
    assert int(broken.reader().get("/en/").headers["Age"]) >= 0


def test_reporters_keep_what_they_typed(broken):
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', broken.form))
    answers = {"region": "UA-46", "service": "water", "kind": "outage", "place": "", "details": "Since noon."}
    response = broken.client.post("/reports/new", data={**hidden, **answers})
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "Since noon.</textarea>" in response.get_data(as_text=True)


def test_machines_are_told(broken):
    assert broken.reader().get("/healthz").status_code == 200
    response = broken.reader().get("/readyz")
    assert (response.status_code, response.text) == (503, "the database does not answer\n")


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "198.51.100.2"), (2, "198.51.100.1")])
def test_only_the_proxies_of_the_operator_are_believed(tmp_path, proxies, counted):
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "PROXIES": proxies}, instance=tmp_path)
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.7, 198.51.100.1, 198.51.100.2"})
    assert seen == [counted]


def test_figures_speak_of_numbers_and_of_no_names(library):
    figures = library.reader().get("/metrics").get_data(as_text=True)
    assert 'tracker_regions_lost{service="electricity"} 2.0' in figures
    assert "tracker_sources_healthy 2.0" in figures
    assert "radio" not in figures and "example" not in figures
    assert "tracker_last_poll_age_seconds" in figures and "tracker_cells_disputed 0.0" in figures
    assert 0 < float(re.search(r'tracker_quality_precision{language="uk"} ([\d.]+)', figures)[1]) <= 1
    assert 0 < float(re.search(r"tracker_board_seconds ([\d.e-]+)", figures)[1]) < 60
    age = float(re.search(r"tracker_newest_report_age_seconds ([\d.]+)", figures)[1])
    assert timedelta(minutes=50).total_seconds() < age < timedelta(hours=3).total_seconds()


def _tried(site, ago):
    """Lets the last poll of a source lie so far back."""
    with site.app.app_context():
        moment = times.now() - ago
        lease = store.leases.named(["oda"], moment, "test", 60)[0]
        outcome = PollOutcome(PollStatus.OK, moment + timedelta(minutes=5), "")
        store.leases.finish(lease, outcome, moment)


@pytest.mark.parametrize(("ago", "code"), [(timedelta(minutes=2), 200), (timedelta(hours=1), 503)])
def test_who_has_asked_no_source_for_long_is_not_ready(told, ago, code):
    _tried(told, ago)
    response = told.reader().get("/readyz")
    assert response.status_code == code
    assert code == 200 or response.text.startswith("no source was asked since")


def test_the_age_of_the_files_is_a_figure_too(told, tmp_path):
    told.app.config["PUBLISH_FOLDER"] = str(tmp_path / "public")
    publication.publish(told.app, tmp_path / "public", times.now() - timedelta(minutes=7), ())
    figures = told.reader().get("/metrics").get_data(as_text=True)
    assert 420 <= float(re.search(r"tracker_publication_age_seconds ([\d.]+)", figures)[1]) < 600
