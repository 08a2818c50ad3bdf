"""Frames made into claims: kind, number, day and evidence of each, doubles joined, comforting guesses withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.domain import COUNTRY, Claim, Extent, Kind, Service
from tracker.language.clauses import Mark
from tracker.language.dates import STALE
from tracker.language.gazetteer import Level, Place
from tracker.language.places import WHOLE_COUNTRY
from tracker.language.reading import Reading
from tracker.language.text import Role
from tracker.language.ties import Frame

EVIDENCE_LIMIT = 400


def claims_of(reading: Reading, published: date) -> tuple[Claim, ...]:
    """The claims of a report: one for each region, service, kind and place."""
    made: dict[tuple[str, Service, Kind, str | None], Claim] = {}
    for frame in reading.frames:
        if frame.predicate.silenced:
            continue
        for claim in _claims(reading, frame, published):
            key = (claim.region, claim.service, claim.kind, claim.place)
            made[key] = _better(made[key], claim) if key in made else claim
    return _prudent(tuple(made.values()))


def _claims(reading: Reading, frame: Frame, published: date) -> list[Claim]:
    if not frame.services:
        frame.predicate.silenced = "no service is tied to it"
        return []
    if frame.ground.abroad:
        frame.predicate.silenced = "it is about another country"
        return []
    if not frame.ground.places:
        frame.predicate.silenced = "no place is tied to it"
        return []
    when, reason = _when(frame, published)
    if reason:
        frame.predicate.silenced = reason
        return []
    kind, extent = _kind(frame)
    if kind is Kind.OUTAGE and when is not None and when > published:
        kind = Kind.SCHEDULED
    elif kind in (Kind.RESTORED, Kind.PARTLY_RESTORED) and when is not None and when > published:
        frame.predicate.silenced = "promised for a later day"
        return []
    if kind is Kind.SCHEDULED and frame.predicate.rule.startswith("cut to come") and not _timed(frame):
        frame.predicate.silenced = "a cut to come without a time"
        return []
    start, end = _evidence(reading, frame)
    voice = _voice(frame)
    numbers = _customers(frame)
    out = []
    for index, place in enumerate(frame.ground.places):
        whole = extent
        if place is WHOLE_COUNTRY:
            whole = Extent.WHOLE
        for service in frame.services:
            out.append(
                Claim(
                    region=place.region or COUNTRY, service=service, kind=kind,
                    evidence=reading.text.whole[start:end], place=_name(place), within=place.within,
                    customers=numbers[index], extent=whole, when=when, start=start, end=end,
                    originator=voice, rule=frame.rule,
                )
            )  # fmt: skip
    return out


def _name(place: Place) -> str | None:
    return place.name if place.level is not Level.COUNTRY else None


def _kind(frame: Frame) -> tuple[Kind, Extent | None]:
    """The kind and extent of a frame's claims: "80%", "частково" and "3,500 homes" make a return a partial one."""
    marks = frame.clause.marks
    values = {mark.value for mark in marks if mark.group == "extent"}
    figures = any(
        mark.group == "figure" and mark.number and (mark.number.percent or mark.value == "customers") for mark in marks
    )
    kind = frame.predicate.kind or Kind.OUTAGE
    whole = "whole" in values
    if kind is Kind.RESTORED:
        if values & {"partly", "most"}:
            return Kind.PARTLY_RESTORED, Extent.PART
        if whole or "rest" in values or frame.predicate.rule == "cuts cancelled":
            return Kind.RESTORED, Extent.WHOLE if whole else None
        if "part" in values or figures or frame.predicate.extent == "part":
            return Kind.PARTLY_RESTORED, Extent.PART
        return Kind.RESTORED, Extent.WHOLE if frame.predicate.extent == "whole" else None
    if kind is Kind.SCHEDULED:
        return kind, None
    if values & {"part", "partly", "most", "rest"} or frame.predicate.extent == "part":
        return kind, Extent.PART
    if whole or frame.predicate.extent == "whole":
        return kind, Extent.WHOLE
    return kind, Extent.PART if figures else None


def _when(frame: Frame, published: date) -> tuple[date | None, str]:
    """The day of a frame, or why it is too old to be a claim.

    The clause's own day first, then the only one of its sentence, then publication. What lies further back than a
    week is told as background, unless it still holds.
    """
    own = [mark for mark in frame.clause.marks if mark.group == "date"]
    near = own or [mark for mark in frame.marks if mark.group == "date"]
    still = any(mark.group == "cue" and mark.value == "still" for mark in frame.clause.marks)
    days = [mark.day for mark in near if mark.day is not None]
    exact = [day for day in days if day.day is not None and day.exact]
    if exact:
        after = sorted(exact, key=lambda day: abs(day.start - frame.predicate.end))
        chosen = after[0].day if own else (exact[0].day if len({day.day for day in exact}) == 1 else published)
        if chosen is not None and (published - chosen).days > STALE:
            return (None, "") if still else (None, "told as history")
        return chosen, ""
    if own:
        vague = [day for day in days if day.vague]
        old = [day for day in vague if day.day is not None and (published - day.day).days > STALE]
        if old and not still:
            return None, "told as history"
        if vague:
            return None, ""
    return published, ""


def _timed(frame: Frame) -> bool:
    """Whether the sentence gives the day or the hours of a cut to come."""
    return any(
        mark.group == "date" or (mark.group == "figure" and mark.number is not None and mark.value == "other")
        for mark in frame.marks
    )


def _customers(frame: Frame) -> list[int | None]:
    """The number of customers for each place of a frame.

    One number goes to all of them; as many numbers as places go by order; a place's own figure goes before others.
    """
    places = frame.ground.places
    wanted = ("customers", "") if frame.elliptic else ("customers",)
    figures = [m.number for m in frame.clause.marks if m.group == "figure" and m.value in wanted and m.number]
    figures = [n for n in figures if not n.percent and n.value >= 1 and n.value == int(n.value)]
    sure = [n for n in figures if n.counts == "customers"]
    figures = figures if frame.elliptic and not sure else sure
    if not figures:
        return [None] * len(places)
    if len(figures) == len(places) and len(places) > 1:
        return [int(n.value) for n in figures]
    nearest = min(figures, key=lambda n: min(abs(n.start - frame.predicate.end), abs(frame.predicate.start - n.end)))
    return [int(nearest.value)] * len(places)


def _evidence(reading: Reading, frame: Frame) -> tuple[int, int]:
    """The piece that proves a frame: its clause, trimmed; its sentence when the place stands elsewhere in it."""
    whole = reading.text.whole
    start, end = frame.clause.start, frame.clause.end
    if "same sentence" in frame.rule and frame.sentence[1] - frame.sentence[0] <= EVIDENCE_LIMIT:
        start, end = frame.sentence
    if end - start > EVIDENCE_LIMIT:
        start = max(start, frame.predicate.start - EVIDENCE_LIMIT // 2)
        end = min(end, start + EVIDENCE_LIMIT)
    while start < end and (whole[start].isspace() or whole[start] in ",;:–—-•.)"):
        start += 1
    while end > start and (whole[end - 1].isspace() or whole[end - 1] in ",;:–—-("):
        end -= 1
    return start, end


def _voice(frame: Frame) -> str | None:
    """Who is quoted: an operator that the gazetteer knows, else an authority that the lexicon names."""
    for mark in frame.marks:
        if mark.mention is not None and mark.mention.voice:
            return mark.mention.voice
    return next((mark.value for mark in frame.marks if mark.group == "voice"), None)


def _better(old: Claim, new: Claim) -> Claim:
    """The fuller of two equal claims, completed from the other."""
    first, second = (new, old) if old.customers is None and new.customers is not None else (old, new)
    return replace(first, extent=first.extent or second.extent, originator=first.originator or second.originator)


def _prudent(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """A full return of a place where something is said to be still out is only a partial one."""
    out = []
    for claim in claims:
        if claim.kind is Kind.RESTORED and any(_contradicts(claim, other) for other in claims):
            claim = replace(claim, kind=Kind.PARTLY_RESTORED, extent=Extent.PART, rule=f"{claim.rule}, not all")
        out.append(claim)
    keys: dict[tuple[str, Service, Kind, str | None], Claim] = {}
    for claim in out:
        key = (claim.region, claim.service, claim.kind, claim.place)
        keys[key] = _better(keys[key], claim) if key in keys else claim
    return tuple(keys.values())


def _contradicts(claim: Claim, other: Claim) -> bool:
    """Whether `other` says that it is still out where `claim` says that all is back: said later, of a part of it."""
    return (
        other.kind is Kind.OUTAGE
        and (other.region, other.service) == (claim.region, claim.service)
        and (claim.place == other.place or claim.place is None)
        and other.start > claim.start
        and "cuts cancelled" not in claim.rule
    )


__all__ = ["Mark", "Role", "claims_of"]
