"""Transliteration for the build: Ukrainian to English by the official rules (KMU 2010), to Russian roughly."""

from __future__ import annotations

import re

START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
ROMAN = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch  iu ia"
LETTERS = dict(zip("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", ROMAN.split(" "), strict=True)) | {
    "'": "",
    "ы": "y",
    "э": "e",
    "ё": "io",
    "ъ": "",
}


def english(name: str) -> str:
    """`name` in official romanization: "Згурівка" is "Zghurivka", "Знам'янка" is "Znamianka"."""
    low = name.lower().replace("’", "'").replace("зг", "зgh")
    out = []
    for i, letter in enumerate(low):
        initial = i == 0 or not (low[i - 1].isalpha() or low[i - 1] == "'")
        if letter in START and initial:
            out.append(START[letter])
        elif letter == "и" and initial:
            out.append("y")
        else:
            out.append(LETTERS.get(letter, letter))
    parts = re.split(r"([ -])", "".join(out))
    return "".join(part[:1].upper() + part[1:] for part in parts)


ENDINGS = (
    (r"ціївка$", "циевка"),
    (r"іївка$", "еевка"),
    (r"їївка$", "еевка"),
    (r"аївка$", "аевка"),
    (r"([жчшщй])івка$", r"\1евка"),
    (r"ївка$", "евка"),
    (r"івка$", "овка"),
    (r"івці$", "овцы"),
    (r"ївці$", "евцы"),
    (r"ївськ", "евск"),
    (r"івськ", "овск"),
    (r"ський$", "ский"),
    (r"цький$", "цкий"),
    (r"ська$", "ская"),
    (r"ське$", "ское"),
    (r"цьке$", "цкое"),
    (r"цька$", "цкая"),
    (r"ськ$", "ск"),
    (r"цьк$", "цк"),
    (r"ів$", "ов"),
    (r"їв$", "ев"),
    (r"ове$", "ово"),
    (r"єве$", "ево"),
    (r"еве$", "ево"),
    (r"ине$", "ино"),
    (r"не$", "ное"),
    (r"([гкхжчшщ])ий$", r"\1ий"),
    (r"ий$", "ый"),
    (r"иця$", "ица"),
    (r"ці$", "цы"),
    (r"([бвдзлмнпрстф])и$", r"\1ы"),
    (r"ець$", "ец"),
    (r"ілля$", "илье"),
    (r"пілля$", "полье"),
    (r"поль?е$", "полье"),
)
# Roots that differ between the two languages by more than single letters.
ROOTS = (
    ("слов'ян", "славян"),
    ("кам'ян", "камен"),
    ("знам'ян", "знамен"),
    ("біл", "бел"),
    ("ліс", "лес"),
    ("річ", "реч"),
    ("нові", "новы"),
    ("микол", "никол"),
    ("олекс", "алекс"),
    ("олексі", "алексе"),
    ("андрі", "андре"),
    ("матві", "матве"),
    ("сергі", "серге"),
    ("катерин", "екатерин"),
    ("ганн", "анн"),
    ("гнат", "игнат"),
    ("залізн", "железн"),
    ("червон", "червон"),
    ("веселе", "веселое"),
    ("велик", "велик"),
    ("гірськ", "горск"),
    ("гір", "гор"),
    ("піль", "поль"),
    ("дністр", "днестр"),
    ("дніпр", "днепр"),
    ("межи", "межи"),
    ("між", "меж"),
    ("під", "под"),
    ("поділ", "подол"),
    ("південн", "южн"),
    ("північн", "северн"),
    ("східн", "восточн"),
    ("західн", "западн"),
    ("світл", "светл"),
    ("сірськ", "серск"),
    ("звір", "звер"),
    ("хліб", "хлеб"),
    ("степ", "степ"),
    ("міст", "мост"),
    ("ніжин", "нежин"),
    ("лозів", "лозов"),
    ("тополів", "тополев"),
)
ADJECTIVES = re.compile(
    r"^(нов|стар|велик|мал|біл|чорн|красн|червон|гол|сух|верхн|нижн|середн|горішн|довг|добр|зелен|кам'ян|липов|лісов|мирн|"
    r"синя|висок|глибок|широк|гостр|руськ|польськ|козач|станичн|солон|руд|крив|пуст|свят|ясн|жовт|велик)(а|е|ий|і)$"
)
ADJECTIVE_ENDINGS = {"а": "ая", "е": "ое", "ий": "ый", "і": "ые"}
RUSSIAN = str.maketrans({"і": "и", "ї": "и", "є": "е", "ґ": "г", "'": ""})


def russian(name: str) -> str:
    """A guess at the Russian spelling of lower-case `name`: "андріївка" is "андреевка". Checked names win over it."""
    words = re.split(r"([ -])", name)
    for i, word in enumerate(words):
        if len(words) > 1 and (adjective := ADJECTIVES.match(word)):
            ending = ADJECTIVE_ENDINGS[adjective[2]]
            soft = adjective[1].endswith(("к", "г", "х", "н")) and ending == "ый" and adjective[1][-1] != "н"
            word = adjective[1] + (ending.replace("ы", "и") if soft else ending)
        for root, other in ROOTS:
            word = word.replace(root, other)
        for pattern, replacement in ENDINGS:
            changed = re.sub(pattern, replacement, word)
            if changed != word:
                word = changed
                break
        words[i] = word.replace("ськ", "ск").replace("цьк", "цк").translate(RUSSIAN)
    return "".join(words)
