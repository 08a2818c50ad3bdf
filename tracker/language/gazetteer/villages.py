"""Villages: kept by the stems of their names, and worth something only where their oblast or raion is named."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tracker.language.gazetteer.places import Level, Place
from tracker.language.gazetteer.reading import read_csv

NEXT = re.compile(r"[^\S\n]+([^\W\d_]+(?:['-][^\W\d_]+)*)")
HitType = TypeVar("HitType")


@dataclass(slots=True)
class Villages:
    """`stems` leads from the stem of a first word to rows; `english` from a romanized name, `longest` from its
    first word to the number of words. A row is a village name."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    stems: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    english: dict[str, list[int]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    hromadas: list[tuple[str, str, str]] = field(default_factory=list)
    endings: list[frozenset[str]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


@functools.cache
def load_villages() -> Villages:
    """The table of villages, read once."""
    villages = Villages()
    for row in read_csv("endings.csv"):
        forms = row[1].replace("|", "/").split("/")
        villages.endings.append(frozenset(forms))
        villages.lengths.append(len(forms[0]))
    region = raion = ""
    villages.hromadas.append(("", "", ""))
    for row in read_csv("places.csv"):
        if row[0] == "O":
            region = row[1]
        elif row[0] == "P":
            raion = row[1]
        elif row[0] == "H":
            villages.hromadas.append((region, raion, row[1]))
    stems: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, row in enumerate(read_csv("villages.csv")):
        villages.rows.append(tuple(row))
        for name, cases in ((row[0], row[1]), (row[2] or row[0], row[3])):
            first = name.split(" ", 1)[0]
            if "-" in first:
                stems[first].append((number, 0))
                continue
            declension = int(cases.split(" ", 1)[0])
            stems[first[: len(first) - villages.lengths[declension]].replace("ё", "е")].append((number, declension))
        name = row[4].lower()
        villages.english.setdefault(name, []).append(number)
        if " " in name:
            first = name.split(" ", 1)[0]
            villages.longest[first] = max(villages.longest.get(first, 1), name.count(" ") + 1)
    villages.stems = dict(stems)
    return villages


def villages_at(
    low: str, start: int, end: int, hit: Callable[..., HitType], *, several: bool = False
) -> HitType | None:
    """The villages that the capitalised word at `start` may name; only names of `several` words when it says so."""
    single, longer = beginning_with(low[start:end])
    if longer:
        villages = load_villages()
        ends = [(rest_of(low, end, villages.rows[number], villages), number) for number in longer]
        reach = max(last for last, _ in ends)
        if reach:
            found = dict.fromkeys(place for last, number in ends if last == reach for place in places_of(number))
            return hit(start, reach, low[start:reach], tuple(found), hamlet=True)
    if single and not several:
        found = dict.fromkeys(place for number in single for place in places_of(number))
        return hit(start, end, low[start:end], tuple(found), hamlet=True)
    return None


@functools.lru_cache(8192)
def beginning_with(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The rows of villages called `word` in some case, and of those whose longer name may begin with it."""
    villages = load_villages()
    single: list[int] = []
    longer: list[int] = []
    for cut in range(min(5, len(word) - 1)):
        size = len(word) - cut
        for number, declension in villages.stems.get(word[:size], ()):
            if "-" in word or word[size:] in villages.endings[declension]:
                (longer if " " in villages.rows[number][0] else single).append(number)
    return tuple(dict.fromkeys(single)), tuple(dict.fromkeys(longer))


def rest_of(low: str, end: int, row: tuple[str, ...], villages: Villages) -> int:
    """Where a name of several words ends in the text; 0 when its further words do not follow."""
    for name, cases in ((row[0], row[1]), (row[2] or row[0], row[3])):
        words, numbers = name.split(" "), cases.split(" ")
        if any("-" in word for word in words):
            continue
        position = end
        for word, number in zip(words[1:], numbers[1:], strict=True):
            match = NEXT.match(low, position)
            declension = int(number)
            stem = word[: len(word) - villages.lengths[declension]]
            if not match or not match[1].startswith(stem) or match[1][len(stem) :] not in villages.endings[declension]:
                break
            position = match.end()
        else:
            return position
    return 0


@functools.lru_cache(4096)
def places_of(number: int) -> tuple[Place, ...]:
    """The villages of one name."""
    villages = load_villages()
    row = villages.rows[number]
    places = []
    for where in row[5].split(" "):
        hromada, _, population = where.partition(":")
        region, raion, community = villages.hromadas[int(hromada)]
        places.append(Place(region, row[4], Level.VILLAGE, (community, raion), int(population or 0)))
    places.sort(key=lambda place: -place.population)
    return tuple(places)


def english_villages(name: str) -> tuple[Place, ...]:
    """The villages of a romanized name in lower case."""
    villages = load_villages()
    return tuple(place for number in villages.english.get(name, ()) for place in places_of(number))
