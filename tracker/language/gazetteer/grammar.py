"""Type words and lists around names: what "Сумська та Харківська області" and "м. Ізюм" make of their names."""

from __future__ import annotations

import itertools
import re

from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.scan import Hit, Passage, former_raions
from tracker.language.gazetteer.tables import Tables

CONJUNCTION = r"(?:та|і|й|и|and|or|або|чи|или|а\s+також|а\s+также|так\s+само\s+як|as\s+well\s+as|the|and\s+the|да)"
# Between two names of one list: "A, B", "A та B", "A, and B", "в A, в B"; the preposition only between adjectives.
LISTED = re.compile(rf"[»\"”*]?\s*(?:[,;/&]\s*(?:{CONJUNCTION}\s+)?|\s{CONJUNCTION}\s+)[«\"“*]?(?:the\s+)?\Z")
REPEATED = re.compile(rf"[»\"”*]?\s*(?:[,;/]\s*)?(?:{CONJUNCTION}\s+)?(?:у|в|во|на|in|in\s+the)\s+[«\"“*]?\Z")
COLON = re.compile(r"\s*[:–—-]?\s*[«\"“*]*\s*\Z")
NARROW = {"raion": Level.RAION, "hromada": Level.HROMADA}
AREAS = ("region", "raion", "hromada")
SETTLEMENTS = (Level.CITY, Level.TOWN, Level.VILLAGE)
CITIES = (Level.CITY, Level.REGION)


def read_types(passage: Passage, tables: Tables) -> None:
    """Gives every hit beside a type word the level that the word says, over whole lists for plural ones."""
    for number, hit in enumerate(passage.hits):
        if not hit.typed and hit.sense in (None, Sense.PLACE):
            type_after(passage, tables, number)
    for number, hit in enumerate(passage.hits):
        if not hit.typed and hit.sense in (None, Sense.PLACE):
            type_before(passage, tables, number)


def type_after(passage: Passage, tables: Tables, number: int) -> None:
    """A type word after hit `number`: "Харківська область", "Sumy and Poltava oblasts"."""
    hit = passage.hits[number]
    word, _, end = passage.neighbours(hit)[1]
    while word and word in tables.between and (following := passage.after(end))[0]:
        word, _, end = following
    latin = word[:1] <= "z"
    for sort, one, many in tables.kinds.get(word, ()):
        if sort in ("village", "quarter", "city") and not latin:
            continue
        found = of_sort(hit, sort, tables)
        if not found:
            continue
        settle(hit, found, sort)
        hit.until = end
        if sort in AREAS and (many or (one and not hit.names)):
            reach_back(passage, tables, number, sort, many=many, latin=latin)
        return


def read_ellipsis(passage: Passage, tables: Tables) -> None:
    """Adjectives whose type word is left out: "Сумська: 34%", "а в Садівській гасло", "Darnytskyi is in between".

    A colon or dash after the adjective makes it an oblast; else the text must have named such an area by its type word.
    """
    said = {hit.typed for hit in passage.hits if hit.typed in AREAS}
    for hit in passage.hits:
        if hit.typed or hit.sense is not None or hit.names or not hit.adjectives or not hit.capital:
            continue
        feminine = hit.word.endswith(FEMININE)
        latin = hit.word[0] <= "z"
        listed = LABEL.match(passage.low, hit.end)
        wanted = ("raion",) if latin or not feminine else ("region", "hromada")
        alone = ALONE.match(passage.low, hit.end) or passage.before(hit.start)[0] in ("у", "в", "во")
        for sort in wanted:
            if not (sort == "region" and listed) and not (sort in said and alone):
                continue
            found = of_sort(hit, sort, tables)
            if found and (sort != "raion" or not latin or any(p.level is Level.DISTRICT for p in found)):
                settle(hit, found, sort)
                break


FEMININE = (
    "ська",
    "ської",
    "ській",
    "ську",
    "цька",
    "цької",
    "цькій",
    "цьку",
    "ская",
    "ской",
    "скую",
    "цкая",
    "цкой",
    "цкую",
)
LABEL = re.compile(
    r"[*»\"]?\s?[:–—-][\s*]*(?=[\d~≈]|без|по|до|понад|більш|близьк|част|знестр|обест|відн|вост|поч|немає|нет|є\b)"
)
ALONE = re.compile(r"[,;:–—.]|\s[–—-]\s|\s(is|are|was|has|had|and|remains?)\b")


def reach_back(passage: Passage, tables: Tables, number: int, sort: str, *, many: bool, latin: bool) -> None:
    """The earlier members of the list whose last member stands before the type word."""
    members = [passage.hits[number]]
    for previous in reversed(passage.hits[:number]):
        gap = passage.low[previous.end : members[-1].start]
        joined = len(gap) <= 24 and (
            LISTED.match(gap) or ((not latin or many) and REPEATED.match(gap) and previous.adjectives)
        )
        if not joined or previous.typed or previous.sense not in (None, Sense.PLACE):
            break
        found = of_sort(previous, sort, tables)
        if not found or (not many and previous.names) or (many and not latin and not previous.adjectives):
            break
        settle(previous, found, sort)
        members.append(previous)
    if len(members) > 1:
        for member in members:
            member.group, member.plural = number, many


def type_before(passage: Passage, tables: Tables, number: int) -> None:
    """A type word before hit `number`: "м. Харків", "областях: Сумській, Полтавській", "the city of Izium"."""
    hit = passage.hits[number]
    of = False
    word, start, _ = passage.neighbours(hit)[0]
    if word == "the":
        word, start, _ = passage.before(start)
    if word == "of":
        of = True
        word, start, _ = passage.before(start)
    kinds = tables.kinds.get(word)
    if not kinds:
        if passage.low[hit.start - 2 : hit.start].strip() not in COLONS:
            return
        colon = LIST_HEAD.search(passage.low[max(0, hit.start - 30) : hit.start])
        if colon is None:
            return
        word, start = colon[1], max(0, hit.start - 30) + colon.start(1)
        kinds = [kind for kind in tables.kinds.get(word, ()) if kind[2]]
    latin = word[:1] <= "z"
    for sort, _, many in kinds:
        if sort in AREAS and (not hit.adjectives if not latin else not of and not many):
            continue
        if latin and sort not in AREAS and not of and not many:
            continue
        if latin and of and sort in ("quarter", "raion") and any(p.level in CITIES for p in hit.names):
            return  # "neighbourhoods of Kharkiv", "three districts of Kyiv": parts of the city
        found = of_sort(hit, sort, tables)
        if not found:
            continue
        settle(hit, found, sort)
        if not many:
            hit.since = start
        elif sort in AREAS or many:
            reach_on(passage, tables, number, sort)
        return


COLONS = (":", "–", "—", "-", ":«", ":“", ':"')
LIST_HEAD = re.compile(r"([^\W\d_]+)[^\S\n]*[:–—-][^\S\n]*[«\"“*]*\Z")


def reach_on(passage: Passage, tables: Tables, number: int, sort: str) -> None:
    """The further members of a list that a plural type word opens."""
    members = [passage.hits[number]]
    for following in passage.hits[number + 1 :]:
        gap = passage.low[members[-1].end : following.start]
        if len(gap) > 24 or not (LISTED.match(gap) or REPEATED.match(gap)) or following.typed:
            break
        found = of_sort(following, sort, tables)
        if not found or following.sense not in (None, Sense.PLACE):
            break
        settle(following, found, sort)
        members.append(following)
    for member in members:
        member.group, member.plural = number, True


def settle(hit: Hit, found: tuple[Place, ...], sort: str) -> None:
    """Fixes what `hit` means, and that a type word said so."""
    hit.places, hit.typed = found, sort
    hit.sense = Sense.ABROAD if found[0].level is Level.ABROAD else Sense.PLACE


def of_sort(hit: Hit, sort: str, tables: Tables) -> tuple[Place, ...]:
    """What `hit` means as a place of `sort`; empty when it cannot be one."""
    if sort == "region":
        if hit.region:
            return (hit.region,)
        found = tuple(p for p in hit.adjectives if p.level in (Level.REGION, Level.ABROAD))
        return found or tuple(p for p in hit.names if p.level is Level.ABROAD and hit.word[0] <= "z")
    if sort in NARROW:
        return area(hit, NARROW[sort], tables)
    if sort == "quarter":
        return tuple(p for p in (*hit.names, *hit.adjectives) if p.level is Level.DISTRICT) or (QUARTER,)
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
        key = f"{hit.area} {AREA_KEYS[level]}"
        found = [p for p in tables.areas.get(key, ()) if p.level is level]
        if not found:
            found = [renamed(p, level) for p in hit.names if p.level in SETTLEMENTS][:3]
        if level is Level.RAION:
            found += [p for p in (*tables.areas.get(key, ()), *hit.names) if p.level is Level.DISTRICT]
    if not found and level is Level.RAION:
        found = list(former_raions(hit.adjectives))
    if not found and level is Level.RAION and any(p.level is Level.ABROAD for p in hit.adjectives):
        found = [p for p in hit.adjectives if p.level is Level.ABROAD]
    return tuple(dict.fromkeys(found))


# A quarter that we do not know belongs to the city named last before it.
QUARTER = Place("", "quarter", Level.DISTRICT)
AREA_KEYS = {Level.RAION: "district", Level.HROMADA: "community"}


def renamed(place: Place, level: Level) -> Place:
    """A raion or hromada that the register does not have, called after its town."""
    return Place(place.region, f"{place.name} {AREA_KEYS[level]}", level, place.within[-1:])


def read_others(passage: Passage, tables: Tables) -> None:
    """Streets, plants and offices that carry a name: "вул. Харківська", "Запорізька АЕС", "Сумська ОВА"."""
    for hit in passage.hits:
        if hit.typed == "region" and hit.word[0] <= "z" and passage.after(hit.until)[0] in OFFICES:
            hit.sense = Sense.OPERATOR
        if hit.typed or hit.sense is not None:
            continue
        (before, _, _), (after, _, _) = passage.neighbours(hit)
        pliant = hit.adjectives or after[:1] <= "z" or hit.word.endswith(("ське", "ський", "ська"))
        if (
            (hit.word in tables.inside and before not in ("у", "в", "во"))
            or hit.word in tables.bare
            or after in tables.followed.get(hit.word, ())
            or (before in ("на", "через", "над") and hit.word in LOCATIVES)
        ):
            hit.sense = Sense.NAME
            continue
        for what, sides in tables.other.items():
            if what == "river" and hit.word not in RIVERS:
                continue
            if before in ("улиц", "вулиць") and not hit.adjectives:
                continue  # "пять улиц Вознесенска": streets of a town
            if before in sides["before"] or (after in sides["after"] and pliant):
                hit.sense = SENSES[what]
                if what == "office" and after == "regional" and hit.region:
                    hit.names = (hit.region,)
                break
        else:
            if person(passage, hit):
                hit.sense = Sense.NAME


OFFICES = frozenset(("military", "administration", "state", "council", "governor", "police", "prosecutor"))
LOCATIVES = frozenset(("дніпрі", "дніпро", "днепре", "днепр", "дніпром", "днепром", "десні", "дністрі"))
RIVERS = LOCATIVES | {"дніпра", "днепра", "дніпру", "днепру", "dnipro", "dnieper", "дністра", "десна", "десни"}
SENSES = {
    "river": Sense.NAME,
    "media": Sense.NAME,
    "street": Sense.STREET,
    "facility": Sense.FACILITY,
    "office": Sense.OPERATOR,
}
INITIAL = re.compile(r"(?<![^\W_])[A-ZА-ЯІЇЄҐ]\.\s?\Z")


def read_routes(passage: Passage, tables: Tables) -> None:
    """The ends of a line are no places of an outage: "водогін «Дніпро – Кропивницький»", "the Kyiv–Odesa highway"."""
    for one, other in itertools.pairwise(passage.hits):
        if not DASHED.match(passage.low[one.end : other.start]) or one.typed or other.typed:
            continue
        quoted = passage.low[one.start - 1 : one.start] in '«"“' and passage.low[other.end : other.end + 1] in (
            "»",
            '"',
            "”",
        )
        before, after = passage.before(one.start)[0], passage.after(other.end)[0]
        if quoted or before in tables.routes["before"] or after in tables.routes["after"]:
            one.sense = other.sense = Sense.FACILITY


DASHED = re.compile(r"\s?[–—-]\s?\Z")


def person(passage: Passage, hit: Hit) -> bool:
    """Whether the name is somebody's: "О. Харківський", "Богдана Хмельницького", "Петро Полтавський"."""
    text = passage.text
    if "." in text[max(0, hit.start - 2) : hit.start] and INITIAL.search(text[max(0, hit.start - 4) : hit.start]):
        return True
    if not hit.capital or not (
        hit.word in POETS or hit.adjectives or hit.hamlet or hit.word.endswith(("ий", "ого", "ому", "им"))
    ):
        return False
    word, start, end = passage.neighbours(hit)[0]
    return bool(FIRST_NAMES.match(word)) and text[start].isupper() and text[end : hit.start].isspace()


POETS = ("українки", "украинки", "ukrainky", "ukrainka")
"""Names that are a town's only where no first name stands before: "вулиця Лесі Українки"."""
FIRST_NAMES = re.compile(
    r"(богдан|андре|андрі|марк|олег|олександр|олексі|петр|іван|василь|василі|володимир|микол|юрі|юлі|серг|михайл|михаил|тарас|"
    r"дмитр|роман|віктор|виктор|алекс|никола|владимир|игор|ігор|павл|степан|максим|артем|антон|борис|віталі|витали|денис|"
    r"євген|евген|костянтин|константин|кирил|леонід|назар|остап|оксан|ольг|олен|марі|ірин|наталі|тетян|светлан|світлан|"
    r"григор|геннад|вадим|валер|руслан|ярослав|стефан|генерал|полковник|bohdan|andri|oleh|oleks|petro|ivan|vasyl|volodymyr|mykol|"
    r"yuri|serhi|mykhail|taras|dmytr|roman|viktor|лес[іию]|lesi|lesya)"
)
