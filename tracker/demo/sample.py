"""Reads the sample: feeds as TOML, whose entries say how long before the start they were published.

An entry lies `ago` ("1d 3h", "45m") before the demonstration's start, or appears `after` it while one watches. In its
texts `{day}` is the day of publication in the feed's language, `{day+1}` the next one, `{time}` the hour in Kyiv.
With a `summary` the feed carries only that, and the text stands on the entry's page, above the headlines of
`read_also`. `edit` replaces title and text a while after the start. `says` lists the claims that a careful reader finds
(tests compare), and `trap` names why a careless one would find more.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.times import KYIV

FOLDER = Path(__file__).parent / "sample"

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_KEYS = {"key", "ago", "after", "title", "text", "summary", "read_also", "edit", "says", "trap"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sample briefing, placed in time. `edited` is the second version, which replaces it from its `updated` on."""

    key: str
    published: datetime
    updated: datetime
    title: str
    text: str
    summary: str
    read_also: tuple[str, ...]
    says: tuple[str, ...]
    trap: str
    edited: Entry | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One sample source with its entries, newest first."""

    name: str
    title: str
    form: str
    standing: str
    language: str
    entries: tuple[Entry, ...]

    def visible(self, now: datetime) -> tuple[Entry, ...]:
        """The entries published by `now`, each in the version that stands then."""
        there = (entry for entry in self.entries if entry.published <= now)
        return tuple(entry.edited if entry.edited and entry.edited.updated <= now else entry for entry in there)


def load(started: datetime, folder: Path = FOLDER) -> tuple[Feed, ...]:
    """Every feed of the sample, its times counted from `started`."""
    return tuple(_feed(tomllib.loads(path.read_text("utf-8")), started) for path in sorted(folder.glob("*.toml")))


def _feed(table: dict[str, Any], started: datetime) -> Feed:
    language = table["language"]
    entries = [_entry(entry, language, started) for entry in table.pop("entry")]
    return Feed(**table, entries=tuple(sorted(entries, key=lambda entry: entry.published, reverse=True)))


def _entry(table: dict[str, Any], language: str, started: datetime) -> Entry:
    if unknown := table.keys() - _KEYS:
        raise ValueError(f"Sample entry {table.get('key')} has the unknown key {unknown.pop()}.")
    published = started + span(table["after"]) if "after" in table else started - span(table["ago"])
    edit = table.get("edit")
    first = _version(table, table, published, published, language)
    if not edit:
        return first
    second = _version(table, edit, published, started + span(edit["after"]), language)
    return Entry(**{name: getattr(first, name) for name in Entry.__slots__ if name != "edited"}, edited=second)


def _version(
    table: dict[str, Any], words: dict[str, Any], published: datetime, updated: datetime, language: str
) -> Entry:
    return Entry(
        key=table["key"],
        published=published,
        updated=updated,
        title=fill(words.get("title", ""), published, language),
        text=fill(words["text"].strip(), published, language),
        summary=table.get("summary", ""),
        read_also=tuple(table.get("read_also", ())),
        says=tuple(table["says"]),
        trap=table.get("trap", ""),
    )


def span(text: str) -> timedelta:
    """The length of time that `text` names: "1d 3h", "45m", "30s"."""
    return timedelta(seconds=sum(int(part[:-1]) * _UNITS[part[-1]] for part in text.split()))


def fill(text: str, published: datetime, language: str) -> str:
    """`text` with its placeholders replaced by days and hours around `published`, as they are written in `language`."""
    local = published.astimezone(KYIV)

    def word(match: re.Match[str]) -> str:
        if match["what"] == "time":
            return local.strftime("%H:%M")
        day = local + timedelta(days=int(match["shift"] or 0))
        return f"{day.day} {_MONTHS[language].split()[day.month - 1]}"

    return re.sub(r"\{(?P<what>day|time)(?P<shift>[+-]\d+)?\}", word, text)
