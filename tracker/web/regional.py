"""One region: how each service stands, its last thirty days, and whose words say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response

from tracker import board, store, times
from tracker.domain import Service, State, Status
from tracker.times import day_start, kyiv_day
from tracker.web import ask, told
from tracker.web.overview import MARKS
from tracker.web.publishing import page

blueprint = Blueprint("regional", __name__)

DAYS = 30
WIDTH = 720


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of one state on the timeline, in picture units."""

    x: float
    width: float
    state: State
    start: datetime
    end: datetime

    @property
    def mark(self) -> str:
        """The class that gives its colour."""
        return "f" + MARKS[self.state]


@blueprint.get("/regions/<code>")
def region(code: str) -> Response:
    """The page of one region; `?at=` shows it as of a moment."""
    found = ask.region_page(code)
    now = times.now()
    at = ask.moment("at", now)
    moment = at or now
    cells = board.region(found.code, moment, now=now)
    start = day_start(kyiv_day(moment) - timedelta(days=DAYS - 1))
    lived = board.timeline(found.code, start, moment)
    return page(
        "region.html",
        region=found,
        past=at,
        at=moment,
        loud=[cell for cell in cells.values() if not _quiet(cell)],
        quiet=_by_state(cell for cell in cells.values() if _quiet(cell)),
        month_start=start,
        bars={service: bars(lived.get(service, ()), start, moment) for service in Service},
        shown=[state for state in State if any(state is one for row in lived.values() for _, _, one in row)],
        ticks=ticks(start),
        width=WIDTH,
        counts=store.reports.public_counts(found.code, moment - timedelta(days=1), moment),
        incidents=told.page(moment, region=found.code, end=moment, order="opened", limit=10).items,
    )


def bars(lived: board.Lived, start: datetime, end: datetime) -> list[Bar]:
    """The stretches of a timeline as bars; each at least a pixel wide, so that a short outage is not lost."""
    scale = WIDTH / (end - start).total_seconds()
    return [
        Bar(
            round((since - start).total_seconds() * scale, 1),
            max(1.0, round((until - since).total_seconds() * scale, 1)),
            state,
            since,
            until,
        )
        for since, until, state in lived
    ]


def ticks(start: datetime) -> list[datetime]:
    """The first midnight of each week of the timeline."""
    return [day_start(kyiv_day(start) + timedelta(days=number)) for number in range(0, DAYS, 7)]


def _quiet(cell: Status) -> bool:
    """Whether there is nothing to tell of a cell beyond its state."""
    return cell.state in (State.NONE, State.UNKNOWN) and not (cell.announced or cell.disputed or cell.evidence)


def _by_state(cells: Iterable[Status]) -> dict[State, list[Service]]:
    found: dict[State, list[Service]] = {}
    for cell in cells:
        found.setdefault(cell.state, []).append(cell.service)
    return found


def init_app(app: Flask) -> None:
    """Joins the region pages to the application."""
    app.register_blueprint(blueprint)
