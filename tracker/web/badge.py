"""A small picture of one region's state, for other people's pages."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from tracker import board, times
from tracker.domain import Service
from tracker.web import ask
from tracker.web.publishing import public

blueprint = Blueprint("badge", __name__)


@blueprint.get("/regions/<code>/badge.svg")
def badge(code: str) -> Response:
    """The region's services with sign and word, and the moment that they are as of."""
    region = ask.region_page(code)
    now = times.now()
    cells = board.region(region.code, now, now=now)
    body = render_template("badge.svg.html", region=region, cells=[cells[service] for service in Service], at=now)
    return public(Response(body, content_type="image/svg+xml; charset=utf-8"))


def init_app(app: Flask) -> None:
    """Joins the badge to the application."""
    app.register_blueprint(blueprint)
