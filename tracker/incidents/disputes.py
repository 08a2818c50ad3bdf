"""Who contradicts whom: each origin's latest word of the last three hours, and which of them oppose a new one."""

from __future__ import annotations

from tracker.domain import Kind, Standing, Testimony
from tracker.incidents.rules import DISPUTE, covers, restores


def opposite(word: Testimony, other: Testimony) -> bool:
    """Whether one says "out" and the other "all back" of the same place.

    "Izium is out" and "the region is back" cannot both be true; "the region is out" and "Izium is back" can.
    """
    loss, back = (word, other) if word.claim.kind is Kind.OUTAGE else (other, word)
    if loss.claim.kind is not Kind.OUTAGE or not restores(back.claim):
        return False
    return covers(back.claim.place, loss.claim.place, loss.claim.within)


class Voices:
    """The full losses and full restorations that were said lately, one word an origin and place.

    Partial restorations contradict nothing and are not kept. It remembers every word, told or too weak to be,
    so that a fold that starts in the middle needs only the three hours before.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str | None, bool], Testimony] = {}

    def against(self, word: Testimony) -> tuple[Testimony, ...]:
        """The words of other origins that `word` disputes: opposite, not outweighed by it, at most three hours old."""
        if not self._said:
            return ()
        self._forget(word)
        return tuple(
            other
            for other in self._said.values()
            if other.standing >= word.standing and other.origin != word.origin and opposite(word, other)
        )

    def remember(self, word: Testimony) -> None:
        """Keep `word`. It settles the opposite words that it outweighs, and its own origin's: that is an update."""
        claim = word.claim
        loss = claim.kind is Kind.OUTAGE
        if not loss and not restores(claim):
            return
        if self._said:
            settled = [
                key
                for key, other in self._said.items()
                if key[2] != loss
                and (other.standing < word.standing or other.origin == word.origin)
                and opposite(word, other)
            ]
            for key in settled:
                del self._said[key]
        key = (word.origin, claim.place, loss)
        self._said.pop(key, None)
        self._said[key] = word

    def _forget(self, word: Testimony) -> None:
        """Drop what was said more than three hours before `word`; the oldest stand first."""
        limit = word.effective - DISPUTE
        old = []
        for key, other in self._said.items():
            if other.effective >= limit:
                break
            old.append(key)
        for key in old:
            del self._said[key]


def too_weak(word: Testimony, against: tuple[Testimony, ...]) -> bool:
    """Whether `word` may not change anything yet, given the recent words `against` it.

    A restoration waits while a better source says otherwise; a form's outage too. Any other outage opens:
    of two errors, a false alarm is the lesser.
    """
    if word.claim.kind is Kind.OUTAGE and word.standing is not Standing.PUBLIC:
        return False
    return any(other.standing > word.standing for other in against)
