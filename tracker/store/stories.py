"""An incident's story as a line of JSON, and back: updates and parts name their claims by place in one list of keys."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from tracker.domain import (
    Development,
    Ending,
    Incident,
    Part,
    Testimony,
    Track,
    Update,
)
from tracker.store.claims import EXTENTS, KINDS, SERVICES

TRACKS = {track.value: track for track in Track}
ENDINGS: dict[str | None, Ending | None] = {None: None, **{ending.value: ending for ending in Ending}}
DEVELOPMENTS = {what.value: what for what in Development}

Step = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""What makes one update the same as another: when it was so, what it was, on whose word, and against whose."""


def tell(incident: Incident) -> tuple[str, tuple[str, ...]]:
    """The story of an incident as JSON, and the keys of all claims in it.

    Its `sum` moves when a claim counts as another voice's or is withdrawn, which the keys do not tell.
    """
    places: dict[str, int] = {}
    said: list[str] = []

    def numbers(words: Sequence[Testimony]) -> list[int]:
        for word in words:
            if word.key not in places:
                places[word.key] = len(places)
                said.append(f"{word.key} {word.origin} {word.until}")
        return [places[word.key] for word in words]

    updates = [
        [
            update.at.isoformat(),
            update.known.isoformat(),
            update.what.value,
            numbers(update.testimonies),
            numbers(update.against),
        ]
        for update in incident.updates
    ]
    parts = [
        [
            part.place,
            list(part.within),
            part.extent.value if part.extent else None,
            part.latest.value,
            part.since.isoformat(),
            part.spoken.isoformat(),
            part.customers,
            numbers(part.words),
            numbers(part.against),
        ]
        for part in incident.parts
    ]
    story = {"claims": list(places), "updates": updates, "parts": parts, "sum": zlib.crc32("\n".join(said).encode())}
    return json.dumps(story, ensure_ascii=False, separators=(",", ":")), tuple(places)


def steps(story: str) -> tuple[Step, ...]:
    """The updates of a story, as far as they can be told apart."""
    told = json.loads(story)
    keys = told["claims"]
    return tuple(
        (at, what, tuple(keys[place] for place in words), tuple(keys[place] for place in against))
        for at, _known, what, words, against in told["updates"]
    )


def claims(story: str) -> tuple[str, ...]:
    """The keys of the claims in a story."""
    return tuple(json.loads(story)["claims"])


def read(row: Row[Any], spoken: Mapping[str, Testimony]) -> Incident:
    """The incident that a row keeps, with its claims from `spoken`."""
    told = json.loads(row.story)
    words = [spoken[key] for key in told["claims"]]
    parts = tuple(
        Part(
            place,
            tuple(within),
            EXTENTS[extent],
            KINDS[latest],
            datetime.fromisoformat(since),
            datetime.fromisoformat(last),
            customers,
            tuple([words[number] for number in said]),
            tuple([words[number] for number in against]),
        )
        for place, within, extent, latest, since, last, customers, said, against in told["parts"]
    )
    return headline(row, tuple([_update(step, words) for step in told["updates"]]), parts)


def read_until(row: Row[Any], spoken: Mapping[str, Testimony], at: datetime) -> Incident:
    """The incident that a row keeps with its steps up to `at` alone, and no parts: those stand after its last step."""
    told = json.loads(row.story)
    words = [spoken.get(key) for key in told["claims"]]
    steps = [step for step in told["updates"] if datetime.fromisoformat(step[0]) <= at]
    return headline(row, tuple([_update(step, words) for step in steps]))


def _update(step: Sequence[Any], words: Sequence[Any]) -> Update:
    at, known, what, said, against = step
    return Update(
        datetime.fromisoformat(at),
        datetime.fromisoformat(known),
        DEVELOPMENTS[what],
        tuple([words[number] for number in said]),
        tuple([words[number] for number in against]),
    )


def headline(row: Row[Any], updates: tuple[Update, ...] = (), parts: tuple[Part, ...] = ()) -> Incident:
    """The incident that a row keeps, with no more of its story than is given."""
    return Incident(
        row.id,
        row.region,
        SERVICES[row.service],
        TRACKS[row.track],
        row.opened,
        row.spoken,
        updates,
        parts,
        row.ended,
        ENDINGS[row.ending],
    )
