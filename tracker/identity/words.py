"""What one word of a text proves: its hash, the meaning or region that it stands for, the skeleton of a name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from tracker.identity.facts import hashed, said

LATIN = str.maketrans(
    {
        **dict(zip("абвгґдезийіїклмнопрстуфхыэёє", "abvhhdeziiiiklmnoprstufhyeee", strict=True)),
        **{"ж": "z", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "u", "я": "a", "w": "v", "g": "h"},
        **dict.fromkeys("ьъ'’ʼ"),
    }
)
CLUSTERS = (("tsch", "c"), ("shch", "s"), ("zh", "z"), ("kh", "h"), ("ts", "c"), ("ch", "c"), ("sh", "s"))
VOWELS = re.compile("[aeiouy]+")
ENGLISH_MONTH = re.compile("january|february|march|april|may|june|july|august|september|october|november|december")
"""English capitalises its months; they are dates, not names."""

_DATA = tomllib.loads((Path(__file__).parent / "meanings.toml").read_text("utf-8"))
_REGION = {stem: 1 << n for n, line in enumerate(_DATA["regions"].values()) for stem in line.split()}
_MEANING = {stem: 1 << n for n, line in enumerate(_DATA["meanings"].values()) for stem in line.split()}
LONGEST = max(map(len, (*_REGION, *_MEANING)))


@dataclass(frozen=True, slots=True)
class Word:
    """Its hash; the bit of its meaning; the small number that it tells; and, where it is capitalised, the bit of its
    region, or else the hash of its name's skeleton."""

    hash: int
    meaning: int
    number: int | None
    region: int
    name: int | None


@lru_cache(1 << 16)
def word(text: str) -> Word:
    """What a word proves. News uses few words often, so each is worked out once."""
    plain = text.casefold().replace("’", "'").replace("ʼ", "'")
    own = hashed(plain)
    region = longest(_REGION, plain) if text[0].isupper() else 0
    name = None
    if text[0].isupper() and not region and not ENGLISH_MONTH.fullmatch(plain):
        skeleton = _skeleton(plain)
        name = hashed(skeleton) if len(skeleton) > 1 else None
    return Word(own, longest(_MEANING, plain), said(plain), region, name)


def longest(stems: dict[str, int], plain: str) -> int:
    """The bit of the longest stem with which a word begins, 0 for none."""
    for length in range(min(LONGEST, len(plain)), 1, -1):
        bit = stems.get(plain[:length])
        if bit is not None:
            return bit
    return 0


def _skeleton(plain: str) -> str:
    """The first four consonants, as all three languages write them: Kharkiv, Харкові and Харьков are `hrkv`."""
    plain = plain.removesuffix("'s")
    for cluster, letter in CLUSTERS:
        plain = plain.replace(cluster, letter)
    return "".join(letter for letter, _ in groupby(VOWELS.sub("", plain.translate(LATIN))))[:4]
