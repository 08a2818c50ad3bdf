"""Chooses among the places that a name may mean, by the regions that the text names around it."""

from __future__ import annotations

import itertools
import re

from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.scan import Hit, Passage
from tracker.language.gazetteer.tables import Tables

QUALIFIES = re.compile(r"[\s(,]*(?:в|у|in|of|of the|in the|на|що в|,)?[\s(]*\Z")
SENTENCE = re.compile(r"[.!?…]\s|\n")
SETTLED = (Level.CITY, Level.TOWN, Level.VILLAGE, Level.RAION, Level.HROMADA, Level.DISTRICT)


def choose(passage: Passage, tables: Tables, scope: frozenset[str]) -> list[Hit]:
    """The hits that mean something, each with its places in order of likelihood."""
    kept = [hit for hit in passage.hits if first_guess(hit, passage, tables)]
    mark_qualifiers(passage, kept)
    anchors = [hit for hit in kept if is_anchor(hit, tables)]
    for hit in kept:
        if hit.sense is Sense.PLACE or hit.sense is Sense.PEOPLE:
            decide(hit, passage, tables, anchors, scope)
    return [hit for hit in kept if hit.places]


def first_guess(hit: Hit, passage: Passage, tables: Tables) -> bool:
    """Fills sense and places from the tables; False when the hit is no name after all."""
    if hit.typed:
        return True
    if hit.sense in (Sense.STREET, Sense.FACILITY):
        hit.places = (*hit.names, *hit.adjectives)
        return True
    if hit.sense is Sense.OPERATOR:
        hit.places = tuple(p for p in (*hit.adjectives, *hit.names) if p.level is Level.REGION) or hit.names
        return bool(hit.places)
    if hit.names:
        hit.places = hit.names
        hit.sense = Sense.ABROAD if hit.names[0].level is Level.ABROAD else Sense.PLACE
        return True
    able = tuple(p for p in hit.adjectives if p.level in (Level.REGION, Level.ABROAD))
    if not able:
        return False
    hit.places = able
    hit.sense = Sense.ABROAD if able[0].level is Level.ABROAD else Sense.PEOPLE
    return True


def is_anchor(hit: Hit, tables: Tables) -> bool:
    """Whether the hit fixes a region beyond doubt."""
    if hit.sense not in (Sense.PLACE, Sense.OPERATOR, Sense.PEOPLE) or not hit.places:
        return False
    regions = {place.region for place in hit.places}
    return (len(regions) == 1 and regions != {""}) or dominant(hit.places)


def dominant(places: tuple[Place, ...]) -> bool:
    """Whether the first place is so much bigger than its namesakes that it alone is meant without a hint."""
    if places[0].level is Level.REGION:
        return True
    second = max((p.population for p in places[1:]), default=0)
    return places[0].population >= 40_000 and places[0].population >= 4 * second


def mark_qualifiers(passage: Passage, hits: list[Hit]) -> None:
    """Marks regions and raions that only say where their neighbour lies, and hands them to it."""
    for one, other in itertools.pairwise(hits):
        if (
            one.sense is not Sense.PLACE
            or other.sense is not Sense.PLACE
            or (one.group >= 0 and one.group == other.group)
        ):
            continue
        gap = passage.low[one.end : other.start]
        if len(gap) > 12 or "\n" in gap or not QUALIFIES.match(gap):
            continue
        level, wider = one.places[0].level, other.places[0].level
        if (level in SETTLED and wider is Level.REGION and other.typed) or (
            level in SETTLED[:3] and wider is Level.RAION and other.typed
        ):
            if "," in gap and not other_is_apposition(passage, other):
                continue
            other.qualifies = True
            one.near = list(other.places)


def other_is_apposition(passage: Passage, hit: Hit) -> bool:
    """After a comma only English names the region of a town: "Kramatorsk, Donetsk region, is without water"."""
    return passage.low[hit.start : hit.start + 1].isascii() and hit.group < 0


def decide(hit: Hit, passage: Passage, tables: Tables, anchors: list[Hit], scope: frozenset[str]) -> None:
    """Puts the likeliest place first, or empties the hit."""
    places = hit.places
    if hit.near:
        regions = {place.region for place in hit.near}
        fit = tuple(p for p in places if p.region in regions)
        places = fit or places
        hit.sure = bool(fit)
    elif len({p.region for p in places}) > 1 and not dominant(places):
        region = nearest_region(hit, passage, anchors, {p.region for p in places}, scope)
        fit = tuple(p for p in places if p.region == region) if region else ()
        hit.sure = bool(fit)
        places = (*fit, *(p for p in places if p not in fit))
    elif needs_help(hit, passage, tables):
        regions = {p.region for p in places}
        if not (scope & regions) and nearest_region(hit, passage, anchors, regions, scope) is None:
            places = ()
    if places and places[0] in tables.weak and not hit.sure:
        places = ()
    hit.places = places


def needs_help(hit: Hit, passage: Passage, tables: Tables) -> bool:
    """Whether the name alone does not prove a place: an ordinary word at the head of a sentence, a small selyshche."""
    if hit.typed:
        return False
    if any(place in tables.weak for place in hit.places[:1]):
        return True
    if hit.first != hit.last or passage.word(hit.first) not in tables.common:
        return False
    before = passage.low[: hit.start].rstrip(' \t«"“*#•-–—')
    return not before or before[-1] in ".!?…:\n"


def nearest_region(
    hit: Hit, passage: Passage, anchors: list[Hit], wanted: set[str], scope: frozenset[str]
) -> str | None:
    """The wanted region that is named nearest: in the same sentence, then in the scope, then before, then after."""
    best: tuple[int, str] | None = None
    for anchor in anchors:
        if anchor is hit or not anchor.places or anchor.places[0].region not in wanted:
            continue
        between = passage.low[min(anchor.end, hit.end) : max(anchor.start, hit.start)]
        distance = len(between) + 400 * len(SENTENCE.findall(between[:3000])) + (200 if anchor.start > hit.start else 0)
        if best is None or distance < best[0]:
            best = (distance, anchor.places[0].region)
    if best and best[0] < 400:
        return best[1]
    fit = scope & wanted
    if len(fit) == 1:
        return next(iter(fit))
    return best[1] if best else None
