"""The status page, and the pages that explain: sources, subscribing, about, methodology."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request

from tracker import board, store, times
from tracker.alerts.push import Push
from tracker.domain import Board, Service, Status
from tracker.incidents import LAPSE, TIME_TO_LIVE
from tracker.web import ask, overview, text, told
from tracker.web import map as shapes
from tracker.web.languages import current
from tracker.web.publishing import page, public
from tracker.web.snapshots import wants_text
from tracker.web.words import LANGUAGES, say

blueprint = Blueprint("pages", __name__)

FEEDS = {"RSS": "feed.rss", "Atom": "feed.atom", "JSON Feed": "feed.json"}


@blueprint.get("/")
def status() -> Response:
    """The board: now, or `?at=` a moment, or as it was known at another (`?known=`)."""
    now = times.now()
    at, known, service = ask.moment("at", now), ask.moment("known", now), ask.service("service")
    shown = board.at(at or now, known, now)
    language = current()
    varied = ("Accept", "User-Agent")
    if wants_text(request.headers.get("Accept", ""), request.headers.get("User-Agent", "")):
        body = text.table(shown, language)
        if current_app.config.get("DEMO"):
            body = f"{text.demonstration(language)}\n{body}"
        return public(Response(body, content_type="text/plain; charset=utf-8"), *varied)
    recent = told.between(shown.at - overview.RECENT, shown.at, shown.at)
    body = render_template(
        "index.html",
        board=shown,
        past=at,
        known=known,
        chosen=service or Service.ELECTRICITY,
        summary=overview.summary(shown, language),
        rows=overview.rows(shown, language),
        lines=overview.lines(shown, language),
        changes=overview.changes(recent, shown.at),
        differences=_differences(shown, now) if at and known is None else (),
        map=shapes.load(),
    )
    return public(make_response(body), *varied)


def _differences(shown: Board, now: datetime) -> list[tuple[Status, Status]]:
    """The cells that we showed otherwise at that moment, because their reports came in or were corrected later."""
    then = board.at(shown.at, shown.at, now)
    pairs = [(then.cells.get(key), cell) for key, cell in shown.cells.items()]
    return [(before, after) for before, after in pairs if before and before.state is not after.state]


@blueprint.get("/regions")
def find_region() -> Response:
    """Leads from the list of regions to the chosen one, for readers without JavaScript."""
    region = ask.region("code")
    return make_response(
        redirect(f"{request.script_root}/regions/{region.code}" if region else f"{request.script_root}/")
    )


@blueprint.get("/sources")
def sources() -> Response:
    """Who we listen to, and how well that goes."""
    now = times.now()
    return page("sources.html", sources=store.sources.states(), now=now, hour=timedelta(hours=1))


@blueprint.get("/subscribe")
def subscribe() -> Response:
    """Builds the address of a feed."""
    region, service, kind = ask.region("region"), ask.service("service"), ask.kind("kind")
    lang = ask.text("lang") if ask.text("lang") in LANGUAGES else current()
    chosen = {"region": region.code if region else "", "service": service or "", "kind": kind or "", "lang": lang}
    query = urlencode({name: value for name, value in chosen.items() if value})
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    addresses = [(name, f"{base}/{file}?{query}") for name, file in FEEDS.items()]
    push = Push(current_app.config)
    by_mail = current_app.config.get("MAIL_FROM") and current_app.config.get("SMTP_HOST")
    return page(
        "subscribe.html",
        region=region,
        service=service,
        kind=kind,
        lang=lang,
        addresses=addresses,
        by_mail=by_mail,
        push_key=push.public if push.on else "",
    )


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker; it stands at the top, since it may only serve what lies below it."""
    response = current_app.send_static_file("worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/about")
def about() -> Response:
    """What this is, whose data, and its limits."""
    return page("about.html")


@blueprint.get("/methodology")
def methodology() -> Response:
    """How states come about and what each word means."""
    return page("methodology.html", lives=TIME_TO_LIVE, lapse=LAPSE)


@blueprint.get("/quality")
def quality() -> Response:
    """How often extraction errs, by language and kind."""
    found = _figures()
    languages = found["languages"]
    names = {"all": say(current(), "All languages"), "en": "English", "uk": "Українська", "ru": "Русский"}
    day = date.fromisoformat(found["measured"])
    return page("quality.html", day=day, all=languages["all"], languages=languages, names=names, by_kind=found["kinds"])


@cache
def _figures() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "quality.json").read_text("utf-8"))
    return found


def init_app(app: Flask) -> None:
    """Joins these pages to the application."""
    app.register_blueprint(blueprint)
