"""The names that an automaton finds in small letters too: inhabitants, utilities, voices, big cities, regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.language.gazetteer.normal import fold
from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.reading import WordsError

COUNTRY = Place("UA", None, Level.COUNTRY)


@dataclass(frozen=True, slots=True)
class Small:
    """What one pattern of the automaton means; an `open` one may have any short ending."""

    names: tuple[Place, ...] = ()
    adjectives: tuple[Place, ...] = ()
    sense: Sense | None = None
    voice: str | None = None
    open: bool = False


def starred(word: str) -> tuple[str, bool]:
    """A pattern without its star, and whether it had one. A star inside leaves the words before it."""
    folded = fold(word)
    if "*" in folded[:-1]:
        raise WordsError(f"“{word}”: the star may stand only at the end of a word; write the forms out.")
    return folded.removesuffix("*"), folded.endswith("*")


def patterns(
    regions: Mapping[str, Any],
    operators: Mapping[str, Any],
    places: Mapping[tuple[str, str], Place],
    whole: Mapping[str, Place],
) -> Iterator[tuple[str, Small]]:
    """Every pattern of the two hand-written files with its meaning."""
    for where, words in regions["people"].items():
        code, _, city = where.partition(" ")
        place = places.get((code, city)) if city else whole.get(code)
        if place is None:
            raise WordsError(
                f"regions.toml, [people] “{where}”: no such place; write a region code and a city of the register."
            )
        for word in words:
            stem, is_open = starred(word)
            yield stem, Small((place,), sense=Sense.PEOPLE, open=is_open)
    for voice, entry in operators["utilities"].items():
        region = whole.get(entry["region"])
        if region is None:
            raise WordsError(f"operators.toml, [utilities] {voice}: “{entry['region']}” is not a region code.")
        place = places.get((entry["region"], entry["place"])) if "place" in entry else region
        if place is None:
            raise WordsError(f"operators.toml, [utilities] {voice}: no town “{entry['place']}” in the register.")
        for word in entry["words"]:
            stem, is_open = starred(word)
            yield stem, Small((place,), sense=Sense.OPERATOR, voice=voice, open=is_open)
    for voice, words in operators["originators"].items():
        for word in words:
            for form in expand(word):
                stem, is_open = starred(form)
                yield stem, Small(sense=Sense.ORIGINATOR, voice=voice, open=is_open)
    for code, words in operators["facilities"].items():
        if code not in whole:
            raise WordsError(f"operators.toml, [facilities] “{code}” is not a region code.")
        for word in words:
            yield fold(word), Small((whole[code],), sense=Sense.FACILITY)
    for word in regions["country"]["words"]:
        yield fold(word), Small((COUNTRY,), sense=Sense.PLACE)


def expand(word: str) -> tuple[str, ...]:
    """ "міністерств* енергетики" with the endings that its starred first word takes."""
    first, star, rest = word.partition("* ")
    if not star:
        return (word,)
    return tuple(f"{first}{ending} {rest}" for ending in ("о", "а", "у", "ом", "і", "е", "", "ы", "и", "ів"))
