"""Feeds as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json

from tracker.times import iso
from tracker.web.feeds_story import Entry, Feed

MEDIA_TYPE = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """`feed` as JSON Feed; what the format does not name lies under `_outage`, as it asks of extensions."""
    document: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self_url,
        "description": feed.about,
        "language": feed.language,
        "authors": [{"name": feed.author, "url": feed.home}],
        "items": [_item(entry, feed.language) for entry in feed.entries],
        "_outage": {"about": feed.home, "licence": feed.licence, "updated": iso(feed.updated)},
    }
    if feed.next_url:
        document["next_url"] = feed.next_url
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def _item(entry: Entry, language: str) -> dict[str, object]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_text": entry.text,
        "content_html": entry.html,
        "date_published": iso(entry.published),
        "date_modified": iso(entry.updated),
        "tags": [category.term for category in entry.categories],
        "language": language,
        "_outage": {"about": entry.url, **{category.name: category.term for category in entry.categories}},
    }
