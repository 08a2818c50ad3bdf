"""Which texts are copies of one another, across outlets and languages: a small signature of each, and one question.

A copy in the same language shares word pairs; a translation shares its facts: numbers, dates, times and names. The
same template on another day, or about another region, shares nearly all of its words and is no copy, so facts that
contradict each other outweigh any number of words.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby, pairwise

SKETCH = 64
"""Word pairs kept of a text: those with the smallest hashes; of a short text all."""

FACTS = 40
"""Numbers, and names, kept of a text: the first ones, where news tells what matters."""

BANDS, ROWS = 20, 2
"""Texts that share half of their word pairs agree in one of 20 bands of two in 997 of 1,000 cases."""

STRONG, DATED, SMALL = 3, 2, 1
"""What a shared number proves: 96,500 or 23:40 much, 12 September some, "2 pumps" little."""

ODD = tuple(zlib.crc32(b"%d" % position) | 1 for position in range(BANDS * ROWS))
"""Multipliers by which one set of hashes is put into as many orders."""

MONTHS = (
    "січ|янв|jan лют|фев|feb берез|март|mar квіт|апр|apr трав|мая|may черв|июн|jun лип|июл|jul серп|авг|aug "
    "верес|сент|sep жовт|окт|oct листоп|нояб|nov груд|дек|dec"
)
MONTH = {stem: number for number, stems in enumerate(MONTHS.split(), 1) for stem in stems.split("|")}
_MONTH = "|".join(MONTH)

FACT = re.compile(
    r"\b(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)\b"
    rf"|\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\w*"
    rf"|\b(?P<month_>{_MONTH})\w* (?P<day_>[0-3]?\d)(?:st|nd|rd|th)?\b(?![:.,]\d)"
    r"|\b(?P<number>\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"(?:[ \u00a0]?(?P<times>тис|тыс|thousand|млн|мільйон|миллион|million))?"
)
"""A time of day, a date in words, or a number with its multiplier, in the three languages."""

LATIN = str.maketrans(
    {
        **dict(zip("абвгґдезийіїклмнопрстуфхыэёє", "abvhhdeziiiiklmnoprstufhyeee", strict=True)),
        **{"ж": "z", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "u", "я": "a", "w": "v", "g": "h"},
        **dict.fromkeys("ьъ'’ʼ"),
    }
)
CLUSTERS = (("tsch", "c"), ("shch", "s"), ("zh", "z"), ("kh", "h"), ("ts", "c"), ("ch", "c"), ("sh", "s"))
ENGLISH_MONTH = re.compile("january|february|march|april|may|june|july|august|september|october|november|december")
"""English capitalises its months; they are dates, not names."""

WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
VOWELS = re.compile("[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature's bytes hold: how many word pairs, the smallest of their hashes, numbers (and dates), names.

    The last two bits of a number are its weight.
    """

    pairs: int
    sketch: tuple[int, ...]
    numbers: frozenset[int]
    names: frozenset[int]
    days: frozenset[int]


def signature(text: str) -> bytes:
    """The bytes by which `text` is compared: at most 600, the same on every machine."""
    words = [word.casefold() for word in WORD.findall(text)]
    pairs = {_hash(f"{one} {two}") for one, two in pairwise(words)}
    sketch = sorted(pairs)[:SKETCH]
    numbers = _first(_numbers(text))
    names = _first(_names(text))
    body = (*sketch, *numbers, *names)
    return struct.pack(f"<H3B{len(body)}I", min(len(pairs), 0xFFFF), len(sketch), len(numbers), len(names), *body)


def bands(signature: bytes) -> tuple[str, ...]:
    """The keys under which to store a signature and to look for candidates; copies share at least one."""
    found = _read(signature)
    keys = []
    if found.sketch:
        rows = [min((h ^ (h >> 15)) * odd & 0xFFFFFFFF for h in found.sketch) for odd in ODD]
        keys = [f"w{band}-{rows[band * ROWS]:x}-{rows[band * ROWS + 1]:x}" for band in range(BANDS)]
    strong = sorted(number for number in found.numbers if number & 3 == STRONG)
    names = sorted(found.names)[:4]
    return (*keys, *(f"n{n:x}" for n in strong[:8]), *(f"m{one:x}-{two:x}" for one, two in combinations(names, 2)))


def similar(one: bytes, other: bytes) -> bool:
    """Whether two signatures are of copies of one text, in one language or in two."""
    a, b = _read(one), _read(other)
    return not _of_other_days(a, b) and (_copied(a, b) or _translated(a, b))


def _of_other_days(a: Signature, b: Signature) -> bool:
    """Whether both name dates, and no date in common: the daily schedule differs from yesterday's in nothing else."""
    return bool(a.days and b.days) and a.days.isdisjoint(b.days)


def _copied(a: Signature, b: Signature) -> bool:
    """Most of the shorter text's word pairs stand in the longer, and neither's facts are swapped for others."""
    if min(a.pairs, b.pairs) < 6 or _swapped(a.numbers, b.numbers, 0.8) or _swapped(a.names, b.names, 0.6):
        return False
    return _contained(a, b) >= 0.5


def _translated(a: Signature, b: Signature) -> bool:
    """The facts of the one are those of the other, and they are many; fewer must agree more."""
    numbers, names = _weight(a.numbers & b.numbers), len(a.names & b.names)
    if numbers < 0.8 * min(_weight(a.numbers), _weight(b.numbers)):
        return False
    agree = names / max(1, min(len(a.names), len(b.names)))
    return (2 * numbers + names >= 12 and names >= 2 and agree >= 0.4) or (
        2 * numbers + names >= 7 and names >= 3 and agree >= 0.75
    )


def _weight(numbers: Iterable[int]) -> int:
    return sum(number & 3 for number in numbers)


def _contained(a: Signature, b: Signature) -> float:
    """About which share of the smaller text's word pairs is in the larger, from the two sketches.

    The smallest hashes of both together are a fair sample of their union; how many of them stand in both is
    their likeness, and with the sizes that gives the share.
    """
    both = set(a.sketch).intersection(b.sketch)
    if not both:
        return 0.0
    union = sorted({*a.sketch, *b.sketch})[: min(SKETCH, max(len(a.sketch), len(b.sketch)))]
    likeness = len(both.intersection(union)) / len(union)
    return likeness * (a.pairs + b.pairs) / (1 + likeness) / min(a.pairs, b.pairs)


def _swapped(one: frozenset[int], other: frozenset[int], enough: float) -> bool:
    """Whether each side has facts that the other lacks, and they share less than `enough` of the fewer."""
    return bool(one - other and other - one) and len(one & other) < enough * min(len(one), len(other))


def _numbers(text: str) -> Iterator[int]:
    """The hashes of the numbers, dates and times in `text`, whatever its language: "96 500" is "96,500"."""
    for found in FACT.finditer(text.casefold()):
        if found["hour"]:
            yield _fact(f"{int(found['hour'])}:{found['minute']}", STRONG)
        elif found["day"] or found["day_"]:
            month = MONTH[found["month"] or found["month_"]]
            yield _fact(f"{int(found['day'] or found['day_'])}/{month}", DATED)
        else:
            value = _value(found["number"]) * _multiplier(found["times"])
            weight = SMALL if (value < 100 and value == int(value)) or 1990 <= value <= 2100 else STRONG
            yield _fact(f"{value:g}" if value != int(value) else str(int(value)), weight)


def _value(digits: str) -> float:
    """`96 500`, `96,500` and `96500` are one number; `4,2` and `4.2` another."""
    if re.fullmatch(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+", digits):
        return float(re.sub(r"\D", "", digits))
    return float(digits.replace(",", "."))


def _multiplier(word: str | None) -> int:
    if word is None:
        return 1
    return 1_000 if word in ("тис", "тыс", "thousand") else 1_000_000


def _names(text: str) -> Iterator[int]:
    """The hashes of the capitalised words inside the sentences of `text`, brought to one Latin skeleton.

    The first word of a sentence is capitalised anyway, and a headline In Title Case says nothing by its capitals.
    """
    for line in text.splitlines():
        words = list(WORD.finditer(line))
        capitals = sum(word[0][0].isupper() for word in words)
        if len(words) > 3 and capitals > 0.6 * len(words):
            continue
        for word in words:
            before = line[: word.start()].rstrip(" «“\"'(—–-")
            if word[0][0].isupper() and before and before[-1] not in ".!?…:":
                skeleton = _skeleton(word[0])
                if len(skeleton) > 1 and not ENGLISH_MONTH.fullmatch(word[0].casefold()):
                    yield _hash(skeleton)


def _skeleton(name: str) -> str:
    """The first four consonants, as all three languages write them: Kharkiv, Харкові and Харьков are `hrkv`."""
    plain = name.casefold().removesuffix("'s").removesuffix("’s")
    for cluster, letter in CLUSTERS:
        plain = plain.replace(cluster, letter)
    return "".join(letter for letter, _ in groupby(VOWELS.sub("", plain.translate(LATIN))))[:4]


def _fact(name: str, weight: int) -> int:
    return _hash(name) & ~3 | weight


def _hash(text: str) -> int:
    """32 well-mixed bits: a checksum alone keeps neighbours together."""
    mixed = zlib.crc32(text.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15
    return mixed >> 24 & 0xFFFFFFFF


def _first(facts: Iterable[int]) -> list[int]:
    """The first facts, each once, in a fixed order."""
    return sorted(list(dict.fromkeys(facts))[:FACTS])


@lru_cache(1000)
def _read(signature: bytes) -> Signature:
    pairs, sketch, numbers, names = struct.unpack_from("<H3B", signature)
    body: Sequence[int] = struct.unpack_from(f"<{sketch + numbers + names}I", signature, 5)
    facts = frozenset(body[sketch : sketch + numbers])
    days = frozenset(number for number in facts if number & 3 == DATED)
    return Signature(pairs, tuple(body[:sketch]), facts, frozenset(body[sketch + numbers :]), days)
