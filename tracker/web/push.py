"""Where partners send their reports: POST /api/v1/sources/NAME/reports, with the token that the operator gave them."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, jsonify, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from tracker import times
from tracker.ingest import push
from tracker.web import api_limits

blueprint = Blueprint("push", __name__)


def init_app(app: Flask) -> None:
    """Adds the address to the site."""
    app.register_blueprint(blueprint)


@blueprint.post("/api/v1/sources/<name>/reports")
def reports(name: str) -> Response:
    """Takes in one report, or a list of up to 100: all of them or none. Answers what became of each, in order."""
    api_limits.check()
    request.max_content_length = push.LONGEST_BODY
    if (request.content_length or 0) > push.LONGEST_BODY:
        abort(413, "The message is longer than 1 MiB; send fewer reports at once.")
    try:
        outcomes = push.receive(name, request.headers.get("Authorization", ""), request.get_data(), times.now())
    except push.PushError as error:
        if error.status == 401:
            raise Unauthorized(error.message, www_authenticate=WWWAuthenticate("bearer")) from None
        abort(error.status, error.message)
    return jsonify(results=[outcome.value for outcome in outcomes])
