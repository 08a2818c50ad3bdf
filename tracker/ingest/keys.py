"""What makes an entry the same entry tomorrow: its GUID, else its link, else its title and date.

A publisher who moves from http to https, adds `?utm_source=`, drops or reuses GUIDs has not published anything new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from tracker.domain import short_hash
from tracker.ingest.entries import Raw

TRACKING = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid|ref|from)=[^&]*", re.I)
LONGEST = 200


def same_address(url: str) -> str:
    """`url` without what changes while the page stays: scheme, `www.`, default port, tracking, fragment, last slash."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url.strip()
    query = TRACKING.sub("", parts.query).strip("&")
    return f"{host}{port}{parts.path.rstrip('/')}{f'?{query}' if query else ''}"


def normal(identity: str) -> str:
    """A GUID or link in the one form that we compare, of bounded length."""
    text = " ".join(identity.split())
    if re.match(r"https?://", text, re.I):
        text = same_address(text)
    return text if len(text) <= LONGEST else f"{text[:120]}…{short_hash(text)}"


def keys(raws: Sequence[Raw]) -> list[str]:
    """The key of each entry of one document, in its order; equal only for entries that say the same.

    Entries that share a GUID are told apart by their links, else by their titles, whatever order they come in.
    """
    first = [normal(raw.guid or raw.link) or f"~{short_hash(raw.title, raw.published)}" for raw in raws]
    shared = _told_apart_by(first, [(raw.link, raw.title) for raw in raws])
    second = [
        f"{key}|{normal(raw.link)}" if key in shared and raw.guid and raw.link else key
        for key, raw in zip(first, raws, strict=True)
    ]
    shared = _told_apart_by(second, [(raw.title, "") for raw in raws])
    return [f"{key}|{short_hash(raw.title)}" if key in shared else key for key, raw in zip(second, raws, strict=True)]


def _told_apart_by(keys: Sequence[str], marks: Sequence[tuple[str, str]]) -> set[str]:
    """The keys that stand for more than one entry, going by `marks`."""
    distinct = set(zip(keys, marks, strict=True))
    return {key for key, number in Counter(key for key, _ in distinct).items() if number > 1}
