"""Has a copy of every public page ready, asked for or not: when the database goes away, each can be answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import structlog
from flask import Flask
from werkzeug.test import Client, EnvironBuilder

from tracker.web import publication
from tracker.web.api_limits import UNCOUNTED
from tracker.web.words import LANGUAGES

FIRST, EVERY = 30.0, 300.0
"""Seconds after the start, and between two rounds: a copy that a reader gets from a dead database is no older."""

PAUSE = 0.05
"""Between two pages, so that readers never wait for a round."""

MORE = (
    "cap.atom",
    "export/board.geojson",
    "api/v1/incidents",
    "api/v1/claims",
    "api/v1/reports",
    "api/v1/sources",
)

log = structlog.get_logger(__name__)


def surfaces() -> Iterator[tuple[str, str, str]]:
    """Every public page without filters: its address, what it is asked for as, and in which language."""
    for leaf in publication.SITE:
        yield leaf.address, leaf.accept, ""
    for language in LANGUAGES:
        yield "/", publication.HTML, language
        yield "/", publication.TEXT, language
        for address in (*publication.FEEDS, *publication.API, *MORE):
            yield f"/{address}", "*/*", language


def walk(app: Flask, pause: float = PAUSE) -> int:
    """Asks for each page as a reader would; gives how many were answered."""
    client, answered = Client(app.wsgi_app), 0
    base = urlsplit(str(app.config["BASE_URL"]))
    for address, accept, language in surfaces():
        builder = EnvironBuilder(
            address,
            base_url=f"{base.scheme}://{base.netloc}",
            headers=[("Accept", accept), ("Accept-Language", language)],
            environ_overrides={UNCOUNTED: True},
        )
        answered += client.open(builder, buffered=True).status_code == 200
        time.sleep(pause)
    return answered


def start(app: Flask) -> None:
    """Walks again and again in a thread that ends with the process."""

    def run() -> None:
        time.sleep(FIRST)
        while True:
            try:
                walk(app)
            except Exception:
                log.exception("pages could not be made ready")
            time.sleep(EVERY)

    threading.Thread(target=run, name="warm", daemon=True).start()
