"""The word files: sound as shipped, and a mistake in one stops the start with its file, line and word."""

import pytest

from tracker.language.lexicon import WORDS, LexiconError, lexicon, load
from tracker.language.text import keyed


def words(tmp_path, source):
    path = tmp_path / "uk.toml"
    path.write_text(source, "utf-8")
    return path


def test_the_shipped_word_files_are_sound():
    assert load([WORDS / f"{language}.toml" for language in ("en", "uk", "ru")])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('[[service]]\nis = "water"\ncolour = "blue"\nwords = ["вод*"]\n', "uk.toml, line 3: unknown key “colour”"),
        ('[[service]]\nis = "steam"\nwords = ["пар*"]\n', "uk.toml, line 2: “steam” is none of"),
        ('[[servise]]\nis = "water"\nwords = ["вод*"]\n', "uk.toml, line 1: unknown group “servise”"),
        ('[service]\nis = "water"\nwords = ["вод*"]\n', "uk.toml, line 1: write [[service]]"),
        ('[[service]]\nis = "water"\n', "uk.toml, line 1: a table of [[service]] lacks"),
        ('[[service]]\nis = "water"\nwords = ["вод*",\n"кран",\n"кран"]\n', "uk.toml, line 5: “кран” stands twice"),
        ('[[service]]\nis = "water"\nwords = ["*"]\n', "“*” is no word"),
        ('[[service]]\nis = "water\n', "uk.toml: "),
    ],
)
def test_a_mistake_stops_the_start_and_is_named(tmp_path, source, said):
    with pytest.raises(LexiconError, match=r"Correct the word file|Mend the TOML") as stopped:
        load([words(tmp_path, source)])
    assert said in str(stopped.value)


def test_a_file_that_is_not_utf8_or_not_there_stops_the_start(tmp_path):
    path = tmp_path / "uk.toml"
    path.write_bytes('[[service]]\nis = "water"\nwords = ["вод*"]\n'.encode("cp1251"))
    with pytest.raises(LexiconError, match=r"uk\.toml, line 3: is not UTF-8"):
        load([path])
    with pytest.raises(LexiconError, match=r"ru\.toml: No such file"):
        load([tmp_path / "ru.toml"])


def found(tmp_path, source, text):
    return [(hit.word.group, hit.word.phrase) for hit in load([words(tmp_path, source)]).find(keyed(text), "uk")]


SOURCE = """
[[service]]
is = "water"
words = ["вод*", "гаряч* вод*"]
[[cue]]
is = "pending"
words = ["досі не"]
[[state]]
is = "lack"
words = ["немає"]
[[cue]]
is = "still"
words = ["досі"]
[[ignore]]
is = "nothing"
words = ["водій*"]
"""


def test_a_star_takes_every_ending(tmp_path):
    assert found(tmp_path, SOURCE, "Воду, води!") == [("service", "вод*"), ("service", "вод*")]


def test_a_stem_does_not_begin_inside_a_word(tmp_path):
    assert found(tmp_path, SOURCE, "поводу") == []


def test_the_longest_phrase_wins(tmp_path):
    assert found(tmp_path, SOURCE, "гарячої води") == [("service", "гаряч* вод*")]


def test_an_exception_hides_the_stem_inside_it(tmp_path):
    assert found(tmp_path, SOURCE, "водій") == []


def test_a_phrase_that_fails_gives_back_what_it_swallowed(tmp_path):
    assert [group for group, _ in found(tmp_path, SOURCE, "досі немає")] == ["cue", "state"]


@pytest.mark.parametrize(("text", "phrases"), [("no home is", ["no * is"]), ("no is", []), ("no", []), ("no home", [])])
def test_a_star_alone_is_one_word(tmp_path, text, phrases):
    source = '[[state]]\nis = "lack"\nwords = ["no * is"]\n'
    assert [phrase for _, phrase in found(tmp_path, source, text)] == phrases


def test_a_star_at_the_end_of_a_text_finds_no_word(tmp_path):
    source = '[[extent]]\nis = "partly"\nwords = ["every third *"]\n'
    assert found(tmp_path, source, "every third") == []
    assert found(tmp_path, source, "every third home.") == [("extent", "every third *")]


def test_words_of_three_languages_are_found_in_one_pass():
    groups = {hit.word.group for hit in lexicon().find(keyed("Світло зникло, свет пропал, power was lost"), "en")}
    assert {"service", "state"} <= groups
