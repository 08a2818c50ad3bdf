"""The moderators' desk: what waits, what each decision would change, what was decided, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request
from flask_login import current_user, login_required
from werkzeug.exceptions import BadRequest

from tracker import store, times
from tracker.domain import Claim, Refused, State, Status
from tracker.ingest import moderate
from tracker.language import extract
from tracker.store.reports import StoredReport
from tracker.web.languages import current
from tracker.web.plain import clean, mixed
from tracker.web.words import say

blueprint = Blueprint("moderation", __name__)

SHOWN = 50
"""Reports on one page of the queue; each costs a preview."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report in the queue with all that helps to decide: what it would say, what it would change, odd words."""

    stored: StoredReport
    claims: tuple[Claim, ...]
    effects: tuple[tuple[Status, Status], ...]
    odd: tuple[str, ...]

    @property
    def change(self) -> tuple[tuple[str, str, State, State], ...]:
        """What would become of which cell, without whose words; equal ones in a group are shown once."""
        return tuple((after.region, after.service, before.state, after.state) for before, after in self.effects)


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that say the same of the same service in the same region."""

    members: tuple[Waiting, ...]

    @property
    def first(self) -> Waiting:
        """The oldest, which stands for all."""
        return self.members[0]


@blueprint.before_request
@login_required  # type: ignore[untyped-decorator]
def moderators_only() -> None:
    """Every page here is behind the login."""


@blueprint.get("/moderation")
def queue() -> Response:
    """What is new, what somebody has in work, and what was done last."""
    return _desk()


def _desk(message: str | None = None, code: int = 200) -> Response:
    now = times.now()
    waiting = [_waiting(stored, now) for stored in store.reports.pending(SHOWN)]
    body = render_template(
        "moderation.html",
        message=message,
        total=store.reports.pending_count(),
        fresh=_groups([one for one in waiting if one.stored.worker is None]),
        taken=_groups([one for one in waiting if one.stored.worker is not None]),
        done=store.actions.page(ask_cursor(), 30),
        me=current_user.name,
        tools=TOOLS,
        now=now,
    )
    return make_response(body, code)


def ask_cursor() -> str | None:
    """Where in the list of decisions the reader is."""
    return request.args.get("cursor", "")[:200] or None


def _waiting(stored: StoredReport, now: datetime) -> Waiting:
    effects = tuple(pair for pair in moderate.preview(stored.report.id, now) if pair[0] != pair[1])
    return Waiting(stored, extract(stored.report), effects, mixed(stored.report.whole))


def _groups(waiting: list[Waiting]) -> list[Group]:
    """Equal ones together, in the order in which the first of each came."""
    found: dict[object, list[Waiting]] = {}
    for one in waiting:
        same = frozenset((claim.region, claim.service, claim.kind) for claim in one.claims) or one.stored.report.id
        found.setdefault(same, []).append(one)
    return [Group(tuple(members)) for members in found.values()]


@blueprint.post("/moderation/decide")
def decide() -> Response:
    """One decision on all chosen reports: take in work, put back, approve, reject."""
    now, why, identities = times.now(), clean(request.form.get("why", ""))[:500], request.form.getlist("id")[:SHOWN]
    acts: dict[str, Callable[[str], object]] = {
        "take": lambda one: store.reports.take(one, current_user.name),
        "release": store.reports.release,
        "approve": lambda one: moderate.approve(one, current_user.name, why, now),
        "reject": lambda one: moderate.reject(one, current_user.name, why, now),
    }
    act = acts.get(request.form.get("act", ""))
    if act is None:
        raise BadRequest
    if not identities:
        return _desk(say(current(), "Choose at least one report."), 400)
    return _done(lambda: [act(one) for one in identities])


@blueprint.post("/moderation/undo")
def undo() -> Response:
    """Takes a decision back; both stay on record."""
    number = request.form.get("action", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise BadRequest
    return _done(lambda: moderate.undo(int(number), current_user.name, times.now()))


def _moment(text: str) -> datetime:
    try:
        return times.parse_iso(text)
    except ValueError:
        message = "“%(value)s” is not a moment in time; write it like 2022-09-12T23:00+03:00."
        raise Refused(message, value=text[:40]) from None


TOOLS: dict[str, tuple[str, ...]] = {
    "retract_report": ("report",),
    "retract_claim": ("claim",),
    "merge": ("first", "second"),
    "split": ("incident", "at"),
    "distrust": ("source", "at"),
}
"""The corrections of what is public, and what each of them has to be told."""


@blueprint.post("/moderation/correct")
def correct() -> Response:
    """Corrects what is public: takes a word back, joins or parts incidents, stops trusting a source."""
    name, why, who, now = (
        request.form.get("act", ""),
        clean(request.form.get("why", ""))[:500],
        current_user.name,
        times.now(),
    )
    if name not in TOOLS:
        raise BadRequest
    told = {field: request.form.get(field, "").strip()[:100] for field in TOOLS[name]}
    if not all(told.values()) or not why:
        return _desk(say(current(), "Fill in every field of the correction, the reason too."), 400)
    acts: dict[str, Callable[[], object]] = {
        "retract_report": lambda: moderate.retract_report(told["report"], who, why, now),
        "retract_claim": lambda: moderate.retract_claim(told["claim"], who, why, now),
        "merge": lambda: moderate.merge(told["first"], told["second"], who, why, now),
        "split": lambda: moderate.split(told["incident"], _moment(told["at"]), who, why, now),
        "distrust": lambda: moderate.distrust(told["source"], _moment(told["at"]), who, why, now),
    }
    return _done(acts[name])


def _done(act: Callable[[], object]) -> Response:
    """Does it and returns to the desk; what makes no sense comes back as a sentence."""
    try:
        act()
    except Refused as error:
        return _desk(say(current(), error.text, **error.values), 400)
    return make_response(redirect(f"{request.script_root}/moderation", 303))


def init_app(app: Flask) -> None:
    """Joins the desk to the application."""
    app.register_blueprint(blueprint)
