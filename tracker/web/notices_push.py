"""A browser asks to be told on its own device; the page that ends it is that of the other notices."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from werkzeug.exceptions import TooManyRequests

from tracker import regions, store, times
from tracker.alerts.push import Push
from tracker.domain import Service
from tracker.store.alerts import Subscriber
from tracker.web.languages import current
from tracker.web.limits import Limit

LIMIT = 4_000

blueprint = Blueprint("notices_push", __name__)


@blueprint.post("/notices/push")
def subscribe() -> tuple[Response, int]:
    """Takes the subscription that a browser made, with the region and service that its reader chose.

    It must come as JSON, which a page of another site cannot send without being allowed to.
    """
    push = Push(current_app.config)
    if not push.on:
        abort(404)
    given = request.get_json(silent=True) if (request.content_length or 0) <= LIMIT else None
    if not isinstance(given, dict):
        abort(400, "Send the subscription as JSON.")
    region, service = str(given.get("region")), str(given.get("service"))
    codes = (region,) if region in regions.BY_CODE else ()
    services = (service,) if service in set(Service) else ()
    try:
        device = push.device(given, Subscriber("", "", b"", current(), codes, services))
    except ValueError as error:
        abort(400, str(error))
    limit: Limit = current_app.extensions["device_limit"]
    now, network = times.now(), request.remote_addr or ""
    if wait := limit.wait(network, now):
        raise TooManyRequests(retry_after=wait)
    limit.note(network, now)
    store.alerts.subscribe(device, store.events.latest(), now)
    return jsonify(id=device.id), 201


def init_app(app: Flask) -> None:
    """Joins it to the application. A whole village may share the address of one telephone mast."""
    app.extensions["device_limit"] = Limit("devices", 60, 2_000, timedelta(hours=1))
    app.register_blueprint(blueprint)
