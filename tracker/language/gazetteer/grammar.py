"""Type words and lists around names: what "Сумська та Харківська області" and "м. Ізюм" make of their names."""

from __future__ import annotations

import re

from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.scan import Hit, Passage
from tracker.language.gazetteer.tables import Tables

JOIN_WORDS = "та і й и and or або чи или а також так само як as well the"
JOINING = frozenset(JOIN_WORDS.split())
PREPOSITIONS = frozenset(["в", "у", "во", "на"])
LIST_GAP = re.compile(r"[\s,;/&«»\"“”*]*\Z")
TIGHT_GAP = re.compile(r"[^\S\n]*[.«\"“„*#_]*\n?[^\S\n]*[«\"“„*#_(]*\Z")
AFTER_COLON = re.compile(r"\s*[:–—-]?\s*[«\"“*]*\s*\Z")
NARROW = {"raion": Level.RAION, "hromada": Level.HROMADA}


def read_types(passage: Passage, tables: Tables) -> None:
    """Gives every hit beside a type word the level that the word says, over whole lists for plural ones."""
    group = 0
    for number, (_, _, word) in enumerate(passage.tokens):
        sorts = tables.kinds.get(word)
        if not sorts or number in passage.at:
            continue
        for sort, one, many in sorts:
            if apply_left(passage, tables, number, sort, one=one, many=many, group=group):
                group += 1
                break
            if apply_right(passage, tables, number, sort, many=many, group=group):
                group += 1
                break


def apply_left(passage: Passage, tables: Tables, number: int, sort: str, *, one: bool, many: bool, group: int) -> bool:
    """The hits before type word `number`: "Харківська область", "Sumy and Poltava oblasts"."""
    if sort in ("village", "quarter") and not passage.word(number)[0].isascii():
        return False
    left = number - 1
    while left >= 0 and passage.word(left) in tables.between and left not in passage.at:
        left -= 1
    hit = passage.at.get(left)
    if hit is None or hit.last != left or hit.typed or not blank(passage, left, number):
        return False
    found = of_sort(hit, sort, tables)
    if not found:
        return False
    settle(passage, hit, found, number)
    reach = many
    if not reach and one and not hit.names and hit.adjectives:
        reach = True
    if not reach or sort == "city":
        return True
    members = [hit]
    while True:
        previous = listed_before(passage, members[-1], adjectival=not passage.word(number)[0].isascii())
        if previous is None or previous.typed:
            break
        found = of_sort(previous, sort, tables)
        if not found or (not many and previous.names):
            break
        settle(passage, previous, found, None)
        members.append(previous)
    if len(members) > 1:
        for member in members:
            member.group, member.plural = group, many
    return True


def apply_right(passage: Passage, tables: Tables, number: int, sort: str, *, many: bool, group: int) -> bool:
    """The hits after type word `number`: "м. Харків", "областях: Сумській, Полтавській", "city of Izium"."""
    following = number + 1
    if passage.word(following) == "of" and passage.word(number)[0].isascii():
        following += 1
        if passage.word(following) == "the":
            following += 1
    hit = passage.at.get(following)
    if hit is None or hit.first != following or hit.typed:
        return False
    gap = passage.gap(following - 1, following)
    listing = many and AFTER_COLON.match(gap)
    if not (TIGHT_GAP.match(gap) and "\n" not in gap) and not listing:
        return False
    cyrillic = not passage.word(number)[0].isascii()
    found = of_sort(hit, sort, tables, right=True)
    if cyrillic and sort in ("region", "raion", "hromada") and not (hit.adjectives and found):
        return False
    if not cyrillic and sort in ("region", "raion", "hromada") and passage.word(number + 1) != "of":
        return False
    if not found:
        return False
    settle(passage, hit, found, None)
    hit.start = min(hit.start, passage.tokens[number][0])
    if many:
        members = [hit]
        while (after := listed_after(passage, members[-1])) and not after.typed:
            found = of_sort(after, sort, tables, right=True)
            if not found:
                break
            settle(passage, after, found, None)
            members.append(after)
        for member in members:
            member.group, member.plural = group, True
    return True


def settle(passage: Passage, hit: Hit, found: tuple[Place, ...], word: int | None) -> None:
    """Fixes what `hit` means, up to and with the type word."""
    hit.places, hit.typed, hit.sense = found, True, Sense.PLACE
    if found[0].level is Level.ABROAD:
        hit.sense = Sense.ABROAD
    if word is not None:
        hit.end = passage.tokens[word][1]


def of_sort(hit: Hit, sort: str, tables: Tables, *, right: bool = False) -> tuple[Place, ...]:
    """What `hit` means as a place of `sort`; empty when it cannot be one."""
    if sort == "region":
        if hit.region:
            return (hit.region,)
        found = tuple(p for p in hit.adjectives if p.level in (Level.REGION, Level.ABROAD))
        return found or tuple(p for p in hit.names if p.level is Level.ABROAD)
    if sort in NARROW:
        return area(hit, NARROW[sort], tables)
    if sort == "quarter":
        return tuple(p for p in (*hit.names, *hit.adjectives) if p.level is Level.DISTRICT)
    if sort == "village":
        return tuple(p for p in hit.names if p.level in (Level.TOWN, Level.VILLAGE)) or hit.names
    if sort == "city":
        return tuple(p for p in hit.names if p.level in (Level.CITY, Level.REGION, Level.ABROAD)) or hit.names
    return ()


def area(hit: Hit, level: Level, tables: Tables) -> tuple[Place, ...]:
    """A raion or hromada by its adjective, or in English by its town; a raion of before 2020 by its hromada's."""
    found = [p for p in hit.adjectives if p.level is level]
    if level is Level.RAION:
        found += [p for p in hit.adjectives if p.level is Level.DISTRICT]
    if not found and hit.area:
        found = list(tables.areas.get(f"{hit.area} {'district' if level is Level.RAION else 'community'}", ()))
        found = [p for p in found if p.level is level]
        if not found:
            found = [renamed(p, level) for p in hit.names if p.level in (Level.CITY, Level.TOWN, Level.VILLAGE)][:3]
        found += [p for p in hit.names if p.level is Level.DISTRICT and level is Level.RAION]
    if not found and level is Level.RAION:
        found = [former_raion(p) for p in hit.adjectives if p.level is Level.HROMADA]
    return tuple(found)


def renamed(place: Place, level: Level) -> Place:
    """A raion or hromada that the register does not have, called after its town."""
    sort = "district" if level is Level.RAION else "community"
    return Place(place.region, f"{place.name} {sort}", level, place.within[-1:])


def former_raion(hromada: Place) -> Place:
    """The raion of before 2020 that is now partly the hromada of that name."""
    name = (hromada.name or "").removesuffix(" community") + " district"
    return Place(hromada.region, name, Level.RAION, hromada.within)


def blank(passage: Passage, left: int, right: int) -> bool:
    """Whether only space and quotes stand between neighbouring tokens `left` … `right`."""
    return all(TIGHT_GAP.match(passage.gap(k, k + 1)) for k in range(left, right))


def listed_before(passage: Passage, hit: Hit, *, adjectival: bool) -> Hit | None:
    """The hit before `hit` in a list: joined by commas, "та", "and"."""
    number, steps = hit.first - 1, 0
    if not LIST_GAP.match(passage.gap(number, hit.first)) if number >= 0 else True:
        return None
    while number >= 0 and number not in passage.at and steps < 4:
        word = passage.word(number)
        if word not in JOINING and not (adjectival and word in PREPOSITIONS):
            return None
        if number == 0 or not LIST_GAP.match(passage.gap(number - 1, number)):
            return None
        number, steps = number - 1, steps + 1
    previous = passage.at.get(number)
    if previous is None or previous.last != number:
        return None
    if steps == 0 and not re.search(r"[,;/&]", passage.gap(number, hit.first)):
        return None
    return previous


def listed_after(passage: Passage, hit: Hit) -> Hit | None:
    """The hit after `hit` in a list."""
    number = hit.last + 1
    while number < len(passage.tokens) and number <= hit.last + 3:
        following = passage.at.get(number)
        if following is not None:
            return following if listed_before(passage, following, adjectival=True) is hit else None
        number += 1
    return None


def read_others(passage: Passage, tables: Tables) -> None:
    """Streets, plants and offices that carry a name: "вул. Харківська", "Запорізька АЕС", "Сумська ОВА"."""
    senses = {"street": Sense.STREET, "facility": Sense.FACILITY, "office": Sense.OPERATOR}
    for hit in passage.hits:
        if hit.typed:
            continue
        before, after = passage.word(hit.first - 1), passage.word(hit.last + 1)
        if before and not TIGHT_GAP.match(passage.gap(hit.first - 1, hit.first)):
            before = ""
        if after and not re.match(r"[^\S\n]*[»\"”]?[^\S\n]*\Z", passage.gap(hit.last, hit.last + 1)):
            after = ""
        for what, sides in tables.other.items():
            if before in sides["before"] or (after in sides["after"] and (hit.adjectives or after[:1].isascii())):
                hit.sense = senses[what]
                break
