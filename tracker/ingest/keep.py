"""What polls brought → the store: each poll with its reports or not at all, many polls in one transaction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from tracker import store
from tracker.domain import Report, Source
from tracker.ingest import accept, entries, pace
from tracker.ingest.claims import Understood
from tracker.ingest.entries import Entry, Reading
from tracker.ingest.errors import SourceError
from tracker.ingest.listen import Heard
from tracker.store.leases import Lease
from tracker.store.sources import PollOutcome, PollStatus

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Visit:
    """One poll under way: its lease, what was heard or why not, which entries are new to us, and what they say."""

    lease: Lease
    began: float
    heard: Heard | None = None
    error: SourceError | None = None
    fault: Exception | None = None
    fresh: list[Entry] = field(default_factory=list)
    sorted: bool = False
    unfinished: bool = False
    reports: list[Report] = field(default_factory=list)
    said: Understood = field(default_factory=Understood)

    @property
    def source(self) -> Source:
        """Whose visit it is."""
        return self.lease.source


def visits(found: Sequence[Visit], now: datetime) -> list[tuple[Source, PollOutcome]]:
    """Stores several visits in one transaction; should that fail, each in its own, so that a fault stays alone.

    Returns those that were stored: a visit whose lease is stale is somebody else's by now.
    """
    try:
        done = _write(found, now)
    except Exception:
        done = [outcome for visit in found for outcome in _alone(visit, now)]
    for source, outcome in done:
        _note(source, outcome)
    return done


def _alone(visit: Visit, now: datetime) -> list[tuple[Source, PollOutcome]]:
    """One visit in its own transaction; what cannot be stored is at least noted as failed."""
    try:
        return _write([visit], now)
    except Exception as error:
        if visit.fault is not None:
            raise
        visit.fault, visit.reports = error, []
        return _write([visit], now)


def _write(found: Sequence[Visit], now: datetime) -> list[tuple[Source, PollOutcome]]:
    """One transaction for all: a visit whose lease is stale stores nothing."""
    outcomes = [(visit, _outcome(visit, now)) for visit in found]
    with store.writing():
        held = store.leases.finish_all([(visit.lease, outcome) for visit, outcome in outcomes], now)
        valid = [visit for visit in found if visit.source.name in held]
        reports = [report for visit in valid for report in visit.reports]
        if reports:
            claims = {identity: words for visit in valid for identity, words in visit.said.claims.items()}
            marks = {identity: mark for visit in valid for identity, mark in visit.said.marks.items()}
            accept.accept_from([visit.source for visit in valid if visit.reports], reports, now, claims, marks)
        store.sources.remember_all({visit.source.name: _prints(visit) for visit in valid}, now)
    for visit in found:
        if visit.source.name not in held:
            log.warning("poll came too late", source=visit.source.name)
    return [(visit.source, outcome) for visit, outcome in outcomes if visit.source.name in held]


def _prints(visit: Visit) -> dict[str, str]:
    """The entries that need no further visit; one whose article there was no time for is tried again next time."""
    if visit.fault is not None or visit.error is not None:
        return {}
    return {one.key: one.fingerprint for one in visit.fresh if not (visit.unfinished and one.truncated)}


def _outcome(visit: Visit, now: datetime) -> PollOutcome:
    """How a visit went, and when the next one is due."""
    seconds = time.monotonic() - visit.began
    if visit.fault is not None:
        log.error("poll broke", source=visit.source.name, exc_info=visit.fault)
        fault = SourceError(f"A fault of the tracker itself ({type(visit.fault).__name__}); its log says more.")
        return _failed(visit, fault, now, seconds)
    if visit.error is not None or visit.heard is None:
        return _failed(visit, visit.error or SourceError("The poll was broken off."), now, seconds)
    if visit.heard.reading is None:
        return _unchanged(visit, visit.heard, now, seconds)
    return _read(visit, visit.heard, visit.heard.reading, now, seconds)


def _failed(visit: Visit, error: SourceError, now: datetime, seconds: float) -> PollOutcome:
    return PollOutcome(
        PollStatus.FAILED,
        pace.after_failure(now, visit.source.minutes, visit.lease.failures, error.retry_after),
        message=error.message[:500],
        seconds=seconds,
        http_status=error.status,
    )


def _unchanged(visit: Visit, heard: Heard, now: datetime, seconds: float) -> PollOutcome:
    return PollOutcome(
        PollStatus.UNCHANGED,
        pace.after_success(now, visit.source.minutes),
        seconds=seconds,
        bytes=heard.size,
        http_status=heard.status,
        etag=heard.etag,
        last_modified=heard.last_modified,
        body_hash=heard.body_hash,
        full=heard.full,
    )


def _read(visit: Visit, heard: Heard, reading: Reading, now: datetime, seconds: float) -> PollOutcome:
    """The outcome of a reading. Where articles are left over, nothing is kept that would skip the next reading."""
    found = reading.entries
    moments = [entry.published for entry in found if entry.published and entry.published <= now + entries.AHEAD]
    kept = replace(heard, etag=None, last_modified=None, body_hash=None) if visit.unfinished else heard
    return PollOutcome(
        PollStatus.OK,
        pace.after_success(now, visit.source.minutes),
        message=reading.note or ("" if found else "The source answers, but lists nothing at present."),
        entries=len(found),
        fresh=len(visit.fresh),
        bytes=heard.size,
        seconds=seconds,
        http_status=heard.status,
        etag=kept.etag,
        last_modified=kept.last_modified,
        body_hash=kept.body_hash,
        newest=max(moments, default=None),
        full=heard.full,
    )


def _note(source: Source, outcome: PollOutcome) -> None:
    level = log.warning if outcome.status is PollStatus.FAILED else log.info if outcome.fresh else log.debug
    level("polled", source=source.name, status=outcome.status.value, fresh=outcome.fresh, message=outcome.message)
