"""Incidents and reports one by one: the story with every update, the report with its evidence marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound

from tracker import store, times
from tracker.domain import Report, Testimony
from tracker.web import told
from tracker.web.languages import current
from tracker.web.publishing import page, public
from tracker.web.words import say

blueprint = Blueprint("stories", __name__)

LONGEST_ID = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a report's text, and whether a claim rests on it."""

    text: str
    marked: bool


@blueprint.get("/incidents/<identity>")
def incident(identity: str) -> Response:
    """One incident; an id that is no longer told leads to the one that took its place."""
    _require_id(identity)
    now = times.now()
    found = told.incident(identity, now)
    if found is None:
        successor = store.incidents.successor(identity)
        if successor is None:
            raise NotFound(say(current(), "There is no incident “%(id)s”.", id=identity[:LONGEST_ID]))
        return public(Response(status=302, headers={"Location": f"{request.script_root}/incidents/{successor}"}))
    return page("incident.html", incident=found, now=now)


@blueprint.get("/reports/<identity>")
def report(identity: str) -> Response:
    """One report as it came, with the words marked that claims rest on, and what was concluded."""
    _require_id(identity)
    found = store.reports.get(identity)
    if found is None or not found.public:
        raise NotFound(say(current(), "There is no report “%(id)s”.", id=identity[:LONGEST_ID]))
    said = store.claims.for_report(identity)
    title, text = pieces(found.report, said)
    incidents = store.incidents.of_claims([one.key for one in said])
    values = {
        "stored": found,
        "report": found.report,
        "said": said,
        "title": title,
        "text": text,
        "incidents": incidents,
    }
    return page("report.html", source=store.sources.get(found.report.source), now=times.now(), **values)


def pieces(report: Report, said: Iterable[Testimony]) -> tuple[list[Piece], list[Piece]]:
    """The title and the text of a report, cut where evidence begins and ends; offsets count in both together."""
    whole = report.whole
    spans = [(one.claim.start, one.claim.end) for one in said if 0 <= one.claim.start < one.claim.end <= len(whole)]
    after_title = len(report.title) + 1
    cuts = sorted({0, len(report.title), after_title, len(whole), *(point for span in spans for point in span)})
    found: tuple[list[Piece], list[Piece]] = ([], [])
    for start, end in pairwise(cuts):
        if (start, end) != (len(report.title), after_title):
            marked = any(low <= start and end <= high for low, high in spans)
            found[start >= after_title].append(Piece(whole[start:end], marked))
    return found


def _require_id(identity: str) -> None:
    if len(identity) > LONGEST_ID or not identity.isascii() or not identity.isprintable():
        raise NotFound


def init_app(app: Flask) -> None:
    """Joins the story pages to the application."""
    app.register_blueprint(blueprint)
