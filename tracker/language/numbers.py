"""Numbers of customers: "8,4 тис. абонентів", "some 30,000 households", "тисяча вісімсот сімдесят абонентів"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest

from tracker.language.lexicon import Hit

DIGITS = re.compile(r"\d{1,3}(?:[   .,]\d{3})+(?![\d.,]*%)(?!\d)|\d+(?:[.,]\d+)?")
THOUSANDS = re.compile(r"\d{1,3}(?:[   .,]\d{3})+")
GLUE = re.compile(r"[\s.\-  ]{0,3}(?:and |та |і |и )?$")
OUT_OF = re.compile(r"\s(?:[^\W\d]+\s){0,2}(?:з|із|зі|из|of)\s(?:the\s|its\s|кожних\s|каждых\s)?")
MANY_HOUSES = 1000
"""From here on "11 тысяч домов" counts homes; "64 houses" are buildings."""
UNIT_GAP = 46
"""How far a unit may stand behind its number: "5,200 residential and business customers"."""


REGIONS = frozenset(("region*", "oblast*", "област*", "регіон*", "регион*"))
OUT_OF_THEM = (
    " из них",
    " из которых",
    " з них",
    " із них",
    " з яких",
    " із яких",
    " of them",
    " of which",
    " of whom",
)
SITUATING = frozenset(("in", "across", "on", "на", "у", "в", "по"))
"""Small words behind which a place stands, not what is counted."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text. `counts` is "customers", "places" (villages, houses), "other" (drones,
    hours), or "" when it says no unit."""

    start: int
    end: int
    value: float
    counts: str
    percent: bool = False
    clock: bool = False
    some: bool = False
    """Whether it takes some out of those just named: "чотири з них", "two of them"."""
    homes: bool = False
    """Whether it counts houses, which are homes for some services and blocks of flats for others."""


def numbers(whole: str, start: int, end: int, hits: list[Hit]) -> list[Number]:
    """The numbers between `start` and `end`, in digits or words, each with what it counts."""
    spelled = [hit for hit in hits if hit.word.group == "number"]
    units = [hit for hit in hits if hit.word.group == "unit"]
    found: list[Number] = []
    at = 0
    for match in DIGITS.finditer(whole, start, end):
        if match.start() < at or _inside_word(whole, match.start()):
            continue
        value = _digits(match.group())
        stop = match.end()
        for hit in spelled:
            if hit.start >= stop and _glued(whole, stop, hit.start) and float(hit.word.value) >= 1000:
                value, stop = value * float(hit.word.value), hit.end
        at = stop
        found.append(_with_unit(whole, match.start(), stop, end, value, units))
    found.extend(_spelled(whole, end, spelled, units, found))
    found.sort(key=lambda number: number.start)
    return [
        replace(one, some=True) if other is not None and one.value < other.value and _out_of(whole, one, other) else one
        for one, other in zip_longest(found, found[1:])
    ]


def _out_of(whole: str, one: Number, other: Number) -> bool:
    """Whether a number is a part of the next: "146 будинків із 201", "Два оператори з трьох"."""
    return OUT_OF.fullmatch(whole, one.end, other.start) is not None


def _inside_word(whole: str, at: int) -> bool:
    """Whether a digit belongs to a name ("ТЕЦ-5", "Т-54", "№ 12")."""
    before = whole[max(0, at - 3) : at]
    return bool(before) and (before[-1].isalpha() or before.endswith(("№", "№ ", "No ")) or _hyphened(before))


def _hyphened(before: str) -> bool:
    return len(before) > 1 and before[-1] in "-‑" and before[-2].isalpha()


def _digits(text: str) -> float:
    if THOUSANDS.fullmatch(text):
        return float(re.sub(r"\D", "", text))
    return float(text.replace(",", ".").replace(" ", ""))


def _glued(whole: str, stop: int, start: int) -> bool:
    return start - stop <= 3 and GLUE.fullmatch(whole, stop, start) is not None


def _with_unit(whole: str, start: int, stop: int, end: int, value: float, units: list[Hit]) -> Number:
    tail = whole[stop : stop + 10].lstrip()
    if tail[:1] == "%" or tail.lower().startswith(("percent", "per cent", "відсот", "процент")):
        return Number(start, stop, value, "other", percent=True)
    if whole[start - 1 : start] == ":" or (whole[stop : stop + 1] == ":" and whole[stop + 1 : stop + 2].isdigit()):
        return Number(start, stop, value, "other", clock=True)
    for unit in units:
        if unit.start < stop:
            continue
        between = whole[stop : unit.start]
        if len(between) > UNIT_GAP or any(c.isdigit() for c in between) or any(c in between for c in ";:!?()—–"):
            break
        if "," in between and len(between) > 3:
            break
        if unit.word.value == "other" and not SITUATING.isdisjoint(between.split()):
            break  # "12,000 in the Sumy region" counts no regions
        if unit.word.value == "other" and unit.word.phrase in REGIONS and value <= 24:
            return Number(start, stop, value, "regions")
        if unit.word.value == "houses":
            return Number(start, stop, value, "customers" if value >= MANY_HOUSES else "places", homes=True)
        return Number(start, stop, value, unit.word.value)
    some = whole.startswith(OUT_OF_THEM, stop)
    return Number(start, stop, value, "", some=some)


def _spelled(whole: str, end: int, spelled: list[Hit], units: list[Hit], found: list[Number]) -> list[Number]:
    """Numbers written as words: neighbours add up, "thousand" multiplies what stands before it."""
    out: list[Number] = []
    index = 0
    while index < len(spelled):
        first = spelled[index]
        if any(number.start <= first.start < number.end for number in found):
            index += 1
            continue
        total, part, stop = 0.0, 0.0, first.end
        while index < len(spelled) and (spelled[index] is first or _glued(whole, stop, spelled[index].start)):
            value = float(spelled[index].word.value)
            if value >= 1000:
                total, part = total + (part or 1) * value, 0.0
            elif value == 100 and 0 < part < 10:
                part *= 100
            else:
                part += value
            stop = spelled[index].end
            index += 1
        out.append(_with_unit(whole, first.start, stop, end, total + part, units))
    return out
