"""How many customers a claim speaks of: its own clause's number, or one that a neighbour counts for it."""

from __future__ import annotations

from itertools import pairwise

from tracker.domain import Kind, Service
from tracker.language.clauses import Mark
from tracker.language.gazetteer import Place, Sense
from tracker.language.numbers import Number
from tracker.language.ties import Frame

HOMES = {Service.GAS, Service.ELECTRICITY}
"""Services whose "207 будинків" are homes; of heat they are blocks of flats."""
MANY = 100
"""From here on a number without a unit may count customers."""
TAKEN_OUT = ("из", "із", "з", "зі", "of")


def customers(whole: str, frame: Frame) -> list[int | None]:
    """The number of customers for each place of a frame.

    One number goes to all of them; as many numbers as places go by order, a total before them set aside.
    """
    places = frame.ground.places
    marks = _own_share(whole, frame)
    figures = [m.number for m in marks if m.group == "figure" and m.number is not None]
    figures = [n for n in figures if not n.percent and n.value >= 1 and n.value == int(n.value)]
    sure = [n for n in figures if n.counts == "customers" or (n.homes and set(frame.services) <= HOMES)]
    bare = [n for n in figures if n.counts == "" and n.value >= MANY]
    loose = [n for n in bare if _stands_alone(whole, n) and not _total(whole, n)]
    if loose and frame.predicate.kind is Kind.RESTORED and all(_total(whole, n) for n in sure):
        sure = loose
    elif not sure and (frame.elliptic or frame.counted):
        sure = bare
    elif not sure and len(loose) == 1 and _speaks_of_customers(frame):
        sure = loose
    elif sure and len(places) > 1:
        sure = sorted([*sure, *loose], key=lambda n: n.start)
    sure = sure or frame.extra
    if not sure:
        return [None] * len(places)
    if len(places) > 1 and len(sure) in (len(places), len(places) + 1) and _told_apart(marks, sure, places):
        return [int(n.value) for n in sure[-len(places) :]]
    at = frame.predicate
    kept = [n for n in sure if not _total(whole, n)] or sure
    nearest = min(kept, key=lambda n: min(abs(n.start - at.end), abs(at.start - n.end)))
    return [int(nearest.value)] * len(places)


def _own_share(whole: str, frame: Frame) -> list[Mark]:
    """The marks of a clause that belong to one of its predicates: "без світла 5 тис. абонентів, без тепла – 12 шкіл".

    Where a clause says two things, each with its own number, numbers go to the predicate that they follow; to the
    next one where the clause begins with a number.
    """
    marks = frame.clause.marks
    starts = sorted({frame.predicate.start, *frame.rivals})
    counted = [m for m in marks if m.group == "figure" and m.value in ("customers", "places", "")]
    if len(starts) < 2 or len(counted) < 2 or any(m.number is not None and _total(whole, m.number) for m in counted):
        return marks
    at = starts.index(frame.predicate.start)
    if counted[0].start < starts[0]:
        first = starts[at - 1] if at else 0
        return [m for m in marks if m.group != "figure" or first < m.start <= starts[at]]
    last = starts[at + 1] if at + 1 < len(starts) else frame.clause.end
    return [m for m in marks if m.group != "figure" or starts[at] <= m.start < last]


def _told_apart(marks: list[Mark], sure: list[Number], places: list[Place]) -> bool:
    """Whether numbers and places alternate: "12 тис. на Сумщині, 5 тис. на Харківщині"; a total may come first."""
    if len(sure) == len(places) + 1 and sure[0].value < max(n.value for n in sure[1:]):
        return False
    starts = {n.start for n in sure[-len(places) :]}
    order = [
        m.group
        for m in marks
        if (m.group == "figure" and m.start in starts)
        or (m.mention is not None and m.mention.sense is Sense.PLACE and not m.mention.qualifies)
    ]
    return all(one != other for one, other in pairwise(order)) and len(order) == 2 * len(places)


def _total(whole: str, number: Number) -> bool:
    """Whether a number is what others are taken out of: "из 40 тысяч абонентов свет вернули 28 тысячам"."""
    before = whole[max(0, number.start - 8) : number.start].casefold().split()
    return bool(before) and before[-1] in TAKEN_OUT


def _speaks_of_customers(frame: Frame) -> bool:
    """Whether a bare number counts those named before it: "число обесточенных абонентов сократилось до 12 тысяч"."""
    return any(mark.group == "unit" and mark.value == "customers" for mark in frame.clause.marks)


def _stands_alone(whole: str, number: Number) -> bool:
    """Whether a number names no thing of its own: "ещё 1900 остаются без света", "вернули 28 тысячам"."""
    tail = whole[number.end : number.end + 1]
    return not tail or tail in ".,;!)…»\n" or whole[number.end : number.end + 2] in (" —", " –", " -", " и", " і")
