"""A public Telegram channel's preview page (t.me/s/…) → entries: one a post, its first line the title."""

from __future__ import annotations

from datetime import tzinfo

from lxml import etree

from tracker.ingest import encoding, entries, markup
from tracker.ingest.entries import Raw, Reading
from tracker.ingest.errors import SourceError
from tracker.times import KYIV

POSTS = "//*[contains(concat(' ', normalize-space(@class), ' '), ' tgme_widget_message ')][@data-post]"
TEXT = ".//*[contains(concat(' ', normalize-space(@class), ' '), ' {} ')]"


def read(body: bytes, content_type: str = "", base: str = "", zone: tzinfo = KYIV) -> Reading:
    """The posts on the page, oldest first; a page without one is no channel, or shows none to the public."""
    text = encoding.decode(body, content_type)
    root = parse(text)
    posts = [] if root is None else root.xpath(POSTS)
    if not posts:
        raise SourceError(
            "The page shows no posts; open its address in a browser and check that the channel is public."
        )
    raws = [raw for post in posts[-entries.MOST :] if (raw := _raw(post)) is not None]
    title = root.findtext(".//title") or "" if root is not None else ""
    return Reading(title=encoding.tidy(title)[:200], entries=entries.read(raws, base, zone))


def parse(text: str) -> etree._Element | None:
    """The page as a tree, however it is written; None for a page without an element."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return etree.fromstring(text, parser)
    except (etree.LxmlError, ValueError):
        return None


def _raw(post: etree._Element) -> Raw | None:
    """One post. A quoted post (a reply) is somebody else's text and is left out; so is a post without words."""
    for quoted in post.xpath(TEXT.format("tgme_widget_message_reply")):
        quoted.getparent().remove(quoted)
    texts = post.xpath(TEXT.format("tgme_widget_message_text"))
    words = "\n".join(markup.words(text) for text in texts)
    if not words.strip():
        return None
    title, _, rest = words.partition("\n")
    if len(title) > 200:
        title, rest = "", words
    name = str(post.get("data-post"))
    links = post.xpath(TEXT.format("tgme_widget_message_date") + "/@href")
    times = post.xpath(TEXT.format("tgme_widget_message_date") + "//time/@datetime")
    edited = post.xpath(TEXT.format("tgme_widget_message_edited"))
    return Raw(
        guid=name,
        link=str(links[0]) if links else f"https://t.me/{name}",
        title=escaped(title),
        content=escaped(rest),
        published=str(times[-1]) if times else "",
        updated="" if not edited else str(times[-1]) if times else "",
        whole=True,
    )


def escaped(text: str) -> str:
    """Plain text as markup that says the same."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
