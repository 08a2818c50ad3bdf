"""The one clock and the Kyiv calendar: aware UTC inside, Kyiv days where people mean days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

KYIV = ZoneInfo("Europe/Kyiv")


def now() -> datetime:
    """The present moment, aware, in UTC.

    Only the edges call it (web, command line, scheduler); all below them take `now` as a parameter.
    """
    return datetime.now(UTC)


def kyiv_day(moment: datetime) -> date:
    """The calendar day in Kyiv at an aware `moment`."""
    return moment.astimezone(KYIV).date()


def day_start(day: date) -> datetime:
    """The first moment of a Kyiv `day`, in UTC."""
    return datetime.combine(day, time.min, KYIV).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The last second of a Kyiv `day`, in UTC; days of 23 and 25 hours included."""
    return day_start(day + timedelta(days=1)) - timedelta(seconds=1)


def iso(moment: datetime) -> str:
    """`moment` as `2022-09-12T18:00:00Z`, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime:
    """The aware UTC moment that an ISO 8601 `text` names; a time without a zone is Kyiv time.

    Raises ValueError with a sentence for anything else, years outside 1991 to 2100 included.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a moment in time; write it like 2022-09-12T23:00+03:00.") from None
    if not 1991 <= moment.year <= 2100:
        raise ValueError(f"The year {moment.year} lies outside 1991 to 2100.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=KYIV)
    return moment.astimezone(UTC)
