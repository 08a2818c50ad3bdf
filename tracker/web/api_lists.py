"""The lists: incidents, claims, reports, regions and sources, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, redirect, request

from tracker import regions, store
from tracker.web import api_records, told
from tracker.web.api import PREFIX, about, answer, base, get, moment, now
from tracker.web.api_arguments import Arguments, ClaimArguments, IncidentArguments, ReportArguments

LISTS = ("incidents", "claims", "reports", "regions", "sources")


@get("/incidents", IncidentArguments, "Incidents")
def incidents(given: dict[str, Any]) -> Response:
    """Incidents, the last developed first."""
    with store.reading():
        page = told.page(
            now(),
            **_cells(given),
            start=moment(given, "since"),
            end=moment(given, "until"),
            cursor=given.get("cursor"),
            limit=given["limit"],
        )
        return _page([api_records.incident(one, base(), now()) for one in page.items], page.next)


@get("/incidents/<string(minlength=1, maxlength=80):incident_id>", Arguments, "Story")
def incident(_: dict[str, Any], incident_id: str) -> Response:
    """One incident with its whole story; one that went on under another id redirects there."""
    with store.reading():
        found = told.incident(incident_id, now())
        successor = None if found else store.incidents.successor(incident_id)
        if successor:
            return redirect(f"{PREFIX}/incidents/{successor}", 301)  # type: ignore[return-value]
        if found is None:
            abort(404, "There is no incident of this id; /api/v1/incidents lists them.")
        return answer({**api_records.story(found, base(), now()), "about": about()})


@get("/claims", ClaimArguments, "Claims")
def claims(given: dict[str, Any]) -> Response:
    """What reports say, the latest effect first."""
    with store.reading():
        page = store.claims.page(
            **_cells(given),
            source=given.get("source"),
            since=moment(given, "since"),
            until=moment(given, "until"),
            cursor=given.get("cursor"),
            limit=given["limit"],
        )
        return _page([api_records.claim(spoken, base()) for spoken in page.items], page.next)


@get("/reports", ReportArguments, "Reports")
def reports(given: dict[str, Any]) -> Response:
    """Published texts, the last published first."""
    with store.reading():
        page = store.reports.page(
            source=given.get("source"),
            since=moment(given, "since"),
            until=moment(given, "until"),
            cursor=given.get("cursor"),
            limit=given["limit"],
        )
        return _page([api_records.report(stored, base()) for stored in page.items], page.next)


@get("/reports/<string(minlength=1, maxlength=80):report_id>", Arguments, "ReportClaims")
def report(_: dict[str, Any], report_id: str) -> Response:
    """One published text and what it claims."""
    with store.reading():
        stored = store.reports.get(report_id)
        if stored is None or not stored.public:
            abort(404, "There is no public report of this id; /api/v1/reports lists them.")
        said = [api_records.claim(spoken, base()) for spoken in store.claims.for_report(report_id)]
        return answer({**api_records.report(stored, base()), "claims": said, "about": about()})


@get("/regions", Arguments, "Regions")
def all_regions(_: dict[str, Any]) -> Response:
    """The 27 regions, in the order of the Ukrainian alphabet."""
    return answer({"items": [api_records.region(one, base()) for one in regions.REGIONS], "about": about()}, 3600)


@get("/sources", Arguments, "Sources")
def sources(_: dict[str, Any]) -> Response:
    """Who we listen to, and how that goes."""
    found = [api_records.source(state, now()) for state in store.sources.states()]
    return answer({"items": found, "about": about()}, 60)


def _cells(given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that incidents and claims share."""
    return {name: given.get(name) for name in ("region", "service", "kind")}


def _page(items: list[dict[str, object]], following: str | None) -> Response:
    """A page of a list; the next one's address stands in the Link header too."""
    links = {}
    if following:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
        links["next"] = f"{base()}{request.path}?{urlencode([*kept, ('cursor', following)])}"
    return answer({"next": following, "items": items, "about": about()}, links=links)
