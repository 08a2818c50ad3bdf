"""Any text whatever gives claims or none, never an exception; and the time grows with the length, not faster."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.domain import Report
from tracker.language import explain, extract
from tracker.language.text import LIMIT

PUBLISHED = datetime(2025, 11, 12, 8, 0, tzinfo=UTC)
PIECES = [
    "Без світла", "в Сумах", "Сумська область", "без воды", "power", "restored", "not", "will be", "немає",
    "нет", " – ", "\n• ", ": ", ", ", "; ", "(", ")", "12", "8,4 тис.", "абонентів", "12 вересня",
    "September 31", "29 лютого", "а", "але", "який", "there", "the region", "крім", "80%", "з 9:00 до 17:00",
    "завтра", "Kyiv", "and the region", "?", "!", "🔌", "\u202e", "\u0301", "\x00", "’", "«", "»", "…", "м. ",
    "с.", "1.2.3", "31.02", "99.99.9999", "0000", "İ", "ß", "графіки", "скасовано", "якщо", "відновлено",
    "Читайте також", "\ud800",
]  # fmt: skip


def report(text, title="", published=PUBLISHED):
    return Report("test", "1", published, title, text)


def check(made, whole):
    for claim in made:
        assert whole[claim.start : claim.end] == claim.evidence


TEXTS = st.one_of(
    st.text(max_size=300),
    st.binary(max_size=300).map(lambda raw: raw.decode("utf-8", "replace")),
    st.binary(max_size=300).map(lambda raw: raw.decode("cp1251", "replace")),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)
MOMENTS = st.integers(663_000_000, 4_133_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
LENIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=400, deadline=None, suppress_health_check=LENIENT)
@given(title=TEXTS, text=TEXTS, published=MOMENTS)
def test_any_text_gives_claims_or_none(title, text, published):
    one = report(text, title, published)
    check(extract(one), one.whole)


@pytest.mark.nightly
@settings(max_examples=50_000, deadline=None, suppress_health_check=LENIENT)
@given(title=TEXTS, text=TEXTS, published=MOMENTS)
def test_fifty_thousand_texts_give_claims_or_none(title, text, published):
    one = report(text, title, published)
    check(extract(one), one.whole)


@settings(max_examples=60, deadline=None, suppress_health_check=LENIENT)
@given(title=TEXTS, text=TEXTS)
def test_any_text_can_be_explained(title, text):
    assert str(explain(report(text, title)))


def test_reading_is_the_same_every_time():
    one = report("Без світла в Сумах 8,4 тис. абонентів, у Полтаві воду повернули.")
    assert extract(one) == extract(one)


def test_what_lies_beyond_the_limit_is_not_read():
    far = "а " * (LIMIT // 2 + 10) + "У Сумах немає світла."
    assert extract(report(far)) == ()


def test_a_day_at_the_calendars_edge_is_no_trouble():
    edge = datetime(2100, 12, 31, 23, 59, tzinfo=UTC) - timedelta(days=1)
    assert extract(report("Завтра в Сумах не буде світла. Післязавтра теж.", published=edge)) is not None


# One repeated text for each rule: what it could make slow if it looked back or forth too far.
GROWING = {
    "letters": "а",
    "spaces": " ",
    "digits": "1",
    "numbers": "12 300 ",
    "commas": ", ",
    "sentences": "У Сумах немає світла. ",
    "one sentence": "у Сумах немає світла, ",
    "places": "Суми, Полтава, Харків, ",
    "lists": "• Суми – без світла\n",
    "headings": "Без світла:\n",
    "cues": "якщо можливо не буде ",
    "services": "світла води тепла газу ",
    "states": "зникло відновлено немає ",
    "dates": "12 вересня 2025 ",
    "months": "вересня ",
    "spelled numbers": "тисяча двісті ",
    "units": "5 абонентів ",
    "anaphora": "там його в області ",
    "brackets": "(",
    "quotes": "«",
    "stops": ". ",
    "clocks": "з 9:00 до 17:00 ",
    "english": "Power was not restored in Sumy, ",
    "russian": "в Сумах нет света, ",
    "failed phrases": "досі немає досі не було ",
    "new lines": "\n",
    "capitals": "У СУМАХ НЕМАЄ СВІТЛА ",
}


# Twice the text may take 2.5 times the time, so four times the text 6.25 times: quadratic reading would take 16 times.
QUADRUPLE = 2.5**2


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_length(name):
    assert grows_evenly(GROWING[name], 20_000)


@pytest.mark.nightly
@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_length_up_to_a_mebibyte(name):
    assert grows_evenly(GROWING[name], 200_000)
    assert grows_evenly(GROWING[name], 1 << 20)


def grows_evenly(piece, length):
    """Whether four times the text takes about four times as long, in one of three goes: a busy machine spoils some."""
    small, large = (report(piece * (size // len(piece))) for size in (length // 4, length))
    extract(report(piece * 3))
    return any(spent(large) <= QUADRUPLE * spent(small) + 0.02 for _ in range(3))


def spent(one):
    start = time.process_time()
    extract(one)
    return time.process_time() - start
