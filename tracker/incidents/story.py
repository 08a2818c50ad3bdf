"""One incident while it is being told: its parts, its steps so far, and how it ended."""

from __future__ import annotations

from datetime import datetime

from tracker.domain import Development, Ending, Incident, Kind, Service, Testimony, Track, Update
from tracker.incidents.rules import LAPSE
from tracker.incidents.scene import Scene, Words

STRENGTH = (Development.REPEATED, Development.WIDENED, Development.BEGAN)


class Story:
    """`scene` is where it stands; `spoken` the effective moment of its last word."""

    __slots__ = ("ended", "ending", "opened", "scene", "spoken", "updates")

    def __init__(self, opened: datetime) -> None:
        self.opened = opened
        self.spoken = opened
        self.ended: datetime | None = None
        self.ending: Ending | None = None
        self.scene = Scene()
        self.updates: list[Update] = []

    def lose(self, word: Testimony, against: Words) -> None:
        """Tell of an outage."""
        self._tell(self.scene.out(word, against), word, against)

    def regain(self, word: Testimony, against: Words) -> None:
        """Tell of a restoration, if it speaks of any part of this story; the last one back ends it."""
        what = self.scene.back(word, against)
        if what is None:
            return
        self._tell(what, word, against)
        if self.scene.closed is not None and self.ended is None:
            self.end(self.scene.closed, Ending.RESTORED)

    def doubt(self, word: Testimony, against: Words) -> None:
        """Keep a word that is too weak to change anything, beside the parts that it speaks of."""
        if self.scene.doubt(word):
            self._tell(Development.DISPUTED, word, against)

    def end(self, moment: datetime, ending: Ending) -> None:
        self.ended = moment
        self.ending = ending

    def lapse(self) -> None:
        """End by silence, which is never a restoration."""
        moment = self.spoken + LAPSE
        self.updates.append(Update(moment, moment, Development.LAPSED))
        self.end(moment, Ending.NOT_REPORTED)

    def correct(self, moment: datetime, made: datetime, ending: Ending | None) -> None:
        """A moderator's hand: the story ends at `moment` although parts are open, or (no `ending`) goes on again."""
        self.updates.append(Update(moment, made, Development.CORRECTED))
        self.ended = None if ending is None else moment
        self.ending = ending

    def frozen(self, name: str, region: str, service: Service) -> Incident:
        return Incident(
            id=name,
            region=region,
            service=service,
            track=Track.OUTAGE,
            opened=self.opened,
            spoken=self.spoken,
            updates=tuple(self.updates),
            parts=self.scene.parts(),
            ended=self.ended,
            ending=self.ending,
        )

    def _tell(self, what: Development, word: Testimony, against: Words) -> None:
        """Add a step; the words of one report about one moment make one step together."""
        self.spoken = word.effective
        if self.updates and not against:
            last = self.updates[-1]
            if last.at == word.effective and _together(last, what, word):
                if what in STRENGTH:
                    what = max(what, last.what, key=STRENGTH.index)
                self.updates[-1] = Update(last.at, max(last.known, word.seen), what, (*last.testimonies, word))
                return
        self.updates.append(Update(word.effective, word.seen, what, (word,), against))


def _together(last: Update, what: Development, word: Testimony) -> bool:
    if last.against or not last.testimonies or last.testimonies[-1].report != word.report:
        return False
    same_side = (last.testimonies[-1].claim.kind is Kind.OUTAGE) is (word.claim.kind is Kind.OUTAGE)
    return same_side and (last.what is what or (what in STRENGTH and last.what in STRENGTH))
