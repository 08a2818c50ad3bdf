"""The words of all languages, read once from words/*.toml, checked, and compiled to one automaton.

A word file holds tables `[[group]]`; each group gives its entries one meaning. A star at the end of a word makes it
a stem ("відключен*"); inside a phrase each word may have its own star. A word may have a meaning in several groups
("вулиць" is a unit, and says "part of the place"), but only one in each. A mistake stops the start and is named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick_rs

from tracker.language.text import keyed

LOOK_ON = 60
"""How far behind a failed phrase its swallowed words are looked for."""
WORDS = Path(__file__).parent / "words"
LANGUAGES = ("en", "uk", "ru")


class LexiconError(ValueError):
    """A malformed word file; the message names file, line and word."""


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a word file: what `group` it belongs to and what it means there.

    `more` are further attributes of the group; `phrase` its spelling, for `tracker explain`.
    """

    group: str
    value: str
    more: Mapping[str, str]
    phrase: str

    def get(self, name: str) -> str:
        """The attribute `name` of the entry's group, or an empty string."""
        return self.more.get(name, "")


SERVICES = {"electricity", "water", "heating", "gas", "communications"}
SENSES = {
    "not", "future", "possible", "condition", "promise", "intent", "rhetoric", "history", "drill", "elsewhere",
    "hoax", "facility", "plant", "industry", "recap", "question", "still", "again", "danger", "pending", "advice",
    "own", "asof", "reserve", "able",
}  # fmt: skip
SCOPES = {"after", "before", "clause", "sentence", "next", "paragraph", "document", "near"}

# group -> attribute -> allowed values (None: any). `is` is the entry's value; `words` always holds the entries.
SHAPE: dict[str, dict[str, set[str] | None]] = {
    "service": {"is": SERVICES, "as": {"thing", "topic"}},
    "state": {
        "is": {"out", "back", "cut", "lack", "plan", "end", "flow", "low", "hold"},
        "service": SERVICES,
        "fits": None,
        "extent": {"whole", "part"},
        "needs": {"service", "sentence", "unit", "none"},
        "form": {"finite", "future", "emergency", "same", "wait", "able"},
    },
    "cue": {"is": SENSES, "scope": SCOPES, "form": {"told", "anew", "except", "site"}},
    "unit": {"is": {"customers", "houses", "places", "other"}},
    "extent": {"is": {"whole", "part", "most", "rest", "partly"}},
    "break": {"is": {"strong", "weak", "relative"}},
    "anaphor": {
        "is": {
            "there",
            "region",
            "regions",
            "city",
            "district",
            "community",
            "both",
            "capital",
            "peninsula",
            "centre",
            "same",
            "it",
            "supply",
        },
        "joins": {"yes"},
    },
    "area": {"is": {"some", "all"}},
    "holder": {"is": {"voice", "front", "origin", "except"}, "side": {"before", "after"}},
    "noise": {"is": {"line", "rest", "section"}},
    "voice": {"is": None},
    "day": {"is": None},
    "month": {"is": None, "alone": {"no"}},
    "number": {"is": None},
    "ignore": {"is": {"nothing"}},
}


@dataclass(slots=True)
class Hit:
    """A word of the lexicon found in a text."""

    start: int
    end: int
    word: Word


class Lexicon:
    """All words; one automaton for each language that a passage may be written in."""

    def __init__(self, entries: dict[str, dict[str, tuple[Word, ...]]]) -> None:
        self._entries = entries
        self._finders: dict[tuple[str, bool], Finder] = {}

    def find(self, text: str, language: str, start: int = 0, end: int | None = None, sure: bool = False) -> list[Hit]:
        """Every word in a piece of `text` (as `text.keyed` makes it).

        Where the piece is in `language` for `sure`, only its own words and English ones are looked for, so that no
        Russian stem fires in a Ukrainian word; else those of all languages, its own first.
        """
        finder = self._finders.get((language, sure)) or self._made(language, sure)
        return finder.find(text[start:end], start)

    def _made(self, language: str, sure: bool) -> Finder:
        entries = {phrase: own for phrase, words in self._entries.items() if (own := _of(words, language, sure))}
        self._finders[language, sure] = finder = Finder(entries)
        return finder


def _of(words: dict[str, tuple[Word, ...]], language: str, sure: bool) -> tuple[Word, ...]:
    """What a phrase means in a passage of `language`."""
    own = words.get(language) or words.get("en")
    return own or (() if sure else next(iter(words.values())))


class Finder:
    """The automaton that finds words in one pass over a text."""

    def __init__(self, entries: dict[str, tuple[Word, ...]]) -> None:
        self._patterns: list[str] = []
        heads: dict[str, list[str]] = {}
        for phrase in entries:
            heads.setdefault(_head(phrase), []).append(phrase)
        self._choices: list[list[tuple[str, str, tuple[Word, ...]]]] = []
        for head, phrases in heads.items():
            self._patterns.append(" " + head)
            ordered = sorted(phrases, key=lambda p: (-len(p.split()), -len(p), p))
            self._choices.append([(_head(p[len(head) :]), p[len(head) :], _told(entries[p])) for p in ordered])
        self._shorter = self._prefixes()
        # The common case at one look: a pattern with a single ending, either "*" or none.
        self._plain = [
            (choices[0][1] == "*", choices[0][2])
            if len(choices) == 1 and choices[0][1] in ("", "*") and len(shorter) == 1 and pattern[-1] != " "
            else None
            for choices, shorter, pattern in zip(self._choices, self._shorter, self._patterns, strict=True)
        ]
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._patterns, matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST
        )

    def _prefixes(self) -> list[list[int]]:
        """For each pattern, the patterns that it begins with, longest first, itself included."""
        numbers = {pattern: number for number, pattern in enumerate(self._patterns)}
        return [[numbers[p[:size]] for size in range(len(p), 1, -1) if p[:size] in numbers] for p in self._patterns]

    def find(self, text: str, offset: int) -> list[Hit]:
        """Every word in `text`, leftmost and longest first, none overlapping; `offset` is where the text begins."""
        padded = f" {text} \n"
        hits: list[Hit] = []
        taken = 0
        for number, start, end in self._automaton.find_matches_as_indexes(padded):
            if start < taken:
                continue
            plain = self._plain[number]
            if plain is None or (not plain[0] and padded[end].isalnum()):
                taken = self._take(padded, number, start, end, offset, hits)
                continue
            if plain[0]:
                while padded[end].isalnum() or padded[end] == "'":
                    end += 1
            taken = end
            for word in plain[1]:
                hits.append(Hit(offset + start, offset + end - 1, word))
        return hits

    def _take(self, text: str, number: int, start: int, head_end: int, offset: int, hits: list[Hit]) -> int:
        """Adds the word that begins at `start`, and those behind it that the automaton skipped; where they end."""
        found = self._longest(text, number, start)
        taken = start + 1
        if found is not None:
            taken, words = found
            hits.extend(Hit(offset + start, offset + taken - 1, word) for word in words)
        if taken < head_end:
            # "досі не" began here but was "досі немає": what it swallowed is looked at again.
            base = taken
            for other, at, end in self._automaton.find_matches_as_indexes(text[base : head_end + LOOK_ON]):
                if base + at >= head_end:
                    break
                if base + at >= taken:
                    taken = self._take(text, other, base + at, base + end, offset, hits)
        return taken

    def _longest(self, text: str, number: int, start: int) -> tuple[int, tuple[Word, ...]] | None:
        best: tuple[int, tuple[Word, ...]] | None = None
        for candidate in self._shorter[number]:
            head_end = start + len(self._patterns[candidate])
            for piece, tail, words in self._choices[candidate]:
                if piece and not text.startswith(piece, head_end):
                    continue
                end = _follow(text, head_end, tail)
                if end and (best is None or end > best[0]):
                    best = end, words
        return best


def _told(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`words` without those that only hide what stands inside them."""
    return tuple(word for word in words if word.group != "ignore")


def _head(phrase: str) -> str:
    """The part of a phrase up to its first star: what the automaton looks for."""
    return phrase.split("*", 1)[0]


def _follow(text: str, at: int, tail: str) -> int:
    """Where the phrase ends whose rest is `tail` ("* подач*"), when the text goes on like that; else 0.

    A star that stands alone is any one word: "every third *".
    """
    while tail:
        if tail[0] == "*":
            if text[at - 1] == " " and not text[at].isalnum():
                return 0
            while text[at].isalnum() or text[at] == "'":
                at += 1
            tail = tail[1:]
            continue
        size = tail.find("*")
        piece = tail if size < 0 else tail[:size]
        if not text.startswith(piece, at):
            return 0
        at += len(piece)
        tail = tail[len(piece) :]
    return 0 if text[at].isalnum() else at


@cache
def lexicon() -> Lexicon:
    """The lexicon of the shipped word files, read at the first call."""
    return load([WORDS / f"{language}.toml" for language in LANGUAGES])


def load(paths: list[Path]) -> Lexicon:
    """The lexicon of the word files at `paths`; LexiconError names the file, line and word of a mistake."""
    entries: dict[str, dict[str, tuple[Word, ...]]] = {}
    for path in paths:
        for phrase, words in _read(path).items():
            entries.setdefault(phrase, {})[path.stem] = words
    return Lexicon(entries)


def _read(path: Path) -> dict[str, tuple[Word, ...]]:
    try:
        source = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise LexiconError(f"{path.name}, line {line}: is not UTF-8. Save the file as UTF-8.") from None
    except OSError as error:
        raise LexiconError(f"{path}: {error.strerror}. Put the word file there.") from None
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path.name}: {error}. Mend the TOML.") from None
    words: dict[str, tuple[Word, ...]] = {}
    for group, rows in tables.items():
        if group not in SHAPE:
            raise _fault(path, source, f"[[{group}]]", f"unknown group “{group}”")
        if not isinstance(rows, list):
            raise _fault(path, source, f"[{group}]", f"write [[{group}]], a list of tables")
        for row in rows:
            _take(path, source, group, row, words)
    return words


def _take(path: Path, source: str, group: str, row: dict[str, Any], words: dict[str, tuple[Word, ...]]) -> None:
    """Adds the words of one table, after checking each of its keys."""
    for key, value in row.items():
        if key != "words" and key not in SHAPE[group]:
            raise _fault(path, source, f"{key} =", f"unknown key “{key}” in [[{group}]]")
        allowed = SHAPE[group].get(key)
        if allowed is not None and value not in allowed:
            raise _fault(path, source, f'{key} = "{value}"', f"“{value}” is none of {', '.join(sorted(allowed))}")
    if "is" not in row or not row.get("words"):
        raise _fault(path, source, f"[[{group}]]", f"a table of [[{group}]] lacks “is” or “words”")
    more = {key: str(value) for key, value in row.items() if key not in ("is", "words")}
    for phrase in row["words"]:
        if not isinstance(phrase, str) or not phrase.strip(" *"):
            raise _fault(path, source, str(phrase), f"“{phrase}” is no word")
        spelling = " ".join(keyed(phrase.replace("*", "\u0001")).split()).replace("\u0001", "*")
        if any(word.group == group for word in words.get(spelling, ())):
            raise _fault(path, source, f'"{phrase}"', f"“{phrase}” stands twice in [[{group}]]", last=True)
        words[spelling] = (*words.get(spelling, ()), Word(group, str(row["is"]), more, phrase))


def _fault(path: Path, source: str, needle: str, what: str, last: bool = False) -> LexiconError:
    at = source.rfind(needle) if last else source.find(needle)
    line = source.count("\n", 0, at) + 1 if at >= 0 else 1
    return LexiconError(f"{path.name}, line {line}: {what}. Correct the word file.")
