"""Names of places in the reader's language."""

from __future__ import annotations

from tracker.language import gazetteer


def place_name(region: str, place: str, language: str) -> str:
    """A place as the language writes it ("Ізюм"); as the claim has it where the gazetteer knows no better."""
    return gazetteer.place_name(region, place, language) or place
