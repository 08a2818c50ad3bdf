"""A feed's own dates → aware UTC. feedparser takes EET for UTC (two hours wrong) and knows no Ukrainian month."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from tracker.times import KYIV

EARLIEST, LATEST = 1991, 2100
NOON = time(12)

# Hours east of Greenwich. An abbreviation means what it says even in the wrong half of the year: EET is never +3.
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "trt": 3, "msk": 3, "msd": 4, "мск": 3, "samt": 4, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9,
}  # fmt: skip
NAMED: dict[str, tzinfo] = {
    **dict.fromkeys(("europe/kyiv", "europe/kiev", "kyiv", "за києвом", "київ"), KYIV),
    "europe/moscow": ZoneInfo("Europe/Moscow"),
    "europe/warsaw": ZoneInfo("Europe/Warsaw"),
    "europe/london": ZoneInfo("Europe/London"),
}

# Beginnings of month names in English, Ukrainian and Russian; the longest beginning that fits wins.
MONTHS = {
    1: ("jan", "січ", "янв"), 2: ("feb", "лют", "фев"), 3: ("mar", "бер", "мар"), 4: ("apr", "кві", "апр"),
    5: ("may", "тра", "мая", "май"), 6: ("jun", "чер", "июн"), 7: ("jul", "лип", "июл"), 8: ("aug", "сер", "авг"),
    9: ("sep", "вер", "сен"), 10: ("oct", "жов", "окт"), 11: ("nov", "лис", "ноя"), 12: ("dec", "гру", "дек"),
}  # fmt: skip
MONTH_OF = {beginning: month for month, beginnings in MONTHS.items() for beginning in beginnings}

ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]\s?(\d\d?):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?\s*([+-]\d\d(?::?\d\d)?|[a-zа-я/]*))?",
    re.I,
)
CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:\.\d{1,9})?)?(?!\d|\.\d)\s*(am|pm|a\.m\.|p\.m\.)?", re.I)
DAY_MONTH_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s.,-]{1,3}([^\W\d_]{3,})\.?[\s,-]{1,3}(\d{4}|\d\d)(?!\d)"
)
MONTH_DAY_YEAR = re.compile(
    r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:\d\d?:\d\d(?::\d\d)?\s+)?(\d{4})(?!\d)"
)
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?([+-])(\d{1,2})(?::?(\d\d))?$", re.I)


def read(text: str, zone: tzinfo = KYIV) -> datetime | None:
    """The moment that `text` names, in UTC; without a zone it is in `zone`; None if it names none for certain.

    A day without a time is taken at noon. In the hour that autumn repeats, the first of the two is meant.
    """
    text = " ".join(text.replace("\xa0", " ").split())[:120]
    if re.fullmatch(r"\d{10}(\d{3})?", text):
        return _sane(datetime.fromtimestamp(int(text[:10]), UTC))
    try:
        if match := ISO.fullmatch(text):
            return _iso(match, zone)
        return _worded(re.sub(r"\([^)]*\)", "", text).strip(), zone)
    except (ValueError, OverflowError):
        return None


def _iso(match: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute, second, name = match.groups()
    where = _zone(name or "", zone)
    return _moment(date(int(year), int(month), int(day)), hour, minute, second, where) if where else None


def _worded(text: str, zone: tzinfo) -> datetime | None:
    """Dates with a month's name or with dots: “Mon, 23 Nov 2026 10:00:00 EET”, “23 листопада 2026, 10:00”."""
    day, span = _day(text)
    if day is None:
        return None
    rest = text[: span[0]] + " " + text[span[1] :]
    clock = CLOCK.search(text, span[1]) or CLOCK.search(text)
    if clock is None:
        return _moment(day, None, None, None, zone) if not re.search(r"\d", rest) else None
    hour, minute, second, half = clock.groups()
    if half:
        hour = str(int(hour) % 12 + (12 if half.lower().startswith("p") else 0))
    after = text[clock.end() : span[0]] + text[span[1] :] if clock.end() <= span[0] else text[clock.end() :]
    where = _zone(re.sub(r"^\d{4}$", "", after.strip(" ,.;")), zone)
    return _moment(day, hour, minute, second, where) if where else None


def _day(text: str) -> tuple[date | None, tuple[int, int]]:
    for match in DAY_MONTH_YEAR.finditer(text):
        if month := MONTH_OF.get(match.group(2)[:3].lower()):
            year = int(match.group(3))
            year += 0 if year > 99 else 2000 if year < 70 else 1900
            return date(year, month, int(match.group(1))), match.span()
    for match in MONTH_DAY_YEAR.finditer(text):
        if month := MONTH_OF.get(match.group(1)[:3].lower()):
            return date(int(match.group(3)), month, int(match.group(2))), match.span(1)
    if numeric := NUMERIC.search(text):
        first, _, second, year_text = numeric.groups()
        if int(second) > 12:
            first, second = second, first
        return date(int(year_text), int(second), int(first)), numeric.span()
    return None, (0, 0)


def _zone(name: str, default: tzinfo) -> tzinfo | None:
    """The zone that `name` stands for; `default` for no name, None for one that we do not know."""
    name = name.strip().lower().strip(".,")
    if name in ("", "р", "року", "г", "год"):
        return default
    if name in NAMED:
        return NAMED[name]
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name]))
    if match := OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(shift if sign == "+" else -shift) if shift <= timedelta(hours=15) else None
    return None


def _moment(day: date, hour: str | None, minute: str | None, second: str | None, zone: tzinfo) -> datetime | None:
    if hour is None or minute is None:
        return _sane(datetime.combine(day, NOON, zone))
    next_day = timedelta(days=int(hour == "24"))
    clock = time(int(hour) % 24 if hour == "24" else int(hour), int(minute), min(int(second or 0), 59))
    return _sane(datetime.combine(day + next_day, clock, zone))


def _sane(moment: datetime) -> datetime | None:
    return moment.astimezone(UTC) if EARLIEST <= moment.year <= LATEST else None
