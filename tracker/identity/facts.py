"""The numbers, dates and times of a text, whatever its language: "96 500" is "96,500", "three" is "трьох"."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

STRONG, DATED, SMALL = 3, 2, 1
"""What a shared number proves: 96,500 or 23:40 much, 12 September some, "2 pumps" little."""

MONTHS = (
    "січ|янв|jan лют|фев|feb берез|март|mar квіт|апр|apr трав|мая|may черв|июн|jun лип|июл|jul серп|авг|aug "
    "верес|сент|sep жовт|окт|oct листоп|нояб|nov груд|дек|dec"
)
MONTH = {stem: number for number, stems in enumerate(MONTHS.split(), 1) for stem in stems.split("|")}
_MONTH = "|".join(MONTH)

COUNTED = {
    2: "дві двом двох двома двоє два две двух двум двумя двое two",
    3: "три трьох трьом трьома троє трех трёх трем тремя трое three третьої третій третього третьего",
    4: "чотири чотирьох чотирьом четыре четырех четырёх четырем four четвертої четвертого четвёртого",
    5: "п'ять п'яти п'ятьох пять пяти five п'ятої п'ятого пятого",
    6: "шість шести шістьох шесть six шостої шостого шестого",
    7: "сім семи сімох семь seven сьомої сьомого седьмого",
    8: "вісім восьми вісьмох восемь eight восьмої восьмого",
    9: "дев'ять дев'яти девять девяти nine дев'ятої дев'ятого девятого",
    10: "десять десяти десятьох ten десятої десятого",
    11: "одинадцять одинадцяти одиннадцать одиннадцати eleven",
    12: "дванадцять дванадцяти двенадцать двенадцати twelve",
    14: "чотирнадцять чотирнадцяти четырнадцать четырнадцати fourteen",
    15: "п'ятнадцять п'ятнадцяти пятнадцать пятнадцати fifteen",
    20: "двадцять двадцяти двадцать двадцати twenty",
    30: "тридцять тридцяти тридцать тридцати thirty",
    40: "сорок сорока forty",
    50: "п'ятдесят пятьдесят fifty",
    100: "сто ста hundred",
}
"""Numbers in words; one is left out, for it is an article and a pronoun as well."""

WEEKDAYS = (
    "понеділок понеділка понедельник понедельника monday",
    "вівторок вівторка вторник вторника tuesday",
    "середу середи среду среды wednesday",
    "четвер четверга четверг thursday",
    "п'ятницю п'ятниці пятницу пятницы friday",
    "суботу суботи субботу субботы saturday",
    "неділю неділі воскресенье воскресенья sunday",
)
_SAID = {word: f"{value}" for value, words in COUNTED.items() for word in words.split()}
_SAID |= {word: f"weekday {day}" for day, words in enumerate(WEEKDAYS) for word in words.split()}

FACT = re.compile(
    r"\b(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)\b"
    rf"|\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\w*"
    rf"|\b(?P<month_>{_MONTH})\w* (?P<day_>[0-3]?\d)(?:st|nd|rd|th)?\b(?![:.,]\d)"
    r"|\b(?P<number>\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"(?:[ \u00a0]?(?P<times>тис|тыс|thousand|млн|мільйон|миллион|million))?"
)
"""A time of day, a date in words, or a number with its multiplier, in the three languages."""


def hashed(text: str) -> int:
    """32 well-mixed bits: a checksum alone keeps neighbours together."""
    mixed = zlib.crc32(text.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15
    return mixed >> 24 & 0xFFFFFFFF


def said(word: str) -> int | None:
    """The fact that a word tells: a small number or a day of the week."""
    name = _SAID.get(word)
    return None if name is None else _fact(name, SMALL)


def numbers(text: str) -> Iterator[int]:
    """The facts that digits in `text` tell; the last two bits of each are its weight."""
    for found in FACT.finditer(text):
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
    if digits.isdecimal():
        return float(digits)
    if re.fullmatch(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+", digits):
        return float(re.sub(r"\D", "", digits))
    return float(digits.replace(",", "."))


def _multiplier(word: str | None) -> int:
    if word is None:
        return 1
    return 1_000 if word in ("тис", "тыс", "thousand") else 1_000_000


def _fact(name: str, weight: int) -> int:
    return hashed(name) & ~3 | weight
