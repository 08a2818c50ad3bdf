"""Cases of place names for the build: pymorphy3's dictionaries, and rules where they do not know a name."""

from __future__ import annotations

import functools
import re

import pymorphy3

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
Forms = tuple[tuple[str, ...], ...]
"""Six cases, each with its variants; the first of the first is the name itself."""

ADJECTIVE = {
    "uk": {
        "ий": ("ий", "ого", "ому", "ий", "им", "ому/ім"),
        "ій": ("ій", "ього", "ьому", "ій", "ім", "ьому/ім"),
        "а": ("а", "ої", "ій", "у", "ою", "ій"),
        "е": ("е", "ого", "ому", "е", "им", "ому/ім/і"),
        "є": ("є", "ього", "ьому", "є", "ім", "ьому/ім"),
    },
    "ru": {
        "ый": ("ый", "ого", "ому", "ый", "ым", "ом"),
        "ий": ("ий", "ого", "ому", "ий", "им", "ом"),
        "ой": ("ой", "ого", "ому", "ой", "ым", "ом"),
        "ая": ("ая", "ой", "ой", "ую", "ой/ою", "ой"),
        "яя": ("яя", "ей", "ей", "юю", "ей", "ей"),
        "ое": ("ое", "ого", "ому", "ое", "ым/им", "ом"),
        "ее": ("ее", "его", "ему", "ее", "им", "ем"),
    },
}
# Nouns by ending, for what the dictionaries do not know; the ending is replaced.
NOUN = {
    "uk": (
        ("ів", ("ів", "ова/ева", "ову/еву", "ів", "овом/евом", "ові/еві/ову")),
        ("їв", ("їв", "єва", "єву", "їв", "євом", "єві/єву")),
        ("ка", ("ка", "ки", "ці", "ку", "кою", "ці")),
        ("ха", ("ха", "хи", "сі", "ху", "хою", "сі")),
        ("га", ("га", "ги", "зі", "гу", "гою", "зі")),
        ("ія", ("ія", "ії", "ії", "ію", "ією", "ії")),
        ("я", ("я", "і", "і", "ю", "ею", "і")),
        ("а", ("а", "и", "і", "у", "ою", "і")),
        ("ове", ("ове", "ового", "овому", "ове", "овим", "овому/овім")),
        ("ки", ("ки", "ок/ків", "кам", "ки", "ками", "ках")),
        ("и", ("и", "ів/", "ам", "и", "ами", "ах")),
        ("і", ("і", "ів/ей", "ям/ам", "і", "ями/ами", "ях/ах")),
        ("ець", ("ець", "ця", "цю/цеві", "ець", "цем", "ці")),
        ("ь", ("ь", "я/і", "ю/і", "ь", "ем/ю", "і")),
        ("е", ("е", "ого/я/а", "ому/ю", "е", "им/ем", "ому/ім/і")),
        ("о", ("о", "а", "у", "о", "ом", "і/у")),
        ("", ("", "а/у", "у/ові", "", "ом", "і/у")),
    ),
    "ru": (
        ("ово", ("ово", "ова", "ову", "ово", "овом", "ове")),
        ("ево", ("ево", "ева", "еву", "ево", "евом", "еве")),
        ("ино", ("ино", "ина", "ину", "ино", "ином", "ине")),
        ("ия", ("ия", "ии", "ии", "ию", "ией", "ии")),
        ("ка", ("ка", "ки", "ке", "ку", "кой", "ке")),
        ("я", ("я", "и", "е", "ю", "ей", "е")),
        ("а", ("а", "ы/и", "е", "у", "ой", "е")),
        ("ки", ("ки", "ок/ков", "кам", "ки", "ками", "ках")),
        ("ы", ("ы", "ов/", "ам", "ы", "ами", "ах")),
        ("и", ("и", "ей/", "ям", "и", "ями", "ях")),
        ("ец", ("ец", "ца", "цу", "ец", "цом/цем", "це")),
        ("ь", ("ь", "я/и", "ю/и", "ь", "ем/ью", "е/и")),
        ("е", ("е", "я", "ю", "е", "ем", "е/и")),
        ("о", ("о", "а", "у", "о", "ом", "е")),
        ("", ("", "а", "у", "", "ом", "е")),
    ),
}
LIKE_ADJECTIVE = {
    "uk": re.compile(r"(ськ|цьк|зьк|н|в|к|г|х|т|д|р|м)(ий|ій|е|є)$|(ськ|цьк|н|ов)а$"),
    "ru": re.compile(r".(ый|ий|ой|ая|яя|ое|ее)$"),
}


@functools.cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    """The dictionary of `language`."""
    return pymorphy3.MorphAnalyzer(lang=language)


def by_rule(word: str, table: tuple[str, str, str, str, str, str] | tuple[str, ...], ending: str) -> Forms:
    """The six cases by replacing `ending` with those of `table`, variants split at "/"."""
    stem = word[: len(word) - len(ending)]
    return tuple(tuple(stem + variant for variant in case.split("/")) for case in table)


def merge(first: Forms, second: Forms) -> Forms:
    """Both readings of a name, case by case."""
    return tuple(tuple(dict.fromkeys((*a, *b))) for a, b in zip(first, second, strict=True))


def from_dictionary(word: str, language: str) -> Forms | None:
    """The cases that pymorphy3 knows for `word` as a place: nouns first, then adjectives that serve as names."""
    found: Forms | None = None
    parses = analyzer(language).parse(word)
    if any(p.tag.POS == "NOUN" and "inan" in p.tag and p.is_known for p in parses):
        parses = [p for p in parses if "Surn" not in p.tag and "Name" not in p.tag]
    for parse in parses:
        tag = parse.tag
        noun = tag.POS == "NOUN" and "nomn" in tag
        if not noun or ("anim" in tag and "Surn" not in tag and "Name" not in tag and "plur" not in tag):
            continue
        if not parse.is_known and found is not None:
            continue
        cases = []
        for case in CASES:
            variants = [
                form.word
                for form in parse.lexeme
                if case in form.tag and (form.tag.number or "sing") == (tag.number or "sing")
            ]
            cases.append(tuple(dict.fromkeys(variants)) or (word,))
        if word not in cases[0]:
            continue
        forms: Forms = ((word,), *cases[1:])
        found = merge(found, forms) if found else forms
    return found


@functools.cache
def decline(word: str, language: str, *, alone: bool = True) -> Forms:
    """The six cases of one word of a name; not `alone` means that an adjective may stand before a noun.

    Names that look like adjectives get both readings where they may be nouns, those in -ів both declensions.
    """
    adjective = as_adjective(word, language, alone=alone)
    known = from_dictionary(word, language)
    sure = known is not None and any(parse.is_known for parse in analyzer(language).parse(word))
    found = [forms for forms in (adjective, known) if forms]
    if not adjective and (not sure or word.endswith(("ів", "їв", "ня"))):
        tail, table = next((tail, table) for tail, table in NOUN[language] if word.endswith(tail))
        found.append(by_rule(word, table, tail))
    if language == "uk" and word.endswith("г"):
        found.append(by_rule(word, ("г", "га/гу", "гу/гові", "г", "гом", "зі/гу"), "г"))
    return functools.reduce(merge, found)


def as_adjective(word: str, language: str, *, alone: bool) -> Forms | None:
    """The cases of a name that declines like an adjective: "Рівне", "Лозова", "Хмельницкий"."""
    ending = next((e for e in sorted(ADJECTIVE[language], key=len, reverse=True) if word.endswith(e)), None)
    if ending is None:
        return None
    known = any(
        parse.is_known and parse.tag.POS == "ADJF" and "nomn" in parse.tag for parse in analyzer(language).parse(word)
    )
    if known and not alone:
        return by_rule(word, ADJECTIVE[language][ending], ending)
    if not LIKE_ADJECTIVE[language].search(word):
        return None
    hard = ending in ("ая", "ое", "ее", "яя", "ый", "ой") or word.endswith(("ский", "цкий"))
    if language == "ru" and not hard and not known:
        return None
    return by_rule(word, ADJECTIVE[language][ending], ending)


def is_common(word: str, language: str) -> bool:
    """Whether `word` is also an ordinary word, so that only its capital letter tells the name."""
    for parse in analyzer(language).parse(word):
        tag = str(parse.tag)
        if (
            parse.is_known
            and not any(mark in tag for mark in ("Geox", "Prop", "Name", "Surn", "Abbr"))
            and (language == "ru" or parse.tag.POS != "NOUN" or parse.normal_form != word or "anim" in tag)
        ):
            return True
    return False
