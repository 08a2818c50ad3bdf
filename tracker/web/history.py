"""The past: a year at a glance, its incidents with filters, a way to the board of any moment, and all of it as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import BadRequest

from tracker import store, times
from tracker.domain import Incident, Kind, Service
from tracker.regions import BY_CODE, Region
from tracker.times import day_end, day_start, iso, kyiv_day
from tracker.web import ask, calendar, export_csv, told
from tracker.web.languages import current
from tracker.web.publishing import page, public
from tracker.web.words import say

blueprint = Blueprint("history", __name__)

LIMIT = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see: a year, or a day of it, and of what."""

    year: int
    day: date | None
    region: Region | None
    service: Service | None
    kind: Kind | None
    source: str

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment and the last second of the day or the year."""
        if self.day:
            return day_start(self.day), day_end(self.day)
        return self.whole_year

    @property
    def whole_year(self) -> tuple[datetime, datetime]:
        """The first moment and the last second of the year."""
        return day_start(date(self.year, 1, 1)), day_end(date(self.year, 12, 31))

    @property
    def wanted(self) -> dict[str, Any]:
        """The filters, without the time, as every list and table takes them."""
        code = self.region.code if self.region else None
        return {"region": code, "service": self.service, "kind": self.kind, "source": self.source or None}

    @property
    def query(self) -> str:
        """The same in an address, with the moments between which an incident was open."""
        start, end = self.bounds
        given = {name: value for name, value in self.wanted.items() if value}
        return urlencode({**given, "since": iso(start), "until": iso(end)})

    def of_year(self, now: datetime) -> list[Incident]:
        """Every incident of the year that fits, for calendar and hours."""
        start, end = self.whole_year
        if start > now:
            return []
        code = self.region.code if self.region else None
        return [
            one for one in told.between(start, min(end, now), now, region=code, service=self.service) if self._fits(one)
        ]

    def _fits(self, incident: Incident) -> bool:
        said = [word for update in incident.updates for word in update.standing]
        kind = self.kind is None or any(word.claim.kind is self.kind for word in said)
        return kind and (not self.source or any(word.source == self.source for word in said))


def _asked(now: datetime) -> Asked:
    day = ask.day("day")
    year = day.year if day else ask.year("year", kyiv_day(now).year)
    return Asked(year, day, ask.region("region"), ask.service("service"), ask.kind("kind"), ask.text("source"))


@blueprint.get("/history")
def history() -> Response:
    """Incidents by year or day, region, service, kind and source; older ones follow under a cursor."""
    now = times.now()
    asked = _asked(now)
    start, end = asked.bounds
    try:
        found = told.page(
            now, **asked.wanted, start=start, end=end,
            order="opened", cursor=ask.text("cursor") or None, limit=LIMIT,
        )  # fmt: skip
    except store.BadCursor:
        raise BadRequest(say(current(), "This link into the list is broken; start again without it.")) from None
    of_year = asked.of_year(now)
    days, hours = calendar.days(of_year, asked.year, now), calendar.hours(of_year, asked.year, now)
    return page(
        "history.html",
        asked=asked,
        year=asked.year,
        this_year=kyiv_day(now).year,
        day=asked.day,
        region=asked.region,
        service=asked.service,
        kind=asked.kind,
        source=asked.source,
        sources=store.sources.all(),
        days=days,
        weeks=days[-1].column + 1 if days else 0,
        months=calendar.month_columns(asked.year),
        hours=hours,
        most=max((value for months in hours.values() for value in months), default=0),
        incidents=found.items,
        following=link(cursor=found.next) if found.next else None,
        link=link,
    )


@blueprint.get("/history/days.csv")
def days_table() -> Response:
    """The calendar as a table: each day of the year, and the regions' services with an outage open on it."""
    now = times.now()
    asked = _asked(now)
    rows = [(one.day.isoformat(), one.cells) for one in calendar.days(asked.of_year(now), asked.year, now)]
    return _table(f"outage-days-{asked.year}", ("day", "outages"), rows)


@blueprint.get("/history/hours.csv")
def hours_table() -> Response:
    """Hours without a service as a table: region, month, hours."""
    now = times.now()
    asked = _asked(now)
    rows = [
        (code, BY_CODE[code].en, BY_CODE[code].uk, f"{asked.year}-{month:02}", round(value, 1))
        for code, months in calendar.hours(asked.of_year(now), asked.year, now).items()
        for month, value in enumerate(months, 1)
        if value
    ]
    return _table(f"outage-hours-{asked.year}", ("region", "region_en", "region_uk", "month", "hours"), rows)


def _table(name: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Response:
    text = "".join(export_csv.lines(tuple((column, "") for column in columns), rows, hxl=False))
    table = public(Response(text, content_type="text/csv; charset=utf-8; header=present"))
    table.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return table


def link(**changes: object) -> str:
    """The present address with other filters; None takes one away. The cursor never survives."""
    kept = {name: value for name, value in request.args.items() if name != "cursor" and value}
    kept.update({name: str(value) for name, value in changes.items() if value is not None})
    wanted = {name: value for name, value in kept.items() if changes.get(name, value) is not None}
    return f"{request.script_root}/history?{urlencode(wanted)}"


def init_app(app: Flask) -> None:
    """Joins the history to the application."""
    app.register_blueprint(blueprint)
