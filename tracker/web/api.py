"""The API: /api/v1 in JSON, described by its own OpenAPI 3.1 document, and what monitors expect under /api/v2."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.exceptions import HTTPException

from tracker import store, times
from tracker.web import api_limits, api_problems, api_shapes, api_stream, feeds_words
from tracker.web.replies import keepable

PREFIX = "/api/v1"
JSON = "application/json"
ERRORS = {"400": "A parameter is wrong", "404": "There is no such thing", "429": "Too many requests; see Retry-After"}

View = Callable[..., Response]
blueprint = Blueprint("api", __name__, url_prefix=PREFIX, description="Status, incidents, claims, reports and sources")


def init_app(app: Flask) -> None:
    """Adds the API, its description and its reference page to the site."""
    from tracker.web import api_docs, api_lists, api_status  # they add their views to the blueprint

    app.config.setdefault("API_TITLE", "Outages in Ukraine")
    app.config.setdefault("API_VERSION", "v1")
    app.config.setdefault("OPENAPI_VERSION", "3.1.0")
    api = api_problems.Problems()
    api.init_app(app)
    for name, shape in api_shapes.SHAPES.items():
        api.spec.components.schema(name, shape)
    api.register_blueprint(blueprint)
    api.register_blueprint(api_status.statuspage)
    app.register_blueprint(api_docs.blueprint)
    app.extensions["openapi"] = describe(api.spec.to_dict(), str(app.config["BASE_URL"]))
    api_limits.init_app(app)
    api_stream.init_app(app)
    assert api_lists.LISTS


def get(path: str, arguments: type[Schema], shape: str) -> Callable[[View], View]:
    """A view of GET `path`: its parameters are checked by `arguments`, its answer has the `shape` of that name."""

    def wrap(view: View) -> View:
        described = blueprint.response(200, shape)(view)
        checked = blueprint.arguments(arguments, location="query", error_status_code=400, unknown=None)(described)
        blueprint.get(path)(checked)
        return view

    return wrap


def describe(document: dict[str, Any], base: str) -> dict[str, Any]:
    """The OpenAPI document, with every operation's errors as problem details, the licence and the limits in words."""
    document["info"] |= {
        "description": "Read-only and open: no key, CORS for GET. Every moment is UTC. "
        "Lists are paged: follow next, or the Link header. Answers carry an ETag; ask again with If-None-Match.",
        "license": {"name": feeds_words.LICENCE, "url": feeds_words.LICENCE_URL},
    }
    document["servers"] = [{"url": base}]
    for path in document["paths"].values():
        for parameter in path.get("parameters", ()):
            parameter |= PLACES.get(parameter["name"], {})
        _errors(path["get"])
    document["components"].pop("responses", None)
    return document


PLACES: dict[str, dict[str, Any]] = {
    "code": {"description": "ISO 3166-2 code of a region.", "schema": api_shapes.REGION},
    "incident_id": {
        "description": "Id of an incident, as the lists give it.",
        "example": "UA-63-electricity-2022-09-12",
    },
    "report_id": {"description": "Id of a report, as the lists give it.", "example": "0123456789abcdef"},
}
"""What stands in the addresses themselves."""


def _errors(operation: dict[str, Any]) -> None:
    shape = {api_problems.MEDIA_TYPE: {"schema": api_shapes.ref("Problem")}}
    answers = {code: answer for code, answer in operation["responses"].items() if code.startswith(("2", "3"))}
    operation["responses"] = answers | {
        code: {"description": sentence, "content": shape} for code, sentence in ERRORS.items()
    }


def answer(document: dict[str, object], seconds: int = 15, links: dict[str, str] | None = None) -> Response:
    """`document` as JSON that may be kept, with its licence and its neighbours in the Link header."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    _, changed = store.events.changes()
    told = keepable(body, JSON, changed, seconds)
    for relation, address in {"license": feeds_words.LICENCE_URL, **(links or {})}.items():
        told.headers.add("Link", f'<{address}>; rel="{relation}"')
    return told


def about() -> dict[str, object]:
    """The terms of use that stand in every answer."""
    return {
        "licence": {
            "name": feeds_words.LICENCE,
            "url": feeds_words.LICENCE_URL,
            "note": "The quoted words belong to their sources.",
        },
        "sources": f"{base()}{PREFIX}/sources",
        "documentation": f"{base()}/api/docs",
    }


def base() -> str:
    """Our public address."""
    return str(current_app.config["BASE_URL"]).rstrip("/")


def moment(given: dict[str, Any], name: str) -> datetime | None:
    """The moment of a parameter that was checked already."""
    return times.parse_iso(given[name]) if given.get(name) else None


def now() -> datetime:
    """The beginning of this minute, or the last change if that is newer.

    So an answer stays the same, byte for byte, until a minute is over or something changes.
    """
    present = times.now()
    minute = present.replace(second=0, microsecond=0)
    _, changed = store.events.changes()
    return max(minute, changed) if changed is not None and changed <= present else minute


@blueprint.before_request  # type: ignore[untyped-decorator]  # the library has no types
def _count() -> None:
    if request.method != "OPTIONS":
        api_limits.check()


@blueprint.after_request  # type: ignore[untyped-decorator]
def _open(told: Response) -> Response:
    """Lets pages of other sites read us, and states the limit."""
    told.headers["Access-Control-Allow-Origin"] = "*"
    told.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After, RateLimit-Policy"
    if request.method == "OPTIONS":
        told.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        told.headers["Access-Control-Allow-Headers"] = "If-None-Match, Last-Event-ID"
        told.headers["Access-Control-Max-Age"] = "86400"
    api_limits.say(told)
    return told


@blueprint.errorhandler(HTTPException)  # type: ignore[untyped-decorator]
def _problem(error: HTTPException) -> Response:
    return api_problems.problem_response(error)


@blueprint.errorhandler(store.BadCursor)  # type: ignore[untyped-decorator]
def _no_such_page(error: store.BadCursor) -> Response:
    """A cursor names a page; one that we never gave out names none."""
    missing = HTTPException(description=str(error))
    missing.code = 404
    return api_problems.problem_response(missing)


@blueprint.get("/openapi.json")  # type: ignore[untyped-decorator]
@blueprint.response(200, {"type": "object"})  # type: ignore[untyped-decorator]
def openapi() -> Response:
    """This description."""
    return answer(current_app.extensions["openapi"], 3600)
