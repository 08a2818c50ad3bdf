"""Copies of one text, across outlets and languages, told apart from the same template on another day."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.identity import bands, signature, similar


def pairs(name):
    return [json.loads(line) for line in (Path(__file__).parent / name).read_text("utf-8").splitlines()]


def copies(one, other):
    """As the program decides it: only texts that share a band are compared."""
    a, b = signature(one), signature(other)
    return bool(set(bands(a)) & set(bands(b))) and similar(a, b)


@pytest.mark.parametrize(
    "name, count", [("identity_pairs.jsonl", 200), ("identity_more.jsonl", 107), ("identity_unseen.jsonl", 49)]
)
def test_copies_are_found_with_precision_and_recall_of_95_percent(name, count):
    """Pairs in our own words: edits, syndication and translations against templates, neighbours and the next report.

    The rules were made on the first two sets. The third was written afterwards, and they were not changed for it.
    """
    found = [(pair, copies(pair["a"], pair["b"])) for pair in pairs(name)]
    right = sum(pair["same"] for pair, copied in found if copied)
    assert len(found) == count
    assert right / sum(copied for _, copied in found) >= 0.95, wrong(found)
    assert right / sum(pair["same"] for pair, _ in found) >= 0.95, wrong(found)


def wrong(found):
    return [(pair["why"], pair["a"][:60]) for pair, copied in found if copied != pair["same"]]


@pytest.mark.parametrize(
    "one, other",
    [
        ("96 500", "96,500"),
        ("96 500", "96\u00a0500"),
        ("96,5 тис.", "96.5 thousand"),
        ("412 тисяч", "412,000"),
        ("1,2 млн", "1.2 million"),
        ("2 мільйони", "2 000 000"),
        ("о 06:30", "at 6:30"),
        ("12 вересня", "September 12"),
        ("12 вересня", "12th of September"),
        ("3 мая", "3 травня"),
    ],
)
def test_one_number_written_in_two_ways_is_one_fact(one, other):
    ukrainian = f"Світло\nСтаном на ранок {one} та 4410 абонентів знеструмлено, сказав Віталій Бунечко в Житомирі."
    english = f"Power\nBy the morning {other} and 4,410 users were cut off, as Vitalii Bunechko said in Zhytomyr."
    assert copies(ukrainian, english)
    assert not copies(ukrainian, english.replace(other, "7,777 at 13:31 on 30 December"))


def test_a_region_is_the_same_in_every_form_and_language_and_no_number_is_lost_in_words():
    same = [
        "На Черкащині троє суток без світла через негоду",
        "В Черкасской области трое суток без света из-за непогоды",
    ]
    one, other = (f"{text}: 3 400 будинків, шість сіл і дві лікарні" for text in same)
    assert copies(one, other)
    assert not copies(one, other.replace("Черкасской", "Винницкой"))
    assert not copies(one, other.replace("3 400", "1 900"))


def test_the_daily_schedule_of_another_day_is_another_text():
    template = "Графіки\nУкренерго застосовує {} графіки погодинних відключень з 06:00 до 22:00 в усіх областях."
    assert not copies(template.format("13 вересня"), template.format("14 вересня"))
    assert copies(template.format("13 вересня"), template.format("13 вересня"))


def test_a_headline_in_title_case_names_nobody():
    body = "The head of Sumy region Oleh Hryhorov said that 1,204 homes in Konotop and 13 in Shostka are dark."
    assert copies(f"Drones Cut Power In The Whole North\n{body}", f"Віроломний удар по Півночі\n{body}")


@pytest.mark.parametrize("text", ["", " \n\n", "!?", "Word", "12:00", "\ud800 \x00", "a" * 200_000, "1 " * 70_000])
def test_any_text_has_a_signature_and_an_empty_one_is_nobodys_copy(text):
    found = signature(text)
    assert len(found) <= 600
    assert len(set(bands(found))) == len(bands(found)) <= 40
    assert not similar(found, signature("Без світла лишилися 412 тисяч споживачів у Харкові, сказав Олег Синєгубов."))


@given(st.text(), st.text())
def test_likeness_has_no_direction_and_does_not_depend_on_the_machine(one, other):
    a, b = signature(one), signature(other)
    assert similar(a, b) == similar(b, a)
    assert signature(one) == a
    assert bands(a) == bands(signature(one))


def test_a_signature_is_the_same_everywhere():
    """Signatures are stored; a change of this value means that stored ones must be made again."""
    found = signature("У Харкові 12 вересня без світла 96 500 споживачів.")
    assert found.hex()[:24] == "080008020000001000010000"
