"""The moderators' desk: who gets in, what a decision does, and that every act can be taken back."""

import re
from datetime import timedelta

import pytest

from tracker import store
from tracker.domain import Report, Service
from tracker.ingest import accept
from tracker.web.forms import SOURCE

SOMETHING = "Lviv Oblast: water supply outage."


@pytest.fixture
def queue(told):
    """The told site with three public reports, two of them alike."""
    texts = [(SOMETHING, "First"), (SOMETHING, "Second"), ("Odesa Oblast: gas supply outage.", "Тhird")]
    with told.app.app_context():
        for number, (title, details) in enumerate(texts):
            moment = told.now - timedelta(minutes=30 - number)
            report = Report("form", f"key{number}", moment, title, details, language="en")
            accept.accept(report, SOURCE, moment)
    return told


class Desk:
    """A moderator who is logged in."""

    def __init__(self, site, name="olena"):
        self.site = site
        self.name, self.password = site.moderator(name)
        self.client = site.reader()
        self.enter(self.password)

    def enter(self, password):
        page = self.client.get("/login").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]*)"', page)
        data = {"csrf_token": token[1] if token else "", "name": self.name, "password": password}
        return self.client.post("/login", data=data)

    @property
    def page(self):
        return self.client.get("/moderation").get_data(as_text=True)

    def act(self, path="/moderation/decide", **data):
        token = re.search(r'name="csrf_token" value="([^"]*)"', self.page)[1]
        return self.client.post(path, data={"csrf_token": token, **data})

    def ids(self, title=SOMETHING):
        with self.site.app.app_context():
            return [one.report.id for one in store.reports.pending() if one.report.title == title]


def board(site):
    return site.reader().get("/api/v1/status").get_data(as_text=True)


def test_the_desk_is_behind_the_login(told):
    response = told.reader().get("/moderation")
    assert (response.status_code, response.headers["Location"]) == (302, "/login")
    for path in ("decide", "undo", "correct"):
        assert told.reader().post(f"/moderation/{path}").status_code in (302, 403)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(told):
    desk = Desk(told)
    desk.client = told.reader()
    wrong = desk.enter("not the password")
    desk.name = "nobody"
    unknown = desk.enter("not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert "Name and password do not fit together." in wrong.get_data(as_text=True)


def test_after_five_failures_one_has_to_wait_but_another_name_has_not(told):
    desk = Desk(told)
    desk.client = told.reader()
    for _ in range(5):
        assert desk.enter("wrong").status_code == 401
    assert desk.enter(desk.password).status_code == 429
    desk.client.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    assert desk.enter(desk.password).status_code == 303


def test_who_guesses_from_many_networks_locks_out_nobody(told):
    desk, guesser = Desk(told), Desk(told)
    for network in range(25):
        guesser.name = f"nobody{network}"
        guesser.client = told.reader(REMOTE_ADDR=f"198.51.100.{network}")
        for _ in range(5):
            assert guesser.enter("wrong").status_code == 401
    desk.client = told.reader(REMOTE_ADDR="203.0.113.5")
    assert desk.enter(desk.password).status_code == 303


def test_the_next_address_is_never_taken_from_the_request(told):
    desk = Desk(told)
    for payload in ("//evil.example", "/\\evil.example", "https://evil.example"):
        desk.client = told.reader()
        page = desk.client.get("/login", query_string={"next": payload}).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
        data = {"csrf_token": token, "name": desk.name, "password": desk.password, "next": payload}
        response = desk.client.post("/login", query_string={"next": payload}, data=data)
        assert response.headers["Location"] == "/moderation"


def test_similar_reports_stand_together_with_what_they_would_change(queue):
    page = Desk(queue).page
    assert "2 similar reports" in page
    assert "Lviv Oblast, water" in page and "No reports" in page and "Disrupted" in page
    assert "Latin and Cyrillic letters are mixed in:" in page and "Тhird" in page


def test_rejecting_many_at_once_clears_the_queue_and_changes_nothing(queue):
    desk = Desk(queue)
    before = board(queue)
    assert desk.act(act="reject", id=desk.ids(), why="the same hand").status_code == 303
    assert desk.ids() == []
    assert re.sub(r'"(at|newest_report)":"[^"]*"', "", board(queue)) == re.sub(
        r'"(at|newest_report)":"[^"]*"', "", before
    )
    assert "the same hand" in desk.page


def test_what_is_taken_in_work_bears_the_name_and_can_be_put_back(queue):
    desk = Desk(queue)
    desk.act(act="take", id=desk.ids())
    assert "in work: olena" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", desk.page))
    desk.act(act="release", id=desk.ids())
    assert "Nobody has anything in work." in desk.page


def test_an_approval_can_be_taken_back(queue):
    desk = Desk(queue)
    desk.act(act="approve", id=desk.ids()[0])
    assert SOMETHING in queue.reader().get("/en/regions/UA-46").get_data(as_text=True)
    number = re.search(r'name="action" value="(\d+)"', desk.page)[1]
    assert desk.act("/moderation/undo", action=number).status_code == 303
    queue.app.wsgi_app.asked = 0
    page = queue.reader().get("/en/regions/UA-46")
    assert SOMETHING not in page.get_data(as_text=True)
    assert "taken back" in desk.page


def test_a_public_report_can_be_retracted_with_a_reason(queue):
    desk = Desk(queue)
    with queue.app.app_context():
        report = store.claims.testimonies("UA-59", Service.ELECTRICITY)[0].report
    assert desk.act("/moderation/correct", act="retract_report", report=report).status_code == 400
    assert desk.act("/moderation/correct", act="retract_report", report=report, why="a hoax").status_code == 303
    assert queue.reader().get(f"/reports/{report}").status_code == 404


def test_a_correction_that_makes_no_sense_is_answered_with_a_sentence(queue):
    desk = Desk(queue)
    answer = desk.act("/moderation/correct", act="split", incident="none", at="yesterday", why="why")
    assert answer.status_code == 400 and "is not a moment in time" in answer.get_data(as_text=True)
    answer = desk.act("/uk/moderation/correct", act="merge", first="<b>", second="x", why="why")
    assert answer.status_code == 400 and "Випадку «&lt;b&gt;» немає." in answer.get_data(as_text=True)
    assert desk.act("/moderation/correct", act="distrust", source="x", at="2022-01-01", why="y").status_code == 400
    assert desk.act("/moderation/correct", act="explode", why="y").status_code == 400
    assert desk.act("/moderation/undo", action="999999").status_code == 400
    assert desk.act("/moderation/undo", action="x").status_code == 400
    assert desk.act(act="approve").status_code == 400


def test_a_form_without_our_token_is_refused(queue):
    desk = Desk(queue)
    answer = desk.client.post("/moderation/decide", data={"act": "approve", "id": desk.ids()})
    assert answer.status_code == 403 and len(desk.ids()) == 2
    token = re.search(r'name="csrf_token" value="([^"]*)"', desk.page)[1]
    data = {"csrf_token": token, "act": "approve", "id": desk.ids()}
    answer = desk.client.post("/moderation/decide", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and len(desk.ids()) == 2


def test_logging_out_ends_the_session_for_a_stolen_cookie_too(queue):
    desk = Desk(queue)
    stolen = desk.client.get_cookie("session").value
    desk.act("/logout")
    thief = queue.app.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/moderation").status_code == 302


def test_a_changed_password_ends_every_session(queue):
    from tracker.web.login import hasher

    desk = Desk(queue)
    with queue.app.app_context():
        store.moderators.set_password("olena", hasher().hash("another winter lamp 8"))
    assert desk.client.get("/moderation").status_code == 302


def test_public_pages_set_no_cookie_and_do_not_vary_by_one(queue):
    desk = Desk(queue)
    for path in ("/", "/regions/UA-63", "/history", "/feed.rss", "/api/v1/status"):
        for client in (desk.client, queue.reader()):
            response = client.get(path)
            assert "Set-Cookie" not in response.headers
            assert "Cookie" not in response.headers.get("Vary", "")
