"""The public form: few questions, nothing personal asked or kept, and a reference number to ask by.

It walks the road of every report: what is sent is kept, waits for a moderator, and says nothing to anybody before.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import Forbidden, TooManyRequests
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError

from tracker import store, times
from tracker.domain import Kind, Report, Service, Source, SourceKind, Standing
from tracker.ingest import accept
from tracker.language import gazetteer
from tracker.regions import BY_CODE, sorted_for
from tracker.web import ask, words
from tracker.web.languages import current
from tracker.web.limits import Limit, network
from tracker.web.plain import clean, personal
from tracker.web.sentences import compose
from tracker.web.words import say

blueprint = Blueprint("forms", __name__)

SOURCE = Source("form", "Public reports", "", SourceKind.FORM, Standing.PUBLIC)
PLACE_LIMIT, DETAILS_LIMIT = 80, 1000
FASTEST = timedelta(seconds=2)
LONGEST = timedelta(hours=24)


def _(text: str) -> str:
    return text


ANSWERS = {
    Kind.OUTAGE: _("There is none"),
    Kind.SCHEDULED: _("It is cut off by a schedule"),
    Kind.PARTLY_RESTORED: _("It is back in part, or comes and goes"),
    Kind.RESTORED: _("It is back"),
}


class ReportForm(FlaskForm):  # type: ignore[misc]
    """The five questions. Messages are sentences in the reader's language."""

    region = SelectField(validate_choice=False)
    service = RadioField(validate_choice=False)
    kind = RadioField(validate_choice=False)
    place = StringField()
    details = TextAreaField()

    class Meta:
        """The token is checked by hand, so that what was typed survives an expired one."""

        csrf = False

    def validate_region(self, field: SelectField) -> None:
        """One of the 27."""
        if field.data not in BY_CODE:
            raise ValidationError(say(current(), "Choose the region."))

    def validate_service(self, field: RadioField) -> None:
        """One of the five."""
        if field.data not in set(Service):
            raise ValidationError(say(current(), "Choose the service."))

    def validate_kind(self, field: RadioField) -> None:
        """One of the four."""
        if field.data not in set(Kind):
            raise ValidationError(say(current(), "Choose what has happened."))

    def validate_place(self, field: StringField) -> None:
        """A town or a district that lies in the region; nothing narrower."""
        field.data = clean(field.data or "")
        if len(field.data) > PLACE_LIMIT:
            raise ValidationError(say(current(), "Write the town in at most %(n)d characters.", n=PLACE_LIMIT))
        if personal(field.data):
            raise ValidationError(say(current(), NOT_PERSONAL))
        if field.data and self.region.data in BY_CODE and gazetteer.resolve(self.region.data, field.data) is None:
            message = _("We know no such place in this region. Check the spelling, or leave the field empty.")
            raise ValidationError(say(current(), message))

    def validate_details(self, field: TextAreaField) -> None:
        """A few lines, without anything that could find a person."""
        field.data = clean(field.data or "", lines=True)
        if len(field.data) > DETAILS_LIMIT:
            raise ValidationError(say(current(), "Write at most %(n)d characters.", n=DETAILS_LIMIT))
        if personal(field.data):
            raise ValidationError(say(current(), NOT_PERSONAL))


NOT_PERSONAL = _("Please leave out telephone numbers, mail addresses, streets and house numbers: others may read this.")


@blueprint.get("/reports/new")
def new() -> Response:
    """The empty form, or one with region and service filled in from the page where the reader was."""
    region, service = request.args.get("region", ""), request.args.get("service", "")
    form = ReportForm(
        None,
        region=region if region in BY_CODE else "",
        service=service if service in set(Service) else None,
        details=_about(ask.text("about")),
    )
    return _show(form)


@blueprint.post("/reports/new")
def send() -> Response:
    """Takes a report in, or shows the form again with all that was typed and what is wrong with it."""
    now = times.now()
    form = ReportForm()
    if (refused := _foreign()) is not None:
        return _show(form, refused, 403)
    wait = _limit().wait(network(request.remote_addr or ""), now)
    if wait:
        raise TooManyRequests(retry_after=wait)
    if request.form.get("website"):
        _limit().note(network(request.remote_addr or ""), now)
        return make_response(redirect(f"{request.script_root}/reports/status?ref={secrets.token_hex(4).upper()}", 303))
    key, early = _opened()
    if key is None or early:
        form.validate()
        message = say(current(), "Please look over your answers and send them again.")
        return _show(form, message, 400)
    if not form.validate():
        return _show(form, None, 400)
    report = _report(form, key)
    try:
        accept.accept(report, SOURCE, now)
    except Exception:  # the memory does not answer: keep what was typed
        current_app.logger.exception("a public report could not be kept")
        return _show(form, say(current(), "It could not be kept just now. Please send it again in a minute."), 503)
    _limit().note(network(request.remote_addr or ""), now)
    return make_response(redirect(f"{request.script_root}/reports/status?ref={accept.reference_of(report)}", 303))


@blueprint.get("/reports/status")
def status() -> Response:
    """What became of one's own report, by its reference number. It tells nothing of what the report says."""
    reference = ask.text("ref", 40).upper()
    found = store.reports.by_reference(reference) if reference else None
    return make_response(render_template("form_status.html", reference=reference, found=found))


def _report(form: ReportForm, key: str) -> Report:
    """The answers as a report: a sentence that people and our own rules read alike, then the sender's own words."""
    region, language = BY_CODE[form.region.data], current()
    typed = form.place.data
    place = gazetteer.resolve(region.code, typed) if typed else None
    name = gazetteer.place_name(region.code, place.name, language) if place and place.name else ""
    title = compose(region, Service(form.service.data), Kind(form.kind.data), name, language)
    now = times.now().replace(microsecond=0)
    return Report(SOURCE.name, key, now, title, form.details.data, language=language, seen=now)


def _about(identity: str) -> str:
    """The first line of the details where somebody corrects an incident or a report of ours."""
    if not identity or len(identity) > 80:
        return ""
    return say(current(), "About %(id)s: this is wrong, because ", id=clean(identity))


def _show(form: ReportForm, message: str | None = None, code: int = 200) -> Response:
    """The form page, never kept by anybody, with a fresh token of when it was opened."""
    opened = request.form.get("opened", "")
    if request.method == "GET" or _opened()[0] is None:
        opened = _signer().dumps(secrets.token_hex(8))
    body = render_template(
        "form.html",
        form=form,
        message=message,
        opened=opened,
        answers=[(kind, say(current(), text)) for kind, text in ANSWERS.items()],
        choices=[(region.code, region.name(current())) for region in sorted_for(current())],
        place_limit=PLACE_LIMIT,
        details_limit=DETAILS_LIMIT,
        labels={
            "region": say(current(), "Region"),
            "service": say(current(), "Service"),
            "kind": say(current(), "What has happened?"),
            "place": say(current(), "Town or district"),
            "details": say(current(), "Anything else?"),
        },
        service_names=[(service, words.service(service, current())) for service in Service],
    )
    response = make_response(body, code)
    if code == 503:
        response.headers["Retry-After"] = "60"
    return response


def _foreign() -> str | None:
    """Why the request is not from our own form: another site's, or without a good token; None when it is."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden
    try:
        validate_csrf(request.form.get("csrf_token"), time_limit=None)
    except ValidationError:
        return say(current(), "For your safety the form had to be opened anew. Nothing is lost: please send it again.")
    return None


def _opened() -> tuple[str | None, bool]:
    """The form's own key from its signed field, and whether it was filled in faster than a person can."""
    try:
        key, since = _signer().loads(
            request.form.get("opened", ""),
            max_age=int(current_app.config["FORM_LONGEST"].total_seconds()),
            return_timestamp=True,
        )
    except BadSignature:
        return None, False
    return str(key), times.now() - since < current_app.config["FORM_FASTEST"]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="report-form")


def _limit() -> Limit:
    limit: Limit = current_app.extensions["form_limit"]
    return limit


def init_app(app: Flask) -> None:
    """Joins the form to the application."""
    app.config.setdefault("FORM_FASTEST", FASTEST)
    app.config.setdefault("FORM_LONGEST", LONGEST)
    app.extensions["form_limit"] = Limit("form", 5, 300, timedelta(minutes=10))
    app.register_blueprint(blueprint)
