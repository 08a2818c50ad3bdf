"""The full article behind a feed's summary: its main text only, so that “read also” lists of other regions say nothing.

trafilatura's own fallback for short articles takes in such lists, and each headline there would become a claim.
"""

from __future__ import annotations

import re

from lxml import etree

from tracker.ingest import encoding, markup
from tracker.ingest.errors import SourceError
from tracker.ingest.telegram import parse

LEAST = 60

# Blocks that speak of other stories, by class or id: cut out before anything looks for the main text.
_WORDS = (
    "related", "read-also", "readalso", "read_also", "recommend", "similar", "most-read", "popular", "also-read",
    "sidebar", "breadcrumb", "comment", "newsletter", "subscribe", "share", "social", "tags", "advert", "promo",
    "more-news", "other-news", "last-news", "latest", "widget", "banner", "teaser-list", "navigation", "menu", "cookie",
)  # fmt: skip
_NAMED = " or ".join(f"contains(., '{word}')" for word in _WORDS)
_LOWER = "translate({}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
ELSEWHERE = f"//*[not(self::html or self::body or self::main or self::article)][@class or @id][({_NAMED})]".replace(
    "(.,", f"({_LOWER.format('concat(@class, &quot; &quot;, @id)').replace('&quot;', chr(34))},"
)
SET_APART = "//aside | //nav | //footer | //form | //figure | //iframe"

ALSO = re.compile(
    r"^\W*(?:читайте|читай|дивіться|смотрите|также читайте|також читайте)\s+(?:також|также|ще|еще|ещё)\b"
    r"|^\W*(?:також|также)\s+(?:читайте|дивіться|смотрите)\b|^\W*(?:по темі|по теме|за темою|новини за темою)\b"
    r"|^\W*(?:read|see|read more|watch)\s+(?:also|more|next)\b|^\W*(?:related|more on this|you may also)\b"
    r"|^\W*(?:популярне|популярное|останні новини|последние новости|нагадаємо, раніше|рекомендуємо)\s*:?\s*$",
    re.I,
)


def extract(body: bytes, content_type: str = "", url: str = "") -> str:
    """The article's own words as lines, from a page's bytes; raises SourceError where there is no article to find."""
    # Imported here: a child that never meets an article needs none of its 70 MB.
    import trafilatura

    text = encoding.decode(body, content_type)
    root = parse(text)
    if root is None:
        raise SourceError("The article's page is empty.")
    _prune(root)
    found = trafilatura.extract(
        etree.tostring(root, encoding="unicode", method="html"),
        url=url or None,
        favor_precision=True,
        include_comments=False,
        include_tables=True,
        include_images=False,
        include_links=False,
        deduplicate=False,
        output_format="txt",
    )
    words = _own(encoding.tidy(found or ""))
    if len(words) < LEAST:
        raise SourceError("The article's page holds no article that can be told from its surroundings.")
    return words[: markup.LONGEST]


def _prune(root: etree._Element) -> None:
    """Takes out of the page what stands around an article: asides, menus, lists of other stories."""
    for path in (SET_APART, ELSEWHERE):
        for element in root.xpath(path):
            parent = element.getparent()
            if parent is not None and not _holds_the_article(element):
                element.drop_tree() if hasattr(element, "drop_tree") else _drop(element)
    for element in root.xpath("//p | //h2 | //h3 | //h4 | //div[not(.//p)] | //strong | //b"):
        if element.getparent() is not None and ALSO.search("".join(element.itertext())[:200].strip()):
            _drop_also(element)


def _holds_the_article(element: etree._Element) -> bool:
    return bool(element.xpath("descendant::article | descendant::main | descendant::h1"))


def _drop_also(element: etree._Element) -> None:
    """Drops a “read also” line together with the list that follows it."""
    block = element
    while block.tag in ("strong", "b", "span", "em", "i") and block.getparent() is not None:
        block = block.getparent()
    following = block.getnext()
    while following is not None and (following.tag in ("ul", "ol") or _only_a_link(following)):
        after = following.getnext()
        _drop(following)
        following = after
    _drop(block)


def _only_a_link(element: etree._Element) -> bool:
    """Whether a block is nothing but a link to another story."""
    if element.tag not in ("p", "div", "h3", "h4", "a", "blockquote"):
        return False
    words = "".join(element.itertext()).strip()
    linked = "".join("".join(link.itertext()) for link in element.iter("a")).strip()
    return bool(words) and len(linked) >= 0.9 * len(words)


def _drop(element: etree._Element) -> None:
    """Removes an element and keeps the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _own(text: str) -> str:
    """The lines up to the first that only announces other stories at the end, such lines left out in the middle."""
    return "\n".join(line for line in text.split("\n") if not ALSO.search(line))
