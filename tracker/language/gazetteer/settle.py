"""Chooses among the places that a name may mean, by the regions that the text names around it."""

from __future__ import annotations

import itertools
import re

from tracker.language.gazetteer.anchors import Anchors
from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.scan import Hit, Passage
from tracker.language.gazetteer.tables import Tables
from tracker.language.gazetteer.villages import english_villages, villages_at

QUALIFIES = re.compile(r"[\s(,]*(?:в|у|in|of|of the|in the|на|що в|що на|,)?[\s(]*\Z")
NARROWER = (Level.CITY, Level.TOWN, Level.VILLAGE, Level.RAION, Level.HROMADA, Level.DISTRICT)
SETTLEMENTS = NARROWER[:3]


def choose(passage: Passage, tables: Tables, scope: frozenset[str]) -> list[Hit]:
    """The hits that mean something, each with its places in order of likelihood."""
    kept = [hit for hit in passage.hits if first_guess(hit)]
    mark_qualifiers(passage, kept)
    anchors = Anchors(passage.low, [hit for hit in kept if is_anchor(hit, tables)])
    for hit in kept:
        if hit.sense is Sense.PLACE or hit.sense is Sense.PEOPLE:
            decide(hit, passage, tables, anchors, scope)
            distrust(hit, passage, anchors)
    return [hit for hit in kept if hit.places or hit.voice]


def first_guess(hit: Hit) -> bool:
    """Fills sense and places from the tables; False when the hit is no name after all."""
    if hit.typed and hit.sense is not Sense.OPERATOR:
        return True
    if hit.typed:
        return bool(hit.places)
    if hit.sense is Sense.NAME:
        return False
    if hit.voice or hit.sense is Sense.PEOPLE:
        hit.places = hit.names
        return True
    if hit.sense in (Sense.STREET, Sense.FACILITY):
        hit.places = (*hit.adjectives, *hit.names)
        return not hit.hamlet
    regions = tuple(p for p in hit.adjectives if p.level in (Level.REGION, Level.ABROAD))
    if hit.sense is Sense.OPERATOR:
        hit.places = regions or hit.names or hit.adjectives
        return not hit.hamlet
    if hit.names:
        hit.places = hit.names
        hit.sense = Sense.ABROAD if hit.names[0].level is Level.ABROAD else Sense.PLACE
        return True
    if not regions:
        return False
    hit.places = regions
    hit.sense = Sense.ABROAD if regions[0].level is Level.ABROAD else Sense.PEOPLE
    return True


def is_anchor(hit: Hit, tables: Tables) -> bool:
    """Whether the hit fixes a region beyond doubt."""
    if hit.sense not in (Sense.PLACE, Sense.OPERATOR, Sense.PEOPLE, Sense.FACILITY) or not hit.places or hit.hamlet:
        return False
    regions = {place.region for place in hit.places}
    if regions & {"", "UA"} or hit.places[0].level is Level.DISTRICT:
        return False
    return (len(regions) == 1 and (hit.typed != "" or hit.word not in tables.common)) or dominant(hit.places)


def dominant(places: tuple[Place, ...]) -> bool:
    """Whether the first place is so much bigger than its namesakes that it alone is meant without a hint."""
    if places[0].level is Level.REGION:
        return True
    if places[0].level in (Level.RAION, Level.HROMADA):
        return False
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
        gap = passage.low[one.until : other.since]
        if len(gap) > 12 or "\n" in gap or not QUALIFIES.match(gap):
            continue
        level, wider = one.places[0].level, other.places[0].level
        of_region = level in NARROWER and wider is Level.REGION and (other.typed or level is Level.DISTRICT)
        of_raion = level in SETTLEMENTS and wider is Level.RAION and other.typed
        of_city = level is Level.DISTRICT and wider is Level.CITY
        if not (of_region or of_raion or of_city):
            continue
        if "," in gap and not (passage.low[other.start].isascii() and other.group < 0):
            continue
        other.qualifies = True
        one.near = other.places


def decide(hit: Hit, passage: Passage, tables: Tables, anchors: Anchors, scope: frozenset[str]) -> None:
    """Puts the likeliest place first, or empties the hit."""
    places = hit.places = known_quarter(hit, anchors)
    regions = {place.region for place in places}
    if hit.near and not hit.hamlet and not {p.region for p in hit.near} & regions:
        places = (*places, *namesakes(hit, passage))
    if hit.near:
        near = {place.region for place in hit.near}
        fit = tuple(p for p in places if p.region in near)
        closer = tuple(p for p in fit if any(n.name and n.name in p.within for n in hit.near))
        places = closer or fit or (() if hit.hamlet else places)
        hit.sure = bool(fit)
    elif hit.hamlet and places:
        places = hamlet(hit, passage, anchors, scope)
    elif places and len(regions) > 1 and not dominant(places):
        region = anchors.nearest(hit, regions, scope)
        fit = tuple(p for p in places if p.region == region) if region else ()
        hit.sure = bool(fit)
        places = (*anchors.closest(hit, fit), *(p for p in places if p not in fit))
        if not fit and (
            hit.typed == "village" or needs_help(hit, passage, tables) or places[0].level is Level.DISTRICT
        ):
            places = ()
    elif places and needs_help(hit, passage, tables) and anchors.nearest(hit, regions, scope) is None:
        places = ()
    elif len(regions) == 1 and len(places) > 1:
        places = anchors.closest(hit, places)
    if places and places[0] in tables.weak and not hit.sure and not hit.typed:
        places = ()
    hit.places = places


SMALL = 6000
"""Up to so many people a town is hardly named beside another region's places without a word on where it lies."""


def distrust(hit: Hit, passage: Passage, anchors: Anchors) -> None:
    """Takes back a small place of a region named nowhere else, where its line speaks of another region.

    "Ізюмська громада: воду повернули на Попівку" means a Popivka near Izium, if there is one; a quarter otherwise.
    """
    if not hit.places or hit.near or hit.sense is not Sense.PLACE:
        return
    place = hit.places[0]
    if hit.typed == "village" and place.level is Level.RAION:
        hit.places = ()  # "с. Косівщина" is no raion
        return
    if place.level not in (Level.TOWN, Level.VILLAGE) or place.population > SMALL:
        return
    here = anchors.of_line(hit)
    if not here or place.region in here or anchors.elsewhere(hit, place.region):
        return
    fit = tuple(p for p in (*hit.places, *namesakes(hit, passage)) if p.region in here)
    hit.places = anchors.closest(hit, fit)


def namesakes(hit: Hit, passage: Passage) -> tuple[Place, ...]:
    """The villages that bear the name of a town; "Підгайчики Тернопільської області" is not the hromada's centre."""
    if hit.typed not in ("", "village") or hit.places[0].level not in SETTLEMENTS:
        return ()
    if hit.word[0] <= "z":
        return english_villages(hit.word)
    found = villages_at(passage.low, hit.start, hit.end, Hit)
    return found.names if found else ()


def known_quarter(hit: Hit, anchors: Anchors) -> tuple[Place, ...]:
    """The city that an unknown quarter is part of; districts outside Kyiv only where their region is named.

    "масив Дружба" after "у Тернополі" is part of Ternopil; "Leninskyi district" proves no Sevastopol.
    """
    places = hit.places
    if not places or places[0].level is not Level.DISTRICT:
        return places
    if places[0].region == "":
        city = anchors.city_before(hit.start)
        return (Place(city.region, city.name, Level.DISTRICT, city.within),) if city else ()
    if hit.typed != "raion" or hit.near:
        return places
    if not anchors.regions or places[0].region == "UA-30":
        return places
    return tuple(p for p in places if p.region in anchors.regions)


def needs_help(hit: Hit, passage: Passage, tables: Tables) -> bool:
    """Whether the name alone does not prove a place: an ordinary word at the head of a sentence, a small selyshche."""
    if hit.typed:
        return False
    if hit.places[0] in tables.weak:
        return True
    return hit.word in tables.common and heads_sentence(hit, passage)


def heads_sentence(hit: Hit, passage: Passage) -> bool:
    """Whether the capital letter may be due to the place in the sentence alone."""
    before = passage.low[max(0, hit.start - 12) : hit.start].rstrip(' \t«"“*#•-–—')
    return not before or before[-1] in ".!?…:\n"


def hamlet(hit: Hit, passage: Passage, anchors: Anchors, scope: frozenset[str]) -> tuple[Place, ...]:
    """A village: only beside a region or raion that has one of the name, and never where a capital proves nothing."""
    if not hit.typed and (len(hit.word) < 4 or (heads_sentence(hit, passage) and not in_list(hit, passage))):
        return ()
    regions = {place.region for place in hit.places}
    region = anchors.nearest(hit, regions, scope, limit=None if hit.typed else 600)
    if region is None:
        return hit.places if hit.typed and len(hit.places) == 1 else ()
    fit = tuple(p for p in hit.places if p.region == region)
    return anchors.closest(hit, fit)


def in_list(hit: Hit, passage: Passage) -> bool:
    """Whether another name follows in a list."""
    gap = passage.low[hit.end : hit.end + 4]
    return bool(re.match(r",? (та|і|й|и|and) |, ", gap + " "))
