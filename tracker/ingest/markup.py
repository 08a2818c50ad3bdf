"""Markup → plain text. What a stranger wrote is never rendered: only its words and its line breaks are kept.

A block is a line of its own, a list item begins with a bullet, the cells of a table row stand side by side, so that
"Kharkiv oblast" in one item and "no outages" in the next never become one sentence.
"""

from __future__ import annotations

import html
import re

from lxml import etree

from tracker.ingest.encoding import tidy

BLOCKS = """address article aside blockquote br caption dd details dialog div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul"""
LINES = frozenset(BLOCKS.split())
UNSPOKEN = """script style noscript template iframe object embed applet svg math head title select option button
textarea audio video canvas map"""
SILENT = frozenset(UNSPOKEN.split())
LIKE_MARKUP = re.compile(r"</?(?:p|br|div|a|span|b|strong|em|i|img|li|ul|ol|h[1-6]|table|td|tr)\b[^<>]{0,2000}>", re.I)
LONGEST = 200_000

# Line breaks of the source are mere spaces in HTML; but a text with only inline markup has no other breaks.
BLOCK = re.compile(r"<(?:p|br|div|li|ul|ol|tr|td|table|h[1-6]|blockquote|section|article)\b", re.I)


def plain(markup: str) -> str:
    """The words of `markup` as lines of plain text; markup that was escaped twice is undone twice."""
    text = _once(markup)
    return _once(text) if LIKE_MARKUP.search(text) else text


def _once(markup: str) -> str:
    if "<" not in markup:
        return tidy(html.unescape(markup) if "&" in markup else markup)[:LONGEST]
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    flat = re.sub(r"[\r\n\t]+", " ", markup) if BLOCK.search(markup) else re.sub(r"[\r\n]+", "<br>", markup)
    try:
        root = etree.fromstring(f"<html><body><div>{flat}</div></body></html>", parser)
    except etree.LxmlError:
        root = None
    return "" if root is None else words(root)


def words(root: etree._Element) -> str:
    """The text of an HTML tree, walked without recursion: a page may nest deeper than Python's stack."""
    out: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            silent += tag in SILENT
            if not silent:
                _open(tag, out)
                out.append(element.text or "")
        else:
            if not silent and tag in LINES:
                out.append("\n")
            silent -= tag in SILENT
            if not silent and element is not root:
                out.append(element.tail or "")
    return tidy("".join(out))[:LONGEST]


def _open(tag: object, out: list[str]) -> None:
    if tag == "li":
        out.append("\n• ")
    elif tag in ("td", "th"):
        if next((piece for piece in reversed(out) if piece), "\n") != "\n":
            out.append(" | ")
    elif tag in LINES:
        out.append("\n")
