"""What polls brought → the store: each poll with its reports or not at all, many polls in one transaction."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from tracker import store
from tracker.domain import Claim, Report, Source
from tracker.ingest import accept, entries, pace
from tracker.ingest.entries import Entry
from tracker.ingest.errors import SourceError
from tracker.ingest.listen import Heard
from tracker.store.sources import Lease, PollOutcome, PollStatus

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Visit:
    """One poll under way: its lease, what was heard or why not, and which entries are new to us."""

    lease: Lease
    began: float
    heard: Heard | None = None
    error: SourceError | None = None
    fault: Exception | None = None
    fresh: list[Entry] = field(default_factory=list)
    sorted: bool = False
    unfinished: bool = False
    seconds: float = 0.0

    @property
    def source(self) -> Source:
        """Whose visit it is."""
        return self.lease.source


@dataclass(slots=True)
class Work:
    """What one visit stores."""

    visit: Visit
    outcome: PollOutcome
    reports: list[Report] = field(default_factory=list)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)


def visits(found: list[Visit], now: datetime) -> list[tuple[Source, PollOutcome]]:
    """Stores several visits in one transaction; should that fail, each in its own, so that a fault stays alone.

    Returns those that were stored: a visit whose lease is stale is somebody else's by now.
    """
    works = [_work(visit, now) for visit in found]
    try:
        done = _write(works, now)
    except Exception:
        done = [outcome for work in works for outcome in _alone(work, now)]
    for source, outcome in done:
        _note(source, outcome)
    return done


def _alone(work: Work, now: datetime) -> list[tuple[Source, PollOutcome]]:
    """One visit in its own transaction; what cannot be stored is at least noted as failed."""
    try:
        return _write([work], now)
    except Exception as error:
        if work.visit.fault is not None:
            raise
        work.visit.fault = error
        return _write([_work(work.visit, now)], now)


def _work(visit: Visit, now: datetime) -> Work:
    """What is to be stored of one visit; claims are drawn out here, before the write lock is taken."""
    visit.seconds = time.monotonic() - visit.began
    if visit.fault is not None:
        log.error("poll broke", source=visit.source.name, exc_info=visit.fault)
        fault = SourceError(f"A fault of the tracker itself ({type(visit.fault).__name__}); its log says more.")
        return Work(visit, _failed(visit, fault, now))
    if visit.error is not None or visit.heard is None:
        return Work(visit, _failed(visit, visit.error or SourceError("The poll was broken off."), now))
    if visit.heard.reading is None:
        return Work(visit, _unchanged(visit, visit.heard, now))
    language = visit.heard.reading.language
    reports = [entries.report(entry, visit.source, language, now) for entry in visit.fresh]
    try:
        claims = accept.extracted(reports)
    except Exception as error:
        visit.fault = error
        return _work(visit, now)
    return Work(visit, _read(visit, visit.heard, now), reports, claims)


def _failed(visit: Visit, error: SourceError, now: datetime) -> PollOutcome:
    return PollOutcome(
        PollStatus.FAILED,
        pace.after_failure(now, visit.source.minutes, visit.lease.failures, error.retry_after),
        message=error.message[:500],
        seconds=visit.seconds,
        http_status=error.status,
    )


def _write(works: list[Work], now: datetime) -> list[tuple[Source, PollOutcome]]:
    """One transaction for all: a visit whose lease is stale stores nothing."""
    done = []
    with store.writing():
        for work in works:
            if not store.sources.finish(work.visit.lease, work.outcome, now):
                log.warning("poll came too late", source=work.visit.source.name)
                continue
            if work.reports:
                accept.accept_all(work.reports, work.visit.source, now, work.claims)
                prints = {entry.key: entry.fingerprint for entry in work.visit.fresh if _settled(work.visit, entry)}
                store.sources.remember(work.visit.source.name, prints, now)
            done.append((work.visit.source, work.outcome))
    return done


def _settled(visit: Visit, entry: Entry) -> bool:
    """Whether an entry needs no further visit; one whose article there was no time for is tried again next time."""
    return not (visit.unfinished and entry.truncated)


def _unchanged(visit: Visit, heard: Heard, now: datetime) -> PollOutcome:
    return PollOutcome(
        PollStatus.UNCHANGED,
        pace.after_success(now, visit.source.minutes),
        seconds=visit.seconds,
        bytes=heard.size,
        http_status=heard.status,
        etag=heard.etag,
        last_modified=heard.last_modified,
        body_hash=heard.body_hash,
        full=heard.full,
    )


def _read(visit: Visit, heard: Heard, now: datetime) -> PollOutcome:
    """The outcome of a reading. Where articles are left over, nothing is kept that would skip the next reading."""
    found = heard.reading.entries if heard.reading else ()
    note = heard.reading.note if heard.reading else ""
    moments = [entry.published for entry in found if entry.published and entry.published <= now + entries.AHEAD]
    kept = replace(heard, etag=None, last_modified=None, body_hash=None) if visit.unfinished else heard
    return PollOutcome(
        PollStatus.OK,
        pace.after_success(now, visit.source.minutes),
        message=note or ("" if found else "The source answers, but lists nothing at present."),
        entries=len(found),
        fresh=len(visit.fresh),
        bytes=heard.size,
        seconds=visit.seconds,
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
