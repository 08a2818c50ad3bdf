"""One region's state for other people's pages: a small picture, and a card for an `<iframe>`."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from tracker import board, times
from tracker.domain import Service, Status
from tracker.web import ask
from tracker.web.publishing import page, public

blueprint = Blueprint("badge", __name__)


@blueprint.get("/regions/<code>/badge.svg")
def badge(code: str) -> Response:
    """The region's services with sign and word, and the moment that they are as of."""
    region, now = ask.region_page(code), times.now()
    body = render_template("badge.svg.html", region=region, cells=_cells(region.code), at=now)
    return public(Response(body, content_type="image/svg+xml; charset=utf-8"))


@blueprint.get("/regions/<code>/card")
def card(code: str) -> Response:
    """The same as a page of its own without our head and foot, for an `<iframe>`: no script, no cookie."""
    region, now = ask.region_page(code), times.now()
    return page("card.html", region=region, cells=_cells(region.code), at=now)


def _cells(code: str) -> list[Status]:
    now = times.now()
    cells = board.region(code, now, now=now)
    return [cells[service] for service in Service]


def init_app(app: Flask) -> None:
    """Joins both to the application."""
    app.register_blueprint(blueprint)
