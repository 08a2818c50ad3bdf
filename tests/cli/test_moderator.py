"""`tracker moderator`: names, passwords, and what is refused."""

import pytest
from click.testing import CliRunner

from tracker.cli import main


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Runs `tracker moderator …` on a database of its own."""
    monkeypatch.setenv("TRACKER_SQLALCHEMY_DATABASE_URI", f"sqlite:///{tmp_path}/tracker.sqlite")

    def run(*words, typed=""):
        return CliRunner().invoke(main, ["moderator", *words], input=typed)

    return run


def test_a_moderator_is_added_with_a_password_from_standard_input(call):
    assert call("add", "olena", typed="quiet winter lamp 7\n").output == "“olena” may now log in at /login.\n"
    assert call("list").output == "olena\n"


def test_a_name_is_given_once(call):
    call("add", "olena", typed="quiet winter lamp 7\n")
    again = call("add", "olena", typed="another winter lamp 8\n")
    assert again.exit_code == 1 and "There is a moderator “olena” already" in again.output


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "x" * 300])
def test_a_weak_password_is_refused_with_a_sentence(call, password):
    answer = call("add", "olena", typed=password + "\n")
    assert answer.exit_code == 1 and "The password" in answer.output
    assert call("list").output == ""


@pytest.mark.parametrize("name", [" ", "x" * 81, "a\x07b"])
def test_a_name_that_cannot_be_read_is_refused(call, name):
    assert call("add", name, typed="quiet winter lamp 7\n").exit_code == 1


def test_a_password_can_be_changed_and_a_moderator_removed(call):
    call("add", "olena", typed="quiet winter lamp 7\n")
    assert "is changed" in call("password", "olena", typed="another winter lamp 8\n").output
    assert "can no longer log in" in call("remove", "olena").output
    assert call("list").output == "olena  (removed)\n"
    for words in (["password", "nobody"], ["remove", "nobody"]):
        assert "There is no moderator “nobody”." in call(*words, typed="another winter lamp 8\n").output
