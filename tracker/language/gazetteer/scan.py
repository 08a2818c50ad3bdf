"""Finds the names in a text: tokens, then the longest names of the tables that begin at each."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from tracker.language.gazetteer.normal import fold, latin_key
from tracker.language.gazetteer.places import Level, Place, Sense
from tracker.language.gazetteer.tables import Tables, latin_stem, load

TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
BIG = 95_000


@dataclass(slots=True)
class Hit:
    """Tokens `first`..`last` found in the tables, and what they may mean."""

    first: int
    last: int
    names: tuple[Place, ...] = ()
    adjectives: tuple[Place, ...] = ()
    region: Place | None = None
    area: str = ""
    capital: bool = True
    start: int = 0
    end: int = 0
    sense: Sense | None = None
    places: tuple[Place, ...] = ()
    group: int = -1
    plural: bool = False
    typed: bool = False
    qualifies: bool = False
    sure: bool = True
    near: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class Passage:
    """A text cut into tokens, with the hits in it."""

    text: str
    low: str
    tokens: list[tuple[int, int, str]]
    hits: list[Hit] = field(default_factory=list)
    at: dict[int, Hit] = field(default_factory=dict)

    def gap(self, left: int, right: int) -> str:
        """What stands between two tokens."""
        return self.low[self.tokens[left][1] : self.tokens[right][0]]

    def word(self, number: int) -> str:
        """A token, or nothing beyond the ends."""
        return self.tokens[number][2] if 0 <= number < len(self.tokens) else ""


@functools.lru_cache(8192)
def latin_hit(word: str) -> tuple[tuple[Place, ...], tuple[Place, ...], Place | None, str]:
    """What a Latin word or phrase may mean: names, adjectives, the region before "oblast", its key."""
    tables = load()
    key = latin_key(word)
    adjectives = (
        tables.latin_adjectives.get(latin_stem(word), ())
        if re.search(r"(s|c|ts)k(yi|yy|iy|y|a|e|oi|oho|ii|i|ij|yj)$", word)
        else ()
    )
    return tables.latin.get(key, ()), adjectives, tables.english_regions.get(key), key


def scan(text: str, tables: Tables) -> Passage:
    """The tokens of `text` and every name among them, the longest first."""
    low = fold(text)
    tokens = [(m.start(), m.end(), m.group()) for m in TOKEN.finditer(low)]
    passage = Passage(text, low, tokens)
    names, adjectives, longest = tables.names, tables.adjectives, tables.longest
    skip = -1
    for number, (start, _, word) in enumerate(tokens):
        if number <= skip:
            continue
        capital = text[start].isupper()
        if word[0] <= "z":
            if not capital:
                continue
            hit = scan_latin(passage, number, tables)
        else:
            hit = None
            for size in range(longest.get(word, 1), 1, -1):
                phrase = phrase_at(passage, number, size)
                if phrase and (found := names.get(phrase)):
                    hit = Hit(number, number + size - 1, found)
                    break
            if hit is None:
                found = names.get(word, ())
                able = adjectives.get(word, ())
                if not found and not able:
                    continue
                if not capital and found:
                    found = tuple(
                        p
                        for p in found
                        if word not in tables.common and (p.population >= BIG or p.level is Level.REGION)
                    )
                    if not found and not able:
                        continue
                hit = Hit(number, number, found, able)
        if hit is None:
            continue
        hit.capital = capital
        hit.start, hit.end = tokens[hit.first][0], tokens[hit.last][1]
        passage.hits.append(hit)
        passage.at[hit.first] = passage.at[hit.last] = hit
        skip = hit.last
    return passage


def phrase_at(passage: Passage, number: int, size: int) -> str:
    """`size` tokens joined by single spaces, when only space parts them."""
    if number + size > len(passage.tokens):
        return ""
    for k in range(number, number + size - 1):
        if passage.gap(k, k + 1).strip():
            return ""
    return " ".join(token[2] for token in passage.tokens[number : number + size])


def scan_latin(passage: Passage, number: int, tables: Tables) -> Hit | None:
    """A capitalised Latin name at token `number`."""
    word = passage.tokens[number][2]
    following = passage.tokens[number + 1 : number + 4]
    run = 1 + next((k for k, token in enumerate(following) if not passage.text[token[0]].isupper()), len(following))
    for size in range(run, 1, -1):
        phrase = phrase_at(passage, number, size)
        if phrase and LATIN_PHRASE.match(phrase):
            found, _, region, key = latin_hit(phrase)
            if found or region:
                return Hit(number, number + size - 1, found, (), region, key)
    if word.endswith("'s"):
        word = word[:-2]
    found, able, region, key = latin_hit(word)
    if found or able or region:
        return Hit(number, number, found, able, region, key)
    return None


LATIN_PHRASE = re.compile(r"[a-z'à-ž -]+\Z")
