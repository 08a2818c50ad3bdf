"""Sources as readers know them: titles instead of the short names that the store uses."""

from __future__ import annotations

from flask import g

from tracker import store
from tracker.domain import Source


def known() -> dict[str, Source]:
    """Every source by its short name, asked for once a request."""
    if "sources" not in g:
        g.sources = {source.name: source for source in store.sources.all()}
    found: dict[str, Source] = g.sources
    return found


def title(name: str) -> str:
    """The title of a source; its short name when it is gone."""
    source = known().get(name)
    return source.title if source else name
