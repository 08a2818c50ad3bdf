"""Feeds as RSS 2.0 and Atom bytes, through a serialiser that cannot write broken XML."""

from __future__ import annotations

from email.utils import format_datetime

from lxml import etree

from tracker.times import iso
from tracker.web.feeds_story import Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def rss(feed: Feed) -> bytes:
    """`feed` as RSS 2.0.

    `pubDate` stays when the story began, since readers show a moved one as a new item; `atom:updated` moves.
    """
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM})
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.home)
    _add(channel, "description", feed.about)
    _add(channel, "language", feed.language)
    _add(channel, "copyright", feed.licence)
    _add(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=True))
    _add(channel, "ttl", "5")
    for relation, address in feed.relations("application/rss+xml"):
        etree.SubElement(channel, f"{{{ATOM}}}link", {"rel": relation, **address})
    for entry in feed.entries:
        channel.append(_rss_item(entry))
    return _bytes(root)


def _rss_item(entry: Entry) -> etree._Element:
    item = etree.Element("item")
    _add(item, "title", entry.title)
    _add(item, "link", entry.url)
    _add(item, "guid", entry.id, isPermaLink="false")
    _add(item, "pubDate", format_datetime(entry.published, usegmt=True))
    for category in entry.categories:
        _add(item, "category", category.term, domain=category.scheme)
    _add(item, "description", entry.html)
    _add(item, f"{{{ATOM}}}updated", iso(entry.updated))
    return item


def atom(feed: Feed) -> bytes:
    """`feed` as Atom (RFC 4287)."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set(LANGUAGE, feed.language)
    _add_atom(root, "id", feed.id)
    _add_atom(root, "title", feed.title)
    _add_atom(root, "subtitle", feed.about)
    _add_atom(root, "updated", iso(feed.updated))
    _add_atom(root, "rights", feed.licence)
    _add_atom(_add_atom(root, "author"), "name", feed.author)
    etree.SubElement(root, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": feed.home})
    for relation, address in feed.relations("application/atom+xml"):
        etree.SubElement(root, f"{{{ATOM}}}link", {"rel": relation, **address})
    for entry in feed.entries:
        root.append(_atom_entry(entry))
    return _bytes(root)


def _atom_entry(entry: Entry) -> etree._Element:
    element = etree.Element(f"{{{ATOM}}}entry")
    _add_atom(element, "id", entry.id)
    _add_atom(element, "title", entry.title)
    etree.SubElement(element, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": entry.url})
    _add_atom(element, "published", iso(entry.published))
    _add_atom(element, "updated", iso(entry.updated))
    for category in entry.categories:
        label = {"term": category.term, "scheme": category.scheme, "label": category.label}
        etree.SubElement(element, f"{{{ATOM}}}category", label)
    _add_atom(element, "summary", entry.summary)
    _add_atom(element, "content", entry.html, type="html")
    return element


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, name, attributes).text = text


def _add_atom(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def _bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
