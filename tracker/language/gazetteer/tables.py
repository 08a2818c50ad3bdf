"""Reads the tables of names once and keeps them as dictionaries of forms."""

from __future__ import annotations

import csv
import functools
import itertools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.language.gazetteer.normal import fold, latin_key
from tracker.language.gazetteer.places import Level, Place
from tracker.regions import BY_CODE

WORDS = Path(__file__).parent.parent / "words"
CASE_ENDINGS = "ий ого ому им ім а ої ій у ою е і их ими ой ая ую ое ие ии ом ые ых ым ыми ею ей"
ADJECTIVAL = tuple(CASE_ENDINGS.split())
BIG = 60_000
SHCHYNA = ("а", "и", "і", "у", "ою", "ы", "е", "ой", "о")
LEVELS = {"M": Level.CITY, "X": Level.TOWN, "C": Level.VILLAGE, "K": Level.REGION}


class WordsError(Exception):
    """A word file that cannot be used; the message names the file and the entry."""


@dataclass(slots=True)
class Tables:
    """Everything the finder looks up.

    `names` leads from a form ("ізюмі", "біла церква") to places; `longest` from a first word to the longest name
    beginning with it. `adjectives` leads from a form ("ізюмського") to whatever may bear it. `latin` and
    `latin_adjectives` are keyed by `latin_key`. `common` are forms that are ordinary words too.
    """

    names: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    adjectives: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    latin: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    latin_adjectives: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    regions: dict[str, Place] = field(default_factory=dict)
    english_regions: dict[str, Place] = field(default_factory=dict)
    areas: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    parents: dict[Place, Place] = field(default_factory=dict)
    common: set[str] = field(default_factory=set)
    weak: set[Place] = field(default_factory=set)
    kinds: dict[str, list[tuple[str, bool, bool]]] = field(default_factory=dict)
    between: frozenset[str] = frozenset()
    other: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    display: dict[tuple[str, str], str] = field(default_factory=dict)
    centres: dict[tuple[str, str], Place] = field(default_factory=dict)

    def display_within(self, region: str, name: str) -> tuple[str, ...]:
        """The areas around a city."""
        found = self.centres.get((region, name))
        return found.within if found else ()


def read_csv(name: str) -> Iterator[list[str]]:
    """The rows of a table below its header."""
    with (WORDS / name).open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        yield from rows


def read_toml(name: str) -> dict[str, Any]:
    """A word file; WordsError names it when it is malformed."""
    try:
        return tomllib.loads((WORDS / name).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WordsError(f"{name}: {error}. Correct the file and start again.") from None


class Builder:
    """Fills the tables."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.endings = [tuple(tuple(case.split("/")) for case in row[1].split("|")) for row in read_csv("endings.csv")]
        self.lists: dict[str, dict[str, list[Place]]] = {
            which: defaultdict(list) for which in ("names", "adjectives", "latin", "latin_adjectives", "areas")
        }

    def add(self, which: str, form: str, place: Place) -> None:
        """One more place that `form` may mean."""
        found = self.lists[which][form]
        if place not in found:
            found.append(place)

    def forms(self, name: str, numbers: str) -> Iterator[str]:
        """Every case of `name`, whose words decline by the numbered endings."""
        parts = re.split("([ -])", name)
        words, joints = parts[::2], parts[1::2]
        if len(words) == 1:
            number = int(numbers)
            stem = name[: len(name) - len(self.endings[number][0][0])]
            for case in self.endings[number]:
                for ending in case:
                    yield stem + ending
            return
        declined = []
        for word, which in zip(words, numbers.split(), strict=True):
            cases = self.endings[int(which)]
            stem = word[: len(word) - len(cases[0][0])]
            declined.append([[stem + ending for ending in variants] for variants in cases])
        for place in range(6):
            for choice in itertools.islice(itertools.product(*(cases[place] for cases in declined)), 8):
                yield "".join(itertools.chain(*itertools.zip_longest(choice, joints, fillvalue="")))

    def name(self, place: Place, row: list[str], flags: str = "") -> None:
        """The names of one row: English, Ukrainian and Russian with their cases."""
        for name, cases, flag in ((row[2], row[3], "u"), (row[4], row[5], "r")):
            if name and cases:
                forms = {form.replace("ё", "е") for form in self.forms(name, cases)}
                for form in forms:
                    self.add("names", form, place)
                if flag in flags and place.population < BIG:
                    self.tables.common |= forms
        if row[1]:
            self.add("latin", latin_key(row[1].lower()), place)

    def adjective(self, place: Place, row: list[str]) -> None:
        """The adjectives of a raion, hromada or city district in three alphabets."""
        from_english = row[2]
        for stem in {row[2], row[4]} - {""}:
            stem = stem.replace("ё", "е")
            for ending in ADJECTIVAL:
                self.add("adjectives", stem + ending, place)
        self.add("latin_adjectives", latin_stem(romanize(from_english)), place)

    def finish(self) -> Tables:
        """The lists as tuples, the biggest place first."""
        order = {Level.REGION: 0, Level.CITY: 1, Level.TOWN: 2, Level.RAION: 3, Level.HROMADA: 4, Level.DISTRICT: 5}
        for which, forms in self.lists.items():
            into = getattr(self.tables, which)
            for form, places in forms.items():
                if len(places) > 1:
                    places.sort(
                        key=lambda place: (order.get(place.level, 9) > 0, -place.population, order.get(place.level, 9))
                    )
                into[form] = tuple(places)
        for form in itertools.chain(self.tables.names, self.tables.latin):
            if " " in form:
                first = form.split(" ", 1)[0]
                self.tables.longest[first] = max(self.tables.longest.get(first, 1), form.count(" ") + 1)
        return self.tables


ROMAN_LETTERS = "a b v h g d e zh z y i i i k l m n o p r s t u f kh ts ch sh shch ie iu ia  "
ROMAN = dict(zip("абвгґдежзиіїйклмнопрстуфхцчшщєюя'ь", ROMAN_LETTERS.split(" "), strict=True))


def romanize(word: str) -> str:
    """A Ukrainian word in Latin letters, for keys only."""
    return "".join(ROMAN.get(letter, letter) for letter in word)


def latin_stem(word: str) -> str:
    """The key of a romanized adjective without its ending: "Kupianskyi", "Kupianska" and "Kupyanskiy" meet."""
    cut = word.rfind("k")
    return latin_key(word[: cut + 1]) if cut > 2 and word[cut - 1] in "sc" else latin_key(word)


def add_regions(builder: Builder) -> None:
    """The 27 regions under all their names."""
    tables = builder.tables
    words = read_toml("regions.toml")
    for code in BY_CODE:
        tables.regions[code] = Place(code, None, Level.REGION)
    between = words["types"]["hromada"].pop("between")
    for sort, sets in words["types"].items():
        one, many = (frozenset(map(fold, sets[number])) for number in ("one", "many"))
        for word in one | many:
            tables.kinds.setdefault(word, []).append((sort, word in one, word in many))
    tables.other = {
        what: {side: frozenset(map(fold, v)) for side, v in sets.items()} for what, sets in words["other"].items()
    }
    tables.between = frozenset(map(fold, between))
    for code, entry in words.items():
        if not code.startswith("UA-"):
            continue
        region = tables.regions[code]
        for stem in entry["adjectives"]:
            for ending in ADJECTIVAL:
                builder.add("adjectives", stem + ending, region)
            if not set(stem) & set("ыэъё"):
                builder.add("latin_adjectives", latin_stem(romanize(stem)), region)
        for name in entry["english"]:
            tables.english_regions[latin_key(name.lower())] = region
        for stem in entry.get("shchyna", ()):
            for ending in SHCHYNA:
                builder.add("names", stem + ending, region)
            builder.add("latin", latin_key(romanize(stem) + "a"), region)
        for form in (*entry.get("nouns", ()), *entry.get("phrases", ())):
            builder.add(
                "latin" if form.isascii() else "names", latin_key(form) if form.isascii() else fold(form), region
            )


def add_places(builder: Builder) -> None:
    """The core table: areas, cities, selyshcha, parts of cities, neighbours abroad."""
    tables = builder.tables
    region = raion = hromada = ""
    place = city = Place("", None, Level.ABROAD)
    for row in read_csv("places.csv"):
        kind, english, uk = row[0], row[1], row[2]
        if kind == "O":
            region, raion, hromada = english, "", ""
            continue
        if kind == "P":
            raion, hromada = english, ""
            place = Place(region, english, Level.RAION)
            builder.adjective(place, row)
            builder.add("areas", latin_key(english.lower()), place)
        elif kind == "H":
            hromada = english
            place = Place(region, english, Level.HROMADA, (raion,))
            builder.adjective(place, row)
            builder.add("areas", latin_key(english.lower()), place)
        elif kind == "B":
            own = city.region in ("UA-30", "UA-40") and city.level is Level.REGION
            place = (
                Place(city.region, english, Level.DISTRICT)
                if own
                else Place(city.region, city.name, Level.DISTRICT, city.within)
            )
            builder.adjective(place, row)
            tables.parents[place] = city
        elif kind == "D":
            region, name = english[:5], english[6:]
            place = Place(region, name, Level.DISTRICT, tables.display_within(region, name))
        elif kind == "Z":
            place = Place("", english, Level.ABROAD)
            builder.name(place, row)
        elif kind == "Y":
            for stem in {row[2], row[4]} - {""}:
                for ending in ADJECTIVAL:
                    builder.add("adjectives", stem + ending, Place("", None, Level.ABROAD))
        elif kind == "A":
            builder.name(place, row, row[7])
        else:
            place = Place(region, english, LEVELS[kind], (hromada, raion), int(row[6] or 0))
            if kind == "K":
                region = {"Kyiv": "UA-30"}.get(english, "UA-40")
                place, raion, hromada = tables.regions[region], "", ""
            if kind in "MK":
                city = place
            builder.name(place, row, row[7])
            tables.centres[region, english] = place
            if kind == "X" and "h" not in row[7] and place.population < 3000:
                tables.weak.add(place)
        if uk and kind in "MXCPHB":
            tables.display.setdefault((region, english), uk)


@functools.cache
def load() -> Tables:
    """The tables, read once."""
    builder = Builder()
    add_regions(builder)
    add_places(builder)
    return builder.finish()
