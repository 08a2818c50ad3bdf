"""Telling of changes: each once in effect, in order, and not at night."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

import make
import pytest
from out.receivers import SECRET, Clock, Web
from out.telling import tell

from tracker import store
from tracker.alerts import Alerts, outbox
from tracker.alerts.install import FILE
from tracker.alerts.receivers import Receiver, SendError, quiet_hours, read
from tracker.jobs import ALERT_SECONDS
from tracker.settings import SettingsError


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


def test_what_a_killed_sender_left_is_taken_over_within_half_a_minute(app):
    kept, clock = Kept(), Clock("09:00")
    outbox.run(app, [kept.receiver], clock)
    tell(make.claim(evidence="dark"), at="10:00")
    clock.to("10:10")
    assert store.alerts.lease("test", "killed", clock(), outbox.LEASE_SECONDS) is not None
    assert outbox.serve(kept.receiver, clock, "next") == 0
    clock.moment += timedelta(seconds=30 - ALERT_SECONDS)
    assert outbox.serve(kept.receiver, clock, "next") == 1


def test_a_sender_keeps_its_receiver_through_many_slow_notices(app):
    clock, taken = Clock("09:00"), []

    def send(events, name):
        clock.moment += timedelta(seconds=15)
        taken.append(name)
        assert outbox.serve(Receiver("test", send, single=True), clock, "other") == 0

    receiver = Receiver("test", send, single=True)
    outbox.run(app, [receiver], clock)
    story()
    clock.to("13:00")
    assert outbox.serve(receiver, clock, "one") == 4
    assert len(taken) == len(set(taken)) == 4


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


NURSERY = """
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs
from tracker import create_app
from tracker.alerts import Alerts
given = {"SQLALCHEMY_DATABASE_URI": sys.argv[2], "BASE_URL": "https://outages.example"}
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        app = create_app(given, instance=Path(sys.argv[1]))
        with app.app_context():
            while True:
                Alerts(app).run()
    print(child, flush=True)
"""
"""A process that has loaded the program, and makes a sender of itself for each line that it reads."""


class Senders:
    """Senders in processes of their own, to be killed one after the other."""

    def __init__(self, app, folder):
        command = [sys.executable, "-c", NURSERY, app.instance_path, app.config["SQLALCHEMY_DATABASE_URI"]]
        self.said = folder / "said"
        with self.said.open("w") as said:
            self.nursery = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
            )

    def send_until(self, enough):
        """Lets a new sender work until there is `enough`, then kills it."""
        self.nursery.stdin.write("another\n")
        self.nursery.stdin.flush()
        sender = int(self.nursery.stdout.readline() or 0)
        assert sender, self.said.read_text()[-2000:]
        try:
            wait_for(lambda: enough() or not alive(sender))
            assert alive(sender), self.said.read_text()[-2000:]
        finally:
            if alive(sender):
                os.kill(sender, signal.SIGKILL)
        wait_for(lambda: not alive(sender))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.nursery.communicate()


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.nightly)])
def test_a_sender_killed_again_and_again_loses_nothing(app, web, kills, tmp_path):
    """Each event arrives, and a receiver that heeds `webhook-id` applies none twice, whenever the sender dies."""
    operators(app, f'[[webhook]]\nname = "ops"\nurl = "{web.url}"\nsecret = "{SECRET}"\n')
    Alerts(app).run()
    for number in range(kills * 4):
        tell(make.claim(evidence=f"dark {number}", place=f"Town {number}"), at=f"2022-09-{1 + number % 28:02}")
    expected = {event.id for event in store.events.since(0, 10_000) if event.what != "repeated"}
    with Senders(app, tmp_path) as senders:
        for number in range(kills + 1):
            wanted = len(expected) if number == kills else min(len(web.taken) + 3, len(expected))
            senders.send_until(lambda least=wanted: len(web.taken) >= least)
            with store.writing() as connection:
                connection.exec_driver_sql("UPDATE alert_targets SET lease_until = NULL")
    assert {notice["data"]["id"] for notice in web.taken.values()} == expected
    assert len(web.taken) == len(expected)


def wait_for(happened, seconds=60):
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    assert happened()
