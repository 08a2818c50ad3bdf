"""Which language each passage of a report is written in: a Ukrainian report may quote a Russian governor at length.

Words of one language are looked up in passages of that language alone: Russian "разрушения" is no Ukrainian "раз",
Ukrainian "села" no Russian batteries that ran down.
"""

from __future__ import annotations

from tracker.language.text import Text

ONLY = {"uk": "іїєґІЇЄҐ", "ru": "ыэёъЫЭЁЪ"}
COMMON = {
    "uk": (" та ", " до ", " від ", " у ", " й ", " що ", "ськ", "ення", "щен", " з ", "зник", "нема", "електр"),
    "ru": (" и ", " что ", " от ", " во ", " со ", " или ", " нет", "ение", "ения", "ении", "снабж", "остал", " из ",
           " к ", " о ", " с ", "свет", "пропал", "тключ"),
}  # fmt: skip
"""Small words and endings that tell the two apart where no letter does: "Пять улиц остались без водоснабжения"."""
SURE = 2
"""How many letters of the other language prove a passage in it; one may stand in a name."""


def guess_language(text: str) -> str:
    """`en`, `uk` or `ru` by the letters that only one of them has; without any, common small words decide."""
    sample = text[:3000]
    if sum(map(sample.count, "аоеинт")) <= sum(map(sample.count, "aeinot")):
        return "en"
    ukrainian, russian = (sum(map(sample.count, ONLY[language])) for language in ("uk", "ru"))
    if ukrainian == russian:
        words = f" {sample.lower()} "
        ukrainian, russian = (sum(map(words.count, COMMON[language])) for language in ("uk", "ru"))
    return "ru" if russian > ukrainian else "uk"


def passages(text: Text, language: str) -> list[tuple[int, int, str, bool]]:
    """`text` in pieces of one language each, and whether their letters prove it.

    What proves nothing is of the `language` of the report, as sure as that one.
    """
    whole = text.whole
    proved = [one for one in ONLY if any(letter in whole for letter in ONLY[one])]
    sure = language in proved
    if proved in ([], [language]):
        return [(0, len(whole), language, sure)]
    out = [(0, 0, language, sure)]
    for sentence in text.sentences:
        own, proof = _proved(whole[sentence.start : sentence.end])
        tongue = (language, sure) if own in ("", language) else (own, proof)
        start, _, *last = out[-1]
        if tongue != tuple(last):
            out[-1] = (start, sentence.start, *out[-1][2:])
            out.append((sentence.start, sentence.start, *tongue))
    out[-1] = (out[-1][0], len(whole), *out[-1][2:])
    return [piece for piece in out if piece[0] < piece[1]]


def _proved(sentence: str) -> tuple[str, bool]:
    """The language that the letters of a sentence speak for, if any, and whether they prove it."""
    ukrainian, russian = (sum(map(sentence.count, ONLY[language])) for language in ("uk", "ru"))
    own, count, other = ("uk", ukrainian, russian) if ukrainian > russian else ("ru", russian, ukrainian)
    if count <= 2 * other:
        return "", False
    return own, count >= SURE
