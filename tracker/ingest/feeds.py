"""Bytes → entries: RSS, Atom and RDF through feedparser (or the quick road that agrees with it), and JSON Feed.

Runs in the cage. feedparser is only ever given a stream of bytes that we fetched: given bytes or a string it opens the
file, or fetches the address, that the body names.
"""

from __future__ import annotations

import io
import re
from datetime import tzinfo
from typing import Any

from tracker.ingest import encoding, entries, fastfeed, jsonfeed, sniff
from tracker.ingest.entries import Raw, Reading
from tracker.ingest.errors import SourceError
from tracker.times import KYIV

LANGUAGES = ("uk", "ru", "en")
Parts = tuple[str, str, list[Raw]]


def read(body: bytes, content_type: str = "", base: str = "", zone: tzinfo = KYIV) -> Reading:
    """What the feed in `body` holds; raises SourceError with a sentence where it is not a whole, readable feed."""
    document = sniff.look(encoding.decode(body, content_type))
    if document.form == "html":
        raise sniff.not_a_feed(document)
    if document.form == "json":
        title, language, raws = jsonfeed.read(document.text)
    else:
        title, language, raws = fastfeed.read(document.text) or slow(document)
    note = ""
    if len(raws) > entries.MOST:
        note = f"Only the first {entries.MOST} of {len(raws)} entries were read."
        raws = raws[: entries.MOST]
    return Reading(
        title=title[:200],
        language=next((code for code in LANGUAGES if language.lower().startswith(code)), None),
        entries=entries.read(raws, base, zone),
        note=note,
    )


def slow(document: sniff.Document) -> Parts:
    """The same by feedparser, which forgives what publishers do to XML."""
    # Imported here: the cage's children have it ready, and nobody else needs it.
    import feedparser

    text = _first_entries(document)
    found: Any
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, OverflowError) as error:
        raise SourceError(f"The feed cannot be read: it confuses the parser ({type(error).__name__}).") from None
    if not found.get("version") and not found.get("entries"):
        raise SourceError("The answer is not a feed, or too damaged to be read as one.")
    raws = [_raw(entry) for entry in found["entries"]]
    return _string(found["feed"], "title"), _string(found["feed"], "language"), raws


def _first_entries(document: sniff.Document) -> str:
    """The document up to its last entry that we would read: a hundred thousand entries must not reach feedparser."""
    ends = re.finditer(r"</(?:\w{1,20}:)?(?:item|entry)\s*>", document.text)
    for number, end in enumerate(ends, 1):
        if number > entries.MOST:
            channel = "</channel>" if document.form == "rss" and document.root == "rss" else ""
            return f"{document.text[: end.end()]}{channel}</{document.root}>"
    return document.text


def _raw(entry: Any) -> Raw:
    content = max((_string(part, "value") for part in _parts(entry)), key=len, default="")
    return Raw(
        guid=_string(entry, "id"),
        link=fastfeed.NAMED_AMPERSAND.sub(r"&\1", _string(entry, "link")),
        title=_string(entry, "title"),
        summary=_string(entry, "summary"),
        content=content,
        published=_string(entry, "published"),
        updated=_string(entry, "updated"),
        whole=bool(content),
    )


def _parts(entry: Any) -> list[Any]:
    parts = dict.get(entry, "content")
    return parts if isinstance(parts, list) else []


def _string(found: Any, name: str) -> str:
    """The plain dictionary's value: feedparser's own look-up answers with other fields and a warning."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""
