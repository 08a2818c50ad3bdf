"""The tables of names as dictionaries of forms, read once."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from tracker.language.gazetteer.normal import fold, latin_key
from tracker.language.gazetteer.places import Level, Place
from tracker.language.gazetteer.reading import WordsError, read_csv, read_toml
from tracker.language.gazetteer.small import Small, patterns
from tracker.regions import BY_CODE

UKRAINIAN, RUSSIAN = "ий ого ому им ім а ої ій у ою е і их ими", "ий ого ому им ом ая ой ую ою ое ие их ими"
HARD = "ый ым ые ых ыми"
ADJECTIVAL = tuple(dict.fromkeys(f"{UKRAINIAN} {RUSSIAN}".split()))
ANY_ADJECTIVAL = (*ADJECTIVAL, *HARD.split())
SHCHYNA = ("а", "и", "і", "у", "ою", "ы", "е", "ой", "о")
LEVELS = {"M": Level.CITY, "X": Level.TOWN, "C": Level.VILLAGE, "K": Level.REGION}
ORDER = {Level.REGION: 0, Level.CITY: 1, Level.TOWN: 2, Level.RAION: 3, Level.HROMADA: 4, Level.DISTRICT: 5}
# A name this populous is known without a hint, even where it is an ordinary word too.
KNOWN = 60_000
# Kyiv's quarters are better known than the villages of their names.
QUARTER = 60_000
# Cities whose names count in small letters as well, as people type them in chats.
CHAT = 95_000


@dataclass(slots=True, eq=False)
class Tables:
    """Everything the finder looks up.

    `names` leads from a form ("ізюмі", "біла церква") to places, `longest` from a first word to the number of words
    of the longest name that begins with it (`longest_latin` likewise). `adjectives` leads from a form ("ізюмського")
    to whatever may bear it. `latin` and `latin_adjectives` are keyed by `latin_key`. `common` are forms that are
    ordinary words too, `bare` those that name a place only with a type word, `inside` only after "у", `weak` places too
    small to be known without a hint.
    """

    names: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    adjectives: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    latin: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    latin_adjectives: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    areas: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    longest_latin: dict[str, int] = field(default_factory=dict)
    regions: dict[str, Place] = field(default_factory=dict)
    english_regions: dict[str, Place] = field(default_factory=dict)
    parents: dict[Place, list[Place]] = field(default_factory=dict)
    common: set[str] = field(default_factory=set)
    weak: set[Place] = field(default_factory=set)
    kinds: dict[str, list[tuple[str, bool, bool]]] = field(default_factory=dict)
    between: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    routes: dict[str, frozenset[str]] = field(default_factory=dict)
    followed: dict[str, frozenset[str]] = field(default_factory=dict)
    other: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    display: dict[tuple[str, str], str] = field(default_factory=dict)
    centres: dict[tuple[str, str], Place] = field(default_factory=dict)
    utility: dict[str, str] = field(default_factory=dict)
    utility_word: re.Pattern[str] = field(default_factory=lambda: re.compile("(?!)"))
    small: list[Small] = field(default_factory=list)
    automaton: AhoCorasick = None  # type: ignore[assignment]


class Builder:
    """Fills the tables."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.known: set[str] = set()
        self.ordinary: set[str] = set()
        self.endings = [tuple(tuple(case.split("/")) for case in row[1].split("|")) for row in read_csv("endings.csv")]

    def add(self, which: str, form: str, place: Place) -> None:
        """One more place that `form` may mean."""
        forms: dict[str, tuple[Place, ...]] = getattr(self.tables, which)
        found = forms.get(form)
        if found is None:
            forms[form] = (place,)
        elif place not in found:
            forms[form] = (*found, place)

    def forms(self, name: str, numbers: str) -> Iterator[str]:
        """Every case of `name`, whose words decline by the numbered endings."""
        parts = re.split("([ -])", name)
        words, joints = parts[::2], parts[1::2]
        declined = []
        for word, which in zip(words, numbers.split(), strict=True):
            cases = self.endings[int(which)]
            stem = word[: len(word) - len(cases[0][0])]
            declined.append([[stem + ending for ending in variants] for variants in cases])
        if len(words) == 1:
            yield from itertools.chain.from_iterable(declined[0])
            return
        for case in range(6):
            for choice in itertools.islice(itertools.product(*(cases[case] for cases in declined)), 8):
                yield "".join(itertools.chain(*itertools.zip_longest(choice, joints, fillvalue="")))

    def name(self, place: Place, row: list[str], flags: str = "") -> None:
        """The names of one row: English, Ukrainian and Russian with their cases."""
        for name, cases, flag in ((row[2], row[3], "u"), (row[4], row[5], "r")):
            if name and cases:
                forms = {form.replace("ё", "е") for form in self.forms(name, cases)}
                for form in forms:
                    self.add("names", form, place)
                if place.population >= KNOWN or place.level is Level.REGION:
                    self.known |= forms
                elif flag in flags:
                    self.tables.common |= forms
        if row[1]:
            self.add("latin", latin_key(row[1].lower()), place)

    def adjective(self, place: Place, row: list[str]) -> None:
        """The adjectives of a raion, hromada or city district in three alphabets."""
        soft = row[2].endswith("к") and row[4].endswith("к")
        for stem, endings in ((row[2], UKRAINIAN), (row[4].replace("ё", "е"), RUSSIAN)):
            for ending in endings.split() if soft else ANY_ADJECTIVAL:
                self.add("adjectives", stem + ending, place)
        self.add("latin_adjectives", latin_stem(romanize(row[2])), place)

    def finish(self) -> Tables:
        """The lists as tuples, the biggest place first."""
        tables = self.tables
        tables.common = (tables.common - self.known) | self.ordinary
        for forms in (tables.names, tables.adjectives, tables.latin, tables.latin_adjectives, tables.areas):
            for form, places in forms.items():
                if len(places) > 1:
                    forms[form] = tuple(sorted(places, key=weight))
        for form in tables.names:
            if " " in form:
                first = form.split(" ", 1)[0]
                tables.longest[first] = max(tables.longest.get(first, 1), form.count(" ") + 1)
        for key in itertools.chain(tables.latin, tables.latin_adjectives, tables.english_regions):
            if " " in key:
                first = key.split(" ", 1)[0] + " "
                tables.longest_latin[first] = max(tables.longest_latin.get(first, 1), key.count(" ") + 1)
        return tables


def weight(place: Place) -> tuple[bool, int, int]:
    """Sorts regions first, then raions (whose nouns few villages share), then by population and level."""
    return place.level not in (Level.REGION, Level.RAION), -place.population, ORDER.get(place.level, 9)


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
    """The 27 regions under all their names, and the words that say what sort of place a name is."""
    tables = builder.tables
    words = read_toml("regions.toml")
    for code in BY_CODE:
        tables.regions[code] = Place(code, None, Level.REGION)
    tables.between = frozenset(map(fold, words["types"]["hromada"].pop("between")))
    for sort, sets in words["types"].items():
        one, many = (frozenset(map(fold, sets[number])) for number in ("one", "many"))
        for word in one | many:
            tables.kinds.setdefault(word, []).append((sort, word in one, word in many))
    tables.other = {
        what: {side: frozenset(map(fold, v)) for side, v in sets.items()} for what, sets in words["other"].items()
    }
    tables.followed = {fold(word): frozenset(map(fold, v)) for word, v in words["ordinary"].pop("followed").items()}
    tables.bare = frozenset(map(fold, words["ordinary"]["bare"]["words"]))
    tables.inside = frozenset(map(fold, words["ordinary"]["inside"]["words"]))
    tables.routes = {side: frozenset(map(fold, v)) for side, v in words["routes"].items()}
    builder.ordinary = set(map(fold, words["ordinary"]["words"]))
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
        for name in entry.get("alone", ()):
            builder.add("latin", latin_key(name.lower()), region)


def add_places(builder: Builder) -> None:
    """The core table: areas, cities, selyshcha, parts of cities, neighbours abroad."""
    tables = builder.tables
    region = raion = hromada = ""
    place = city = Place("", None, Level.ABROAD)
    for row in read_csv("places.csv"):
        kind, english, uk = row[0], row[1], row[2]
        if kind == "O":
            region, raion, hromada = english, "", ""
        elif kind in "PHB":
            if kind == "P":
                raion, hromada = english, ""
                place = Place(region, english, Level.RAION, (), int(row[6] or 0))
            elif kind == "H":
                hromada = english
                place = Place(region, english, Level.HROMADA, (raion,), int(row[6] or 0))
            else:
                own = city.level is Level.REGION
                place = Place(city.region, english if own else city.name, Level.DISTRICT, city.within)
                tables.parents.setdefault(place, []).append(city)
            builder.adjective(place, row)
            builder.add("areas", latin_key(english.lower()), place)
        elif kind == "D":
            region, name = english[:5], english[6:]
            found = tables.centres.get((region, name))
            place = Place(
                region, name, Level.DISTRICT, found.within if found else (), QUARTER if region == "UA-30" else 0
            )
        elif kind == "Z":
            place = Place("", english, Level.ABROAD)
            builder.name(place, row)
        elif kind == "Y":
            for ending in ADJECTIVAL:
                builder.add("adjectives", (row[2] or row[4]) + ending, ABROAD)
        elif kind == "A":
            builder.name(place, row)
        else:
            place = Place(region, english, LEVELS[kind], (hromada, raion), int(row[6] or 0))
            if kind == "K":
                place = tables.regions["UA-30" if english == "Kyiv" else "UA-40"]
            city = place if kind in "MK" else city
            builder.name(place, row, row[7])
            tables.centres.setdefault((region, english), place)
            if kind == "X" and "h" not in row[7] and place.population < 3000:
                tables.weak.add(place)
        if uk and kind in "MXCPHB":
            tables.display.setdefault((place.region, place.name or "" if kind != "B" else english), uk)


ABROAD = Place("", None, Level.ABROAD)


def add_lands(builder: Builder) -> None:
    """Raions that people call by a noun of their own: "Криворіжжя"."""
    for area, forms in read_toml("regions.toml")["lands"].items():
        places = builder.tables.areas.get(latin_key(area.lower()))
        if not places:
            raise WordsError(f"regions.toml, [lands] “{area}”: no such raion in the register.")
        for form in forms:
            builder.add("names", form, places[0])


def add_small(tables: Tables) -> None:
    """The automaton of names that need no capital letter."""
    operators = read_toml("operators.toml")
    for sort, endings in operators["endings"].items():
        tables.utility.update(dict.fromkeys(map(fold, endings), sort))
    endings = "|".join(sorted(tables.utility, key=len, reverse=True))
    tables.utility_word = re.compile(rf"(.{{3,}}?)({endings})(?:у|а|ом|ем|і|ові|е|ам|ами|ів|)$")
    meanings = dict(patterns(read_toml("regions.toml"), operators, tables.centres, tables.regions))
    for form, places in tables.names.items():
        known = tuple(p for p in places if p.population >= CHAT or p.level is Level.REGION)
        if known and form not in tables.common and form not in ORDINARY:
            meanings.setdefault(form, Small(known))
    for form, places in tables.adjectives.items():
        able = tuple(p for p in places if p.level is Level.REGION)
        if able:
            meanings.setdefault(form, Small(adjectives=tables.adjectives[form]))
    tables.small = list(meanings.values())
    tables.automaton = AhoCorasick(list(meanings), matchkind=MatchKind.LeftmostLongest)


# Forms of big cities that are ordinary words in small letters: sums, level, lions, of crimes.
ORDINARY_WORDS = """
суми сум сумам сумами сумах рівне рівного рівному рівним рівнім ровно ровна ровну ровном ровне львов львова львову
львовом львове черкаси дніпро дніпра дніпру дніпром дніпрі днепр днепра днепру днепром днепре арк волинь волині буковини
хмельницький хмельницького хмельницкий хмельницкого
"""
ORDINARY = frozenset(ORDINARY_WORDS.split())


@functools.cache
def load() -> Tables:
    """The tables, read once."""
    builder = Builder()
    add_regions(builder)
    add_places(builder)
    add_lands(builder)
    tables = builder.finish()
    add_small(tables)
    return tables
