"""What a document is, before any parser sees it: its root, its DOCTYPE, whether its end is there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.ingest.errors import SourceError

ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
FEEDS = {"rss": "rss", "feed": "atom", "RDF": "rdf", "channel": "rss"}
LOGIN = re.compile(r"type=[\"']?password|captcha|cf-challenge|just a moment|увійти|авторизац", re.I)


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its form (`rss`, `atom`, `rdf`, `json`, `html`) and its body without XML prolog."""

    form: str
    text: str
    root: str = ""


def look(text: str) -> Document:
    """Which form `text` has; raises SourceError for none that we know, for DOCTYPE tricks and for a missing end."""
    text = text.strip()
    if not text:
        raise SourceError("The answer is empty.")
    if text[0] in "{[":
        return Document("json", text)
    body = _after_prolog(text)
    match = ROOT.match(body)
    if match is None:
        raise SourceError("The answer is not a feed: it begins with neither markup nor JSON.")
    root = match.group(1)
    form = FEEDS.get(root.rpartition(":")[2])
    if form is None:
        if root.lower() in ("html", "head", "body", "div", "script", "meta"):
            return Document("html", body, root)
        raise SourceError(f"The answer is not a feed: its first element is <{root}>.")
    if f"</{root}>" not in body and not re.search(f"</{re.escape(root)}\\s+>", body):
        raise SourceError(f"The feed is cut off: its closing </{root}> is missing.")
    return Document(form, body, root)


def not_a_feed(document: Document) -> SourceError:
    """The sentence for a web page where a feed should be."""
    if LOGIN.search(document.text[:20_000]):
        return SourceError("The address answers with a login page or a check for robots instead of a feed.")
    return SourceError(
        "The address answers with a web page, not a feed; `tracker sources add` looks for the feed that it names."
    )


def _after_prolog(text: str) -> str:
    """`text` from its root element on. A DOCTYPE that defines anything is refused, a bare one dropped."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        for start, end in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(start, at):
                found = text.find(end, at + len(start))
                if found < 0:
                    raise SourceError("The answer is cut off: it ends inside a comment or instruction.")
                at = found + len(end)
                break
        else:
            if text[at : at + 9].upper() != "<!DOCTYPE":
                return text[at:]
            at = _after_doctype(text, at)


def _after_doctype(text: str, at: int) -> int:
    end = text.find(">", at)
    bracket = text.find("[", at)
    if end < 0 or 0 <= bracket < end:
        raise SourceError("The document defines entities of its own (DOCTYPE), which is refused.")
    return end + 1
