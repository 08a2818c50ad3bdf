"""Sources as readers know them: titles instead of the short names that the store uses."""

from __future__ import annotations

from flask import g

from tracker import store
from tracker.domain import Source, SourceKind
from tracker.web.languages import current
from tracker.web.words import say


def known() -> dict[str, Source]:
    """Every source by its short name, asked for once a request."""
    if "sources" not in g:
        g.sources = {source.name: source for source in store.sources.all()}
    found: dict[str, Source] = g.sources
    return found


def title(name: str) -> str:
    """The title of a source in the reader's language; its short name when it is gone."""
    source = known().get(name)
    return titled(source, current()) if source else name


def titled(source: Source, language: str) -> str:
    """What a source is called: as it calls itself, but our own form in the words of the page."""
    return say(language, "Reports from the public") if source.kind is SourceKind.FORM else source.title
