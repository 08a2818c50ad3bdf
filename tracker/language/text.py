"""A report's text cut into lines and sentences that remember where they stood.

Nothing is rewritten: every offset counts in `report.whole`. Lines know what they are (title, heading, item,
prose, clock), because headings and items carry region and state over what follows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

LIMIT = 200_000
"""Characters read of one report; what lies beyond is cut."""

HEADING_LIMIT = 110
WRAPPED = 60
"""From this length on a line may have been broken for its length alone."""
SENTENCE_LIMIT = 800
"""A longer one is read in pieces: each word of a sentence is weighed against all others of it."""


class Role(StrEnum):
    """What a line does in a report."""

    TITLE = "title"
    HEADING = "heading"
    ITEM = "item"
    PROSE = "prose"
    CLOCK = "clock"
    """A time of day alone, as live pages put before each entry."""


@dataclass(slots=True)
class Sentence:
    """One sentence, or a line that has none; `start` and `end` count in the whole report."""

    start: int
    end: int
    line: int
    first: bool
    role: Role


@dataclass(slots=True)
class Line:
    """One line of text. `block` counts paragraphs: lines without an empty one between them share it."""

    start: int
    end: int
    role: Role
    block: int
    colon: bool
    lead: int
    """Where the text begins after bullets, emoji and spaces."""


@dataclass(slots=True)
class Text:
    """A report ready to be read: `keyed` is as long as `whole`, lower case, its punctuation blank."""

    whole: str
    keyed: str
    lines: list[Line]
    sentences: list[Sentence] = field(default_factory=list)


_SPELLED = """
тис млн млрд грн обл вул просп пр пров ст смт р рр ін напр див кв буд м с сел г гг ул тыс пос пгт дер обл
руб им ім гор хв год мин час эт т км мм см др т.д т.п т.е р-н mr mrs ms dr st no gen col lt sgt vs inc jan
feb mar apr jun jul aug sept sep oct nov dec a.m p.m approx dept gov sen rep capt maj u.s u.k e.g i.e
"""
ABBREVIATIONS = frozenset(_SPELLED.split())
# Full stops after a clock's "a.m." do end sentences when a capital follows; these never do.
NEVER_END = ABBREVIATIONS - {
    "a.m",
    "p.m",
    "р",
    "рр",
    "г",
    "гг",
    "год",
    "час",
    "ін",
    "др",
    "т.д",
    "т.п",
    "грн",
    "руб",
    "м",
}

SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no automaton takes; a mark of the same length stands in for each."""
SENTENCE_END = re.compile(r"[.!?…]+[»”\"')\]]*(?:\[\d+\])*(?=\s|$)")
LAST_WORD = re.compile(r"[^\W_]+(?:[.\-][^\W_]+)*$")
CLOCK_LINE = re.compile(r"\d{1,2}[:.]\d{2}(?:\s|$)")
BULLET = re.compile(r"(?:[•▪◾●○■□‣·*\-–—→➡✅❌⚡💡🔹🔸🔴🟢🟡▫️☑✔️🔌🚰📵🔥🔦]|\d{1,2}[.)](?=\s))")
TERMINAL = ".!?…"
CLOSERS = "»”\"')]"

BLANK = '\n\t\r,;:!?…()[]{}«»“”„"–—-/|•*#@+=<>&.\u2011\u00ad\u202f\u00a0\u2009\u200b'
SAME = {**dict.fromkeys("’ʼ‘`´′", "'"), "ё": "е"}
KEYED = tuple({**dict.fromkeys(BLANK, " "), **SAME}.items())


def lowered(text: str) -> str:
    """`text` in lower case, as long as before: the few letters whose lower case is longer stay as they are."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def keyed(text: str) -> str:
    """The form that words are looked up in: lower case, apostrophes alike, all other punctuation blank."""
    low = lowered(text)
    for odd, plain in KEYED:
        if odd in low:
            low = low.replace(odd, plain)
    return low


def unread(whole: str) -> int:
    """How many characters at the end of `whole` are not read, since it is longer than `LIMIT`."""
    return max(0, len(whole) - LIMIT)


def cut(whole: str) -> Text:
    """`whole` as lines and sentences; its first line is the title."""
    whole = SURROGATES.sub("\ufffd", whole[:LIMIT])
    text = Text(whole, keyed(whole), _lines(whole))
    for number, line in enumerate(text.lines):
        if line.start < line.end:
            text.sentences.extend(_sentences(whole, line, number))
    return text


def _lines(whole: str) -> list[Line]:
    """The lines of `whole`, each with its role.

    "ЕЛЕКТРОПОСТАЧАННЯ" above a paragraph is a heading; "• Сумщина – без світла" is an item; "17:40" a clock.
    """
    lines: list[Line] = []
    start, block, empty = 0, 0, False
    for raw in whole.split("\n"):
        end = start + len(raw)
        body = raw.strip()
        if not body:
            empty = bool(lines)
        else:
            if empty:
                block, empty = block + 1, False
            left = start + len(raw) - len(raw.lstrip())
            if _wrapped(whole, lines, body, empty):
                last = lines[-1]
                last.end, last.colon = start + len(raw.rstrip()), body[-1] == ":"
                last.role = _role(whole[last.start : last.end], last.lead > last.start)
                start = end + 1
                continue
            lead = _lead(whole, left, end)
            lines.append(Line(left, start + len(raw.rstrip()), _role(body, lead > left), block, body[-1] == ":", lead))
        start = end + 1
    if lines and whole[: lines[0].end].strip() and "\n" not in whole[: lines[0].start]:
        lines[0].role = Role.TITLE
        for line in lines[1:]:
            line.block += 1
    return lines


def _wrapped(whole: str, lines: list[Line], body: str, empty: bool) -> bool:
    """Whether a line only goes on with the one before, as mail breaks them: long, unended, then a small letter."""
    if len(lines) < 2 or empty or not body[0].islower():
        return False
    last = lines[-1]
    return last.end - last.start > WRAPPED and last.role is not Role.CLOCK and whole[last.end - 1] not in ".!?…:;"


def _lead(whole: str, start: int, end: int) -> int:
    """Where a line's words begin: after its bullet or its emoji."""
    at = start
    while at < end and at - start < 12:
        match = BULLET.match(whole, at, end)
        if match:
            at = match.end()
        elif whole[at].isspace() or (
            ord(whole[at]) > 0x2000 and not whole[at].isalnum() and whole[at] not in "“„”–—‘’"
        ):
            at += 1
        else:
            break
    return at if at < end else start


def _role(body: str, bulleted: bool) -> Role:
    if CLOCK_LINE.match(body) and len(body) < 60:
        return Role.CLOCK
    if bulleted:
        return Role.ITEM
    last = body[-1] if body[-1] not in CLOSERS or len(body) < 2 else body[-2]
    if len(body) <= HEADING_LIMIT and last not in TERMINAL and last not in ";,":
        return Role.HEADING
    return Role.PROSE


def _sentences(whole: str, line: Line, number: int) -> list[Sentence]:
    """The sentences of one line.

    "11,2 тис. абонентів" and "St. Nicholas" are not ends; "о 6 a.m. Power…" is one, since a capital follows.
    """
    out: list[Sentence] = []
    start = line.start
    for match in SENTENCE_END.finditer(whole, line.start, line.end):
        if match.end() >= line.end:
            break
        if not _ends(whole, start, match.start(), match.end(), line.end):
            continue
        out.append(Sentence(start, match.end(), number, not out, line.role))
        start = match.end()
        while start < line.end and whole[start].isspace():
            start += 1
    if start < line.end:
        out.append(Sentence(start, line.end, number, not out, line.role))
    return [piece for sentence in out for piece in _bounded(whole, sentence)]


def _bounded(whole: str, sentence: Sentence) -> Iterator[Sentence]:
    """A sentence in pieces of a length that people write, so that no text makes reading slow."""
    start = sentence.start
    while sentence.end - start > SENTENCE_LIMIT:
        end = whole.rfind(" ", start + 1, start + SENTENCE_LIMIT) + 1 or start + SENTENCE_LIMIT
        yield Sentence(start, end, sentence.line, sentence.first and start == sentence.start, sentence.role)
        start = end
    yield Sentence(start, sentence.end, sentence.line, sentence.first and start == sentence.start, sentence.role)


def _ends(whole: str, start: int, dot: int, after: int, limit: int) -> bool:
    """Whether the stop at `dot` ends a sentence: not before a small letter ("«Темно!» – каже мер"), nor in "тис."."""
    following = after
    while following < limit and (whole[following].isspace() or whole[following] in "«“„\"'(–—-"):
        following += 1
    if following < limit and whole[following].islower():
        return False
    if whole[dot] != ".":
        return True
    word = LAST_WORD.search(whole, max(start, dot - 14), dot)
    if word is None:
        return True
    last = word.group().lower()
    if len(last) == 1 and last.isalpha() and word.group().isupper():
        return False
    if last in ("м", "с", "г") and following < limit and whole[following].isupper():
        return False
    return last not in NEVER_END
