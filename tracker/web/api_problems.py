"""Errors of the API as problem details (RFC 9457): a type, a title, and a sentence that says what to do."""

from __future__ import annotations

import json

from flask import Response, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class Problems(Api):  # type: ignore[misc]  # the library has no types
    """The API whose errors are problem details; other pages of the site keep their own error pages."""

    def _register_error_handlers(self) -> None:
        """Nothing for the whole site: each blueprint answers for itself, and WEB's handlers for unknown addresses."""


def problem_response(error: HTTPException) -> Response:
    """`error` as problem+json, with its headers kept (Allow, Retry-After)."""
    data = getattr(error, "data", None) or {}
    status = error.code or 500
    document: dict[str, object] = {
        "type": "about:blank",
        "title": error.name,
        "status": status,
        "detail": data.get("message") or _sentence(error, data.get("messages")),
        "instance": request.path,
    }
    if data.get("messages"):
        document["errors"] = _flat(data["messages"])
    answer = Response(json.dumps(document, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    kept = {"allow", "retry-after", "www-authenticate"}
    for name, value in [*error.get_headers(request.environ), *dict(data.get("headers") or {}).items()]:
        if name.lower() in kept:
            answer.headers[name] = value
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sentence(error: HTTPException, messages: object) -> str:
    """What went wrong; for wrong parameters the first of them by name."""
    if not messages:
        return error.description or error.name
    first = _flat(messages)[0]
    return f"{first['parameter']}: {first['message']}"


def _flat(messages: object) -> list[dict[str, str]]:
    """webargs' nested messages as a list of parameter and sentence."""
    found: list[dict[str, str]] = []

    def walk(name: str, node: object) -> None:
        if isinstance(node, dict):
            for key, below in node.items():
                walk(name if isinstance(key, int) or key in ("query", "_schema") else str(key), below)
        elif isinstance(node, list):
            for below in node:
                walk(name, below)
        else:
            found.append({"parameter": name or "query", "message": str(node)})

    walk("", messages)
    return found or [{"parameter": "query", "message": "wrong"}]
