"""A year of incidents in numbers: how much of the country each day touched, and hours without a service by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker.domain import Ending, Incident, Service, Track
from tracker.incidents import TIME_TO_LIVE
from tracker.times import day_start, kyiv_day

STEPS = (1, 4, 12, 30)
"""From how many cells (of 135) on a day takes the next darker colour."""


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the calendar: how many region-services had an outage open on that day."""

    day: date
    column: int
    row: int
    cells: int

    @property
    def shade(self) -> int:
        """0 for nothing, up to 4 for the most."""
        return sum(self.cells >= step for step in STEPS)


def outages(incidents: Iterable[Incident]) -> list[Incident]:
    """Unplanned ones alone; announced cuts are counted nowhere here."""
    return [incident for incident in incidents if incident.track is Track.OUTAGE]


def until(incident: Incident, now: datetime) -> datetime:
    """Until when an outage counts: to the word of its end, else as long as the last word on it lived."""
    if incident.ending is Ending.RESTORED and incident.ended:
        return incident.ended
    return min(incident.ended or now, now, incident.spoken + TIME_TO_LIVE[incident.service])


def days(incidents: Iterable[Incident], year: int, now: datetime) -> list[Day]:
    """The squares of a year, a week a column; days that have not come are left out."""
    touched: dict[date, set[tuple[str, Service]]] = defaultdict(set)
    first, last = date(year, 1, 1), min(date(year, 12, 31), kyiv_day(now))
    for incident in outages(incidents):
        start = max(first, kyiv_day(incident.opened))
        end = min(last, kyiv_day(until(incident, now)))
        for number in range((end - start).days + 1):
            touched[start + timedelta(days=number)].add((incident.region, incident.service))
    shift = first.weekday()
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [Day(day, (number + shift) // 7, day.weekday(), len(touched[day])) for number, day in enumerate(every)]


def month_columns(year: int) -> list[tuple[int, int]]:
    """In which column of the calendar each month begins."""
    shift = date(year, 1, 1).weekday()
    return [(month, (date(year, month, 1).timetuple().tm_yday - 1 + shift) // 7) for month in range(1, 13)]


def hours(incidents: Iterable[Incident], year: int, now: datetime) -> dict[str, list[float]]:
    """Hours with an open outage, by region and month; a region with none is left out.

    Services add up; overlapping incidents of one service in one region count once.
    """
    stretches: dict[tuple[str, Service], list[tuple[datetime, datetime]]] = defaultdict(list)
    for incident in outages(incidents):
        stretches[incident.region, incident.service].append((incident.opened, until(incident, now)))
    total: dict[str, Counter[int]] = defaultdict(Counter)
    for (region, _), spans in stretches.items():
        for start, end in joined(spans):
            for month in range(1, 13):
                low, high = max(start, _month_start(year, month)), min(end, _month_start(year, month + 1))
                if low < high:
                    total[region][month] += (high - low).total_seconds() / 3600  # type: ignore[assignment]
    return {region: [months[month] for month in range(1, 13)] for region, months in sorted(total.items())}


def joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Overlapping stretches made one."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _month_start(year: int, month: int) -> datetime:
    return day_start(date(year + month // 13, (month - 1) % 12 + 1, 1))
