"""The public form: what it asks, keeps, refuses, and never shows."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tracker import create_app, store, times
from tracker.domain import Refused
from tracker.ingest import moderate
from tracker.store.tables import ActRow
from tracker.web import forms
from tracker.web.limits import Limit, network

GOOD = {"region": "UA-46", "service": "water", "kind": "outage", "place": "", "details": "Since the morning."}


class Sender:
    """A person with a browser who opens the form and sends it."""

    def __init__(self, site, language="en"):
        self.client = site.reader(language)

    def open(self, query=""):
        page = self.client.get("/reports/new" + query).get_data(as_text=True)
        self.hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return page

    def send(self, answers=GOOD, headers=None, **changed):
        if not hasattr(self, "hidden"):
            self.open()
        return self.client.post("/reports/new", data={**self.hidden, **answers, **changed}, headers=headers)


def reference(response):
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"].partition("ref=")[2]


def everywhere(site):
    """Every public surface in one string."""
    paths = ["/", "/uk/", "/regions/UA-46", "/history", "/feed.rss", "/feed.atom", "/feed.json"]
    paths += ["/api/v1/status", "/api/v1/incidents", "/api/v1/claims", "/api/v1/reports", "/metrics"]
    client = site.reader()
    return "\n".join(client.get(path).get_data(as_text=True) for path in paths)


def approve(site):
    name, password = site.moderator()
    client = site.reader()
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/login").get_data(as_text=True))[1]
    assert client.post("/login", data={"csrf_token": token, "name": name, "password": password}).status_code == 303
    desk = client.get("/moderation").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]*)"', desk)[1]
    chosen = re.search(r'name="id" value="(\w+)"', desk)[1]
    answer = client.post("/moderation/decide", data={"csrf_token": token, "act": "approve", "id": chosen, "why": ""})
    assert answer.status_code == 303
    return client


def test_a_report_is_invisible_until_a_moderator_approves_it(told):
    number = reference(Sender(told).send(details="Zxqv is what only this report says."))
    assert "Zxqv" not in everywhere(told) and "Lviv Oblast: water supply outage" not in everywhere(told)
    assert "waits for a moderator" in told.reader().get(f"/reports/status?ref={number}").get_data(as_text=True)
    approve(told)
    shown = told.reader().get("/en/regions/UA-46").get_data(as_text=True)
    assert "Lviv Oblast: water supply outage." in shown and "◐" in shown
    assert "Lviv Oblast: water supply outage." in told.reader().get("/feed.rss?lang=en").get_data(as_text=True)
    assert "Accepted." in told.reader().get(f"/reports/status?ref={number}").get_data(as_text=True)


def test_wrong_answers_come_back_with_reasons_and_all_that_was_typed(told):
    sender = Sender(told)
    response = sender.send(region="", service="tea", kind="", place="Atlantis", details="Ring +380 67 123 45 67")
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "<title>Error: Report an outage" in page
    for name in ("region", "service", "kind"):
        assert f'id="{name}-error"' in page
    assert page.count("Choose the service.") == 2, "at the top and at the field"
    assert 'value="Atlantis"' in page
    assert "Ring +380 67 123 45 67</textarea>" in page
    assert "Please leave out telephone numbers" in page
    with told.app.app_context():
        assert store.reports.pending_count() == 0


def test_a_place_that_the_region_does_not_have_is_named_as_the_fault(told):
    page = Sender(told).send(place="Atlantis").get_data(as_text=True)
    assert "We know no such place in this region." in page and 'value="Atlantis"' in page


def test_a_place_is_understood_in_any_language(told):
    reference(Sender(told).send(region="UA-63", place="ізюм"))
    with told.app.app_context():
        (stored,) = store.reports.pending()
    assert stored.report.title == "Izium, Kharkiv Oblast: water supply outage."


def test_the_form_is_filled_in_from_where_the_reader_was(told):
    page = Sender(told).open("?region=UA-63&service=gas&about=UA-63-gas-2022-09-12")
    assert '<option value="UA-63" selected>' in page
    assert 'value="gas" checked' in page
    assert "About UA-63-gas-2022-09-12: this is wrong" in page


def test_the_same_report_sent_twice_is_one(told):
    sender = Sender(told)
    assert reference(sender.send()) == reference(sender.send())
    with told.app.app_context():
        assert store.reports.pending_count() == 1


def test_after_five_reports_one_has_to_wait(told):
    for number in range(5):
        reference(Sender(told).send(details=f"Report {number}"))
    response = Sender(told).send(details="one more")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    other = Sender(told)
    other.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    reference(other.send(details="from elsewhere"))


def test_a_forged_forwarding_header_does_not_lift_the_limit(told):
    for number in range(5):
        reference(Sender(told).send(headers={"X-Forwarded-For": f"198.51.100.{number}"}, details=str(number)))
    assert Sender(told).send(headers={"X-Forwarded-For": "198.51.100.77"}).status_code == 429


def test_the_honeypot_swallows_what_a_program_fills_in(told):
    assert Sender(told).send(website="https://spam.example").status_code == 303
    with told.app.app_context():
        assert store.reports.pending_count() == 0


def test_a_form_sent_faster_than_a_person_types_comes_back(told):
    told.app.config["FORM_FASTEST"] = forms.FASTEST
    response = Sender(told).send()
    assert response.status_code == 400
    assert "Since the morning.</textarea>" in response.get_data(as_text=True)


@pytest.mark.parametrize("token", ["", "forged", None])
def test_without_our_token_nothing_is_taken_and_nothing_is_lost(told, token):
    sender = Sender(told)
    sender.open()
    if token is None:
        del sender.hidden["csrf_token"]
    else:
        sender.hidden["csrf_token"] = token
    response = sender.send()
    assert response.status_code == 403
    assert "Since the morning.</textarea>" in response.get_data(as_text=True)


def test_another_site_cannot_send_the_form(told):
    assert Sender(told).send(headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_form_left_open_for_days_can_still_be_sent_again(told):
    sender = Sender(told)
    sender.open()
    told.app.config["FORM_LONGEST"] = timedelta(seconds=-1)
    response = sender.send()
    assert response.status_code == 400 and "Since the morning.</textarea>" in response.get_data(as_text=True)


def test_hostile_signs_are_taken_out(told):
    reference(
        Sender(told).send(details="\u202etxet\u202c \u200bhid\u200dden\x00 <script>alert(1)</script>" + "e\u0301" * 3)
    )
    with told.app.app_context():
        (stored,) = store.reports.pending()
    assert not re.search("[\u202a-\u202e\u200b-\u200f\x00]", stored.report.text)
    desk = approve(told).get("/moderation").get_data(as_text=True)
    assert "<script>alert" not in desk
    shown = told.reader().get(f"/reports/{stored.report.id}").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown and "<script>alert" not in shown


@pytest.mark.parametrize("field", ["place", "details", "region", "service", "kind"])
def test_no_answer_is_a_fault(told, field):
    told.app.extensions["form_limit"] = Limit("form", 100, 100, timedelta(minutes=1))
    for value in ("\x00", "a" * 20_000, "\ufffd\ufffe", "{}", "[]", "-1", "%FF"):
        assert Sender(told).send(**{field: value}).status_code in (303, 400, 413), value


def test_too_much_is_refused(told):
    assert Sender(told).send(details="x" * 70_000).status_code == 413
    sender = Sender(told)
    sender.open()
    parts = {f"f{number}": "x" for number in range(60)}
    sent = sender.client.post("/reports/new", data={**parts, "file": (io.BytesIO(b"x"), "x")})
    assert sent.status_code in (403, 413)


def test_nothing_that_could_find_a_person_is_kept(told, tmp_path):
    sender = Sender(told)
    sender.client.environ_base.update(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Tell-Tale/7.7")
    reference(sender.send())
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"203.0.113.77" not in kept and b"Tell-Tale" not in kept


def test_the_form_page_is_kept_by_nobody(told):
    assert told.reader().get("/reports/new").headers["Cache-Control"] == "no-store"


def test_an_unknown_reference_gets_a_plain_answer(told):
    page = told.reader().get("/reports/status?ref=NOPE").get_data(as_text=True)
    assert "We have no report with this number." in page


@pytest.fixture
def desks(each_address, tmp_path):
    """Two web processes of one installation: they share the database and the secret, and nothing else."""
    desks = [create_app({"SQLALCHEMY_DATABASE_URI": each_address}, instance=tmp_path) for _ in range(2)]
    yield [desk.app_context for desk in desks]
    for desk in desks:
        with desk.app_context():
            store.engine.db.engine.dispose()


def test_the_limit_forgets_after_its_span(told):
    now = times.parse_iso("2022-09-12T12:00")
    limit = Limit("test", 2, 100, timedelta(minutes=10))
    with told.app.app_context():
        for _ in range(2):
            assert limit.wait("a", now) == 0
            limit.note("a", now)
        assert limit.wait("a", now) == 601
        assert limit.wait("b", now) == 0
        assert limit.wait("a", now + timedelta(minutes=10, seconds=1)) == 0
        limit.forget("a", now)
        assert limit.wait("a", now) == 0


def test_all_web_processes_count_together_and_keep_no_address(desks):
    now = times.parse_iso("2022-09-12T12:00")
    limit = Limit("test", 4, 6, timedelta(minutes=10))
    for turn in range(4):
        with desks[turn % 2]():
            assert limit.wait("203.0.113.9", now) == 0
            limit.note("203.0.113.9", now)
    for desk in desks:
        with desk():
            assert limit.wait("203.0.113.9", now) == 601 and limit.wait("203.0.113.8", now) == 0
    with desks[0](), store.writing() as connection:
        limit.note("203.0.113.7", now)
        limit.note("203.0.113.6", now)
        kept = connection.execute(select(ActRow)).all()
    assert len(kept) == 6 and "203.0" not in str(kept)
    with desks[1]():
        assert limit.wait("203.0.113.5", now) == 601, "six in all were enough"
        limit.note("203.0.113.5", now + timedelta(minutes=11))
        with store.reading() as connection:
            assert len(connection.execute(select(ActRow)).all()) == 1, "what no longer counts is deleted"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("not an address", "unknown"),
    ],
)
def test_a_network_is_counted_not_a_device(address, counted):
    assert network(address) == counted


def test_what_is_not_used_is_deleted_after_seven_days_and_what_is_used_stays(told):
    sender, now = Sender(told), times.now()
    assert "What is not used is deleted after seven days." in sender.open()
    numbers = [reference(Sender(told).send(details=f"Number {number}.")) for number in range(3)]
    with told.app.app_context():
        waiting, rejected, used = (store.reports.by_reference(number) for number in numbers)
        act = moderate.reject(rejected.id, "olena", "spam", now)
        moderate.approve(used.id, "olena", "true", now)
        assert moderate.erase(now + timedelta(days=6, hours=23)) == 0
        assert moderate.erase(now + timedelta(days=7, minutes=1)) == 2
        assert [store.reports.by_reference(number) is not None for number in numbers] == [False, False, True]
        assert store.reports.get(waiting.id) is None
        with pytest.raises(Refused):
            moderate.undo(act.id, "olena", now)
