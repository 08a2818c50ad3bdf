"""An entry of a feed, page or channel: first as it stood there (Raw), then as we read it (Entry), then as a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urljoin, urlsplit

from tracker.domain import Report, Source, short_hash
from tracker.ingest import dates, markup

MOST = 500
LONGEST_TITLE = 500
SHORT = 600
"""A text below so many characters, with a link beside it, is taken for a summary of the page behind the link."""

AHEAD = timedelta(minutes=10)
"""Clocks differ by minutes; a date further ahead is wrong, and the moment we first saw the entry counts instead."""

CUT_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\]|читати далі|читать далее|read more|continue reading)\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Raw:
    """An entry's parts as they stood in the document, markup and all; `whole`: its text is known to be the full one."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    published: str = ""
    updated: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was read: plain text, aware dates, a stable key.

    `short` says that the text is likely a mere summary. `fingerprint` changes when the publisher changes the entry.
    """

    key: str
    title: str
    text: str
    url: str
    published: datetime | None
    updated: datetime | None
    short: bool
    fingerprint: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one document held. `note` is a sentence for the operator where something was left out."""

    title: str = ""
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    note: str = ""


def read(raws: Sequence[Raw], base: str, zone: tzinfo) -> tuple[Entry, ...]:
    """The entries of one document: text cleaned, dates read, each key once; entries without a word are left out."""
    from tracker.ingest.keys import keys

    found: dict[str, Entry] = {}
    for raw, key in zip(raws, keys(raws), strict=True):
        entry = _entry(raw, key, base, zone)
        if (entry.title or entry.text) and key not in found:
            found[key] = entry
    return tuple(found.values())


def _entry(raw: Raw, key: str, base: str, zone: tzinfo) -> Entry:
    title = markup.plain(raw.title).replace("\n", " ")
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rpartition(" ")[0] + "…"
    content = markup.plain(raw.content)
    summary = content if raw.summary == raw.content else markup.plain(raw.summary)
    text = content if len(content) >= len(summary) else summary
    url = link(raw.link, base)
    short = bool(url) and not raw.whole and (len(text) < SHORT or bool(CUT_OFF.search(text)))
    published, updated = dates.read(raw.published, zone), dates.read(raw.updated, zone)
    mark = short_hash(title, text, raw.published, raw.updated)
    return Entry(key, title, text, url, published or updated, updated, short, mark)


def link(address: str, base: str) -> str:
    """`address` as a full http(s) address, or nothing: `javascript:` never becomes a link on our pages."""
    if not address.strip():
        return ""
    try:
        full = urljoin(base, address.strip())
        parts = urlsplit(full)
    except ValueError:
        return ""
    plain = parts.scheme in ("http", "https") and parts.netloc and "@" not in parts.netloc
    return full if plain and len(full) <= 2048 and not re.search(r"[\s<>\"'\\\x00-\x1f]", full) else ""


def report(entry: Entry, source: Source, language: str | None, now: datetime) -> Report:
    """The report that `entry` is, first seen `now`; a date that lies ahead or is absent gives way to that moment."""
    published = entry.published if entry.published and entry.published <= now + AHEAD else now
    updated = entry.updated if entry.updated and published <= entry.updated <= now + AHEAD else None
    return Report(
        source=source.name,
        key=entry.key,
        published=min(published, now),
        title=entry.title,
        text=entry.text,
        url=entry.url,
        language=source.language or language,
        updated=updated,
        seen=now,
        truncated=entry.truncated or len(entry.text) >= markup.LONGEST,
    )


def with_article(entry: Entry, text: str | None) -> Entry:
    """`entry` with its full article, or marked as cut short where that could not be had."""
    if text is None or len(text) < len(entry.text) * 0.8:
        return replace(entry, truncated=True)
    return replace(entry, text=text)
