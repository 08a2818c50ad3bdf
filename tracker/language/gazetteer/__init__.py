"""Places by name: finds them in a text of any of the three languages, and shows them in Ukrainian or English."""

from __future__ import annotations

from collections.abc import Collection

from tracker.language.gazetteer.grammar import read_ellipsis, read_others, read_routes, read_types
from tracker.language.gazetteer.normal import clean, fold
from tracker.language.gazetteer.places import Level, Mention, Place, Sense
from tracker.language.gazetteer.reading import WordsError
from tracker.language.gazetteer.scan import Hit, scan
from tracker.language.gazetteer.settle import choose
from tracker.language.gazetteer.tables import load
from tracker.language.gazetteer.villages import load_villages
from tracker.regions import BY_CODE

__all__ = ["Level", "Mention", "Place", "Sense", "WordsError", "find", "place_name", "prepare", "resolve"]


def prepare() -> None:
    """Loads the tables now, so that the first report need not wait."""
    load()
    load_villages()


def find(text: str, scope: Collection[str] = ()) -> list[Mention]:
    """The places, utilities and neighbours that `text` names, in order; ambiguous ones settled by what is named around.

    `scope` are the regions that the passage is known to be about.
    """
    tables = load()
    plain, origin = clean(text)
    passage = scan(plain, tables)
    read_types(passage, tables)
    read_others(passage, tables)
    read_routes(passage, tables)
    read_ellipsis(passage, tables)
    return [mention(hit, origin) for hit in choose(passage, tables, frozenset(scope))]


def mention(hit: Hit, origin: list[int] | None) -> Mention:
    """The hit as others see it, at its place in the text as it came."""
    start, end = (hit.since, hit.until) if origin is None else (origin[hit.since], origin[hit.until - 1] + 1)
    sense = hit.sense or Sense.PLACE
    return Mention(start, end, sense, hit.places, hit.sure, hit.group, hit.qualifies, hit.plural, hit.voice)


def place_name(region: str, place: str | None, language: str) -> str:
    """How to show `place` of `region` in `language` (`uk`, anything else is English): "Izium" is "Ізюм"."""
    known = BY_CODE.get(region)
    if place is None:
        return known.name(language) if known else region
    if language != "uk":
        return place
    tables = load()
    name = tables.display.get((region, place))
    if name is None:
        return place
    if place.endswith(" district"):
        return capitalise(name) + "ий район"
    if place.endswith(" community"):
        return capitalise(name) + "а громада"
    return capitalise(name)


def capitalise(name: str) -> str:
    """Each part of a name with its capital letter: "могилів-подільський" is "Могилів-Подільський"."""
    return "-".join(" ".join(w[:1].upper() + w[1:] for w in part.split(" ")) for part in name.split("-"))


def resolve(region: str, typed: str) -> Place | None:
    """The place of `region` that somebody typed, in any language or case; None when we know none."""
    mentions = [m for m in find(capitalise(fold(clean(typed.strip())[0])), (region,)) if m.sense is Sense.PLACE]
    for mention in mentions:
        for place in mention.places:
            if place.region == region and place.name is not None:
                return place
    return None
