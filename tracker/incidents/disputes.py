"""Who contradicts whom: each origin's latest word of the last three hours, and which of them oppose a new one."""

from __future__ import annotations

from tracker.domain import Kind, Standing, Testimony
from tracker.incidents.rules import DISPUTE, covers, restores


def opposite(word: Testimony, other: Testimony) -> bool:
    """Whether a loss and a full restoration speak of the same place.

    "Izium is out" and "the region is back" cannot both be true; "the region is out" and "Izium is back" can.
    """
    loss, back = (word.claim, other.claim) if word.claim.kind is Kind.OUTAGE else (other.claim, word.claim)
    return covers(back.place, loss.place, loss.within)


class Voices:
    """The full losses and full restorations that were said lately: one word an origin, place and standing.

    Partial restorations contradict nothing and are not kept. It remembers every word, told or too weak to be,
    so that a fold that starts in the middle needs only the three hours before.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[bool, str, str | None, Standing], Testimony] = {}

    def hear(self, word: Testimony) -> tuple[Testimony, ...]:
        """Keep `word`; the words of other origins that it disputes: opposite, not outweighed, three hours old at most.

        It settles the opposite words that it outweighs, and those of its own origin: that is an update.
        """
        claim = word.claim
        loss = claim.kind is Kind.OUTAGE
        if not loss and not restores(claim):
            return ()
        limit = word.effective - DISPUTE
        against: list[Testimony] = []
        if self._said:
            done = []
            for key, other in self._said.items():
                if other.effective < limit:
                    done.append(key)
                elif key[0] is not loss and opposite(word, other):
                    if other.standing < word.standing or other.origin == word.origin:
                        done.append(key)
                    else:
                        against.append(other)
            for key in done:
                del self._said[key]
        self._said[loss, word.origin, claim.place, word.standing] = word
        return tuple(against)


def too_weak(word: Testimony, against: tuple[Testimony, ...]) -> bool:
    """Whether `word` may not change anything yet, given the recent words `against` it.

    A restoration waits while a better source says otherwise; a form's outage too. Any other outage opens:
    of two errors, a false alarm is the lesser.
    """
    if word.claim.kind is Kind.OUTAGE and word.standing is not Standing.PUBLIC:
        return False
    return any(other.standing > word.standing for other in against)
