"""How far a state can be trusted: who vouches for it, and which single source speaks for too much at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from tracker.domain import Confidence, Standing, State, Status, Testimony

SWEEP_REGIONS = 5
"""One source that alone changes more regions than this in SWEEP_TIME may have been taken over."""

SWEEP_TIME = timedelta(minutes=10)

Cell = TypeVar("Cell")


def confidence(words: Iterable[Testimony]) -> Confidence | None:
    """Official with one authority, confirmed with two independent voices, else reported; None without words.

    Approved forms never confirm one another: anyone can send two.
    """
    words = tuple(words)
    if not words:
        return None
    best = max(word.standing for word in words)
    if best is Standing.OFFICIAL:
        return Confidence.OFFICIAL
    if best is not Standing.PUBLIC and len({word.origin for word in words}) > 1:
        return Confidence.CONFIRMED
    return Confidence.REPORTED


def hold_sweeps(cells: Mapping[Cell, Status]) -> dict[Cell, Status]:
    """`cells` with the lone word of a sweeping source taken as `reported`, however official the source.

    Hawaii's false missile alert was official. A source that alone vouches for more than five regions' states, all
    within ten minutes, waits for a second voice.
    """
    sweeping = sweeping_sources(cells.values())
    return {
        key: replace(cell, confidence=Confidence.REPORTED) if _lone_source(cell) in sweeping else cell
        for key, cell in cells.items()
    }


def sweeping_sources(cells: Iterable[Status]) -> frozenset[str]:
    """The sources whose lone word `hold_sweeps` does not take as official: cause for an alarm to the operator."""
    spoken: dict[str, list[tuple[datetime, str]]] = {}
    for cell in cells:
        lone = _lone_source(cell)
        if lone is not None and cell.state is not State.SCHEDULED:
            spoken.setdefault(lone, []).extend((word.effective, cell.region) for word in cell.evidence)
    return frozenset(source for source, words in spoken.items() if _sweeps(sorted(words)))


def _lone_source(cell: Status) -> str | None:
    sources = {word.source for word in cell.evidence}
    return sources.pop() if len(sources) == 1 else None


def _sweeps(words: list[tuple[datetime, str]]) -> bool:
    """Whether any ten minutes of `words`, in order of time, name more than five regions."""
    first = 0
    for last, (moment, _) in enumerate(words):
        while moment - words[first][0] > SWEEP_TIME:
            first += 1
        if len({region for _, region in words[first : last + 1]}) > SWEEP_REGIONS:
            return True
    return False
