"""Frames made into claims: one for each place and service, doubles joined, comforting guesses withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.domain import COUNTRY, Claim, Extent, Kind, Service
from tracker.language.attributes import day_of, evidence, kind_and_extent, lies_ahead, timed, voice
from tracker.language.customers import customers
from tracker.language.gazetteer import Level, Place
from tracker.language.places import KYIV, WHOLE_COUNTRY
from tracker.language.text import Role, Text
from tracker.language.ties import Frame
from tracker.language.turning import lasts
from tracker.times import kyiv_day

Key = tuple[str, Service, Kind, str | None]


@dataclass(slots=True)
class Draft:
    """A claim with what is needed to weigh it against the others of its report."""

    claim: Claim
    at: int
    lasting: bool
    title: bool
    part: bool = False
    """Whether its place is a quarter that goes by its city's name."""


def claims_of(text: Text, frames: list[Frame], published: datetime) -> tuple[Claim, ...]:
    """The claims of a report: one for each region, service, kind and place."""
    drafts: list[Draft] = []
    for frame in frames:
        if not frame.predicate.silenced:
            drafts.extend(_drafts(text, frame, published))
    cells: dict[tuple[str, Service], dict[object, Draft]] = {}
    for draft in drafts:
        one = draft.claim
        kind = (one.kind, one.place, one.when, draft.lasting, draft.title)
        cells.setdefault((one.region, one.service), {})[kind] = draft
    made: dict[Key, Claim] = {}
    titled: set[Key] = set()
    for draft in drafts:
        same = cells[draft.claim.region, draft.claim.service].values()
        if draft.title and _explained(draft, same):
            continue
        claim = _prudent(draft, same)
        if claim is not None:
            key = (claim.region, claim.service, claim.kind, claim.place)
            if key in made and key in titled and not draft.title:
                made[key] = replace(made[key], when=claim.when)  # a title names its day loosely
            made[key] = _better(made[key], claim) if key in made else claim
            titled = titled | {key} if draft.title else titled - {key}
    return tuple(made.values())


def _unfit(frame: Frame) -> str:
    """Why a frame can give no claim at all."""
    if not frame.services:
        return "no service is tied to it"
    if frame.ground.abroad:
        return "it is about another country"
    return "" if frame.ground.places else "no place is tied to it"


def _drafts(text: Text, frame: Frame, published: datetime) -> list[Draft]:
    """The claims of one frame; a frame that gives none is silenced with the reason."""
    today = kyiv_day(published)
    reason = _unfit(frame)
    when = None
    if not reason:
        when, reason = day_of(frame, today)
    kind, extent = kind_and_extent(frame)
    if not reason:
        if kind is Kind.OUTAGE and _announced(text, frame, published):
            kind, extent = Kind.SCHEDULED, None
        elif kind is Kind.SCHEDULED and frame.predicate.rule.startswith("cut to come") and not timed(frame):
            reason = "a cut to come without a time"
        elif kind in (Kind.RESTORED, Kind.PARTLY_RESTORED) and when is not None and when > today:
            reason = "promised for a later day"
    if reason:
        frame.predicate.silenced = reason
        return []
    start, end = evidence(text.whole, frame)
    said, by = customers(text.whole, frame), voice(frame)
    said_now = frame.predicate.rule.startswith(("lack", "not ")) and not frame.predicate.over
    lasting = frame.still or said_now or lasts(frame.predicate.word)
    out = []
    for place, number in zip(frame.ground.places, said, strict=True):
        for service in frame.services:
            claim = Claim(
                region=place.region or COUNTRY, service=service, kind=kind, evidence=text.whole[start:end],
                place=_name(place), within=place.within, customers=number,
                extent=Extent.WHOLE if place is WHOLE_COUNTRY else extent, when=when, start=start, end=end,
                originator=by, rule=frame.rule,
            )  # fmt: skip
            quarter = place.level is Level.DISTRICT and place.region != KYIV
            out.append(Draft(claim, frame.predicate.start, lasting, frame.role is Role.TITLE, quarter))
    return out


def _announced(text: Text, frame: Frame, published: datetime) -> bool:
    """Whether a loss is told ahead: for a later day, or for hours that are not over yet."""
    if lasts(frame.predicate.word):
        return False  # "until Friday at least they will remain without power"
    when, _ = day_of(frame, kyiv_day(published))
    if when is not None and when > kyiv_day(published):
        return True
    if frame.still or frame.predicate.rule.startswith("not "):
        return False
    return lies_ahead(text.whole[frame.clause.start : frame.clause.end], published, when)


def _name(place: Place) -> str | None:
    return place.name if place.level is not Level.COUNTRY else None


def _better(old: Claim, new: Claim) -> Claim:
    """The fuller of two equal claims, completed from the other: "the whole oblast is dark" before "412,000 homes"."""
    fuller = new if old.customers is None and new.customers is not None else old
    if old.kind is Kind.OUTAGE:
        fuller = next((claim for claim in (old, new) if claim.extent is Extent.WHOLE), fuller)
    other = old if fuller is new else new
    return replace(
        fuller,
        customers=other.customers if fuller.customers is None else fuller.customers,
        extent=fuller.extent or other.extent,
        originator=fuller.originator or other.originator,
    )


def _explained(draft: Draft, drafts: Iterable[Draft]) -> bool:
    """Whether a title's loss is only the schedule of the text: "Six hours without heat" above "will be shut off"."""
    same = [other.claim.kind for other in drafts if not other.title]
    return draft.claim.kind is Kind.OUTAGE and Kind.SCHEDULED in same and Kind.OUTAGE not in same


def _prudent(draft: Draft, drafts: Iterable[Draft]) -> Claim | None:
    """A full return is believed only where nothing says that it is still out.

    "The light is back" in a title above "many houses are still dark" falls; in the text it is a partial return.
    """
    claim = draft.claim
    if draft.title and ", limited" in claim.rule and any(other.claim.kind is Kind.OUTAGE for other in drafts):
        return None
    if claim.kind is not Kind.RESTORED or ("cuts cancelled" in claim.rule and not draft.title):
        return claim
    if not any(_contradicts(draft, other) for other in drafts):
        return claim
    if draft.title:
        return None
    return replace(claim, kind=Kind.PARTLY_RESTORED, extent=Extent.PART, rule=f"{claim.rule}, not all")


def _contradicts(draft: Draft, other: Draft) -> bool:
    """Whether `other` says, later in the text, that a part of what `draft` calls restored is still out.

    A quarter's return is no whole city's: there any loss of the same city counts, wherever it stands.
    """
    one, two = draft.claim, other.claim
    ended = other.at < draft.at and "same sentence" in one.rule
    return (
        two.kind is Kind.OUTAGE
        and (one.place is None or two.place == one.place)
        and (
            (draft.part and not ended) or (other.at > draft.at and (other.lasting or draft.title or _beside(two.rule)))
        )
        and (one.when is None or two.when is None or two.when >= one.when)
    )


def _beside(rule: str) -> bool:
    """Whether a sentence takes its own return back by half: "water is back, but the pressure is low"."""
    return rule.startswith("low") and ("service" in rule or "lent" in rule)
