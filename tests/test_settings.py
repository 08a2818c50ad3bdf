"""Settings come from one table; what is wrong stops the start with a sentence that names it."""

import pytest

from tracker.settings import SettingsError, load


def test_defaults_serve_a_newcomer(tmp_path):
    found = load(tmp_path, {})
    assert found["HOST"] == "127.0.0.1"
    assert found["PORT"] == 8000
    assert found["ALLOW_PRIVATE_NETWORKS"] is False


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "config.toml").write_text('PORT = 9000\nLOG_LEVEL = "DEBUG"\n')
    found = load(tmp_path, {"TRACKER_PORT": "9001", "HOME": "/root"})
    assert (found["PORT"], found["LOG_LEVEL"]) == (9001, "DEBUG")


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"TRACKER_PORT": "ninety"}, "TRACKER_PORT"),
        ({"TRACKER_PORT": "70000"}, "65535"),
        ({"TRACKER_ALLOW_PRIVATE_NETWORKS": "perhaps"}, "true or false"),
        ({"TRACKER_BASE_URL": "example.org"}, "http(s) address"),
        ({"TRACKER_SECRET_KEY": "short"}, "too weak"),
        ({"TRACKER_SECRET_KEY": "a" * 64}, "too weak"),
        ({"TRACKER_COLOUR": "red"}, "TRACKER_COLOUR"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, environ, names):
    with pytest.raises(SettingsError, match=names.replace("(", r"\(").replace(")", r"\)")):
        load(tmp_path, environ)


def test_an_unreadable_file_is_named(tmp_path):
    (tmp_path / "config.toml").write_text("PORT == 1")
    with pytest.raises(SettingsError, match=r"config\.toml cannot be read"):
        load(tmp_path, {})


def test_the_secret_is_made_once_and_kept_private(tmp_path):
    first = load(tmp_path, {})["SECRET_KEY"]
    assert load(tmp_path, {})["SECRET_KEY"] == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_bare_postgresql_address_gets_our_driver(tmp_path, scheme):
    found = load(tmp_path, {"TRACKER_SQLALCHEMY_DATABASE_URI": f"{scheme}://db/tracker"})
    assert found["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://db/tracker"
