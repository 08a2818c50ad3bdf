"""Moments and spans as people read them: Kyiv time, in Ukrainian or English, the age beside the hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, get_month_names

from tracker.times import KYIV, kyiv_day
from tracker.web.words import count, say


def moment(when: datetime, language: str, now: datetime | None = None, *, dated: bool = False) -> str:
    """`when` in Kyiv time: "23:00" on the day of `now` unless `dated`, "12 Sep, 23:00" in its year, else with it."""
    if now is not None and not dated and kyiv_day(when) == kyiv_day(now):
        pattern = "HH:mm"
    elif now is not None and kyiv_day(when).year == kyiv_day(now).year:
        pattern = "d MMM, HH:mm"
    else:
        pattern = "d MMM y, HH:mm"
    return format_datetime(when, pattern, tzinfo=KYIV, locale=language)


def day(value: date, language: str) -> str:
    """A calendar day in full: "12 September 2022", «12 вересня 2022»."""
    return format_date(value, "d MMMM y", locale=language)


def short_day(when: datetime, language: str) -> str:
    """The Kyiv day of a moment, short: "12 Sep", «12 вер.»."""
    return format_datetime(when, "d MMM", tzinfo=KYIV, locale=language)


def month(number: int, language: str) -> str:
    """The short name of a month that stands alone."""
    return str(get_month_names("abbreviated", "stand-alone", locale=language)[number])


def span(length: timedelta, language: str) -> str:
    """How long something lasts, in its largest fitting unit: "40 min", "3 h", "2 days"; never broken over a line."""
    return _span(length, language).replace(" ", "\N{NO-BREAK SPACE}")


def _span(length: timedelta, language: str) -> str:
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return say(language, "%(n)d min", n=minutes)
    if minutes < 48 * 60:
        return say(language, "%(n)d h", n=minutes // 60)
    return count(language, "%(n)d day", "%(n)d days", minutes // (24 * 60))


def ago(when: datetime, language: str, now: datetime) -> str:
    """How long `when` lies back; what is ahead says so."""
    if when > now:
        return say(language, "in %(span)s", span=span(when - now, language))
    if now - when < timedelta(minutes=1):
        return say(language, "just now")
    return say(language, "%(span)s ago", span=span(now - when, language))
