"""Notices by mail: confirmed, ended with one click, and nobody's address in the clear."""

import email
import re
import socketserver
import threading
from pathlib import Path

import make
import pytest
from out.receivers import Clock
from out.telling import tell

from tracker import store
from tracker.alerts import Alerts


class Mail(socketserver.ThreadingTCPServer):
    """A mail server that keeps every letter, and refuses addresses that begin with `gone`."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        self.letters = []
        super().__init__(("127.0.0.1", 0), MailHandler)
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()


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
    database = Path(mail_app.instance_path)
    assert all(b"readers.example" not in path.read_bytes() for path in database.glob("tracker.sqlite*"))


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
