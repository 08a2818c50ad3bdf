"""The API as a program uses it: pages, filters, past moments, errors, limits."""

import json
from itertools import pairwise

import make
import pytest
from out.telling import tell

from tracker import records, store, times
from tracker.ingest import moderate

BASE = "https://outages.example"


def get(client, address, **headers):
    answer = client.get(address.removeprefix(BASE), headers=headers)
    return answer, json.loads(answer.data)


def test_the_status_has_exactly_the_shape_of_the_contract(client):
    tell(make.claim(evidence="no power in Izium", place="Izium", customers=1200), at=times.now())
    tell(make.claim("partly_restored", region="UA", evidence="power is coming back"), at=times.now())
    _, document = get(client, "/api/v1/status")
    assert list(document) == ["at", "regions", "unnamed", "coverage"]
    assert len(document["regions"]) == 27
    kharkiv = next(region for region in document["regions"] if region["code"] == "UA-63")
    assert kharkiv["name"] == {"en": "Kharkiv Oblast", "uk": "Харківська область"}
    cell = kharkiv["services"]["electricity"]
    assert cell["state"] == "disrupted" and cell["places"] == ["Izium"] and cell["customers"] == 1200
    assert cell["evidence"][0]["quote"] == "no power in Izium"
    assert document["unnamed"][0]["kind"] == "partly_restored"
    assert set(document["coverage"]) == {"sources", "healthy", "newest_report"}


def test_the_status_of_a_past_moment_is_what_the_command_line_says(client):
    tell(make.claim(evidence="dark"), at="10:00")
    tell(make.claim("restored", evidence="light"), at="12:00")
    _, document = get(client, "/api/v1/status?at=2022-09-12T11:00%2B03:00")
    from tracker import board

    shown = board.at(make.moment("11:00"), None, times.now())
    assert document == json.loads(json.dumps(records.board_json(shown, BASE)))
    _, only = get(client, "/api/v1/status?at=2022-09-12T11:00&region=UA-63&region=UA-59")
    assert sorted(region["code"] for region in only["regions"]) == ["UA-59", "UA-63"]


def test_what_was_known_then_leaves_out_what_came_later(client):
    tell(make.claim(evidence="dark"), at="10:00", seen="15:00")
    for known, state in (("12:00", "unknown"), ("16:00", "disrupted")):
        _, region = get(client, f"/api/v1/regions/UA-63?at=2022-09-12T11:00&known=2022-09-12T{known}")
        assert region["services"]["electricity"]["state"].replace("none", "unknown") == state


@pytest.mark.parametrize("name", ["claims", "reports", "incidents"])
def test_pages_follow_one_another_and_hold_everything_once(client, name):
    for day in range(1, 8):
        tell(make.claim(evidence=f"dark {day}"), make.claim("restored", evidence=f"light {day}"), at=f"2022-09-0{day}")
    whole = {item["id"] for item in get(client, f"/api/v1/{name}?limit=200")[1]["items"]}
    seen, address = [], f"/api/v1/{name}?limit=3"
    while address:
        answer, page = get(client, address)
        seen += [item["id"] for item in page["items"]]
        links = [link for link in answer.headers.getlist("Link") if 'rel="next"' in link]
        address = links[0].partition("<")[2].partition(">")[0] if links else None
        assert bool(links) == bool(page["next"])
        assert page["about"]["licence"]["url"] and page["about"]["sources"]
    assert len(seen) == len(set(seen)) and set(seen) == whole and len(whole) >= 7


def test_an_incident_tells_its_story_with_the_claims_behind_each_step(client):
    tell(make.claim(evidence="dark", place="Izium"), at="10:00", url="javascript:alert(1)")
    report = tell(make.claim("restored", evidence="light"), at="12:00", url="https://radio.example/2")
    _, story = get(client, "/api/v1/incidents/UA-63-electricity-2022-09-12")
    assert [update["what"] for update in story["updates"]] == ["began", "back"]
    assert story["ending"] == "restored" and story["state"] == "restored"
    assert [claim["evidence"] for update in story["updates"] for claim in update["claims"]] == ["dark", "light"]
    assert story["updates"][0]["claims"][0]["url"] == ""
    _, told = get(client, f"/api/v1/reports/{report.id}")
    assert told["url"] == "https://radio.example/2" and [claim["kind"] for claim in told["claims"]] == ["restored"]


def test_history_is_a_line_without_gaps(client):
    tell(make.claim(evidence="dark"), at="10:00")
    tell(make.claim("restored", evidence="light"), at="12:00")
    _, history = get(client, "/api/v1/history?region=UA-63&since=2022-09-12&until=2022-09-13")
    line = history["services"]["electricity"]
    assert line[0]["since"] == history["since"] and line[-1]["until"] == history["until"]
    assert all(one["until"] == then["since"] for one, then in pairwise(line))
    assert {"disrupted", "restored"} <= {stretch["state"] for stretch in line}


def test_sources_say_how_they_are_heard(client):
    tell(make.claim(evidence="dark"))
    _, document = get(client, "/api/v1/sources")
    assert [source["name"] for source in document["items"]] == ["radio"]
    assert document["items"][0]["title"] == "Title of radio"


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("/api/v1/status?at=yesterday", 400, "at"),
        ("/api/v1/status?regoin=UA-63", 400, "regoin"),
        ("/api/v1/incidents?service=wine", 400, "wine"),
        ("/api/v1/incidents?limit=0", 400, "limit"),
        ("/api/v1/claims?cursor=abc", 404, "cursor"),
        ("/api/v1/incidents/none", 404, "incident"),
        ("/api/v1/reports/none", 404, "report"),
        ("/api/v1/regions/UA-99", 404, "UA-99"),
        ("/api/v1/history", 400, "region"),
        ("/api/v1/nothing", 404, ""),
        ("/api/v1/stream?after=x", 400, "Last-Event-ID"),
        ("/api/v2/summary.json?lang=ru", 400, "ru"),
    ],
)
def test_errors_are_problem_details_that_name_what_is_wrong(client, address, status, named):
    answer, problem = get(client, address)
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert problem["status"] == status and named in json.dumps(problem, ensure_ascii=False)
    assert problem["title"] and problem["detail"] and problem["type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_changed_through_the_api(client, method):
    answer = client.open("/api/v1/status", method=method)
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_a_page_of_another_site_may_read_and_may_not_send_cookies(client):
    answer = client.get("/api/v1/status", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = client.options("/api/v1/status", headers={"Origin": "https://elsewhere.example"})
    assert asked.status_code == 200 and "GET" in asked.headers["Access-Control-Allow-Methods"]


def test_the_same_answer_is_not_sent_twice(client):
    tell(make.claim(evidence="dark"), at="10:00")
    first = client.get("/api/v1/claims")
    again = client.get("/api/v1/claims", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert 'rel="license"' in ", ".join(first.headers.getlist("Link"))


def test_who_asks_too_often_is_told_how_long_to_wait(build):
    app = build(API_PER_MINUTE=3)
    client = app.test_client()
    answers = [client.get(f"/api/v1/reports?limit={number}") for number in range(1, 6)]
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(429) >= 1 and statuses[:2] == [200, 200]
    refused = answers[-1] if answers[-1].status_code == 429 else answers[statuses.index(429)]
    assert refused.mimetype == "application/problem+json" and 1 <= int(refused.headers["Retry-After"]) <= 60
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'


def test_statuspage_monitors_read_us(client):
    tell(make.claim(extent="whole", evidence="all dark"), at=times.now())
    tell(make.claim("scheduled", region="UA-46", evidence="cuts"), at=times.now())
    _, summary = get(client, "/api/v2/summary.json?lang=en")
    assert summary["status"]["indicator"] == "critical"
    (incident,) = summary["incidents"]
    assert incident["status"] == "identified" and incident["impact"] == "critical" and incident["incident_updates"]
    groups = [component for component in summary["components"] if component["group"]]
    assert len(groups) == 27 and len(summary["components"]) == 27 * 6
    kharkiv = next(group for group in groups if group["id"] == "UA-63")
    assert kharkiv["status"] == "major_outage" and "UA-63-electricity" in kharkiv["components"]
    assert summary["scheduled_maintenances"][0]["status"] in ("scheduled", "in_progress")
    assert get(client, "/api/v2/status.json?lang=en")[1]["status"] == summary["status"]


def test_an_incident_that_went_on_under_another_id_is_found_there(client, app):
    tell(make.claim(evidence="dark"), at="2022-09-12T10:00")
    tell(make.claim(evidence="dark since yesterday"), at="2022-09-11T10:00", seen="2022-09-12T12:00")
    answer = client.get("/api/v1/incidents/UA-63-electricity-2022-09-12")
    told = store.incidents.get("UA-63-electricity-2022-09-12")
    assert told is not None or (answer.status_code == 301 and "2022-09-11" in answer.headers["Location"])


def test_the_reference_page_needs_nobody_elses_files_and_no_script_of_its_own(client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    for address in client.application.extensions["openapi"]["paths"]:
        assert address in page.text
    assert "//cdn" not in page.text and "unpkg" not in page.text
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]


def test_a_report_that_waits_is_no_report_yet(client, app):
    source = make.source("form", kind="form", standing="public")
    from tracker.ingest import accept

    report = make.report("In Izium there is no electricity.", "Kharkiv", source="form")
    accept.accept(report, source, report.published)
    assert client.get(f"/api/v1/reports/{report.id}").status_code == 404
    moderate.approve(report.id, "olena", "", report.published)
    assert client.get(f"/api/v1/reports/{report.id}").status_code == 200
