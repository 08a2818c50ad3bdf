"""Every text of the pages is there in Ukrainian, for sure, and compiled."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tracker.domain import Confidence, Development, Ending, Kind, Service, SourceKind, Standing, State, Track
from tracker.web import words

ROOT = Path(__file__).parents[2]
UKRAINIAN = ROOT / "tracker/translations/uk/LC_MESSAGES"


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """Every text that the program can say."""
    file = tmp_path_factory.mktemp("texts") / "messages.pot"
    call = [
        "pybabel",
        "-q",
        "extract",
        "-F",
        str(ROOT / "babel.cfg"),
        "-k",
        "say:2",
        "-k",
        "count:2,3",
        "-k",
        "Refused",
    ]
    CommandLineInterface().run([*call, "-o", str(file), str(ROOT)])
    with file.open("rb") as stream:
        return {message.id for message in read_po(stream) if message.id}


@pytest.fixture(scope="module")
def given():
    """The Ukrainian catalogue."""
    with (UKRAINIAN / "messages.po").open("rb") as stream:
        return read_po(stream, locale="uk")


def test_no_text_is_missing(wanted, given):
    known = {message.id for message in given if message.id}
    assert wanted - known == set()


def test_no_text_is_left_over(wanted, given):
    assert {message.id for message in given if message.id} - wanted == set()


def test_no_text_is_empty_or_uncertain(given):
    for message in given:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms) and len(forms) == (3 if message.pluralizable else 1), message.id
        assert not message.fuzzy or not message.id, message.id


def test_every_text_keeps_its_blanks(given):
    for message in given:
        if not message.id:
            continue
        keys = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        blanks = set(re.findall(r"%\(\w+\)\w|%%", keys[-1]))
        assert all(set(re.findall(r"%\(\w+\)\w|%%", form)) == blanks for form in forms), message.id


def test_the_compiled_catalogue_is_that_of_today(given):
    made = io.BytesIO()
    write_mo(made, given)
    assert (UKRAINIAN / "messages.mo").read_bytes() == made.getvalue()


@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_value_has_its_own_word(language):
    speaking = {
        State: words.state, Service: words.service, Kind: words.kind, Development: words.development,
        Ending: words.ending, Standing: words.standing, Track: words.track, SourceKind: words.source_kind,
        Confidence: words.confidence,
    }  # fmt: skip
    for values, word in speaking.items():
        said = [word(value, language) for value in values]
        assert all(said) and len(set(said)) == len(said)
    assert len({words.SIGNS[state] for state in State}) == len(State)


@pytest.mark.parametrize(
    ("number", "phrase"), [(1, "1 день"), (2, "2 дні"), (5, "5 днів"), (11, "11 днів"), (21, "21 день")]
)
def test_ukrainian_counts_as_ukrainians_do(number, phrase):
    assert words.count("uk", "%(n)d day", "%(n)d days", number) == phrase
