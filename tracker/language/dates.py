"""The day that a clause speaks of, reckoned from publication in Kyiv time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.language.lexicon import Hit

DIGIT = re.compile(r"\d")
NUMERIC = re.compile(
    r"(?<![\d.,:])(\d{1,2})\.(\d{2})(?:\.(\d{4}|\d{2}))?(?![\d:]|\.\d|\s*(?:%|тис|тыс|млн|грн|МВт|ГВт))"
)
DAY_BEFORE = re.compile(
    r"(?:(\d{1,2})(?:-?(?:го|е|th|st|nd|rd))?\s*(?:[–—-]|to|and|та|і|и|по|до|на)\s*)?(\d{1,2})(?:-?(?:го|е|th|st|nd|rd))?\s+(?:of\s+)?$"
)
DAY_AFTER = re.compile(
    r"\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:\s*(?:[–—-]|to|and)\s*(\d{1,2})(?:st|nd|rd|th)?)?(?![\d:%]|,\d|\.\d)"
)
YEAR_AFTER = re.compile(r",?\s+(?:of\s+)?(20\d\d|19\d\d)\b")
NIGHT = re.compile(r"(?:night|evening|overnight|ніч|ночі|ночь|ночи)\W{0,3}(?:\w+\W+){0,3}$", re.IGNORECASE)
INTO = re.compile(r"(?:ніч|ночь) на\s*(?:\w+,?\s*)?$|night (?:in)?to\s*(?:\w+,?\s*)?$", re.IGNORECASE)
BETWEEN = re.compile(r"(?:between|from|з|зі|із|с|со|від|от)\s+$", re.IGNORECASE)
NAMED = re.compile(r"\b(?:since|in|until|till|by|of|last|late|early|mid)[\s-]$")
"""What stands before a month that is also a verb: "since May"."""
SINCE = re.compile(r"\b(?:since|від|з|із|зі|с|со|от)\s+(?:\w+\s+)?$", re.IGNORECASE)
YEAR = re.compile(r"(?<![\d.,№-])(?:19|20)\d\d(?![\d.,:%]*\d|-(?:кВ|kV))(?=\W|$)")
HOURS = re.compile(
    r"(?:\b(?:from|between|з|із|від|с|со)\s+)?\b(\d{1,2})(?:[:.](\d{2}))?\s*(?:a\.?m\.?|p\.?m\.?)?\s*"
    r"(?:до|to|until|till|and|–|—|-)\s*(?:\d{1,2}\s)?(\d{1,2})[:.](\d{2})\b"
)
"""Hours of a day: "from 9:00 to 17:00", "з 9 до 17:00"."""
STALE = 7
"""Background older than this many days is no claim."""


@dataclass(frozen=True, slots=True)
class Day:
    """A mention of time. `day` is None when it is too vague or a range; `exact` when it names the calendar day.

    `hour` says that it names only a time of day ("вночі", "by noon"), of whatever day was spoken of.
    """

    start: int
    end: int
    day: date | None
    exact: bool = True
    vague: bool = False
    since: bool = False
    hour: bool = False


def days(whole: str, start: int, end: int, hits: list[Hit], published: date, ahead: bool = False) -> list[Day]:
    """The days mentioned between `start` and `end`. `ahead` reads weekdays forward ("on Friday … will be off")."""
    found: list[Day] = []
    ordinal: Hit | None = None
    for hit in hits:
        if hit.start < start or hit.end > end:
            continue
        if hit.word.group == "month":
            spelled = ordinal if ordinal is not None and hit.start - ordinal.end <= 1 else None
            day = _month(whole, start, end, hit, published, spelled)
            if day is not None:
                found.append(day)
        elif hit.word.group == "day" and hit.word.value.startswith("d"):
            ordinal = hit  # "десятого" is a day only before its month
        elif hit.word.group == "day":
            found.append(_relative(hit, published, ahead))
    if DIGIT.search(whole, start, end):
        found.extend(_numeric(whole, start, end, published))
        found.extend(_years(whole, start, end, published, found))
    if not found:
        return found
    found = [
        replace(day, since=True) if SINCE.search(whole, max(start, day.start - 16), day.start) else day for day in found
    ]
    return sorted(found, key=lambda day: day.start)


def _years(whole: str, start: int, end: int, published: date, found: list[Day]) -> list[Day]:
    """Bare years of the past: "the autumn of 2018" is no news."""
    out = []
    for match in YEAR.finditer(whole, start, end):
        year = int(match.group())
        if year < published.year and not any(day.start <= match.start() <= day.end for day in found):
            out.append(Day(match.start(), match.end(), date(year, 12, 31), exact=False, vague=True))
    return out


def _month(whole: str, start: int, end: int, hit: Hit, published: date, spelled: Hit | None) -> Day | None:
    """ "12 вересня 2022", "September 11–12", "десятого серпня" (`spelled`), "since March" (vague)."""
    month = int(hit.word.value)
    year_at = hit.end
    begin = hit.start
    first: int | None = None
    ranged = False
    before = DAY_BEFORE.search(whole, max(start, hit.start - 24), hit.start)
    after = DAY_AFTER.match(whole, hit.end, end)
    if before:
        first, ranged, begin = int(before[1] or before[2]), bool(before[1]), before.start()
    elif spelled:
        first, begin = int(spelled.word.value[1:]), spelled.start
    elif after:
        first, ranged, year_at = int(after[1]), bool(after[2]), after.end()
    year = YEAR_AFTER.match(whole, year_at, end)
    if first is None:
        doubtful = hit.word.get("alone") == "no" or whole[hit.start : hit.start + 3] in ("may", "May", "mar")
        if doubtful and year is None and not NAMED.search(whole, max(start, hit.start - 8), hit.start):
            return None
        return Day(hit.start, hit.end, _vague(month, year, published), exact=False, vague=True)
    day = _calendar(first, month, int(year[1]) if year else 0, published)
    stop = year.end() if year else year_at
    if day is None:
        return None
    if ranged and not NIGHT.search(whole, max(start, begin - 40), begin):
        return Day(begin, stop, None, vague=True)
    return Day(begin, stop, day)


def _vague(month: int, year: re.Match[str] | None, published: date) -> date | None:
    """The last day of a month that is named without a day: enough to know how old it is."""
    in_year = int(year[1]) if year else (published.year if month <= published.month else published.year - 1)
    following = date(in_year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _calendar(day: int, month: int, year: int, published: date) -> date | None:
    """The date nearest to publication when no year is given."""
    try:
        if year:
            return date(year, month, day)
        near = [date(published.year + shift, month, day) for shift in (-1, 0, 1)]
    except ValueError:
        return None
    return min(near, key=lambda one: abs((one - published).days))


def _relative(hit: Hit, published: date, ahead: bool) -> Day:
    """ "yesterday" is -1, a weekday the last such day (the next one where the clause looks ahead), "?" is vague."""
    value = hit.word.value
    if value == "?":
        return Day(hit.start, hit.end, None, exact=False, vague=True)
    if value.startswith("w"):
        weekday = int(value[1:])
        back = (published.weekday() - weekday) % 7
        shift = (weekday - published.weekday()) % 7 if ahead else -back
        return Day(hit.start, hit.end, published + timedelta(days=shift))
    if value in ("hour", "morning"):
        return Day(hit.start, hit.end, published, exact=False, hour=value == "hour")
    if value == "old":
        return Day(hit.start, hit.end, published - timedelta(days=60), exact=False, vague=True)
    return Day(hit.start, hit.end, published + timedelta(days=int(value)))


def _numeric(whole: str, start: int, end: int, published: date) -> list[Day]:
    """ "12.09", "12.09.2022"; "9.30" is a clock and passes only as a month would."""
    out = []
    for match in NUMERIC.finditer(whole, start, end):
        year = int(match[3]) if match[3] else 0
        year += 2000 if 0 < year < 100 else 0
        if not year and (not 1 <= int(match[2]) <= 12 or (match[2][0] != "0" and match[2] not in ("10", "11", "12"))):
            continue
        if not 1 <= int(match[2]) <= 12:
            continue
        day = _calendar(int(match[1]), int(match[2]), year, published)
        if day is not None and (year or abs((day - published).days) <= 31):
            out.append(Day(match.start(), match.end(), day))
    return out
