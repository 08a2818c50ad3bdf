"""Where a clause speaks of: its own places, or those that the sentence, the line, the heading or the title lend it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tracker.domain import COUNTRY
from tracker.language.clauses import Clause, Mark
from tracker.language.gazetteer import Level, Mention, Place, Sense

ADJECTIVE = re.compile(r"[сцз](?:ьк|к)(?:а|ій|у|ої|ая|ой|ую|ою)$")
"""How the name of an oblast ends when the word itself is left out: "Сумська", "Черниговской"."""

KYIVAN = re.compile(r"ки[їе]вск|київськ", re.IGNORECASE)

SOME_REGIONS = Place(region=COUNTRY, name=None, level=Level.COUNTRY, within=(), population=0)
WHOLE_COUNTRY = Place(region=COUNTRY, name="*", level=Level.COUNTRY, within=(), population=0)
"""Stands for "all regions": a claim for UA whose extent is the whole."""

KYIV, KYIV_OBLAST, SEVASTOPOL, CRIMEA = "UA-30", "UA-32", "UA-40", "UA-43"
CENTRES = {
    "UA-05": "Vinnytsia", "UA-07": "Lutsk", "UA-12": "Dnipro", "UA-14": "Donetsk", "UA-18": "Zhytomyr",
    "UA-21": "Uzhhorod", "UA-23": "Zaporizhzhia", "UA-26": "Ivano-Frankivsk", "UA-35": "Kropyvnytskyi",
    "UA-09": "Luhansk", "UA-43": "Simferopol", "UA-46": "Lviv", "UA-48": "Mykolaiv", "UA-51": "Odesa",
    "UA-53": "Poltava", "UA-56": "Rivne", "UA-59": "Sumy", "UA-61": "Ternopil", "UA-63": "Kharkiv",
    "UA-65": "Kherson", "UA-68": "Khmelnytskyi", "UA-71": "Cherkasy", "UA-74": "Chernihiv", "UA-77": "Chernivtsi",
}  # fmt: skip
TOWNS = {Level.CITY, Level.TOWN, Level.VILLAGE, Level.DISTRICT}
DATELINE = re.compile(
    r"\s*[A-Z][A-Z'’-]+(?:/[A-Z]+)?"
    r"(?:\.|,\sUkraine|,?\s[A-Z][a-z]{2,8}\.?\s\d{1,2}|\s\([A-Za-z ]+\)){1,3}\s?[–—-]{1,2}\s"
)
"""How an agency opens a dispatch: "KYIV. –", "KYIV, Ukraine (AP) —", "LVIV, Nov 5 (Reuters) -"."""
ROW = 40
"""How far before "області" the first adjective of its row stands: "Кіровоградській, Вінницькій та … області"."""
LISTING = 10
"""How near behind "in three regions:" the first of them stands."""
ADJACENT = 3
"""How many characters may lie between a name and the word that makes it a voice: "Kharkiv governor"."""


@dataclass(slots=True)
class Ground:
    """Places that a stretch of text speaks of. `abroad` says that it is about another country instead."""

    places: list[Place] = field(default_factory=list)
    abroad: bool = False

    def __bool__(self) -> bool:
        return bool(self.places) or self.abroad


def ground_of(marks: list[Mark]) -> Ground:
    """The places that `marks` name, the likeliest sort only: places proper, else people, else whose utility speaks."""
    proper: list[Place] = []
    people: list[Place] = []
    utility: list[Place] = []
    qualifying: list[Place] = []
    abroad = False
    holders = [mark for mark in marks if mark.group == "holder"]
    for mark in marks:
        if mark.group == "area":
            proper.append(WHOLE_COUNTRY if mark.value == "all" else SOME_REGIONS)
        mention = mark.mention
        if mention is None or not mention.places:
            continue
        role = _role(marks, holders, mark) if holders else ""
        if mention.sense is Sense.ABROAD:
            abroad = abroad or role == ""
        elif mention.sense is Sense.OPERATOR or (role == "voice" and mention.sense in (Sense.PLACE, Sense.PEOPLE)):
            utility.extend(mention.places[:1])
        elif role:
            continue
        elif mention.qualifies:
            qualifying.extend(mention.places[:1])
        elif mention.sense is Sense.PLACE:
            if mention.places[0].level is not Level.COUNTRY:
                proper.append(mention.places[0])
        elif mention.sense is Sense.PEOPLE:
            people.append(mention.places[0])
    if not proper and any(mark.group == "figure" and mark.value == "regions" for mark in marks):
        return Ground([SOME_REGIONS], abroad)
    if any(place.name != "*" and place.level is not Level.COUNTRY for place in proper):
        proper = [place for place in proper if place is not WHOLE_COUNTRY]  # "strikes across Ukraine cut power in Kyiv"
    if abroad and all(place.level is Level.COUNTRY for place in proper):
        proper = []  # "in Moldova half of the country is dark" speaks of Moldova's regions, not of Ukraine's
    chosen = _narrowed(proper) or _narrowed(people)
    if chosen:
        return Ground(chosen)
    if abroad:
        return Ground([], True)
    return Ground(_narrowed(qualifying) or _narrowed(utility))


def _excepted(marks: list[Mark], place: Mark) -> bool:
    """Whether a name stands in the list behind "except": "скрізь, крім Херсонщини та Донеччини"."""
    at = None
    for mark in marks:
        if mark.group == "holder" and mark.value == "except":
            at = mark.end
        elif mark.start >= place.start:
            break
        elif at is not None and mark.group not in ("place", "break", "comma") and mark.start > at:
            at = None
    return at is not None and place.start - at < 60


def _role(marks: list[Mark], holders: list[Mark], place: Mark) -> str:
    """What a holder word beside a name makes of it: a voice ("Sumy governor"), a plant, a front, an origin."""
    if any(mark.value == "except" for mark in holders) and _excepted(marks, place):
        return "except"
    for mark in holders:
        if mark.value == "except":
            continue
        side = mark.get("side")
        if side != "before" and 0 <= mark.start - place.end <= ADJACENT:
            return mark.value
        if side != "after" and 0 <= place.start - mark.end <= ADJACENT and not _delivered(marks, mark):
            return mark.value
    return ""


def oblasts(whole: str, mentions: list[Mention]) -> list[Mention]:
    """`mentions` with the adjectives of a list of oblasts read as oblasts.

    "Харківська та Донецька області знеструмлені, Запорізька й Дніпропетровська – частково": the word is not repeated.
    """
    mentions = [
        m
        for m in mentions
        if m.sense is not Sense.PEOPLE or not (KYIVAN.match(whole, m.start, m.end) or _street(whole, m))
    ]  # "київських домівок": of the city or the oblast, who knows
    named = [m for m in mentions if m.places and "област" in whole[m.start : m.end].lower()]
    if not named:
        return mentions
    return [
        replace(m, sense=Sense.PLACE, places=(Place(m.places[0].region, None, Level.REGION, (), 0),))
        if m.start > named[0].start - ROW and m.places and ADJECTIVE.search(whole[m.start : m.end])
        and not whole[m.end : m.end + 2].strip(" ").isalpha()
        else m
        for m in mentions
    ]  # fmt: skip


def _street(whole: str, mention: Mention) -> bool:
    """Whether an adjective names a street: "214 домов на Харьковской", "на Київській"."""
    name = whole[mention.start : mention.end].lower()
    before = whole[max(0, mention.start - 4) : mention.start].lower()
    listed = whole[mention.end : mention.end + 3].startswith((",", " и ", " і ", " й ", " та"))
    alone = before == " на " or (before == " по " and not listed)
    return alone and name.endswith(("ской", "цкой", "ській", "цькій"))


def without_dateline(whole: str, start: int, mentions: list[Mention]) -> list[Mention]:
    """`mentions` without the town where a dispatch was written: "KYIV, Feb 6 (Agency) – Freezing rain …"."""
    match = DATELINE.match(whole, start)
    return [m for m in mentions if m.start >= match.end()] if match else mentions


def told_one_by_one(whole: str, marks: list[Mark]) -> list[Mark]:
    """`marks` without the "seven regions" that are named right behind it: "in three regions: Kyiv, Sumy and Odesa"."""
    return [
        mark
        for number, mark in enumerate(marks)
        if not (
            (mark.group == "area" and mark.value == "some")
            and whole[mark.end : mark.end + 2].strip()[:1] in (":", "–", "—", "(")
            and whole[mark.end : mark.end + 2].strip()
            and any(m.group == "place" and m.start - mark.end < LISTING for m in marks[number + 1 : number + 3])
        )
    ]


def _delivered(marks: list[Mark], holder: Mark) -> bool:
    """Whether "to" says where a service goes: "gas supply to Orikhiv", "power returned to Odesa"."""
    if holder.value != "origin" or holder.word is None or holder.word.phrase != "to":
        return False
    return any(mark.group in ("service", "state") and 0 <= holder.start - mark.end <= ADJACENT for mark in marks)


def _narrowed(places: list[Place]) -> list[Place]:
    """`places` without the region around a narrower one ("in Izium, Kharkiv oblast")."""
    if len(places) < 2:
        return places
    out: list[Place] = []
    named = [place for place in places if place.level is not Level.COUNTRY]
    narrow = {place.region for place in named if place.name}
    for place in places:
        if place.level is Level.REGION and place.name is None and place.region in narrow:
            continue
        if place not in out:
            out.append(place)
    return out


def widened(ground: Ground) -> Ground:
    """The regions around the places of `ground`: what "the region" means after them."""
    regions: list[Place] = []
    for place in ground.places:
        code = KYIV_OBLAST if place.region == KYIV else place.region
        wide = Place(region=code, name=None, level=Level.REGION, within=(), population=0)
        if wide not in regions:
            regions.append(wide)
    return Ground(regions, ground.abroad)


def centres(ground: Ground) -> Ground:
    """The chief towns of the regions of `ground`: what "the regional centre" means after them."""
    towns = []
    for region in dict.fromkeys(place.region for place in ground.places):
        if region in CENTRES:
            towns.append(Place(region, CENTRES[region], Level.CITY, (), 0))
        elif region in (KYIV, SEVASTOPOL):
            towns.append(Place(region, None, Level.REGION, (), 0))
    return Ground(towns, ground.abroad)


def towns_only(ground: Ground) -> Ground:
    """The towns among the places of `ground`: what "the city" means after them; a region gives none."""
    return Ground([p for p in ground.places if p.level in TOWNS or p.region in (KYIV, SEVASTOPOL)], ground.abroad)


def names_place(clause: Clause) -> bool:
    """Whether a clause names a place of its own, or unnamed regions."""
    return any(
        mark.group == "area"
        or mark.value == "regions"
        or (
            mark.mention is not None
            and mark.mention.sense is Sense.PLACE
            and not mark.mention.qualifies
            and mark.mention.places[0].level is not Level.COUNTRY
        )
        for mark in clause.marks
    )
