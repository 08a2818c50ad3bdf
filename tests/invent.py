"""Random stories of one cell for Hypothesis: few moments, few places and few voices, so that they meet often.

Each choice is drawn from a short list of whole alternatives; fewer draws a word make thousands of stories cheap.
"""

from datetime import timedelta
from itertools import product

import make
from hypothesis import strategies as st

from tracker import times
from tracker.domain import Correction, Mending, Service

START = make.moment("2022-10-29T20:00")
"""A day before the clocks go back, so that a Kyiv day of 25 hours lies in every story."""

PLACES = {
    None: (),
    "Izium": ("Izium district",),
    "Izium district": (),
    "Chuhuiv": ("Chuhuiv district",),
    "Balakliia": ("Izium district",),
}

VOICES = {
    "ukrenergo": "official",
    "mayor": "official",
    "radio": "media",
    "tv": "media",
    "chat": "channel",
    "form": "public",
}

KINDS = ("outage", "outage", "restored", "restored", "partly_restored", "scheduled")

MOMENTS = (
    *(START + timedelta(minutes=30 * halves) for halves in range(12)),
    *(START + timedelta(hours=hours) for hours in range(7, 72)),
    *(START + timedelta(days=days) for days in range(3, 90)),
)
"""Dense at first, where words dispute each other; then days, over which they grow old and lapse."""

moments = st.one_of(st.sampled_from(MOMENTS[:12]), st.sampled_from(MOMENTS))

EXTRAS = tuple(product((None, 100, 2500), (0, 0, 1, 30), (False,) * 7 + (True,)))
"""Customers, hours until we saw it, and whether it was withdrawn."""


def days_of(kind):
    """Which day a claim of `kind` may name: none, its own, the day before, and the next for cuts."""
    return (None, None, 0, -1, *((1, 1) if kind == "scheduled" else ()))


def words(kinds=KINDS, voices=tuple(VOICES), withdrawn=True, places=tuple(PLACES)):
    """One testimony."""
    return st.builds(
        _word,
        st.sampled_from([(voice, origin) for voice in voices for origin in (voice, voice, "ukrenergo")]),
        st.sampled_from(list(product(places, (None, None, "whole", "part")))),
        st.sampled_from([(kind, day) for kind in kinds for day in days_of(kind)]),
        moments,
        st.sampled_from([extra for extra in EXTRAS if withdrawn or not extra[2]]),
    )


def _word(who, where, what, at, extra):
    (source, origin), (place, extent), (kind, day), (customers, late, withdrawn) = who, where, what, extra
    return make.testimony(
        kind,
        at,
        source=source,
        standing=VOICES[source],
        origin=origin,
        place=place,
        within=PLACES[place],
        extent=extent,
        customers=customers,
        when=None if day is None else times.kyiv_day(at) + timedelta(days=day),
        seen=at + timedelta(hours=late),
        until=at + timedelta(hours=40) if withdrawn else None,
    )


stories = st.lists(words(), max_size=14, unique_by=lambda word: word.key)


def _mending(merge, at, hours):
    what = Mending.MERGE if merge else Mending.SPLIT
    since = at - timedelta(hours=hours) if merge else None
    return Correction("UA-63", Service.ELECTRICITY, what, at=at, made=at + timedelta(hours=1), since=since)


corrections = st.lists(st.builds(_mending, st.booleans(), moments, st.integers(1, 60)), max_size=2).map(tuple)
