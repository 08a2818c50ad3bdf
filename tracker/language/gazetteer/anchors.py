"""The names of a text that fix a region beyond doubt, in order, so that the nearest one is found without a search."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection

from tracker.language.gazetteer.places import Level, Place
from tracker.language.gazetteer.scan import Hit

SENTENCE = re.compile(r"[.!?…]\s|\n")
NEAR = 400
"""What the end of a sentence counts for in the distance between two names, in characters."""
BEHIND = 200
"""What it counts that an anchor stands behind the name and not before it."""
SEEN = 3000


class Anchors:
    """Where each region, area and city was named without doubt."""

    def __init__(self, low: str, hits: list[Hit]) -> None:
        self.low = low
        self.regions: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.areas: dict[str, list[int]] = defaultdict(list)
        self.cities: list[tuple[int, Place]] = []
        for hit in hits:
            place = hit.places[0]
            self.regions[place.region].append((hit.start, hit.end))
            for area in {place.name or "", *place.within} - {""}:
                self.areas[area].append(hit.start)
            if place.level is Level.CITY:
                self.cities.append((hit.start, place))

    def distance(self, hit: Hit, region: str) -> int | None:
        """How far from `hit` the region was named; what stands before counts as nearer than what follows."""
        spots = self.regions.get(region)
        if not spots:
            return None
        at = bisect_left(spots, (hit.start, 0))
        found = [self._between(spots[at - 1][1], hit.start)] if at else []
        at += at < len(spots) and spots[at][0] == hit.start
        if at < len(spots):
            found.append(self._between(hit.end, spots[at][0]) + BEHIND)
        return min(found, default=None)

    def _between(self, start: int, end: int) -> int:
        """The distance from `start` to `end`, with the sentences that end between them."""
        if end - start > SEEN:
            return end - start + NEAR * 10
        return end - start + NEAR * len(SENTENCE.findall(self.low, start, end))

    def nearest(self, hit: Hit, wanted: Collection[str], scope: frozenset[str], limit: int | None = None) -> str | None:
        """The wanted region that is named nearest: in the same sentence, then in the scope, then farther off."""
        best: tuple[int, str] | None = None
        for region in sorted(wanted):
            distance = self.distance(hit, region)
            if distance is not None and (best is None or distance < best[0]):
                best = (distance, region)
        if best and best[0] < NEAR:
            return best[1]
        fit = scope & set(wanted)
        if len(fit) == 1:
            return next(iter(fit))
        if best and (limit is None or best[0] <= 2 * NEAR + limit):
            return best[1]
        return None

    def of_line(self, hit: Hit) -> set[str]:
        """The regions named in the line of `hit`."""
        start = self.low.rfind("\n", 0, hit.start) + 1
        end = self.low.find("\n", hit.end)
        end = len(self.low) if end < 0 else end
        return {
            region
            for region, spots in self.regions.items()
            if any(
                start <= at < end and at != hit.start for at, _ in spots[max(0, bisect_left(spots, (start, 0))) :][:6]
            )
        }

    def elsewhere(self, hit: Hit, region: str) -> bool:
        """Whether the region is named by anything but `hit` itself."""
        return any(at != hit.start for at, _ in self.regions.get(region, ())[:3])

    def closest(self, hit: Hit, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Namesakes of one region: those first that lie in the raion or hromada named last before."""
        if len(places) < 2:
            return places
        last = {area: self._last(area, hit.start) for place in places for area in place.within}
        best = max((max((last[area] for area in place.within), default=-1) for place in places), default=-1)
        if best < 0:
            return places
        fit = tuple(place for place in places if any(last[area] == best for area in place.within))
        return (*fit, *(place for place in places if place not in fit))

    def _last(self, area: str, before: int) -> int:
        """Where the area was last named before a position; -1 if nowhere."""
        spots = self.areas.get(area, [])
        at = bisect_left(spots, before)
        return spots[at - 1] if at else -1

    def city_before(self, position: int) -> Place | None:
        """The city that was named last before a position."""
        at = bisect_left(self.cities, position, key=lambda city: city[0])
        return self.cities[at - 1][1] if at else None
