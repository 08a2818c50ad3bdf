"""Each passage of a report is read with the words of its own language."""

import make
import pytest

from tracker.language import extract
from tracker.language.lexicon import lexicon
from tracker.language.passages import passages
from tracker.language.text import cut

MIXED = (
    "Зведення з області\n\nУ Сумах зникло світло.\n\nРоссийский губернатор: «Белгород обесточен, энергетики выехали»."
)


def tongues(text, language):
    return [language for *_, language, _ in passages(cut(text), language)]


def test_a_quotation_in_another_language_is_a_passage_of_its_own():
    assert tongues(MIXED, "uk") == ["uk", "ru"]


def test_a_foreign_letter_in_a_name_proves_no_other_language():
    assert tongues("Електрика зникла в Ялті, пише «Крымэнерго».", "uk") == ["uk"]


def test_what_shows_no_language_is_read_with_all_words():
    assert passages(cut("Без газа"), "uk") == [(0, 8, "uk", False)]


@pytest.mark.parametrize("text", ["", "12:30", "🔌", "…"])
def test_a_text_without_letters_has_one_passage_at_most(text):
    assert len(passages(cut(text), "en")) <= 1


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Разрушения в области, объявлен розыск", "ru", "раз"),
        ("Речниця пожартувала, що їй тепло", "uk", "пожар"),
    ],
)
def test_a_stem_of_one_language_does_not_fire_in_the_other(text, language, word):
    [(start, end, tongue, sure)] = passages(cut(text), language)
    found = lexicon().find(cut(text).keyed, tongue, start, end, sure)
    assert not any(text[hit.start : hit.end].lower().startswith(word) for hit in found)


def test_both_passages_of_a_mixed_report_give_their_claims():
    text = (
        "У Сумах зникло світло, живлення підстанції втрачено.\n\nВ Одессе выключили воду, сообщили эксплуатационщики."
    )
    said = {(claim.region, claim.service.value) for claim in extract(make.report(title="", text=text))}
    assert said == {("UA-59", "electricity"), ("UA-51", "water")}
