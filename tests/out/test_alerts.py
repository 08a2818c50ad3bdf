"""Telling of changes: each once in effect, in order, not at night, and nobody's address in the clear."""

import email
import json
import os
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

import make
import pytest
from out.telling import tell

from tracker import store
from tracker.alerts import Alerts, outbox
from tracker.alerts.install import FILE
from tracker.alerts.receivers import Receiver, SendError, quiet_hours, read
from tracker.alerts.webhooks import signature
from tracker.settings import SettingsError

SECRET = "a-secret-of-more-than-24-characters"


class Clock:
    """A clock that a test sets."""

    def __init__(self, text="10:00"):
        self.moment = make.moment(text)

    def __call__(self):
        return self.moment

    def to(self, text):
        self.moment = make.moment(text)


class Web:
    """A receiver of webhooks that answers what it is told to, and keeps what it took."""

    def __init__(self):
        self.status, self.taken, self.asked, self.checked, self.bodies = 204, {}, 0, True, []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.asked += 1
                web.bodies.append(body)
                name, moment = self.headers["webhook-id"], self.headers["webhook-timestamp"]
                if web.checked:
                    assert self.headers["webhook-signature"] == signature(SECRET, name, moment, body)
                if web.status < 300 and body.startswith(b"{"):
                    web.taken.setdefault(name, json.loads(body))
                self.send_response(web.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def web():
    web = Web()
    yield web
    web.close()


class Kept:
    """A receiver in memory that fails while it is told to."""

    def __init__(self, **given):
        self.notices, self.fail = [], False
        self.receiver = Receiver("test", self.send, **given)

    def send(self, events, name):
        if self.fail:
            raise SendError("It does not answer.")
        self.notices.append((name, events))


def operators(app, text):
    path = Path(app.instance_path) / FILE
    path.write_text(text, "utf-8")
    return path


def story():
    tell(make.claim(place="Izium", evidence="dark"), at="10:00")
    tell(make.claim(evidence="all of it dark", extent="whole"), at="10:30")
    tell(make.claim("partly_restored", evidence="some is back"), at="11:00")
    tell(make.claim("restored", evidence="all is back"), at="12:00")


def test_a_webhook_gets_each_event_once_and_in_order(app, web):
    operators(app, f'[[webhook]]\nname = "ops"\nurl = "{web.url}"\nsecret = "{SECRET}"\nregions = ["UA-63"]\n')
    clock = Clock()
    alerts = Alerts(app, clock)
    alerts.run()
    story()
    tell(make.claim(region="UA-59", evidence="elsewhere"), at="12:30")
    clock.to("13:00")
    assert alerts.run() == 4
    assert [notice["type"] for notice in web.taken.values()] == [
        "outage.began",
        "outage.widened",
        "outage.partly_back",
        "outage.back",
    ]
    assert alerts.run() == 0 and web.asked == 4


def test_a_webhook_that_fails_is_tried_again_later_and_misses_nothing(app, web):
    operators(app, f'[[webhook]]\nname = "ops"\nurl = "{web.url}"\nsecret = "{SECRET}"\n')
    clock = Clock()
    alerts = Alerts(app, clock)
    alerts.run()
    story()
    web.status, asked = 503, []
    for _ in range(200):
        clock.moment += timedelta(seconds=5)
        before = web.asked
        alerts.run()
        asked += [clock.moment] * (web.asked - before)
    pauses = [later - sooner for sooner, later in pairwise(asked)]
    assert pauses == sorted(pauses) and len(asked) < 10 and not web.taken
    web.status = 200
    clock.moment += timedelta(hours=2)
    assert alerts.run() == 4
    assert len(web.taken) == 4


def test_people_get_what_belongs_together_in_one_notice(app):
    kept, clock = Kept(), Clock("09:00")
    outbox.run(app, [kept.receiver], clock)
    tell(make.claim(evidence="dark"), at="10:00")
    clock.to("10:01")
    assert outbox.run(app, [kept.receiver], clock) == 0
    tell(make.claim(evidence="dark too", place="Izium", region="UA-63"), at="10:01")
    clock.to("10:03")
    assert outbox.run(app, [kept.receiver], clock) == 1
    tell(make.claim("restored", evidence="back"), at="10:04")
    clock.to("10:10")
    assert outbox.run(app, [kept.receiver], clock) == 0
    clock.to("10:20")
    assert outbox.run(app, [kept.receiver], clock) == 1
    assert [event.what for event in kept.notices[1][1]] == ["back"]


def test_quiet_hours_put_a_notice_off_to_their_end(app):
    start, end = quiet_hours("23:00-07:00")
    kept, clock = Kept(quiet_from=start, quiet_to=end), Clock("09:00")
    outbox.run(app, [kept.receiver], clock)
    tell(make.claim(evidence="dark"), at="23:30")
    for hour in ("23:40", "2022-09-13T03:00", "2022-09-13T06:59"):
        clock.to(hour)
        assert outbox.run(app, [kept.receiver], clock) == 0
    clock.to("2022-09-13T07:00")
    assert outbox.run(app, [kept.receiver], clock) == 1


def test_a_digest_goes_out_in_the_morning_with_the_whole_day_in_it(app):
    kept, clock = Kept(daily=True), Clock("08:30")
    outbox.run(app, [kept.receiver], clock)
    story()
    clock.to("20:00")
    assert outbox.run(app, [kept.receiver], clock) == 0
    clock.to("2022-09-13T08:00")
    assert outbox.run(app, [kept.receiver], clock) == 1
    assert len(kept.notices[0][1]) == 4


def test_old_news_and_repetition_ring_no_bell(app):
    kept, clock = Kept(), Clock("09:00")
    outbox.run(app, [kept.receiver], clock)
    tell(make.claim(evidence="dark then"), at="2022-09-01", seen="10:00")
    tell(make.claim(region="UA-59", evidence="dark"), at="10:00")
    tell(make.claim(region="UA-59", evidence="still dark"), at="10:30")
    clock.to("11:00")
    outbox.run(app, [kept.receiver], clock)
    ((_, events),) = kept.notices
    assert [(event.region, event.what) for event in events] == [("UA-59", "began")]


def test_a_notice_repeated_after_a_crash_is_the_same_notice(app):
    kept, clock = Kept(), Clock("09:00")
    outbox.run(app, [kept.receiver], clock)
    tell(make.claim(evidence="dark"), at="10:00")
    clock.to("10:10")

    def crash(events, name):
        kept.send(events, name)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.serve(Receiver("test", crash), clock, "first")
    tell(make.claim("restored", evidence="back"), at="10:20")
    clock.to("11:00")
    outbox.serve(kept.receiver, clock, "second")
    clock.to("12:00")
    outbox.serve(kept.receiver, clock, "second")
    (first, again, then) = kept.notices
    assert first == again and then[0] != first[0]


def test_two_processes_never_serve_one_receiver_at_once(app):
    clock, taken = Clock("09:00"), []

    def send(events, name):
        taken.append(name)
        assert outbox.serve(Receiver("test", send), clock, "other") == 0

    outbox.run(app, [Receiver("test", send)], clock)
    tell(make.claim(evidence="dark"), at="10:00")
    clock.to("10:10")
    assert outbox.serve(Receiver("test", send), clock, "one") == 1
    assert len(taken) == 1


def test_a_notice_that_nobody_can_take_is_given_up_at_last(app):
    kept, clock = Kept(single=True), Clock("09:00")
    outbox.run(app, [kept.receiver], clock)
    tell(make.claim(evidence="dark"), at="10:00")
    kept.fail = True
    for _ in range(outbox.PATIENCE):
        clock.moment += timedelta(hours=2)
        outbox.run(app, [kept.receiver], clock)
    kept.fail = False
    tell(make.claim("restored", evidence="back"), at="11:00", seen=clock.moment)
    clock.moment += timedelta(hours=2)
    outbox.run(app, [kept.receiver], clock)
    assert [event.what for _, (event,) in kept.notices] == ["back"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Apprise's own, while it is imported
def test_apprise_gets_the_words_in_its_language(app, web):
    """Apprise's own `json:` target stands for all of them; it posts title and message as JSON."""
    web.checked = False
    operators(app, f'[[apprise]]\nname = "channel"\nurl = "{web.url.replace("http:", "json:")}"\nlanguage = "en"\n')
    clock = Clock("09:00")
    alerts = Alerts(app, clock)
    alerts.run()
    tell(make.claim(evidence="no light =cmd"), at="10:00")
    clock.to("10:05")
    assert alerts.run() == 1
    (notice,) = web.taken.values()
    assert "Kharkiv Oblast" in notice["title"] and "no light =cmd" in notice["message"]
    web.status = 500
    tell(make.claim("restored", evidence="light"), at="11:00")
    clock.to("11:30")
    assert alerts.run() == 0


def test_the_hub_is_told_that_feeds_changed(build, web):
    web.checked = False
    app = build(WEBSUB_HUB=web.url)
    with app.app_context():
        clock = Clock("09:00")
        alerts = Alerts(app, clock)
        alerts.run()
        tell(make.claim(evidence="dark"), at="10:00")
        clock.to("10:00")
        assert alerts.run() == 1
    (told,) = web.bodies
    fields = parse_qs(told.decode())
    assert fields["hub.mode"] == ["publish"]
    assert "https://outages.example/feed.atom?lang=uk" in fields["hub.url"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[pigeon]]\n", "pigeon"),
        ('[[webhook]]\nname = "a"\nurl = "ftp://x"\nsecret = "' + SECRET + '"', "http"),
        ('[[webhook]]\nname = "a"\nurl = "https://x"\nsecret = "short"', "secret"),
        ('[[webhook]]\nname = "a"\nurl = "https://x"\nsecret = "' + SECRET + '"\nregions = ["UA-99"]', "UA-99"),
        ('[[webhook]]\nname = "a"\nurl = "https://x"\nsecret = "' + SECRET + '"\ncolour = 1', "colour"),
        ('[[apprise]]\nname = "a"\nurl = "json://x"\nquiet = "late"', "quiet hours"),
        ('[[apprise]]\nurl = "json://x"', "name"),
        ('[[apprise]]\nname = "a"\nurl = "json://x"\n[[apprise]]\nname = "a"\nurl = "json://y"', "twice"),
        ("not toml", "cannot be read"),
    ],
)
def test_a_fault_in_the_operators_file_is_named(tmp_path, text, named):
    path = tmp_path / FILE
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=re.escape(named)):
        read(path)


class Mail(socketserver.ThreadingTCPServer):
    """A mail server that keeps every letter, and refuses addresses that begin with `gone`."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        self.letters = []
        super().__init__(("127.0.0.1", 0), MailHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class MailHandler(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 test")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self.rfile.readline()
                self.server.letters.append(email.message_from_bytes(text[:-3], policy=email.policy.default))
            if word == b"RCPT" and b"<gone" in line:
                self.say("550 no such user")
                continue
            self.say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


@pytest.fixture
def mail():
    server = Mail()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail_app(build, mail):
    host, port = mail.server_address
    app = build(MAIL_FROM="outages@outages.example", SMTP_HOST=host, SMTP_PORT=port, SMTP_SECURITY="none")
    with app.app_context():
        yield app


def link_in(letter):
    return re.search(r"https://outages\.example(/\S+)", letter.get_content()).group(1)


def confirm(app, mail, address="reader@readers.example", **wishes):
    client = app.test_client()
    assert client.post("/uk/notices", data={"address": address, **wishes}).status_code == 200
    link = link_in(mail.letters[-1])
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 200


def test_mail_is_confirmed_told_and_ended_with_one_click(mail_app, mail):
    clock = Clock("09:00")
    alerts = Alerts(mail_app, clock)
    client = mail_app.test_client()
    client.post("/uk/notices", data={"address": "reader@readers.example", "region": "UA-63"})
    assert store.alerts.subscribers() == ()
    link = link_in(mail.letters[0])
    client.get(link)
    assert store.alerts.subscribers() == ()
    client.post(link)
    alerts.run()
    tell(make.claim(evidence="no light ]]> <b>"), at="10:00")
    tell(make.claim(region="UA-59", evidence="elsewhere"), at="10:00")
    clock.to("10:05")
    assert alerts.run() == 1
    letter = mail.letters[1]
    assert letter["To"] == "reader@readers.example"
    assert "no light ]]> <b>" in letter.get_content() and "elsewhere" not in letter.get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    end = letter["List-Unsubscribe"].strip(" <>").removeprefix("https://outages.example")
    assert client.get(end).status_code == 200 and len(store.alerts.subscribers()) == 1
    assert client.post(end, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert store.alerts.subscribers() == ()
    tell(make.claim("restored", evidence="back"), at="11:00")
    clock.to("12:00")
    assert alerts.run() == 0


def test_no_address_lies_in_the_database_and_one_address_subscribes_once(mail_app, mail):
    confirm(mail_app, mail)
    confirm(mail_app, mail, "Reader@readers.example", region="UA-59")
    (subscriber,) = store.alerts.subscribers()
    assert subscriber.regions == ("UA-59",)
    store.reading()
    database = mail_app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    for name in (database, f"{database}-wal"):
        if os.path.exists(name):  # noqa: PTH110
            with open(name, "rb") as file:  # noqa: PTH123
                assert b"readers.example" not in file.read()


def test_an_address_that_is_refused_for_good_is_forgotten(mail_app, mail):
    clock = Clock("09:00")
    alerts = Alerts(mail_app, clock)
    confirm(mail_app, mail)
    (subscriber,) = store.alerts.subscribers()
    gone = alerts.post.box().encrypt(b"gone@readers.example")
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET address = ?", (gone,))
    alerts.run()
    tell(make.claim(evidence="dark"), at="10:00")
    clock.to("10:05")
    assert alerts.run() == 0
    assert store.alerts.subscribers() == () and subscriber.id


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(mail_app, mail):
    answer = mail_app.test_client().post("/en/notices", data={"address": "nobody", "quiet": "late"})
    assert answer.status_code == 422 and not mail.letters
    assert "name@example.org" in answer.text and "23:00-07:00" in answer.text and 'value="nobody"' in answer.text


def test_one_address_cannot_be_flooded_with_letters(mail_app, mail):
    client = mail_app.test_client()
    answers = [client.post("/notices", data={"address": "victim@readers.example"}).status_code for _ in range(5)]
    assert len(mail.letters) == 2 and answers[:3] == [200, 200, 200] and 429 in answers


def test_an_old_or_forged_link_begins_nothing(mail_app, mail):
    assert mail_app.test_client().post("/notices/confirm/forged").status_code == 410
    assert store.alerts.subscribers() == ()


def test_without_a_mail_server_there_are_no_such_pages(app, client):
    assert client.get("/notices").status_code == 404


SENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs
from tracker import create_app
from tracker.alerts import Alerts
given = {"SQLALCHEMY_DATABASE_URI": sys.argv[2], "BASE_URL": "https://outages.example"}
app = create_app(given, instance=Path(sys.argv[1]))
with app.app_context():
    while True:
        Alerts(app).run()
"""


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.nightly)])
def test_a_sender_killed_again_and_again_loses_nothing(app, web, kills):
    """Each event arrives, and a receiver that heeds `webhook-id` applies none twice, whenever the sender dies."""
    operators(app, f'[[webhook]]\nname = "ops"\nurl = "{web.url}"\nsecret = "{SECRET}"\n')
    Alerts(app).run()
    for number in range(kills * 4):
        tell(make.claim(evidence=f"dark {number}", place=f"Town {number}"), at=f"2022-09-{1 + number % 28:02}")
    expected = {event.id for event in store.events.since(0, 10_000) if event.what != "repeated"}
    for number in range(kills + 1):
        run = subprocess.Popen(
            [sys.executable, "-c", SENDER, app.instance_path, app.config["SQLALCHEMY_DATABASE_URI"]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wanted = min(len(web.taken) + 3, len(expected))
        wait_for(lambda least=wanted: len(web.taken) >= least)
        if number == kills:
            wait_for(lambda: len(web.taken) >= len(expected))
        run.send_signal(signal.SIGKILL)
        run.wait()
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE alert_targets SET lease_until = NULL")
    assert {notice["data"]["id"] for notice in web.taken.values()} == expected
    assert len(web.taken) == len(expected)


def wait_for(happened, seconds=60):
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    assert happened()
