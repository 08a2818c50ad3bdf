"""What the API says of a claim, an incident, a report, a source and a region."""

from __future__ import annotations

from datetime import datetime

from tracker import records
from tracker.domain import Incident, Part, Testimony, Update
from tracker.regions import Region
from tracker.store.reports import StoredReport
from tracker.store.sources import SourceState
from tracker.times import iso
from tracker.web.feeds_story import state_term
from tracker.web.feeds_text import web_address

Record = dict[str, object]

UNSAID: Record = {"place": None, "customers": None, "extent": None, "when": None}
"""What a text need not say; the API says null for it, so that every claim has the same fields."""


def claim(spoken: Testimony, base: str) -> Record:
    """A claim with who said it, when it holds, and when we learnt it."""
    return {
        "id": spoken.key,
        **UNSAID,
        **records.claim_record(spoken.claim),
        "effective": iso(spoken.effective),
        "published": iso(spoken.published),
        "seen": iso(spoken.seen),
        "standing": spoken.standing.name.lower(),
        "origin": spoken.origin,
        "source": spoken.source,
        "report": f"{base}/api/v1/reports/{spoken.report}",
        "url": web_address(spoken.url),
    }


def incident(told: Incident, base: str, now: datetime) -> Record:
    """An incident without its story."""
    return {
        "id": told.id,
        "region": told.region,
        "service": told.service.value,
        "track": told.track.value,
        "state": state_term(told, now),
        "opened": iso(told.opened),
        "confirmed": iso(told.spoken),
        "ended": iso(told.ended) if told.ended else None,
        "ending": told.ending.value if told.ending else None,
        "updated": iso(told.updated),
        "parts": [_part(part) for part in told.parts],
        "origins": len(origins(told)),
        "url": f"{base}/incidents/{told.id}",
        "api": f"{base}/api/v1/incidents/{told.id}",
    }


def origins(told: Incident) -> set[str]:
    """The independent voices that the story rests on."""
    return {spoken.origin for update in told.updates for spoken in update.standing}


def story(told: Incident, base: str, now: datetime) -> Record:
    """An incident with every update, oldest first, and the claims behind each."""
    return incident(told, base, now) | {"updates": [_update(update, base) for update in told.updates]}


def _part(part: Part) -> Record:
    return {
        "place": part.place,
        "within": list(part.within),
        "extent": part.extent.value if part.extent else None,
        "latest": part.latest.value,
        "since": iso(part.since),
        "confirmed": iso(part.spoken),
        "customers": part.customers,
    }


def _update(update: Update, base: str) -> Record:
    return {
        "at": iso(update.at),
        "known": iso(update.known),
        "what": update.what.value,
        "claims": [claim(spoken, base) for spoken in update.standing],
        "against": [claim(spoken, base) for spoken in update.against if spoken.until is None],
    }


def report(stored: StoredReport, base: str) -> Record:
    """A public report: where it stands and what it is, not its whole text, which belongs to its publisher."""
    told = stored.report
    return {
        "id": told.id,
        "source": told.source,
        "title": told.title,
        "published": iso(told.published),
        "updated": iso(told.updated) if told.updated else None,
        "seen": iso(stored.seen),
        "language": told.language,
        "url": web_address(told.url),
        "superseded_by": stored.superseded_by,
        "api": f"{base}/api/v1/reports/{told.id}",
    }


def source(state: SourceState, now: datetime) -> Record:
    """A source and how listening to it goes."""
    told = state.source
    return {
        "name": told.name,
        "title": told.title,
        "url": web_address(told.url),
        "kind": told.kind.value,
        "standing": told.standing.name.lower(),
        "language": told.language,
        "regions": list(told.regions),
        "active": told.active,
        "healthy": state.healthy(now),
        "heard": iso(state.last_ok) if state.last_ok else None,
        "polled": iso(state.last_try) if state.last_try else None,
    }


def region(told: Region, base: str) -> Record:
    """A region's code and names."""
    return {
        "code": told.code,
        "name": {"en": told.en, "uk": told.uk},
        "url": f"{base}/regions/{told.code}",
        "api": f"{base}/api/v1/regions/{told.code}",
    }
