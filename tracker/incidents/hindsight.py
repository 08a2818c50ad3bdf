"""What was known when: the words held at a past moment, and where later ones corrected the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.domain import Service, Status, Testimony


def known(testimonies: Iterable[Testimony], moment: datetime) -> tuple[Testimony, ...]:
    """The testimonies held at `moment`; a withdrawal that came later was not known yet."""
    return tuple(
        word if word.until is None else replace(word, until=None) for word in testimonies if word.known_at(moment)
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of which the board said `then` something else than what is known of that moment `now`."""

    then: Status
    now: Status


def differences(
    then: Mapping[tuple[str, Service], Status], now: Mapping[tuple[str, Service], Status]
) -> tuple[Difference, ...]:
    """The cells that later reports corrected: `then` and `now` are the board of one moment, known then and now.

    A cell counts as corrected when its state or its places changed; one more voice for the same is no correction.
    """
    return tuple(
        Difference(before, now[cell])
        for cell, before in then.items()
        if cell in now and (before.state, before.places) != (now[cell].state, now[cell].places)
    )
