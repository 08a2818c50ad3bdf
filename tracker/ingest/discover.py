"""What stands at an address: the feed itself, a page that names its feed, a Telegram channel. Nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from tracker.domain import Report, Source, SourceKind, Standing
from tracker.ingest import encoding, entries, guard, listen
from tracker.ingest.entries import Reading
from tracker.ingest.errors import SourceError
from tracker.ingest.fetch import Answer
from tracker.ingest.telegram import parse

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
GUESSES = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml")


@dataclass(frozen=True, slots=True)
class Found:
    """A source that could be added, and what it would bring in now."""

    source: Source
    reading: Reading


def look(url: str, ears: listen.Ears, name: str | None = None, standing: Standing = Standing.MEDIA) -> Found:
    """The source at `url`, tried out; raises SourceError where there is nothing to listen to."""
    url = channel(url) or url
    place = guard.parse(url)
    kind = SourceKind.TELEGRAM if place.host == "t.me" else SourceKind.FEED
    answer = ears.fetcher.get(place.url)
    if kind is SourceKind.FEED and (named := ears.cage.run(feed_of, answer.body, answer.content_type, answer.url)):
        answer = _first(named, ears)
    source = Source(name or name_for(answer.url), answer.url, answer.url, kind, standing)
    reading = listen.read(source, answer.body, answer.content_type, answer.url, ears.cage)
    title = reading.title or place.host
    return Found(replace(source, title=title[:200], language=reading.language), reading)


def reports(found: Found, now: datetime) -> list[Report]:
    """The reports that the source would bring in now."""
    return [entries.report(entry, found.source, found.reading.language, now) for entry in found.reading.entries]


def channel(url: str) -> str | None:
    """The preview page of a Telegram channel's address, however it is written."""
    match = re.fullmatch(r"(?:https?://)?(?:t|telegram)\.me/(?:s/)?([A-Za-z]\w{3,40})/?(?:\?.*)?", url.strip())
    return f"https://t.me/s/{match.group(1)}" if match else None


def name_for(url: str) -> str:
    """A source's name from its address: `www.example.ua/news/rss.xml` → `example-ua-news`."""
    parts = urlsplit(url)
    host = (parts.hostname or "source").removeprefix("www.").removeprefix("rss.").removeprefix("feeds.")
    words = [word for word in re.split(r"[^a-z0-9]+", parts.path.lower()) if word]
    dull = {"s", "rss", "feed", "feeds", "xml", "atom", "index", "php", "json", "html"}
    kept = [word for word in words if word not in dull][:2]
    base = [] if host == "t.me" else re.split(r"[^a-z0-9]+", host)
    return "-".join([*base, *kept])[:60].strip("-") or "source"


def feed_of(body: bytes, content_type: str, url: str) -> list[str]:
    """Runs in the cage: the feeds that a web page names in its head, else the usual places; [] if it is no page."""
    text = encoding.decode(body, content_type)
    if not re.match(r"\s*(?:<!doctype html|<html|<head|<body)", text, re.I):
        return []
    root = parse(text)
    if root is None:
        return []
    named = [
        urljoin(url, str(link.get("href")))
        for link in root.iter("link")
        if "alternate" in (link.get("rel") or "").lower() and (link.get("type") or "").lower() in FEED_TYPES
    ]
    feeds = [address for address in named if "comment" not in address.lower()]
    return (feeds or [urljoin(url, guess) for guess in GUESSES])[:6]


def _first(addresses: list[str], ears: listen.Ears) -> Answer:
    """The first of several addresses that answers with anything but a web page."""
    for address in addresses:
        try:
            answer = ears.fetcher.get(address)
            if not ears.cage.run(feed_of, answer.body, answer.content_type, answer.url):
                return answer
        except SourceError:
            continue
    raise SourceError("The page names no feed that answers; give the address of the feed itself.")
