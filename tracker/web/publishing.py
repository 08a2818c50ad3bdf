"""Marks an answer as public: it may be kept for seconds, and shown on while nothing better can be had."""

from __future__ import annotations

from flask import Response, make_response, render_template

SECONDS = 15


def public(response: Response, *vary: str) -> Response:
    """`response`, allowed to be kept by caches; `vary` names the request headers that it depends on."""
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}, stale-while-revalidate=60, stale-if-error=86400"
    response.vary.update(vary)
    return response


def page(template: str, **values: object) -> Response:
    """A public page."""
    return public(make_response(render_template(template, **values)))
