"""Which texts are copies of one another, across outlets and languages: a small signature of each, and one question.

A copy in the same language shares word pairs; a translation shares its facts (numbers, dates, names) and its meanings.
The same template on another day, or about another region, shares nearly all of its words and is no copy, so facts
that contradict each other outweigh any number of words.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from tracker.identity import facts
from tracker.identity.words import Word, word

SKETCH = 64
"""Word pairs kept of a text: those with the smallest hashes; of a short text all."""

FACTS = 30
"""Numbers, and names, kept of a text: the first ones, where news tells what matters."""

BINS = 16
"""Into so many bins word pairs fall, two of which make a key."""

NUMBERS, NAMES = 4, 4
"""From so many of the numbers, and of the names, keys are made."""

MEANINGS = 24
"""Bytes of the meanings' bits; four more hold those of the regions."""

WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
_HEAD = struct.Struct(f"<H3BI{MEANINGS}s")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature's bytes hold: how many word pairs, the smallest of their hashes, numbers and names, and the
    bits of regions and meanings. The last two bits of a number are its weight; `days` are the dates among them."""

    pairs: int
    sketch: tuple[int, ...]
    numbers: frozenset[int]
    days: frozenset[int]
    names: frozenset[int]
    regions: int
    meanings: int


def signature(text: str) -> bytes:
    """The bytes by which `text` is compared: at most 530, the same on every machine."""
    found = [(match, word(match[0])) for match in WORD.finditer(text)]
    pairs = {_paired(one.hash, other.hash) for (_, one), (_, other) in pairwise(found)}
    regions = meanings = 0
    for _, one in found:
        regions |= one.region
        meanings |= one.meaning
    sketch = sorted(pairs)[:SKETCH]
    plain = text.casefold()
    numbers = _first([*facts.numbers(plain), *(one.number for _, one in found if one.number is not None)])
    names = _first(_names(text, found))
    head = _HEAD.pack(
        min(len(pairs), 0xFFFF), len(sketch), len(numbers), len(names), regions, meanings.to_bytes(MEANINGS, "little")
    )
    body = (*sketch, *numbers, *names)
    return head + struct.pack(f"<{len(body)}I", *body)


def bands(signature: bytes) -> tuple[int, ...]:
    """The keys under which to store a signature and to look for candidates; copies share at least one.

    Eight of them are drawn from the word pairs, the others from large numbers and from names that stand together.
    """
    found = _read(signature)
    strong = sorted(number for number in found.numbers if number & 3 == facts.STRONG)[:NUMBERS]
    named = {*found.names, *(bit for bit in range(32) if found.regions >> bit & 1)}
    names = combinations(sorted(named, key=_mixed)[:NAMES], 2)
    return tuple({*_rows(found.sketch), *(_paired(number, 2) for number in strong), *(_paired(*two) for two in names)})


def similar(one: bytes, other: bytes) -> bool:
    """Whether two signatures are of copies of one text, in one language or in two."""
    a, b = _read(one), _read(other)
    if _contradict(a, b):
        return False
    if min(a.pairs, b.pairs) >= 6 and _contained(a, b) >= 0.5:
        return not _renamed(a, b)
    return _translated(a, b)


def _contradict(a: Signature, b: Signature) -> bool:
    """Whether each side has facts that the other lacks: other regions, other dates, or too many other numbers.

    The daily schedule differs from yesterday's, and from its neighbour's, in nothing else.
    """
    if a.regions & ~b.regions and b.regions & ~a.regions:
        return True
    if a.days and b.days and a.days.isdisjoint(b.days):
        return True
    lacking = min(_weight(a.numbers - b.numbers), _weight(b.numbers - a.numbers))
    return lacking > 0 and 3 * lacking >= _weight(a.numbers & b.numbers)


def _renamed(a: Signature, b: Signature) -> bool:
    """Whether names were put in the place of others: the same words about another village."""
    swapped = bool(a.names - b.names and b.names - a.names)
    return swapped and len(a.names & b.names) < 0.6 * min(len(a.names), len(b.names))


def _translated(a: Signature, b: Signature) -> bool:
    """The meanings of the one are those of the other, and so are its facts."""
    shared = len(a.names & b.names)
    if min(len(a.names), len(b.names)) - shared > shared:
        return False
    alike = (a.meanings & b.meanings).bit_count()
    share = alike / max(1, min(a.meanings.bit_count(), b.meanings.bit_count()))
    proof = _weight(a.numbers & b.numbers) + 2 * shared + (a.regions & b.regions).bit_count()
    return share >= 0.7 and alike >= 4 and proof >= 3


def _weight(numbers: Iterable[int]) -> int:
    return sum(number & 3 for number in numbers)


def _contained(a: Signature, b: Signature) -> float:
    """About which share of the smaller text's word pairs is in the larger, from the two sketches.

    The smallest hashes of both together are a fair sample of their union; how many of them stand in both is
    their likeness, and with the sizes that gives the share.
    """
    union = sorted({*a.sketch, *b.sketch})[: min(SKETCH, max(len(a.sketch), len(b.sketch)))]
    both = set(a.sketch) & set(b.sketch)
    likeness = sum(h in both for h in union) / len(union)
    return likeness * (a.pairs + b.pairs) / (1 + likeness) / min(a.pairs, b.pairs)


def _rows(sketch: Sequence[int]) -> Iterator[int]:
    """Keys of two rows each: texts that share half of their word pairs have one in common nine times in ten.

    A row is the smallest of the pairs that fall into one bin; an empty bin borrows from the next. Two rows that are
    one pair make no key: "without power" stands in every other text.
    """
    bins: dict[int, int] = {}
    for pair in reversed(sketch):
        bins[pair % BINS] = pair
    if len(bins) < 2:
        return
    for place in range(0, BINS, 2):
        one, other = _from(bins, place), _from(bins, place + 1)
        if one != other:
            yield _paired(one, other + place)


def _from(bins: dict[int, int], place: int) -> int:
    """What lies in the bin at `place`, or in the next that is not empty."""
    while (own := bins.get(place % BINS)) is None:
        place += 1
    return own


def _names(text: str, found: Sequence[tuple[re.Match[str], Word]]) -> list[int]:
    """The hashes of the capitalised words inside the sentences of `text`.

    The first word of a sentence is capitalised anyway, and a headline In Title Case says nothing by its capitals.
    """
    lines = [line.end() for line in re.finditer("\n|$", text)]
    names: list[int] = []
    row: list[tuple[re.Match[str], Word]] = []
    for entry in found:
        while entry[0].start() > lines[0]:
            names += _of_line(text, row)
            row = []
            lines.pop(0)
        row.append(entry)
    return names + _of_line(text, row)


def _of_line(text: str, row: Sequence[tuple[re.Match[str], Word]]) -> list[int]:
    capitals = sum(match[0][0].isupper() for match, _ in row)
    if len(row) > 3 and capitals > 0.6 * len(row):
        return []
    return [one.name for match, one in row if one.name is not None and _inside(text, match.start())]


def _inside(text: str, start: int) -> bool:
    """Whether the word that starts there has one of its sentence before it."""
    before = text[max(0, start - 8) : start].rstrip(" «“\"'(—–-")
    return bool(before) and before[-1] not in ".!?…:\n"


def _mixed(one: int) -> int:
    return _paired(one, 1)


def _paired(one: int, other: int) -> int:
    return (one * 0x9E3779B97F4A7C15 ^ other * 0xC2B2AE3D27D4EB4F) >> 20 & 0xFFFFFFFF


def _first(facts: Iterable[int]) -> list[int]:
    """The first facts, each once, in a fixed order."""
    return sorted(list(dict.fromkeys(facts))[:FACTS])


@lru_cache(4096)
def _read(signature: bytes) -> Signature:
    pairs, sketch, numbers, names, regions, meanings = _HEAD.unpack_from(signature)
    body: Sequence[int] = struct.unpack_from(f"<{sketch + numbers + names}I", signature, _HEAD.size)
    return Signature(
        pairs,
        tuple(body[:sketch]),
        told := frozenset(body[sketch : sketch + numbers]),
        frozenset(number for number in told if number & 3 == facts.DATED),
        frozenset(body[sketch + numbers :]),
        regions,
        int.from_bytes(meanings, "little"),
    )
