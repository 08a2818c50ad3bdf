"""What the gazetteer answers with: places, and mentions of them in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What sort of place a name means."""

    COUNTRY = "country"
    REGION = "region"
    RAION = "raion"
    HROMADA = "hromada"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    DISTRICT = "district"
    ABROAD = "abroad"


class Sense(StrEnum):
    """What a name does in its sentence; only `PLACE` may carry claims by itself."""

    PLACE = "place"
    PEOPLE = "people"
    OPERATOR = "operator"
    ORIGINATOR = "originator"
    FACILITY = "facility"
    STREET = "street"
    NAME = "name"
    ABROAD = "abroad"


@dataclass(frozen=True, slots=True)
class Place:
    """A region or a narrower spot inside it; `name` is None for a whole region.

    `name` is in official romanization ("Izium", "Nikopol district", "Velykyi Burluk community"), `within` the wider
    places around it inside the region, nearest first.
    """

    region: str
    name: str | None
    level: Level
    within: tuple[str, ...] = ()
    population: int = 0


NOWHERE = Place("", None, Level.ABROAD)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: `text[start:end]` is the name with its type word ("Харківська область").

    `places` are what it may mean, best first. It is `sure` unless only the size of the place chose. Mentions of one
    list under one type word share their `group`. One that `qualifies` only says where its neighbour lies ("Ізюм
    Харківської області"). `voice` is the key of an operator or originator.
    """

    start: int
    end: int
    sense: Sense
    places: tuple[Place, ...]
    sure: bool = True
    group: int = -1
    qualifies: bool = False
    plural: bool = False
    voice: str | None = None

    @property
    def place(self) -> Place:
        """The likeliest place; nowhere for a voice that has none."""
        return self.places[0] if self.places else NOWHERE
