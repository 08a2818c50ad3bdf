"""A document from a folder or an archive → entries, whatever it is: a feed, a page, a text, JSON Lines of reports."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from lxml import etree

from tracker.domain import short_hash
from tracker.ingest import articles, dates, encoding, entries, feeds, sniff
from tracker.ingest.entries import Raw, Reading
from tracker.ingest.errors import SourceError
from tracker.ingest.telegram import escaped, parse
from tracker.times import KYIV

SUFFIXES = (".xml", ".rss", ".atom", ".html", ".htm", ".txt", ".json", ".jsonl", ".ndjson")
DATES = (
    "//meta[@property='article:published_time' or @name='date' or @itemprop='datePublished']/@content",
    "//article//time/@datetime",
    "//time/@datetime",
)


def read(name: str, body: bytes, content_type: str = "", zone: tzinfo = KYIV) -> Reading:
    """What the document called `name` holds. Its form follows from what it is; the name only tells text from lines."""
    if name.endswith((".jsonl", ".ndjson")):
        return Reading(entries=entries.read([line(text).raw for text in _lines(body)], "", zone))
    text = encoding.decode(body, content_type)
    if name.endswith(".txt"):
        return Reading(entries=entries.read([plain(name, text)], "", zone))
    try:
        document = sniff.look(text)
    except SourceError:
        if text.lstrip()[:1] == "<" or not text.strip():
            raise
        return Reading(entries=entries.read([plain(name, text)], "", zone))
    if document.form == "html":
        return Reading(entries=entries.read([page(name, body, content_type)], name, zone))
    return feeds.read(body, content_type, "", zone)


def plain(name: str, text: str) -> Raw:
    """A plain text; its first line is the title if it stands alone above the rest."""
    tidy = encoding.tidy(text)
    first, _, rest = tidy.partition("\n")
    if len(first) > 200 or not rest:
        first, rest = "", tidy
    return Raw(guid=name or short_hash(tidy), title=escaped(first), content=escaped(rest), whole=True)


def page(name: str, body: bytes, content_type: str = "") -> Raw:
    """A web page as one entry: its article, its headline, and the date that it states."""
    words = articles.extract(body, content_type, name if name.startswith("http") else "")
    root = parse(encoding.decode(body, content_type))
    first, _, rest = words.partition("\n")
    title = _headline(root)
    return Raw(
        guid=name,
        link=name if name.startswith("http") else "",
        title=escaped(title),
        content=escaped(rest if title and first == title else words),
        published=next((str(found) for path in DATES if root is not None for found in root.xpath(path)), ""),
        whole=True,
    )


def _headline(root: etree._Element | None) -> str:
    if root is None:
        return ""
    for path in ("//h1", "//title"):
        for found in root.xpath(path):
            if text := encoding.tidy("".join(found.itertext())).replace("\n", " "):
                return text[:300]
    return ""


def _lines(body: bytes) -> list[bytes]:
    return [text for text in body.splitlines() if text.strip()]


@dataclass(frozen=True, slots=True)
class Line:
    """One report of a JSON Lines file: its parts, its language and the outlet that published it, where it says so."""

    raw: Raw
    language: str | None
    outlet: str


def line(text: bytes) -> Line:
    """One line of a JSON Lines file; raises SourceError with a sentence for one that is no report."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceError("The line is not JSON.") from None
    if not isinstance(found, dict):
        raise SourceError("The line is not a JSON object.")
    for name in ("title", "text"):
        if not isinstance(found.get(name, ""), str):
            raise SourceError(f"The line's {name} is not text.")
    if not found.get("title") and not found.get("text"):
        raise SourceError("The line has neither title nor text.")
    published = str(found.get("published") or "")
    if published and dates.read(published) is None:
        raise SourceError(f"The line's published is {published[:40]!r}, which is no moment in time.")
    title, words = encoding.tidy(str(found.get("title") or "")), encoding.tidy(str(found.get("text") or ""))
    raw = Raw(
        guid=str(found.get("id") or short_hash(title, words, published)),
        link=str(found.get("url") or ""),
        title=escaped(re.sub(r"\s+", " ", title)),
        content=escaped(words),
        published=published,
        updated=str(found.get("updated") or ""),
        whole=True,
    )
    language = found.get("lang") if found.get("lang") in feeds.LANGUAGES else None
    return Line(raw, language, encoding.tidy(str(found.get("source") or ""))[:100])
