"""Asking for notices by e-mail, confirming the address, and ending it with one click."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template, request
from werkzeug.exceptions import TooManyRequests

from tracker import regions, store, times
from tracker.alerts.mail import Post
from tracker.alerts.receivers import SendError, quiet_hours
from tracker.domain import Service
from tracker.store.alerts import Subscriber
from tracker.web.api_limits import Limiter
from tracker.web.languages import current
from tracker.web.limits import Limit, network
from tracker.web.words import _, say

ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
WRONG_ADDRESS = _("Write an e-mail address, such as name@example.org.")
WRONG_HOURS = _("“%(value)s” does not name quiet hours; write them like 23:00-07:00.")
DAY_SECONDS = 24 * 3600
NOT_SENT = _("The mail server did not take the message. Please try again later.")

blueprint = Blueprint("notices", __name__)


def init_app(app: Flask) -> None:
    """Adds the pages to the site; without a mail server they answer that there are no notices by mail."""
    app.extensions["notice_limit"] = Limit("notices", 3, 100, timedelta(hours=1))
    app.extensions["notice_addresses"] = Limiter(2, DAY_SECONDS)
    app.register_blueprint(blueprint)


@blueprint.get("/notices")
def form() -> Response:
    """The form: address, regions, services, how often, quiet hours."""
    _post()
    return _page("form", values={}, wrong={})


@blueprint.post("/notices")
def ask() -> Response:
    """Sends the confirmation link; the answer is the same whether the address is known or not."""
    post, now = _post(), times.now()
    address = request.form.get("address", "").strip()
    wanted, wrong = _wishes(address)
    if wrong:
        return _page("form", 422, values=request.form, wrong=wrong)
    mark = post.mark(address)
    _count(network(request.remote_addr or ""))
    if current_app.extensions["notice_addresses"].take(mark, now.timestamp())[0] < 0:
        return _page("asked")
    try:
        post.ask(address, wanted, now)
    except SendError:
        return _page("form", 503, values=request.form, wrong={"address": say(current(), NOT_SENT)})
    return _page("asked")


@blueprint.get("/notices/confirm/<string(maxlength=2000):token>")
def confirm_page(token: str) -> Response:
    """A button: mail programs open links by themselves, and must not confirm by that."""
    if _post().confirmed(token) is None:
        return _page("expired", 410)
    return _page("confirm")


@blueprint.post("/notices/confirm/<string(maxlength=2000):token>")
def confirm(token: str) -> Response:
    """Begins the notices."""
    found = _post().confirmed(token)
    if found is None:
        return _page("expired", 410)
    now = times.now()
    store.alerts.subscribe(found[1], store.events.latest(), now)
    return _page("begun")


@blueprint.get("/notices/end/<string(maxlength=60):identity>")
def end_page(identity: str) -> Response:
    """A button, for people who open the link."""
    return _page("end" if store.alerts.subscriber(identity) else "ended")


@blueprint.post("/notices/end/<string(maxlength=60):identity>")
def end(identity: str) -> Response:
    """Ends the notices and deletes the address, by our button or by the mail program's (RFC 8058)."""
    store.alerts.unsubscribe(identity)
    return _page("ended")


def _post() -> Post:
    post = Post(current_app.config)
    if not post.on:
        abort(404, say(current(), "This site sends no notices by e-mail; its feeds tell the same."))
    return post


def _wishes(address: str) -> tuple[Subscriber, dict[str, str]]:
    """What the form asks for, and what is wrong with it by field."""
    wrong: dict[str, str] = {}
    if not ADDRESS.match(address) or len(address) > 200:
        wrong["address"] = say(current(), WRONG_ADDRESS)
    codes = tuple(code for code in request.form.getlist("region") if code in regions.BY_CODE)
    services = tuple(service for service in request.form.getlist("service") if service in set(Service))
    quiet: tuple[int | None, int | None] = (None, None)
    if request.form.get("quiet", "").strip():
        try:
            quiet = quiet_hours(request.form["quiet"])
        except ValueError:
            wrong["quiet"] = say(current(), WRONG_HOURS, value=request.form["quiet"][:20])
    digest = "daily" if request.form.get("digest") == "daily" else "now"
    wanted = Subscriber("", "", b"", current(), codes, services, (), digest, *quiet)
    return wanted, wrong


def _count(address: str) -> None:
    """Refuses a network that asked for too many letters within the hour."""
    limit: Limit = current_app.extensions["notice_limit"]
    wait = limit.wait(address, times.now())
    if wait:
        raise TooManyRequests(retry_after=wait)
    limit.note(address, times.now())


def _page(step: str, status: int = 200, **values: object) -> Response:
    page = make_response(
        render_template(
            "notices.html", step=step, services=list(Service), regions=regions.sorted_for(current()), **values
        ),
        status,
    )
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
