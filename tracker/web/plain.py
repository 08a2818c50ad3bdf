"""Makes what people type safe to keep and to show: one form of each letter, nothing invisible, nothing personal."""

from __future__ import annotations

import re
import unicodedata

BIDI_AND_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
TELEPHONE = re.compile(r"(?:\+?\d[\s().-]{0,2}){9,}")
MAIL = re.compile(r"\S+@\S+\.\w")
STREET = re.compile(
    r"\b(?:вул(?:\.|иц)|просп(?:\.|ект)|пров(?:\.|улок)|бульв|буд(?:\.|инок|инк)|кв(?:\.|артир)|street\b|avenue\b"
    r"|ул(?:\.|иц)|дом\s*№?\s*\d|apartment\b|flat\s*\d)",
    re.IGNORECASE,
)
MARKS_A_LETTER = 2


def clean(text: str, lines: bool = False) -> str:
    """`text` in one normal form, without controls, invisible or direction-turning signs, and heaps of accents.

    A right-to-left override would turn a moderator's whole row around; a zero-width joiner hides a word from rules.
    """
    found: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        if sign == "\n" and lines:
            found.append(sign)
            continue
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind.startswith("M") else 0
        if kind in BIDI_AND_INVISIBLE or marks > MARKS_A_LETTER:
            found.append(" " if sign in "\n\t" else "")
        else:
            found.append(" " if kind == "Zs" else sign)
    kept = re.sub(r" {2,}", " ", "".join(found))
    return re.sub(r"\s*\n\s*", "\n", kept).strip() if lines else kept.strip()


def personal(text: str) -> bool:
    """Whether a text names a telephone, a mail address, a street or a house: what could find a person."""
    return bool(TELEPHONE.search(text) or MAIL.search(text) or STREET.search(text))


def mixed(text: str) -> tuple[str, ...]:
    """Words that mix Latin and Cyrillic letters, which look right and are not; moderators see them marked."""
    return tuple(
        word
        for word in re.findall(r"\w+", text)
        if re.search(r"[a-z]", word, re.I) and re.search(r"[а-яіїєґё]", word, re.I)
    )
