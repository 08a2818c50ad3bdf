"""What was worked out of an incident, kept for as long as the very same object is asked about again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from tracker.domain import Incident

KEPT = 2_000
"""How many answers are kept: those of the present board and of the days that people look at."""

Answer = TypeVar("Answer")


def remembered(work: Callable[[Incident], Answer]) -> Callable[[Incident], Answer]:
    """`work`, done once for each object. An incident never changes, so its object alone is the key.

    The object is kept beside its answer, so that no other one can come to stand at its address.
    """
    kept: dict[int, tuple[Incident, Answer]] = {}

    @wraps(work)
    def answer(incident: Incident) -> Answer:
        known = kept.get(id(incident))
        if known is None:
            if len(kept) >= KEPT:
                kept.clear()
            known = kept[id(incident)] = incident, work(incident)
        return known[1]

    return answer
