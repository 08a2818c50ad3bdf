"""What a claim states beside its key: how much is back, the day, the words that prove it, the voice."""

from __future__ import annotations

from datetime import date, datetime

from tracker.domain import Extent, Kind
from tracker.language.clauses import Mark
from tracker.language.dates import DIGIT, HOURS, STALE, Day
from tracker.language.places import WHOLE_COUNTRY
from tracker.language.ties import Frame
from tracker.language.turning import goes_on
from tracker.times import KYIV

EVIDENCE_LIMIT = 400


def kind_and_extent(frame: Frame) -> tuple[Kind, Extent | None]:
    """The kind and extent of a frame's claims: "80%", "частково" and "3,500 homes" make a return a partial one."""
    marks = frame.clause.marks
    values = {mark.value for mark in marks if mark.group == "extent" and not _of_time(marks, mark)}
    figures = any(
        mark.number is not None
        and (
            mark.number.percent
            or mark.number.some
            or mark.value == "customers"
            or (mark.value == "" and mark.number.value >= 10)
        )
        for mark in marks
        if mark.group == "figure"
    )
    kind = frame.predicate.kind
    if any(mark.number is not None and mark.number.percent and mark.number.value == 100 for mark in marks):
        values.add("whole")
        figures = False
    whole = "whole" in values or frame.predicate.extent == "whole"
    if kind is Kind.RESTORED:
        if (
            values & {"partly", "most", "rest"}
            or frame.predicate.extent == "part"
            or any(mark.value == "except" for mark in marks)
        ):
            return Kind.PARTLY_RESTORED, Extent.PART
        if whole or frame.predicate.rule == "cuts cancelled":
            return Kind.RESTORED, Extent.WHOLE if whole else None
        wide = any(place.name is None or place is WHOLE_COUNTRY for place in frame.ground.places)
        if figures or _some_towns(frame) or ("part" in values and wide):
            return Kind.PARTLY_RESTORED, Extent.PART
        return Kind.RESTORED, Extent.PART if "part" in values else None
    if kind is Kind.SCHEDULED:
        return kind, None
    if values & {"part", "partly", "most", "rest"} or frame.predicate.extent == "part":
        return kind, Extent.PART
    return kind, Extent.WHOLE if whole else Extent.PART if figures else None


def _of_time(marks: list[Mark], extent: Mark) -> bool:
    """Whether "nearly" or "more than half" speaks of hours, not of homes: "nearly six hours after"."""
    return any(m.group == "figure" and m.value == "other" and 0 <= m.start - extent.end <= 1 for m in marks)


def _some_towns(frame: Frame) -> bool:
    """Whether a return speaks of a count of villages, houses or stations ("power returned to 12 villages")."""
    return any(
        mark.group == "figure" and mark.value == "places" and mark.number is not None and mark.number.value > 1
        for mark in frame.clause.marks
    )


def day_of(frame: Frame, published: date) -> tuple[date | None, str]:
    """The day of a frame, or why it is too old to be a claim.

    The clause's own day first, then one that its sentence lends, then the day that the story has come to, then
    publication. What lies further back than a week is told as background, unless it still holds.
    """
    own = [m.day for m in frame.clause.marks if m.day is not None and not _aside(frame, m.day, published)]
    near = own or [mark.day for mark in frame.marks if mark.day is not None]
    exact = [day for day in near if day.day is not None and day.exact]
    if exact:
        chosen = _chosen(frame, exact, bool(own), published)
        if (published - chosen).days > STALE:
            if not _still(frame, own):
                return None, "told as history"
            return (chosen if any(day.since and day.day == chosen for day in exact) else None), ""
        if frame.old and (chosen - published).days > 2:
            return None, "told as history"
        return (chosen if own else _lent(frame, own, published)), ""
    vague = [day for day in near if day.vague]
    old = [day for day in vague if day.day is not None and (published - day.day).days > STALE]
    if old and not _still(frame, own):
        return None, "told as history"
    if vague and own:
        return None, ""
    return (None, "told as history") if frame.old else (_lent(frame, own, published), "")


def _still(frame: Frame, own: list[Day]) -> bool:
    """Whether a loss of long ago is said to last: "без газу з весни"."""
    return frame.predicate.kind in (Kind.OUTAGE, Kind.SCHEDULED) and (
        any(goes_on(mark) for mark in frame.clause.marks) or any(day.since for day in own)
    )


def _aside(frame: Frame, day: Day, published: date) -> bool:
    """Whether a day to come stands behind a comma, of others than those who have it back: "…, решта – завтра"."""
    made = frame.predicate
    if made.kind is not Kind.RESTORED or day.day is None or day.day <= published:
        return False
    return any(m.group == "comma" and made.at < m.start < day.start for m in frame.clause.marks)


def _lent(frame: Frame, own: list[Day], published: date) -> date:
    """The day of a clause that names none.

    Another clause of its sentence lends one ("у вівторок зник зв'язок, пропав інтернет"); a time of day belongs to the
    day that the story has come to ("12 листопада вимкнули світло. О 23:00 його подали"), as does a cut announced.
    """
    lent = {day.day for day in frame.near if day.exact and day.day is not None}
    if len(lent) == 1:
        return lent.pop()
    told = frame.told
    if told is None or abs((published - told).days) > STALE or any(day.exact for day in own):
        return published
    if frame.predicate.kind is Kind.SCHEDULED or told > published:
        return told if frame.predicate.kind is Kind.SCHEDULED and told > published else published
    hour = any(day.hour for day in own) or any(
        mark.number is not None and mark.number.clock for mark in frame.clause.marks
    )
    return told if hour and not frame.still and not _as_of(frame) else published


def _as_of(frame: Frame) -> bool:
    """Whether a clause gives the hour of its own news: "станом на 9:00", "as of 6 a.m."."""
    return any(mark.group == "cue" and mark.value == "asof" for mark in frame.clause.marks)


def _chosen(frame: Frame, exact: list[Day], own: bool, published: date) -> date:
    """The day that is nearest to the predicate; days of other clauses count only when they agree."""
    if own:
        at = frame.predicate
        if at.kind is Kind.SCHEDULED:
            return min(day.day for day in exact if day.day is not None)
        begun = [day for day in exact if not day.since]
        exact = begun if begun and at.kind is Kind.RESTORED else exact
        nearest = min(exact, key=lambda day: min(abs(day.start - at.end), abs(at.start - day.end)))
        assert nearest.day is not None
        return nearest.day
    only = {day.day for day in exact if day.day is not None}
    return only.pop() if len(only) == 1 else published


def lies_ahead(text: str, moment: datetime, when: date | None) -> bool:
    """Whether `text` gives hours that end after publication: "без світла з 9:00 до 17:00" is announced."""
    match = HOURS.search(text) if DIGIT.search(text) else None
    if match is None or int(match[3]) > 24:
        return False
    local = moment.astimezone(KYIV)
    if when is not None and when != local.date():
        return when > local.date()
    return (int(match[3]), int(match[4])) > (local.hour, local.minute)


def timed(frame: Frame) -> bool:
    """Whether the sentence, or what opens its line, gives the day or the hours of a cut to come."""
    return bool(frame.near) or any(
        mark.group == "date" or (mark.number is not None and mark.value in ("other", "")) for mark in frame.marks
    )


def evidence(whole: str, frame: Frame) -> tuple[int, int]:
    """The piece that proves a frame: its clause, trimmed; its sentence when the place stands elsewhere in it."""
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


def voice(frame: Frame) -> str | None:
    """Who is quoted: an operator that the gazetteer knows, else an authority that the lexicon names."""
    for mark in frame.marks:
        if mark.mention is not None and mark.mention.voice:
            return mark.mention.voice
    return next((mark.value for mark in frame.marks if mark.group == "voice"), None)
