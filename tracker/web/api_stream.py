"""/api/v1/stream: changes as Server-Sent Events, read on from `Last-Event-ID` after any break.

A listener costs one waiting thread, so only STREAM_LISTENERS of them are kept connected, and none for long; every
other gets what is new at once and is told when to ask again. Nobody misses an event either way: it is in the store.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, abort, current_app, request, stream_with_context

from tracker import store
from tracker.store.events import Event
from tracker.times import iso

BATCH = 500
HOLD_SECONDS = 25
"""How long one answer stays open; shorter than the patience of the proxies on the way."""
AGAIN_MILLISECONDS = 5000

_ID = {"type": "string", "pattern": "^[0-9]{1,18}$", "example": "0"}
PARAMETERS: list[dict[str, Any]] = [
    {"in": "query", "name": "after", "schema": _ID, "description": "The last event seen, on a first visit."},
    {"in": "header", "name": "Last-Event-ID", "schema": _ID, "description": "The last event seen; browsers send it."},
]


class Watch:
    """How many listen, and the newest event's id, asked of the store once a second for all of them."""

    def __init__(self, listeners: int) -> None:
        self.places = threading.BoundedSemaphore(listeners) if listeners else None
        self._lock = threading.Lock()
        self._asked = 0.0
        self._latest = 0

    def latest(self) -> int:
        with self._lock:
            moment = time.monotonic()
            if moment - self._asked >= 1 or not self._asked:
                self._latest, self._asked = store.events.latest(), moment
            return self._latest


def init_app(app: Flask) -> None:
    app.extensions["stream"] = Watch(int(app.config["STREAM_LISTENERS"]))


def answer() -> Response:
    """The stream from where the caller left off: `Last-Event-ID`, or `?after=` on a first visit, or from now on."""
    watch: Watch = current_app.extensions["stream"]
    newest = store.events.latest()
    after = _left_off()
    start = newest if after is None else min(after, newest)
    body = stream_with_context(_events(watch, start, str(current_app.config["BASE_URL"]).rstrip("/")))
    told = Response(body, content_type="text/event-stream; charset=utf-8")
    told.headers["Cache-Control"] = "no-store"
    told.headers["X-Accel-Buffering"] = "no"
    return told


def _left_off() -> int | None:
    """The last event that the caller has seen."""
    given = [request.headers.get("Last-Event-ID"), request.args.get("after")]
    ids = [one for one in given if one is not None]
    if not all(one.isascii() and one.isdigit() and len(one) <= 18 for one in ids):
        abort(400, "Last-Event-ID is the id of an event of this stream, a whole number; leave it out to begin now.")
    return int(ids[0]) if ids else None


def _events(watch: Watch, after: int, base: str) -> Iterator[str]:
    """What is new, then what comes while there is a place to wait in."""
    yield f"retry: {AGAIN_MILLISECONDS}\nid: {after}\n\n"
    batch = store.events.since(after, BATCH)
    yield from (message(event, base) for event in batch)
    after = batch[-1].id if batch else after
    if len(batch) == BATCH or watch.places is None or not watch.places.acquire(blocking=False):
        return
    try:
        until = time.monotonic() + HOLD_SECONDS
        while time.monotonic() < until:
            time.sleep(1)
            if watch.latest() > after:
                for event in store.events.since(after, BATCH):
                    after = event.id
                    yield message(event, base)
            else:
                yield ":\n\n"
    finally:
        watch.places.release()


def message(event: Event, base: str) -> str:
    """One event as the stream writes it."""
    return f"id: {event.id}\nevent: {event.what.value}\ndata: {json.dumps(record(event, base), ensure_ascii=True)}\n\n"


def record(event: Event, base: str) -> dict[str, object]:
    """An event as JSON: the same here and in webhooks."""
    return {
        "id": event.id,
        "incident": event.incident,
        "region": event.region,
        "service": event.service.value,
        "track": event.track.value,
        "what": event.what.value,
        "at": iso(event.at),
        "known": iso(event.known),
        "url": f"{base}/incidents/{event.incident}",
        "api": f"{base}/api/v1/incidents/{event.incident}",
    }
