"""The board: now, at any past moment, of one region, as history, as a stream, and as Statuspage tells it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, request
from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from tracker import board, records, regions, store
from tracker.domain import Board, Service, State
from tracker.times import iso
from tracker.web import api_problems, api_stream, api_summary, told
from tracker.web.api import PREFIX, about, answer, base, blueprint, get, moment, now
from tracker.web.api_arguments import AtArguments, HistoryArguments, StatusArguments
from tracker.web.feeds import teller
from tracker.web.feeds_filter import language
from tracker.web.feeds_story import state_of

LONGEST = timedelta(days=366)
WEEK = timedelta(days=7)

statuspage = Blueprint("statuspage", __name__, url_prefix="/api/v2", description="The shape of Atlassian Statuspage")


@get("/status", StatusArguments, "Status")
def status(given: dict[str, Any]) -> Response:
    """The board: every service of every region, at `at` or now, as `known` then."""
    document = records.board_json(_board(given), base())
    if given.get("region"):
        wanted = set(given["region"])
        document["regions"] = [cells for cells in _cells(document) if cells["code"] in wanted]
    return answer(document)


@get("/regions/<string(length=5):code>", AtArguments, "RegionNow")
def region(given: dict[str, Any], code: str) -> Response:
    """One region's services, at `at` or now."""
    if code not in regions.BY_CODE:
        abort(404, f"“{code}” is not one of the 27 region codes; /api/v1/regions lists them.")
    document = records.board_json(_board(given), base())
    (cells,) = [cells for cells in _cells(document) if cells["code"] == code]
    return answer({"at": document["at"], **cells, "about": about()})


@get("/history", HistoryArguments, "History")
def history(given: dict[str, Any]) -> Response:
    """How each service of a region stood over a stretch of time, a week by itself, a year at most."""
    end = moment(given, "until") or now()
    start = moment(given, "since") or end - WEEK
    start = min(max(start, end - LONGEST), end)
    with store.reading():
        lived = board.timeline(given["region"], start, end)
    services = {service.value: [_stretch(*stretch) for stretch in lived[service]] for service in Service}
    document = {"region": given["region"], "since": iso(start), "until": iso(end), "services": services}
    return answer({**document, "about": about()})


@blueprint.get("/stream", parameters=api_stream.PARAMETERS)  # type: ignore[untyped-decorator]
@blueprint.response(200, "Change", content_type="text/event-stream")  # type: ignore[untyped-decorator]
def stream() -> Response:
    """Changes of incidents as Server-Sent Events."""
    return api_stream.answer()


@statuspage.get("/summary.json")  # type: ignore[untyped-decorator]
@statuspage.response(200, "Statuspage")  # type: ignore[untyped-decorator]
def summary() -> Response:
    """Page, overall status, components and open incidents; `lang` is uk or en."""
    return answer(_summary())


@statuspage.get("/status.json")  # type: ignore[untyped-decorator]
@statuspage.response(200, "Statuspage")  # type: ignore[untyped-decorator]
def overall() -> Response:
    """Page and overall status."""
    whole = _summary()
    return answer({"page": whole["page"], "status": whole["status"]})


@statuspage.errorhandler(HTTPException)  # type: ignore[untyped-decorator]
def _problem(error: HTTPException) -> Response:
    return api_problems.problem_response(error)


def _summary() -> dict[str, object]:
    try:
        wanted = language(request.args)
    except ValueError as error:
        abort(400, str(error))
    with store.reading():
        moment_now = now()
        recent = told.page(moment_now, start=moment_now, limit=200).items
        found = [incident for incident in recent if state_of(incident, moment_now) is not State.NONE]
        shown = board.at(moment_now, None, moment_now)
        _, changed = store.events.changes()
        return api_summary.summary(shown, found, teller(wanted, moment_now), changed or moment_now)


def _board(given: dict[str, Any]) -> Board:
    """The board that is asked for; `known` alone means that moment's board as it was known then."""
    with store.reading():
        known = moment(given, "known")
        return board.at(moment(given, "at") or known or now(), known, now())


def _cells(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["regions"]
    return found


def _stretch(start: datetime, end: datetime, state: Any) -> dict[str, str]:
    return {"since": iso(start), "until": iso(end), "state": state.value}


__all__ = ["PREFIX", "statuspage"]
