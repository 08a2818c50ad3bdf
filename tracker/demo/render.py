"""The sample in the forms that real sources have: each function gives the bytes of one page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from tracker.demo.sample import Entry, Feed
from tracker.times import KYIV, iso

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
ET.register_namespace("content", CONTENT)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of feed: the name of its file, its media type, and how it is written."""

    file: str
    type: str
    render: Callable[[Feed, Sequence[Entry], str], bytes]


def _paragraphs(text: str) -> str:
    """`text` as HTML: a paragraph for each blank line, a line break for each new line that begins an item."""
    blocks = []
    for block in text.split("\n\n"):
        lines: list[str] = []
        for line in block.split("\n"):
            if lines and not line.startswith(("- ", "— ")):
                lines[-1] += f" {escape(line)}"
            else:
                lines.append(escape(line))
        blocks.append(f"<p>{'<br>'.join(lines)}</p>")
    return "\n".join(blocks)


def rss(feed: Feed, entries: Sequence[Entry], base: str) -> bytes:
    """RSS 2.0 with whole texts as `content:encoded`; an entry with a summary carries only that."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    for name, value in (
        ("title", feed.title),
        ("link", base),
        ("language", feed.language),
        ("description", feed.title),
    ):
        ET.SubElement(channel, name).text = value
    for entry in entries:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = entry.title
        ET.SubElement(item, "link").text = f"{base}/{entry.key}"
        ET.SubElement(item, "guid", isPermaLink="false").text = f"{feed.name}:{entry.key}"
        ET.SubElement(item, "pubDate").text = format_datetime(entry.published.astimezone(KYIV))
        if entry.summary:
            ET.SubElement(item, "description").text = escape(entry.summary)
        else:
            ET.SubElement(item, f"{{{CONTENT}}}encoded").text = _paragraphs(entry.text)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def atom(feed: Feed, entries: Sequence[Entry], base: str) -> bytes:
    """Atom 1.0 with whole texts."""
    root = ET.Element("feed", xmlns=ATOM)
    ET.SubElement(root, "title").text = feed.title
    ET.SubElement(root, "id").text = f"urn:sample:{feed.name}"
    ET.SubElement(root, "updated").text = iso(max(entry.updated for entry in entries))
    author = ET.SubElement(root, "author")
    ET.SubElement(author, "name").text = feed.title
    for entry in entries:
        item = ET.SubElement(root, "entry")
        ET.SubElement(item, "title").text = entry.title
        ET.SubElement(item, "id").text = f"urn:sample:{feed.name}:{entry.key}"
        ET.SubElement(item, "link", rel="alternate", type="text/html", href=f"{base}/{entry.key}")
        ET.SubElement(item, "published").text = iso(entry.published)
        ET.SubElement(item, "updated").text = iso(entry.updated)
        ET.SubElement(item, "content", type="html").text = _paragraphs(entry.text)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def json_feed(feed: Feed, entries: Sequence[Entry], base: str) -> bytes:
    """JSON Feed 1.1."""
    items = [
        {
            "id": f"{feed.name}:{entry.key}",
            "url": f"{base}/{entry.key}",
            "title": entry.title,
            "content_html": _paragraphs(entry.text),
            "date_published": iso(entry.published),
            "date_modified": iso(entry.updated),
        }
        for entry in entries
    ]
    top = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "language": feed.language}
    return json.dumps({**top, "home_page_url": base, "items": items}, ensure_ascii=False).encode()


def telegram(feed: Feed, entries: Sequence[Entry], base: str) -> bytes:
    """A channel's public preview page, oldest post first, in the markup that t.me/s/… has."""
    posts = "\n".join(
        f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{feed.name}/{entry.key}">
<div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_text js-message_text" dir="auto">{escape(entry.text).replace(chr(10), "<br/>")}</div>
<div class="tgme_widget_message_footer"><a class="tgme_widget_message_date" href="{base}/{entry.key}"><time
 datetime="{entry.published.astimezone(KYIV).isoformat(timespec="seconds")}" class="time">{entry.key}</time></a></div>
</div></div></div>"""
        for entry in reversed(entries)
    )
    head = (
        f'<!DOCTYPE html>\n<html lang="{feed.language}"><head><meta charset="utf-8"><title>{escape(feed.title)}</title>'
    )
    page = (
        f'{head}</head><body><section class="tgme_channel_history js-message_history">{posts}</section></body></html>'
    )
    return page.encode()


def article(feed: Feed, entry: Entry) -> bytes:
    """An entry's own page: menu, story, and a list of other headlines, as news sites have them."""
    others = "".join(f'<li><a href="#">{escape(title)}</a></li>' for title in entry.read_also)
    related = f'<aside class="related"><h3>Read also</h3><ul>{others}</ul></aside>' if others else ""
    title = escape(entry.title or feed.title)
    page = f"""<!DOCTYPE html>
<html lang="{feed.language}"><head><meta charset="utf-8"><title>{title} | {escape(feed.title)}</title></head>
<body>
<nav><a href="/">{escape(feed.title)}</a></nav>
<main><article><h1>{title}</h1>
<p><time datetime="{iso(entry.published)}">{iso(entry.published)}</time></p>
{_paragraphs(entry.text)}
</article>
{related}
</main>
<footer>Written for the demonstration; published nowhere else.</footer>
</body></html>"""
    return page.encode()


FORMS = {
    "rss": Form("feed.xml", "application/rss+xml; charset=utf-8", rss),
    "atom": Form("feed.atom", "application/atom+xml; charset=utf-8", atom),
    "json": Form("feed.json", "application/feed+json; charset=utf-8", json_feed),
    "telegram": Form("channel.html", "text/html; charset=utf-8", telegram),
}
