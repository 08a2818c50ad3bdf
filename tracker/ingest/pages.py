"""A web page that lists items → entries, by the CSS selectors in the source's settings (`item`, `title`, `link`, …)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import cssselect
from lxml import etree

from tracker.ingest import encoding, entries, markup
from tracker.ingest.entries import Raw, Reading
from tracker.ingest.errors import SourceError
from tracker.ingest.telegram import escaped, parse
from tracker.times import KYIV

SELECTORS = ("item", "title", "link", "date", "text")


def xpath(selector: str) -> str:
    """A CSS `selector` as an XPath below the present element; raises ValueError with a sentence for a broken one."""
    try:
        return cssselect.HTMLTranslator().css_to_xpath(selector, prefix="descendant::")
    except cssselect.SelectorError:
        raise ValueError(f"“{selector[:80]}” is not a CSS selector") from None


def read(
    body: bytes, selectors: Mapping[str, str], content_type: str = "", base: str = "", zone: tzinfo = KYIV
) -> Reading:
    """The items that the page lists; a page where the `item` selector finds nothing has been rebuilt, which is said."""
    root = parse(encoding.decode(body, content_type))
    paths = {name: xpath(selectors[name]) for name in SELECTORS if selectors.get(name)}
    items = [] if root is None or "item" not in paths else root.xpath(paths["item"])
    if not items:
        raise SourceError(
            f"The page holds nothing that fits “{selectors.get('item', '')}”; it may have been rebuilt: "
            "look at it and mend `item` in instance/sources.toml."
        )
    raws = [_raw(item, paths) for item in items[: entries.MOST]]
    title = encoding.tidy(root.findtext(".//title") or "") if root is not None else ""
    return Reading(title=title[:200], entries=entries.read(raws, base, zone))


def _raw(item: etree._Element, paths: Mapping[str, str]) -> Raw:
    title = _words(item, paths.get("title"))
    text = _words(item, paths.get("text")) if "text" in paths else ""
    if not title and not text:
        text = markup.words(item)
    return Raw(
        link=_attribute(item, paths.get("link", xpath("a[href]")), "href"),
        title=escaped(title),
        summary="" if "text" in paths else escaped(text),
        content=escaped(text) if "text" in paths else "",
        published=_attribute(item, paths.get("date"), "datetime") or _words(item, paths.get("date")),
    )


def _words(item: etree._Element, path: str | None) -> str:
    found = item.xpath(path) if path else []
    return "\n".join(markup.words(element) for element in found)


def _attribute(item: etree._Element, path: str | None, name: str) -> str:
    found = item.xpath(path) if path else []
    if found and found[0].get(name) is not None:
        return str(found[0].get(name))
    return str(item.get(name) or "") if name == "href" and not found else ""
