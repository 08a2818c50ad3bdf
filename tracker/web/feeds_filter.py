"""What a caller wants to hear of: regions, services and kinds, read from an address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from tracker import regions
from tracker.domain import Incident, Kind, Service, Update
from tracker.web.words import LANGUAGES

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filter:
    """A selection; an empty field selects everything."""

    regions: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """The selection as the store asks for it."""
        return {"region": self.regions or None, "service": self.services or None, "kind": self.kinds or None}

    def query(self, language: str, **more: str | None) -> str:
        """The selection as a query string, always written the same way, so that one feed has one address."""
        pairs = [("region", code) for code in self.regions]
        pairs += [("service", service.value) for service in self.services]
        pairs += [("kind", kind.value) for kind in self.kinds]
        pairs += [("lang", language)]
        pairs += [(name, value) for name, value in more.items() if value]
        return urlencode(pairs)

    def wants(self, incident: Incident) -> bool:
        """Whether the selection takes in this incident's region and service."""
        region = not self.regions or incident.region in self.regions
        return region and (not self.services or incident.service in self.services)

    def wants_step(self, update: Update) -> bool:
        """Whether a step speaks of one of the kinds; a step without words (a lapse) belongs to every kind."""
        said = {t.claim.kind for t in update.testimonies}
        return not self.kinds or not said or bool(said & set(self.kinds))


def read(arguments: MultiDict[str, str]) -> Filter:
    """The selection of `?region=UA-63&service=water,electricity&kind=outage`; names may be repeated or joined.

    Raises ValueError with a sentence for a word that we do not know.
    """
    codes = tuple(dict.fromkeys(regions.require(code).code for code in _values(arguments, "region")))
    return Filter(codes, _words(arguments, "service", Service), _words(arguments, "kind", Kind))


def language(arguments: MultiDict[str, str]) -> str:
    """The language asked for with `?lang=`, Ukrainian by itself."""
    wanted = arguments.get("lang", "").strip().lower() or LANGUAGES[0]
    if wanted not in LANGUAGES:
        raise ValueError(f"“{wanted[:20]}” is not a language of ours; lang can be {' or '.join(LANGUAGES)}.")
    return wanted


def _values(arguments: MultiDict[str, str], name: str) -> list[str]:
    return [word.strip() for value in arguments.getlist(name) for word in value.split(",") if word.strip()]


def _words(arguments: MultiDict[str, str], name: str, words: type[Word]) -> tuple[Word, ...]:
    found: dict[Word, None] = {}
    for value in _values(arguments, name):
        try:
            found[words(value.lower())] = None
        except ValueError:
            known = ", ".join(word.value for word in words)
            raise ValueError(f"“{value[:20]}” is not a {name}; it can be {known}.") from None
    return tuple(found)
