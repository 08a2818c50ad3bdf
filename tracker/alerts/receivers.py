"""Who is told of what, and when: the operator's receivers of `instance/alerts.toml`, and subscribers by mail."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker import regions
from tracker.domain import Development, Service
from tracker.settings import SettingsError
from tracker.store.events import Event
from tracker.times import KYIV

LOUD = frozenset(
    {
        Development.BEGAN,
        Development.WIDENED,
        Development.PARTLY_BACK,
        Development.BACK,
        Development.CORRECTED,
    }
)
"""What people are told of unless they ask otherwise; being told the same again is no news."""

FRESH = timedelta(hours=24)
"""Older news than this reaches people through the feeds; it is no reason to ring at night."""

SETTLE = timedelta(minutes=2)
"""How long a notice waits for what belongs to it: one poll brings several reports of one event."""

PAUSE = timedelta(minutes=15)
"""The shortest time between two notices to one person."""

MORNING = time(8, 0)
"""When a daily digest goes out, Kyiv time."""


class SendError(Exception):
    """A notice was not taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told. `send` takes the events of one notice and its name, the same at every try.

    A machine (`single`) gets each event by itself and at once; people get what belongs together in one notice,
    not in their quiet hours (minutes of the Kyiv day), and once a day if they ask for a digest.
    """

    name: str
    send: Callable[[tuple[Event, ...], str], None]
    regions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    developments: frozenset[str] = frozenset()
    single: bool = False
    settle: timedelta = SETTLE
    pause: timedelta = PAUSE
    daily: bool = False
    quiet_from: int | None = None
    quiet_to: int | None = None

    def wants(self, event: Event) -> bool:
        """Whether the event concerns this receiver."""
        if self.regions and event.region not in self.regions:
            return False
        if self.services and event.service.value not in self.services:
            return False
        if self.developments:
            return event.what.value in self.developments
        if self.single:
            return event.what is not Development.REPEATED
        return event.what in LOUD and event.known - event.at <= FRESH

    def ready(self, first: Event, now: datetime) -> datetime:
        """When a notice that begins with the event `first` may go out."""
        if self.single:
            return now
        moment = max(first.known + self.settle, now)
        if self.daily:
            moment = max(moment, _next_clock(first.known, MORNING))
        return self._awake(moment)

    def _awake(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet hours that it falls into."""
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return moment
        local = moment.astimezone(KYIV)
        minute = local.hour * 60 + local.minute
        if self.quiet_from < self.quiet_to:
            quiet = self.quiet_from <= minute < self.quiet_to
        else:
            quiet = minute >= self.quiet_from or minute < self.quiet_to
        return _next_clock(moment, time(*divmod(self.quiet_to, 60))) if quiet else moment


def _next_clock(moment: datetime, clock: time) -> datetime:
    """The first time after `moment` that Kyiv's clocks show `clock`."""
    local = moment.astimezone(KYIV)
    day = local.date() + timedelta(days=1 if local.time() >= clock else 0)
    return datetime.combine(day, clock, KYIV).astimezone(moment.tzinfo)


KEYS = {
    "webhook": {"name", "url", "secret", "regions", "services", "developments"},
    "apprise": {"name", "url", "language", "regions", "services", "developments", "quiet", "daily"},
}


def read(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The operator's receivers as kind and settings. Raises SettingsError naming what is wrong and where."""
    if not path.exists():
        return []
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}. Mend that line and start again.") from None
    found: list[tuple[str, dict[str, Any]]] = []
    for kind, entries in document.items():
        if kind not in KEYS or not isinstance(entries, list):
            raise SettingsError(f"{path.name} holds “{kind}”; it can hold [[webhook]] and [[apprise]].")
        found += [(kind, _checked(path.name, kind, entry)) for entry in entries]
    names = [entry["name"] for _, entry in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise SettingsError(f"{path.name} names {', '.join(sorted(doubled))} twice; each name must be its own.")
    return found


def _checked(file: str, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    name = str(entry.get("name", "?"))

    def wrong(sentence: str) -> SettingsError:
        return SettingsError(f"{file}, {kind} “{name}”: {sentence}")

    unknown = entry.keys() - KEYS[kind]
    if unknown:
        raise wrong(f"{', '.join(sorted(unknown))} is not known; there are {', '.join(sorted(KEYS[kind]))}.")
    if not entry.get("name") or not entry.get("url"):
        raise wrong("name and url are needed.")
    if kind == "webhook":
        if urlsplit(str(entry["url"])).scheme not in ("http", "https"):
            raise wrong("url must be an http(s) address.")
        if len(str(entry.get("secret", ""))) < 24:
            raise wrong("secret must be at least 24 characters; the receiver checks our signature with it.")
    for key, known in (
        ("regions", regions.BY_CODE.keys()),
        ("services", {service.value for service in Service}),
        ("developments", {development.value for development in Development}),
    ):
        strange = set(entry.get(key, [])) - set(known)
        if strange:
            raise wrong(f"{', '.join(sorted(map(str, strange)))} is not known in {key}.")
    if "quiet" in entry:
        try:
            entry["quiet"] = quiet_hours(str(entry["quiet"]))
        except ValueError as error:
            raise wrong(str(error)) from None
    return entry


def quiet_hours(text: str) -> tuple[int, int]:
    """The minutes of the day that “23:00-07:00” names. Raises ValueError with a sentence."""
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.replace("–", "-").split("-"))
    except ValueError:
        raise ValueError(f"“{text[:20]}” does not name quiet hours; write them like 23:00-07:00.") from None
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute
