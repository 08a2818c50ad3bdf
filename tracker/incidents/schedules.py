"""Cuts by schedule: a track of its own, one incident a Kyiv day, begun and ended by the calendar.

`ended` is known from the start; the step that tells so is added when the clock gets there, by `as_of`.

An announcement speaks of one day. The next day's cuts are a new announcement, so a run of days is a run of
incidents; nothing is guessed for a day that nobody announced, and the end of a day is never a restoration.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tracker.domain import Development, Ending, Incident, Part, Service, Testimony, Track, Update
from tracker.times import day_start, kyiv_day


def cuts(testimonies: Iterable[Testimony], region: str, service: Service) -> list[Incident]:
    """The scheduled incidents that `testimonies` (in order, of kind `scheduled`) announce, oldest first."""
    days: dict[date, list[Testimony]] = {}
    for word in testimonies:
        days.setdefault(kyiv_day(word.effective), []).append(word)
    return [_day(f"{region}-{service}-cuts-{day}", region, service, day, days[day]) for day in sorted(days)]


def said(word: Testimony) -> datetime:
    """From when a word about cuts counts: from its publication, when that is before the day itself."""
    return min(word.published, word.effective)


def _day(name: str, region: str, service: Service, day: date, words: list[Testimony]) -> Incident:
    words = sorted(words, key=lambda word: (said(word), word.published, word.report, word.key))
    over = day_start(day + timedelta(days=1))
    opened = min(word.effective for word in words)
    updates: list[Update] = []
    for word in words:
        places = {known.claim.place for update in updates for known in update.testimonies}
        new = word.claim.place not in places
        what = Development.BEGAN if not updates else Development.WIDENED if new else Development.REPEATED
        updates.append(Update(said(word), word.seen, what, (word,)))
    return Incident(
        id=name,
        region=region,
        service=service,
        track=Track.SCHEDULED,
        opened=opened,
        spoken=max(said(word) for word in words),
        updates=tuple(updates),
        parts=announced_parts(words),
        ended=over,
        ending=Ending.OVER,
    )


def announced_parts(words: Iterable[Testimony]) -> tuple[Part, ...]:
    """The places, or the whole region, for which `words` announce cuts."""
    by_place: dict[str | None, list[Testimony]] = {}
    for word in words:
        by_place.setdefault(word.claim.place, []).append(word)
    return tuple(_part(place, same) for place, same in by_place.items())


def _part(place: str | None, words: list[Testimony]) -> Part:
    latest = words[-1]
    numbers = [word.claim.customers for word in words if word.claim.customers is not None]
    return Part(
        place,
        latest.claim.within,
        latest.claim.extent,
        latest.claim.kind,
        min(word.effective for word in words),
        said(latest),
        numbers[-1] if numbers else None,
        tuple({(word.origin, word.standing): word for word in words}.values()),
    )
