"""One spelling for look-ups: lower case, one apostrophe, е for ё, no stress marks; positions are kept."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
SAME = (("’", "'"), ("ʼ", "'"), ("‘", "'"), ("`", "'"), ("´", "'"), ("ё", "е"), ("‑", "-"), ("‐", "-"))


def fold(text: str) -> str:
    """`text` in lower case with one sort of apostrophe and hyphen; as long as `text`."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    for odd, plain in SAME:
        if odd in low:
            low = low.replace(odd, plain)
    return low


def clean(text: str) -> tuple[str, list[int] | None]:
    """`text` without stress marks and invisible signs, and where each character stood (None: nothing was moved)."""
    if not INVISIBLE.search(text):
        return text, None
    letters: list[str] = []
    origin: list[int] = []
    for position, letter in enumerate(text):
        if not INVISIBLE.match(letter):
            letters.append(letter)
            origin.append(position)
            continue
        joined = unicodedata.normalize("NFC", letters[-1] + letter) if letters else ""
        if len(joined) == 1:
            letters[-1] = joined
    origin.append(len(text))
    return "".join(letters), origin


QUOTE = str.maketrans("", "", "'`’")
HISSING = (("shch", "6"), ("sch", "6"), ("sh", "7"), ("zh", "8"), ("kh", "h"), ("ts", "c"), ("ck", "c"))
GLIDES = tuple(
    (re.compile(pattern), to)
    for pattern, to in ((r"[yij]+[eo](?=.)", "e"), (r"[yij]+a", "a"), (r"[yij]+u", "u"), (r"[yij]+", "i"))
)
GLIDE = re.compile("[yij]")
DOUBLE = re.compile(r"(.)\1+")


def latin_key(word: str) -> str:
    """A rough key under which spellings of one name meet: Izium and Izyum, Zaporizhzhia and Zaporizhzhya."""
    word = word.translate(QUOTE)
    for sound, to in HISSING:
        if sound in word:
            word = word.replace(sound, to)
    if GLIDE.search(word):
        for pattern, to in GLIDES:
            word = pattern.sub(to, word)
    return DOUBLE.sub(r"\1", word.replace("g", "h").replace("w", "v"))
