"""Data to take away: CSV of claims and incidents, GeoJSON of the board, CAP messages, monthly dumps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, current_app, request, send_from_directory
from lxml import etree

from tracker import board, store, times
from tracker.web import export_cap, export_csv, export_dumps, export_geojson, feeds_filter, told
from tracker.web.feeds import teller
from tracker.web.feeds_xml import ATOM, LANGUAGE
from tracker.web.replies import keepable
from tracker.web.words import LANGUAGES

ROWS = 5_000
"""Rows of one CSV answer; the Link header says where the next ones follow, and the dumps hold everything."""

blueprint = Blueprint("export", __name__)


def init_app(app: Flask) -> None:
    """Adds the exports to the site."""
    app.register_blueprint(blueprint)


@blueprint.get("/export/claims.csv")
def claims() -> Response:
    """Claims, the latest effect first."""
    wanted, since, until = _selection()
    page = store.claims.page(**wanted, since=since, until=until, cursor=_cursor(), limit=ROWS)
    return _csv("claims", export_csv.CLAIM_COLUMNS, map(export_csv.claim_cells, page.items), page.next)


@blueprint.get("/export/incidents.csv")
def incidents() -> Response:
    """Incidents that were open between `since` and `until`, the last developed first."""
    wanted, since, until = _selection()
    page = told.page(times.now(), **wanted, start=since, end=until, cursor=_cursor(), limit=ROWS)
    return _csv("incidents", export_csv.INCIDENT_COLUMNS, map(export_csv.incident_cells, page.items), page.next)


@blueprint.get("/export/board.geojson")
def geojson() -> Response:
    """The board now, or at `at`."""
    with store.reading():
        now = times.now()
        shown = board.at(_moment("at") or now.replace(second=0, microsecond=0), None, now)
        _, changed = store.events.changes()
    body = json.dumps(export_geojson.collection(shown), ensure_ascii=False, separators=(",", ":"))
    return keepable(body.encode(), export_geojson.MEDIA_TYPE, changed)


@blueprint.get("/cap/<string(maxlength=80):identity>.xml")
@blueprint.get("/cap/<string(maxlength=80):identity>/<string(maxlength=120):message>.xml")
def cap(identity: str, message: str | None = None) -> Response:
    """The newest CAP message about an incident, or one of the earlier ones by its identifier."""
    sender = _cap_sender()
    with store.reading():
        incident = told.incident(identity, times.now())
        if incident is None:
            abort(404, "There is no incident of this id.")
        sent = export_cap.messages(incident)
        chosen = [one for one in sent if message is None or one.identifier == message]
        if not chosen:
            abort(404, "This incident has no message of this name.")
        tellers = tuple(teller(language, times.now()) for language in LANGUAGES)
    status = str(current_app.config["CAP_STATUS"])
    body = export_cap.write(incident, chosen[-1], tellers, sender, status)
    return keepable(body, f"{export_cap.MEDIA_TYPE}; charset=utf-8", chosen[-1].sent)


@blueprint.get("/cap.atom")
def cap_index() -> Response:
    """An Atom feed of the newest CAP messages, each linked."""
    _cap_sender()
    with store.reading():
        tells = teller("en", times.now())
        page = told.page(times.now(), limit=50)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set(LANGUAGE, tells.language)
    sent = [(incident, one) for incident in page.items for one in export_cap.messages(incident)[-1:]]
    newest = max((one.sent for _, one in sent), default=times.now().replace(hour=0, minute=0, second=0))
    for name, text in (
        ("id", f"{tells.base}/cap.atom"),
        ("title", f"{tells.site}: CAP 1.2"),
        ("updated", times.iso(newest)),
    ):
        etree.SubElement(root, f"{{{ATOM}}}{name}").text = text
    etree.SubElement(etree.SubElement(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = tells.site
    own = {"rel": "self", "type": "application/atom+xml", "href": f"{tells.base}/cap.atom"}
    etree.SubElement(root, f"{{{ATOM}}}link", own)
    for incident, one in sent:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        address = f"{tells.base}/cap/{incident.id}/{one.identifier}.xml"
        title = tells.step(incident, one.update).title
        for name, text in (("id", address), ("title", title), ("updated", times.iso(one.sent)), ("summary", title)):
            etree.SubElement(entry, f"{{{ATOM}}}{name}").text = text
        link = {"rel": "alternate", "type": export_cap.MEDIA_TYPE, "href": address}
        etree.SubElement(entry, f"{{{ATOM}}}link", link)
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return keepable(bytes(body), "application/atom+xml; charset=utf-8", newest)


@blueprint.get("/dumps/<path:name>")
def dump(name: str) -> Response:
    """A file of the monthly dumps; `datapackage.json` lists them all."""
    answer = send_from_directory(Path(current_app.instance_path) / export_dumps.FOLDER, name, max_age=3600)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _cap_sender() -> str:
    sender = str(current_app.config["CAP_SENDER"])
    if not sender:
        abort(404, "This site sends no CAP messages; its operator can turn them on with TRACKER_CAP_SENDER.")
    return sender


def _selection() -> tuple[dict[str, Any], datetime | None, datetime | None]:
    try:
        wanted = feeds_filter.read(request.args).arguments()
        return wanted | {"source": request.args.get("source") or None}, _moment("since"), _moment("until")
    except ValueError as error:
        abort(400, str(error))


def _moment(name: str) -> datetime | None:
    given = request.args.get(name)
    try:
        return times.parse_iso(given) if given else None
    except ValueError as error:
        abort(400, str(error))


def _cursor() -> str | None:
    return request.args.get("cursor") or None


@blueprint.errorhandler(store.BadCursor)
def _no_such_page(error: store.BadCursor) -> tuple[str, int, dict[str, str]]:
    return str(error), 404, {"Content-Type": "text/plain; charset=utf-8"}


def _csv(
    name: str,
    columns: tuple[tuple[str, str], ...],
    rows: Iterable[tuple[object, ...]],
    following: str | None,
) -> Response:
    """A CSV answer; `?hxl=1` adds the row of HXL tags, `?bom=1` the mark that Excel wants."""
    text = "".join(export_csv.lines(columns, rows, hxl=request.args.get("hxl") == "1"))
    body = text.encode("utf-8-sig" if request.args.get("bom") == "1" else "utf-8", "replace")
    _, changed = store.events.changes()
    table = keepable(body, "text/csv; charset=utf-8; header=present", changed)
    table.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if following:
        kept = [(key, value) for key, value in request.args.items(multi=True) if key != "cursor"]
        query = urlencode([*kept, ("cursor", following)])
        table.headers["Link"] = f'<{str(current_app.config["BASE_URL"]).rstrip("/")}{request.path}?{query}>; rel="next"'
    return table
