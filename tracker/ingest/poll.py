"""The sources that are due → fetch → parse → accept, each for itself: none stops, delays or outlives another.

Many threads ask the sources, one stores what they heard: a poll counts only together with its reports, in one
transaction that begins by checking that its lease is still the newest.
"""

from __future__ import annotations

import os
import queue
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import structlog
from flask import Config

from tracker import store
from tracker.domain import Claim, Report, Source
from tracker.ingest import accept, entries, pace
from tracker.ingest.cage import Cage
from tracker.ingest.entries import Entry
from tracker.ingest.errors import SourceError
from tracker.ingest.fetch import FEED, Fetcher, Limits
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears, Heard, wants_article
from tracker.store.sources import Lease, PollOutcome, PollStatus

WORKERS = 64
LEASE_SECONDS = 30.0
"""Longer than a poll may take (15 s fetching, 6 s parsing), and the longest that a dead poller's source waits."""

ARTICLE_SECONDS = 10.0
"""What a poll may spend on full articles; the entries left over come in as summaries, and their articles next time."""

AT_ONCE = 200
"""Reports stored in one transaction, about; more would keep other writers waiting."""

log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]
Take = Callable[[int], Sequence[Lease]]
Tell = Callable[[Source, PollOutcome], None]


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


class Poller:
    """Polls with many threads; `run` is called by one thread at a time, inside an application context."""

    def __init__(self, ears: Ears, clock: Clock, workers: int = WORKERS, lease_seconds: float = LEASE_SECONDS) -> None:
        self.ears = ears
        self.clock = clock
        self.workers = workers
        self.lease_seconds = lease_seconds
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="poll")
        self._done: queue.SimpleQueue[Visit] = queue.SimpleQueue()
        self._under_way = 0
        self._stopping = threading.Event()

    def run(self, take: Take | None = None, tell: Tell | None = None) -> int:
        """Polls until nothing is due and nothing under way; returns how many polls were stored.

        Sources that become due meanwhile are taken up at once: a slow one holds a thread, not the others.
        """
        stored = 0
        while not self._stopping.is_set():
            self._take_up(take or self._due)
            if not self._under_way:
                break
            stored += self._store(self._collect(), tell)
        return stored

    def stop(self) -> None:
        """Ends polling; what was not stored is another poller's, half a minute later."""
        self._stopping.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.ears.cage.close()

    def _due(self, limit: int) -> Sequence[Lease]:
        return store.sources.lease_due(self.clock(), self.owner, limit, self.lease_seconds)

    def _take_up(self, take: Take) -> None:
        free = self.workers - self._under_way
        if free <= 0 or (self._under_way and free < self.workers // 8):
            return
        for lease in take(free):
            self._under_way += 1
            self._threads.submit(self._visit, Visit(lease, time.monotonic()))

    def _visit(self, visit: Visit) -> None:
        """In a thread of its own: asks one source. Whatever happens, the visit comes back."""
        try:
            visit.heard = self.ears.hear(visit.lease, self.clock())
        except SourceError as error:
            visit.error = error
        except Exception as error:
            visit.fault = error
        self._done.put(visit)

    def _complete(self, visit: Visit, wanted: list[Entry]) -> None:
        """In a thread: fetches the full articles of a visit's new entries, as many as the lease has time for."""
        try:
            found, visit.unfinished = self.ears.complete(wanted, ARTICLE_SECONDS)
            missing = {entry.key: replace(entry, truncated=True) for entry in wanted}
            visit.fresh = [found.get(entry.key) or missing.get(entry.key) or entry for entry in visit.fresh]
        except Exception as error:
            visit.fault = error
        self._done.put(visit)

    def _collect(self) -> list[Visit]:
        """The visits ready to be stored, half a second waited for the first; no more than a transaction should hold."""
        ready: list[Visit] = []
        try:
            visit = self._done.get(timeout=0.5)
            while True:
                self._sort(visit)
                if not self._sent_on(visit):
                    ready.append(visit)
                if sum(len(one.fresh) for one in ready) >= AT_ONCE or len(ready) >= self.workers:
                    return ready
                visit = self._done.get_nowait()
        except queue.Empty:
            return ready

    def _sort(self, visit: Visit) -> None:
        """Finds the entries that are new to us or changed."""
        if not visit.sorted and visit.heard and visit.heard.reading:
            found = visit.heard.reading.entries
            known = store.sources.fingerprints(visit.source.name, [entry.key for entry in found])
            visit.fresh = [entry for entry in found if known.get(entry.key) != entry.fingerprint]

    def _sent_on(self, visit: Visit) -> bool:
        """Whether the visit went on to fetch articles; it comes back a second time."""
        if visit.sorted:
            return False
        visit.sorted = True
        wanted = [entry for entry in visit.fresh if wants_article(visit.source, entry)]
        if not wanted:
            return False
        self._threads.submit(self._complete, visit, wanted)
        return True

    def _store(self, visits: list[Visit], tell: Tell | None) -> int:
        """Stores several visits in one transaction; should that fail, each in its own, so that a fault stays alone."""
        if not visits:
            return 0
        self._under_way -= len(visits)
        now = self.clock()
        works = [self._work(visit, now) for visit in visits]
        try:
            done = _write(works, now)
        except Exception:
            if len(works) == 1 and works[0].visit.fault is not None:
                raise
            done = [outcome for work in works for outcome in self._alone(work, now)]
        for source, outcome in done:
            _note(source, outcome)
            if tell:
                tell(source, outcome)
        return len(done)

    def _alone(self, work: Work, now: datetime) -> list[tuple[Source, PollOutcome]]:
        try:
            return _write([work], now)
        except Exception as error:
            work.visit.fault = error
            return _write([self._work(work.visit, now)], now)

    def _work(self, visit: Visit, now: datetime) -> Work:
        """What is to be stored of one visit; claims are drawn out here, before the write lock is taken."""
        visit.seconds = time.monotonic() - visit.began
        if visit.fault is not None:
            log.error("poll broke", source=visit.source.name, exc_info=visit.fault)
            fault = SourceError(f"A fault of the tracker itself ({type(visit.fault).__name__}); its log says more.")
            return Work(visit, self._failed(visit, fault, now))
        if visit.error is not None or visit.heard is None:
            return Work(visit, self._failed(visit, visit.error or SourceError("The poll was broken off."), now))
        if visit.heard.reading is None:
            return Work(visit, _unchanged(visit, visit.heard, now))
        language = visit.heard.reading.language
        reports = [entries.report(entry, visit.source, language, now) for entry in visit.fresh]
        try:
            claims = accept.extracted(reports)
        except Exception as error:
            visit.fault = error
            return self._work(visit, now)
        return Work(visit, _read(visit, visit.heard, now), reports, claims)

    def _failed(self, visit: Visit, error: SourceError, now: datetime) -> PollOutcome:
        minutes, failures = visit.source.minutes, visit.lease.failures
        return PollOutcome(
            PollStatus.FAILED,
            pace.after_failure(now, minutes, failures, error.retry_after),
            message=error.message[:500],
            seconds=visit.seconds,
            http_status=error.status,
        )


@dataclass(slots=True)
class Work:
    """What one visit stores."""

    visit: Visit
    outcome: PollOutcome
    reports: list[Report] = field(default_factory=list)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)


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


def named(names: Iterable[str], clock: Clock, owner: str, seconds: float = LEASE_SECONDS) -> Take:
    """Takes sources by name, due or not, each once: for a poll by hand. One that is being polled is left out."""
    waiting = list(names)

    def take(limit: int) -> list[Lease]:
        now, batch = clock(), waiting[:limit]
        del waiting[:limit]
        return [lease for name in batch if (lease := store.sources.lease_one(name, now, owner, seconds))]

    return take


def ears(config: Config, folders: Path, limits: Limits = FEED, pause: float = 1.0) -> Ears:
    """Ears by the installation's settings."""
    origins = config.get("PRIVATE_ORIGINS") or ()
    gate = Gate(allow_private=bool(config["ALLOW_PRIVATE_NETWORKS"]), origins=frozenset(origins))
    contact = str(config["CONTACT"] or config["BASE_URL"])
    agent = f"outage-tracker/0.1 (+{contact})"
    return Ears(Fetcher(gate, agent), Cage(), folders, limits, pause)


def once(source: Source, poller: Poller) -> PollOutcome | None:
    """Polls one stored source now; None when somebody else is just polling it."""
    outcomes: list[PollOutcome] = []
    poller.run(
        named([source.name], poller.clock, poller.owner, poller.lease_seconds),
        lambda _source, outcome: outcomes.append(outcome),
    )
    return outcomes[0] if outcomes else None
