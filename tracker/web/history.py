"""The past: a year at a glance, its incidents with filters, and a way to the board of any moment."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import BadRequest

from tracker import store, times
from tracker.times import day_end, day_start, kyiv_day
from tracker.web import ask, calendar, told
from tracker.web.languages import current
from tracker.web.publishing import page
from tracker.web.words import say

blueprint = Blueprint("history", __name__)

LIMIT = 50


@blueprint.get("/history")
def history() -> Response:
    """Incidents by year or day, region, service, kind and source; older ones follow under a cursor."""
    now = times.now()
    day, region, service, kind = ask.day("day"), ask.region("region"), ask.service("service"), ask.kind("kind")
    year = ask.year("year", day.year if day else kyiv_day(now).year)
    source = ask.text("source")
    code = region.code if region else None
    start, end = day_start(date(year, 1, 1)), day_start(date(year + 1, 1, 1)) - timedelta(seconds=1)
    of_year = told.between(start, min(end, now), now, region=code, service=service) if start <= now else ()
    bounds = (day_start(day), day_end(day)) if day else (start, end)
    try:
        found = told.page(
            now, region=code, service=service, kind=kind, source=source or None, start=bounds[0], end=bounds[1],
            order="opened", cursor=ask.text("cursor") or None, limit=LIMIT,
        )  # fmt: skip
    except store.BadCursor:
        raise BadRequest(say(current(), "This link into the list is broken; start again without it.")) from None
    hours = calendar.hours(of_year, year, now)
    return page(
        "history.html",
        year=year,
        this_year=kyiv_day(now).year,
        day=day,
        region=region,
        service=service,
        kind=kind,
        source=source,
        sources=store.sources.all(),
        days=calendar.days(of_year, year, now),
        months=calendar.month_columns(year),
        hours=hours,
        most=max((value for months in hours.values() for value in months), default=0),
        incidents=found.items,
        following=link(cursor=found.next) if found.next else None,
        link=link,
    )


def link(**changes: object) -> str:
    """The present address with other filters; None takes one away. The cursor never survives."""
    kept = {name: value for name, value in request.args.items() if name != "cursor" and value}
    kept.update({name: str(value) for name, value in changes.items() if value is not None})
    wanted = {name: value for name, value in kept.items() if changes.get(name, value) is not None}
    return f"{request.script_root}/history?{urlencode(wanted)}"


def init_app(app: Flask) -> None:
    """Joins the history to the application."""
    app.register_blueprint(blueprint)
