"""Server-Sent Events: every change once, read on after any break, and never more listeners than there is room for."""

import json
import threading
import time

import make
from out.telling import tell

from tracker.web import api_stream


def messages(text):
    """The events of a stream's text."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


def test_a_listener_reads_on_from_where_it_left_off(client):
    tell(make.claim(evidence="dark \n\n data: x"), at="10:00")
    tell(make.claim("restored", evidence="light"), at="11:00")
    everything = messages(client.get("/api/v1/stream?after=0").text)
    assert [what for _, what, _ in everything] == ["began", "back"]
    first = everything[0][0]
    rest = messages(client.get("/api/v1/stream", headers={"Last-Event-ID": str(first)}).text)
    assert rest == everything[1:]
    assert messages(client.get("/api/v1/stream").text) == []


def test_a_long_absence_is_made_up_for_in_pieces(client, monkeypatch):
    monkeypatch.setattr(api_stream, "BATCH", 3)
    for day in range(1, 6):
        tell(make.claim(evidence=f"dark {day}"), make.claim("restored", evidence=f"light {day}"), at=f"2022-09-0{day}")
    seen, after = [], 0
    while batch := messages(client.get(f"/api/v1/stream?after={after}").text):
        seen += [number for number, *_ in batch]
        after = seen[-1]
    assert seen == sorted(set(seen)) and len(seen) >= 10


def test_an_id_from_before_the_database_was_set_back_starts_now(client):
    tell(make.claim(evidence="dark"), at="10:00")
    answer = client.get("/api/v1/stream", headers={"Last-Event-ID": "999999999"})
    assert answer.status_code == 200 and messages(answer.text) == []


def test_a_connected_listener_hears_of_a_change_within_seconds(build, monkeypatch):
    monkeypatch.setattr(api_stream, "HOLD_SECONDS", 2)
    app = build(STREAM_LISTENERS=1)
    heard = []

    def listen():
        with app.test_client().get("/api/v1/stream") as answer:
            heard.extend((time.monotonic(), number) for number, *_ in messages(answer.text))

    listener = threading.Thread(target=listen)
    began = time.monotonic()
    listener.start()
    time.sleep(0.3)
    with app.app_context():
        tell(make.claim(evidence="dark"), at="10:00")
    listener.join()
    assert len(heard) == 1 and 1 < time.monotonic() - began < 12


def test_a_listener_too_many_is_answered_at_once_and_told_when_to_ask_again(build, monkeypatch):
    monkeypatch.setattr(api_stream, "HOLD_SECONDS", 1)
    app = build(STREAM_LISTENERS=1)
    first = threading.Thread(target=lambda: app.test_client().get("/api/v1/stream").close())
    first.start()
    time.sleep(0.3)
    began = time.monotonic()
    answer = app.test_client().get("/api/v1/stream")
    assert time.monotonic() - began < 1 and f"retry: {api_stream.AGAIN_MILLISECONDS}" in answer.text
    first.join()
