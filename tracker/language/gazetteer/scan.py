"""Finds the names in a text: capitalised words in the tables of forms, small-letter names by an automaton."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.language.gazetteer.normal import fold, latin_key
from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.tables import ROMAN, Tables, latin_stem, load
from tracker.language.gazetteer.villages import beginning_with, english_villages, load_villages, villages_at

CAPITAL = re.compile(r"[A-ZÀ-ÞČŠŽА-ЯЁІЇЄҐ][^\W\d_]*(?:['’ʼ‘`´‑‐-][^\W\d_]+)*")
NEXT = re.compile(r"[^\S\n]+([^\W\d_]+(?:['-][^\W\d_]+)*)")
AFTER = re.compile(r"[^\S\n]*[.»\"”*_]{0,3}[^\S\n]*([^\W\d_]+(?:['-][^\W\d_]+)*)")
BLANK = ' \t\u00a0\u202f.«"“„*#_('
LONGEST = 60
LATIN_ADJECTIVE = re.compile(r"[sc]k(yi|yy|iy|y|a|e|oi|oho|ii|i|ij|yj)$")


@dataclass(slots=True)
class Hit:
    """A name at `start`..`end` of the text and what it may mean.

    `until` is where the name with its type word ends, `since` where they begin. The rest is filled in later: the
    grammar reads type words, and `settle` decides.
    """

    start: int
    end: int
    word: str
    names: tuple[Place, ...] = ()
    adjectives: tuple[Place, ...] = ()
    region: Place | None = None
    area: str = ""
    capital: bool = True
    hamlet: bool = False
    since: int = 0
    until: int = 0
    sense: Sense | None = None
    places: tuple[Place, ...] = ()
    voice: str | None = None
    group: int = -1
    plural: bool = False
    typed: str = ""
    qualifies: bool = False
    sure: bool = True
    near: tuple[Place, ...] = ()
    around: tuple[tuple[str, int, int], tuple[str, int, int]] | None = None


@dataclass(slots=True)
class Passage:
    """A text, its folded form, and the hits in it in order."""

    text: str
    low: str
    hits: list[Hit] = field(default_factory=list)

    def neighbours(self, hit: Hit) -> tuple[tuple[str, int, int], tuple[str, int, int]]:
        """The words before and after a name."""
        if hit.around is None:
            hit.around = self.before(hit.start), self.after(hit.end)
        return hit.around

    def after(self, position: int) -> tuple[str, int, int]:
        """The word that follows `position` on the same line, and where it stands."""
        match = AFTER.match(self.low, position)
        return (match[1], match.start(1), match.end(1)) if match else ("", position, position)

    def before(self, position: int) -> tuple[str, int, int]:
        """The word that stands before `position`, and where; only an abbreviation ("вул.") reaches over a full stop."""
        low, end = self.low, position
        while end and low[end - 1] in BLANK:
            end -= 1
        stopped = "." in low[end:position]
        start = end
        while start and (low[start - 1].isalpha() or low[start - 1] in "'-"):
            start -= 1
        if start == end or (stopped and end - start > 4):
            return "", position, position
        return low[start:end].strip("-'"), start, end


@functools.lru_cache(8192)
def latin(word: str) -> tuple[tuple[Place, ...], tuple[Place, ...], Place | None, str]:
    """What a Latin word or phrase may mean: names, adjectives, the region before "oblast", its key."""
    tables = load()
    key = latin_key(word)
    adjectives = tables.latin_adjectives.get(latin_stem(word), ()) if LATIN_ADJECTIVE.search(word) else ()
    return tables.latin.get(key, ()), adjectives, tables.english_regions.get(key), key


def scan(text: str, tables: Tables) -> Passage:
    """Every name of `text`, the longest at each place."""
    passage = Passage(text, fold(text))
    low, hits = passage.low, passage.hits
    names, adjectives, longest = tables.names, tables.adjectives, tables.longest
    done = 0
    for match in CAPITAL.finditer(text):
        start, end = match.span()
        if start < done or end - start > LONGEST:
            continue
        word = low[start:end]
        hit: Hit | None = None
        if word[0] <= "z":
            hit = latin_at(passage, start, end, tables) or derived_at(start, end, word)
        else:
            if word in longest:
                hit = phrase_at(low, start, end, word, tables)
            if hit is None:
                found, able = names.get(word, ()), adjectives.get(word, ())
                if found or able:
                    hit = Hit(start, end, word, found, able)
                elif "-" in word:
                    hit = hyphenated(passage, start, word, tables)
                if hit is None:
                    hit = derived_at(start, end, word)
                if hit is None or (
                    hit.end == end and hit.sense is None and low[end : end + 1] == " " and beginning_with(word)[1]
                ):
                    hamlet = villages_at(low, start, end, Hit, several=hit is not None)
                    hit = hamlet or hit
        if hit is not None:
            hits.append(hit)
            done = hit.end
    add_small(passage, tables)
    for hit in hits:
        hit.since, hit.until = hit.start, hit.end
    return passage


def phrase_at(low: str, start: int, end: int, word: str, tables: Tables) -> Hit | None:
    """The longest name of several words that begins at `start`."""
    words, ends = [word], [end]
    for _ in range(tables.longest[word] - 1):
        match = NEXT.match(low, ends[-1])
        if match is None:
            break
        words.append(match[1])
        ends.append(match.end())
    for size in range(len(words), 1, -1):
        phrase = " ".join(words[:size])
        if found := tables.names.get(phrase):
            return Hit(start, ends[size - 1], phrase, found)
    return None


@functools.lru_cache(8192)
def derived(word: str) -> tuple[tuple[Place, ...], str | None]:
    """Words made of a name: "Уманщина" is the raion; "Нікопольводоканал" a utility, and then its voice comes too."""
    tables = load()
    if homeland := HOMELAND.match(word):
        base = homeland[1]
        soft = homeland[2].startswith("чч")
        for tail in ("цький", "цкий") if soft else ("ський", "ский"):
            if able := tables.adjectives.get(base + tail):
                return tuple(p for p in able if p.level is Level.RAION) or tuple(former_raions(able)), None
    parts = tables.utility_word.match(word)
    if parts is None:
        return (), None
    base, ending = parts[1], parts[2]
    found: tuple[Place, ...] = ()
    if base[0] <= "z":
        found = latin(base)[0]
    else:
        for tail in ("", "и", "а", "ь", "ы", "ий", "е", "о", "я"):
            found = tables.names.get(base + tail) or (tables.adjectives.get(base + tail, ()) if tail == "ий" else ())
            if found:
                break
    found = tuple(p for p in found if (p.region and p.population >= 5_000) or p.level is Level.REGION)
    if not found:
        return (), None
    place = tables.regions[found[0].region] if tables.utility[ending] == "region" else found[0]
    voice = "".join(ROMAN.get(letter, letter) for letter in base + ending).replace("y", "i")
    return (place,), voice


def derived_at(start: int, end: int, word: str) -> Hit | None:
    """The hit of a word made of a name."""
    found, voice = derived(word)
    if not found:
        return None
    return Hit(start, end, word, found, sense=Sense.OPERATOR if voice else None, voice=voice)


def former_raions(able: tuple[Place, ...]) -> Iterator[Place]:
    """The raions of before 2020 that are hromadas of the same name now."""
    for place in able:
        if place.level is Level.HROMADA:
            name = (place.name or "").removesuffix(" community") + " district"
            yield Place(place.region, name, Level.RAION, place.within)


def hyphenated(passage: Passage, start: int, word: str, tables: Tables) -> Hit | None:
    """The first part of "Нікополя-Марганця" when both parts are names; the second is found as the scan goes on."""
    first, _, second = word.partition("-")
    if tables.names.get(first) and tables.names.get(second):
        end = start + len(first)
        other = Hit(end + 1, end + 1 + len(second), second, tables.names[second])
        passage.hits.append(Hit(start, end, first, tables.names[first]))
        return other
    return None


def latin_at(passage: Passage, start: int, end: int, tables: Tables) -> Hit | None:
    """A name in Latin letters, with the capitalised words that may follow its first."""
    low, text = passage.low, passage.text
    ends = [end]
    first = low[start:end]
    for _ in range(more_words(first, tables)):
        if not text[ends[-1] + 1 : ends[-1] + 2].isupper():
            break
        match = NEXT.match(low, ends[-1])
        if match is None:
            break
        ends.append(match.end())
    for last in reversed(ends):
        word = (first if last == end else " ".join(low[start:last].split())).removesuffix("'s")
        found, able, region, key = latin(word)
        if found or able or region:
            return Hit(start, last, word, found, able, region, key)
        if len(word) > 4 and (villages := english_villages(word)):
            return Hit(start, last, word, villages, hamlet=True)
    return None


@functools.lru_cache(8192)
def more_words(first: str, tables: Tables) -> int:
    """How many words may follow `first` in a Latin name: most words begin no name of several."""
    longest = max(tables.longest_latin.get(latin_key(first + " "), 1), load_villages().longest.get(first, 1))
    return min(longest - 1, 3)


def add_small(passage: Passage, tables: Tables) -> None:
    """Names that count in small letters too: big cities, regions' adjectives, inhabitants, utilities, voices."""
    low = passage.low
    found: list[Hit] = []
    for number, start, end in tables.automaton.find_matches_as_indexes(low):
        if start and (low[start - 1].isalpha() or low[start - 1] == "-"):
            continue
        small = tables.small[number]
        if small.open:
            tail = AFTER_STAR.match(low, end)
            end = tail.end() if tail else end
        elif end < len(low) and (low[end].isalpha() or (low[end] in "-'" and low[end + 1 : end + 2].isalpha())):
            continue
        if small.sense is None and passage.text[start].isupper():
            continue
        hit = Hit(
            start,
            end,
            low[start:end],
            small.names,
            small.adjectives,
            capital=False,
            sense=small.sense,
            voice=small.voice,
        )
        found.append(hit)
    if not found:
        return
    rank = {None: 1, Sense.PEOPLE: 2}
    taken = sorted(
        (*found, *passage.hits), key=lambda hit: (hit.start, -hit.end, 3 if hit.hamlet else rank.get(hit.sense, 0))
    )
    passage.hits[:] = []
    for hit in taken:
        if passage.hits and hit.start < passage.hits[-1].end:
            if hit.sense is not None and passage.hits[-1].sense is None and hit.end > passage.hits[-1].end:
                passage.hits[-1] = hit
            continue
        passage.hits.append(hit)


HOMELAND = re.compile(r"(.{3,}?)(щин|ччин)(а|и|і|у|ою|ы|е|ой)$")
AFTER_STAR = re.compile(r"[^\W\d_]{0,5}(?![^\W\d_])")
__all__ = ["Hit", "Level", "Passage", "scan"]
