"""Lines, sentences, numbers, days and the guess of a language."""

from datetime import date

import pytest

from tracker.language.dates import days
from tracker.language.lexicon import lexicon
from tracker.language.numbers import numbers
from tracker.language.passages import guess_language
from tracker.language.text import Role, cut, keyed

PUBLISHED = date(2025, 11, 12)  # a Wednesday


def sentences(text):
    return [text[one.start : one.end] for one in cut(text).sentences]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Світла немає. Води теж.", ["Світла немає.", "Води теж."]),
        ("Без світла 8,4 тис. абонентів.", ["Без світла 8,4 тис. абонентів."]),
        ("На вул. Садовій темно. Чекаємо.", ["На вул. Садовій темно.", "Чекаємо."]),
        ("У м. Суми темно.", ["У м. Суми темно."]),
        ("Power is out. St. Nicholas waits.", ["Power is out.", "St. Nicholas waits."]),
        ("«Темно!» – каже мер.", ["«Темно!» – каже мер."]),
        ("Скорость 1.5 ГВт. Темно.", ["Скорость 1.5 ГВт.", "Темно."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, pieces):
    assert sentences("Заголовок\n" + text)[1:] == pieces


def test_lines_know_what_they_are():
    text = "Зведення\n\nВОДА\nУ Сумах води немає.\n• Ромни – є\n17:40\nКінець."
    assert [line.role for line in cut(text).lines] == [
        Role.TITLE, Role.HEADING, Role.PROSE, Role.ITEM, Role.CLOCK, Role.PROSE,
    ]  # fmt: skip


def test_every_sentence_lies_where_it_says():
    text = "Світло\n\n• Суми – темно! Дуже.\n" + "слово " * 600
    for one in cut(text).sentences:
        assert text[one.start : one.end].strip()


@pytest.mark.parametrize("letter", ["İ", "ß", "ŉ", "ǰ", "é", "ё", "’"])
def test_the_looked_up_form_is_as_long_as_the_text(letter):
    assert len(keyed(f"а{letter}б")) == 3


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Power was lost in Sumy", "en"),
        ("Зникло світло в Сумській області", "uk"),
        ("Пропал свет в Сумской области, объявили", "ru"),
        ("", "en"),
    ],
)
def test_the_language_is_guessed_by_its_letters(text, language):
    assert guess_language(text) == language


def counted(text):
    hits = lexicon().find(keyed(text), guess_language(text))
    return [(int(number.value), number.counts) for number in numbers(text, 0, len(text), hits) if number.counts]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8,4 тис. абонентів", (8400, "customers")),
        ("18 600 родин", (18600, "customers")),
        ("some 30,000 households", (30000, "customers")),
        ("1.2 million people", (1200000, "customers")),
        ("тисяча вісімсот сімдесят абонентів", (1870, "customers")),
        ("двух с половиной тысяч человек", (2500, "customers")),
        ("219 населених пунктів", (219, "places")),
        ("1900 МВт", (1900, "other")),
        ("11,2 тыс. потребителей", (11200, "customers")),
    ],
)
def test_numbers_say_what_they_count(text, value):
    assert value in counted(text)


def test_a_number_in_a_name_counts_nothing():
    assert counted("ТЕЦ-5 абонентів") == []


def told(text, ahead=False):
    hits = lexicon().find(keyed(text), guess_language(text))
    return [day.day for day in days(text, 0, len(text), hits, PUBLISHED, ahead)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("сьогодні вранці", date(2025, 11, 12)),
        ("вчора ввечері", date(2025, 11, 11)),
        ("у понеділок", date(2025, 11, 10)),
        ("в среду", date(2025, 11, 12)),
        ("on Sunday", date(2025, 11, 9)),
        ("9 листопада", date(2025, 11, 9)),
        ("on September 11, 2022", date(2022, 9, 11)),
        ("31 грудня", date(2025, 12, 31)),
        ("12.11.2025", date(2025, 11, 12)),
        ("у ніч із 5 на 6 листопада", date(2025, 11, 5)),
    ],
)
def test_days_are_reckoned_from_publication(text, day):
    assert day in told(text)


def test_a_range_of_days_is_no_day():
    assert told("з 4 по 6 листопада") == [None]


def test_a_weekday_of_an_announcement_lies_ahead():
    assert told("у п'ятницю", ahead=True) == [date(2025, 11, 14)]


def test_a_date_that_does_not_exist_is_no_day():
    assert told("31 лютого") == []
