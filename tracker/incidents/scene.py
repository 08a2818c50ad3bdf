"""The parts of one incident as its words change them: the step that the fold takes and that the status takes again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.domain import Development, Extent, Kind, Part, State, Testimony, Update
from tracker.incidents.rules import covers, customers_here, extent_here, restores

Words = tuple[Testimony, ...]


class Spot:
    """One part while the story is being told; `best` is the weightiest outage word since it was last out."""

    __slots__ = ("against", "best", "customers", "extent", "latest", "place", "since", "spoken", "within", "words")

    def __init__(self, word: Testimony) -> None:
        claim = word.claim
        self.place = claim.place
        self.within = claim.within
        self.extent = extent_here(claim)
        self.latest = claim.kind
        self.since = word.effective
        self.spoken = word.effective
        self.customers = customers_here(claim)
        self.words = {(word.origin, word.standing): word}
        self.against: Words = ()
        self.best = word.standing

    def hear(self, kind: Kind, word: Testimony, against: Words = ()) -> None:
        """Let `word` be the part's latest: one more voice for what it already says, or a turn."""
        if self.latest is kind:
            self.words.pop((word.origin, word.standing), None)
        else:
            self.latest = kind
            self.since = word.effective
            self.words = {}
        self.words[word.origin, word.standing] = word
        self.spoken = word.effective
        self.against = against

    def lose(self, word: Testimony, against: Words = ()) -> None:
        """Hear an outage word; what was known of a part that had been back belongs to its earlier loss."""
        if self.latest is Kind.RESTORED:
            self.best = word.standing
            self.extent = None
            self.customers = None
        elif word.standing > self.best:
            self.best = word.standing
        self.hear(Kind.OUTAGE, word, against)

    def frozen(self) -> Part:
        return Part(
            self.place,
            self.within,
            self.extent,
            self.latest,
            self.since,
            self.spoken,
            self.customers,
            tuple(self.words.values()),
            self.against,
        )


class Scene:
    """All parts of one incident.

    `easing`: the last word that changed anything spoke of a restoration. `closed`: since when every part is back.
    `returned` are the places that are back: asked for at every step, so they are not looked for among hundreds.
    """

    __slots__ = ("closed", "easing", "returned", "spots")

    def __init__(self) -> None:
        self.spots: dict[str | None, Spot] = {}
        self.returned: dict[str | None, Spot] = {}
        self.easing = False
        self.closed: datetime | None = None

    def out(self, word: Testimony, against: Words = ()) -> Development:
        """Take in an outage word: a new part, one that is out again, or one more voice for one that is out."""
        claim = word.claim
        extent = extent_here(claim)
        self.easing = False
        self.closed = None
        spot = self.spots.get(claim.place)
        self.returned.pop(claim.place, None)
        if spot is None:
            what = Development.BEGAN if not self.spots else self._widening(word)
            spot = self.spots[claim.place] = Spot(word)
            spot.against = against
        else:
            grown = extent is Extent.WHOLE and spot.extent is not Extent.WHOLE
            what = Development.WIDENED if grown or spot.latest is Kind.RESTORED else Development.REPEATED
            spot.lose(word, against)
            spot.extent = extent or spot.extent
            spot.within = spot.within or claim.within
            number = customers_here(claim)
            spot.customers = spot.customers if number is None else number
        if extent is Extent.WHOLE and len(self.spots) > 1:
            self._swallow(word)
        return what

    def back(self, word: Testimony, against: Words = ()) -> Development | None:
        """Take in a restoration word; None when it speaks of no part of this incident.

        It brings back the parts at most as wide as itself. A wider part, or a restoration that is itself only
        partial, is then partly back and stays open: "power is back in Izium" leaves the rest of the oblast dark.
        """
        claim = word.claim
        full = restores(claim)
        changed: Development | None = None
        rest = False
        for spot in self.spots.values():
            inside = covers(claim.place, spot.place, spot.within)
            if spot.latest is Kind.RESTORED:
                if inside and full:
                    spot.hear(Kind.RESTORED, word, against)
                    changed = changed or Development.REPEATED
            elif inside and full:
                spot.hear(Kind.RESTORED, word, against)
                self.returned[spot.place] = spot
                changed = Development.BACK
            elif inside or covers(spot.place, claim.place, claim.within):
                spot.hear(Kind.PARTLY_RESTORED, word)
                if not inside or spot.place == claim.place:
                    spot.extent = Extent.PART
                if changed is not Development.BACK:
                    changed = Development.PARTLY_BACK
            rest = rest or spot.latest is not Kind.RESTORED
        if changed is None:
            return None
        self.easing = True
        if self.closed is None and not rest:
            self.closed = word.effective
        return changed

    def doubt(self, word: Testimony) -> bool:
        """Note a word too weak to change anything on the parts that it denies; whether there are any."""
        claim = word.claim
        loss = claim.kind is Kind.OUTAGE
        denied = [
            spot
            for spot in self.spots.values()
            if (spot.latest is Kind.RESTORED) is loss
            and (
                covers(claim.place, spot.place, spot.within) or (loss and covers(spot.place, claim.place, claim.within))
            )
        ]
        for spot in denied:
            spot.against = (word,)
        return bool(denied)

    def closes(self, word: Testimony) -> bool:
        """Whether `word` would bring back a part that is open."""
        return restores(word.claim) and any(
            spot.latest is not Kind.RESTORED and covers(word.claim.place, spot.place, spot.within)
            for spot in self.spots.values()
        )

    def is_open(self, place: str | None) -> bool:
        spot = self.spots.get(place)
        return spot is not None and spot.latest is not Kind.RESTORED

    def kept_open(self, word: Testimony) -> Words:
        """What better sources' outages leave standing against `word` on the open parts that it would bring back."""
        return tuple(
            voice
            for spot in self.spots.values()
            if spot.best > word.standing
            and spot.latest is not Kind.RESTORED
            and covers(word.claim.place, spot.place, spot.within)
            for voice in spot.words.values()
        )

    def state(self) -> State | None:
        """What the open parts make of the cell; None when every part is back."""
        region = self.spots.get(None)
        if self.closed is not None:
            return None
        if region is not None and region.latest is Kind.OUTAGE and region.extent is Extent.WHOLE:
            return State.OUT
        if self.easing or any(map(self._is_back, self.returned.values())):
            return State.RECOVERING
        return State.DISRUPTED

    def _is_back(self, spot: Spot) -> bool:
        """Whether no wider place around a spot that is back has been called out since.

        Izium was back at noon; "outages in the whole oblast" at eight may well mean Izium too.
        """
        around = (self.spots.get(place) for place in (None, *spot.within))
        return not any(
            other is not None and other.latest is Kind.OUTAGE and other.spoken > spot.spoken for other in around
        )

    def parts(self) -> tuple[Part, ...]:
        return tuple(spot.frozen() for spot in self.spots.values())

    def _widening(self, word: Testimony) -> Development:
        """A new part inside one that is out already only repeats it; anything else widens the incident."""
        claim = word.claim
        known = any(
            spot.latest is Kind.OUTAGE and covers(spot.place, claim.place, claim.within) for spot in self.spots.values()
        )
        return Development.REPEATED if known else Development.WIDENED

    def _swallow(self, word: Testimony) -> None:
        """Where the whole of a place is out, the spots inside it that were back are out again."""
        for spot in self.spots.values():
            if spot.latest is not Kind.OUTAGE and covers(word.claim.place, spot.place, spot.within):
                self.returned.pop(spot.place, None)
                spot.lose(word)


def apply(scene: Scene, update: Update) -> None:
    """Take one told update again. What was decided then is written in it, so nothing needs deciding twice."""
    if update.what is Development.CORRECTED:
        return
    for word in update.testimonies:
        if update.what is Development.DISPUTED:
            scene.doubt(word)
        elif word.claim.kind is Kind.OUTAGE:
            scene.out(word, update.against)
        else:
            scene.back(word, update.against)


def parts_after(updates: Iterable[Update]) -> tuple[Part, ...]:
    """The parts as they stand after `updates`."""
    scene = Scene()
    for update in updates:
        apply(scene, update)
    return scene.parts()
