"""Every setting, its default and its check: one table, read from `instance/config.toml` and `TRACKER_…`.

The environment wins over the file. An unknown name or a wrong value stops the start with a sentence.
"""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its default, its meaning, and what a usable value is."""

    default: object
    meaning: str
    check: Callable[[object], bool]
    wants: str


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _address(value: object) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)


SETTINGS: Mapping[str, Setting] = {
    "SQLALCHEMY_DATABASE_URI": Setting(
        "sqlite:///tracker.sqlite",
        "the database; a relative SQLite path lies in instance/",
        _text,
        "a database address",
    ),
    "HOST": Setting("127.0.0.1", "address to listen on", _text, "an IP address or host name"),
    "PORT": Setting(8000, "port to listen on", _whole(0, 65535), "a whole number from 0 to 65535"),
    "BASE_URL": Setting(
        "http://127.0.0.1:8000",
        "where the public reaches the site; used in feeds and links",
        _address,
        "an http(s) address",
    ),
    "ALLOW_PRIVATE_NETWORKS": Setting(
        False,
        "lets sources on loopback and private addresses be fetched (tests, demonstration)",
        _flag,
        "true or false",
    ),
    "POLL_MINUTES": Setting(5, "interval between polls of a source that names none", _whole(1, 1440), "1 to 1440"),
    "SECRET_KEY": Setting(
        "", "signs the moderators' sessions; made and kept in instance/ when empty", _text, "at least 32 characters"
    ),
    "LOG_FORMAT": Setting("text", "log lines as text or json", lambda value: value in ("text", "json"), "text or json"),
    "LOG_LEVEL": Setting(
        "INFO",
        "least severe log line shown",
        lambda value: value in ("DEBUG", "INFO", "WARNING", "ERROR"),
        "DEBUG, INFO, WARNING or ERROR",
    ),
    "CONTACT": Setting("", "address for site owners, sent in the User-Agent of our requests", _text, "text"),
    "PROXIES": Setting(
        0, "reverse proxies before the site whose X-Forwarded-For and -Proto are believed", _whole(0, 9), "0 to 9"
    ),
    "API_PER_MINUTE": Setting(
        240, "requests a minute that the API grants one address", _whole(1, 10_000_000), "1 or more"
    ),
    "STREAM_LISTENERS": Setting(
        2, "listeners that /api/v1/stream keeps connected; further ones ask again", _whole(0, 10_000), "0 to 10000"
    ),
    "WEBSUB_HUB": Setting(
        "", "WebSub hub that is told of changed feeds; empty tells none", _text, "an http(s) address"
    ),
    "DEADMAN_URL": Setting(
        "",
        "address asked every minute while the board is fresh, so that its owner notices our silence; empty asks none",
        _text,
        "an http(s) address",
    ),
    "MAIL_FROM": Setting("", "sender of alerts by e-mail; empty sends none", _text, "an e-mail address"),
    "SMTP_HOST": Setting("", "mail server that takes alerts by e-mail; empty sends none", _text, "a host name"),
    "SMTP_PORT": Setting(587, "port of the mail server", _whole(1, 65535), "a whole number from 1 to 65535"),
    "SMTP_USER": Setting("", "user name at the mail server; empty logs nobody in", _text, "text"),
    "SMTP_PASSWORD": Setting("", "password at the mail server", _text, "text"),
    "SMTP_SECURITY": Setting(
        "starttls",
        "how the way to the mail server is secured",
        lambda value: value in ("starttls", "tls", "none"),
        "starttls, tls or none",
    ),
    "PUSH_SERVICES": Setting(
        "", "hosts of browsers' push services that may ring readers' devices; empty rings none", _text, "host names"
    ),
    "PUBLISH_FOLDER": Setting(
        "",
        "folder to keep the public site in as files; a relative one lies in instance/; empty keeps none",
        _text,
        "text",
    ),
    "CAP_SENDER": Setting("", "sender of CAP messages, such as outages@example.org; empty sends none", _text, "text"),
    "CAP_STATUS": Setting(
        "Exercise",
        "status of CAP messages",
        lambda value: value in ("Actual", "Exercise", "System", "Test", "Draft"),
        "Actual, Exercise, System, Test or Draft",
    ),
}

PREFIX = "TRACKER_"


def load(instance: Path, environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """All settings by name, checked, from defaults, `instance/config.toml` and the environment.

    Raises SettingsError naming the setting, the value's fault and what would be right.
    """
    found: dict[str, object] = {name: setting.default for name, setting in SETTINGS.items()}
    for origin, given in (("instance/config.toml", _from_file(instance)), ("the environment", _from_environ(environ))):
        for name, value in given.items():
            if name not in SETTINGS:
                raise SettingsError(f"{origin} sets {PREFIX}{name}, which is not a setting. The README lists them all.")
            found[name] = value
    for name, setting in SETTINGS.items():
        if not setting.check(found[name]):
            raise SettingsError(f"{PREFIX}{name} is {found[name]!r}, but must be {setting.wants}.")
    found["SQLALCHEMY_DATABASE_URI"] = _driver(str(found["SQLALCHEMY_DATABASE_URI"]))
    found["SECRET_KEY"] = _secret(str(found["SECRET_KEY"]), instance)
    return found


def _from_file(instance: Path) -> dict[str, object]:
    path = instance / "config.toml"
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"instance/config.toml cannot be read: {error}. Mend that line and start again.") from None


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    return {
        name[len(PREFIX) :]: _value(name, text)
        for name, text in environ.items()
        if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")
    }


def _value(name: str, text: str) -> object:
    """`text` as true, false or a number where the setting is one, else as it stands."""
    setting = SETTINGS.get(name[len(PREFIX) :])
    if setting is None or isinstance(setting.default, str):
        return text
    try:
        return json.loads(text.strip().lower())
    except ValueError:
        return text


def _driver(address: str) -> str:
    """The database address with the driver that we ship: a bare PostgreSQL scheme means psycopg 3."""
    for scheme in ("postgres://", "postgresql://"):
        if address.startswith(scheme):
            return "postgresql+psycopg://" + address.removeprefix(scheme)
    return address


def _secret(given: str, instance: Path) -> str:
    """The signing key: the one given if it is long enough, else one made once and kept in `instance/secret`."""
    if given:
        if len(given) < 32 or len(set(given)) < 10:
            raise SettingsError(
                "TRACKER_SECRET_KEY is too weak; use at least 32 random characters, or leave it empty to have one made."
            )
        return given
    path = instance / "secret"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), "utf-8")
    return path.read_text("utf-8").strip()
