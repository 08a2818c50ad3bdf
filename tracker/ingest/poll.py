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
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask import Config

from tracker import store
from tracker.domain import Source
from tracker.ingest import entries, keep, unpack
from tracker.ingest.cage import Cage
from tracker.ingest.entries import Entry
from tracker.ingest.errors import SourceError
from tracker.ingest.fetch import FEED, Fetcher, Limits
from tracker.ingest.guard import Gate
from tracker.ingest.keep import Visit
from tracker.ingest.listen import Ears, wants_article
from tracker.store.leases import Lease
from tracker.store.sources import PollOutcome

WORKERS = 200
"""Sources asked at once: with many slow ones among thousands, nothing else decides how long a round takes."""

LEASE_SECONDS = 30.0
"""The longest that a dead poller's source waits. A live one renews its leases long before they end."""

LONGEST_SECONDS = 300.0
"""A poll that is not over by then is taken for lost: its lease is renewed no more."""

ARTICLE_SECONDS = 10.0
"""What a poll may spend on full articles; the entries left over come in as summaries, and their articles next time."""

AT_ONCE = 400
"""Reports stored in one transaction, about; more would keep other writers waiting."""

Clock = Callable[[], datetime]
Take = Callable[[int], Sequence[Lease]]
Tell = Callable[[Source, PollOutcome], None]


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
        self._under_way: dict[str, Visit] = {}
        self._renewed = clock()
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
            try:
                ready = self._collect()
                if self._stopping.is_set():
                    break  # what a closing pool broke off is no fault of the source
                stored += self._store(ready, tell)
                self._renew()
            except Exception:
                # The database is away: nothing counts as under way any longer, or no thread would seem free for ever.
                self._under_way.clear()
                raise
        return stored

    def stop(self) -> None:
        """Ends polling; what was not stored is another poller's, half a minute later."""
        self._stopping.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.ears.cage.close()

    def _due(self, limit: int) -> Sequence[Lease]:
        return store.leases.due(self.clock(), self.owner, limit, self.lease_seconds)

    def _take_up(self, take: Take) -> None:
        free = self.workers - len(self._under_way)
        if free <= 0 or (self._under_way and free < self.workers // 8):
            return
        for lease in take(free):
            visit = Visit(lease, time.monotonic())
            if self._submit(self._visit, visit):
                self._under_way[lease.source.name] = visit

    def _renew(self) -> None:
        """Keeps the leases of what is under way: behind hundreds of others a poll may wait for a parser."""
        now = self.clock()
        if (now - self._renewed).total_seconds() < self.lease_seconds / 3:
            return
        self._renewed, lost = now, time.monotonic() - LONGEST_SECONDS
        store.leases.renew([one.lease for one in self._under_way.values() if one.began > lost], now, self.lease_seconds)

    def _visit(self, visit: Visit) -> None:
        """In a thread of its own: asks one source. Whatever happens, the visit comes back."""
        try:
            visit.heard = self.ears.hear(visit.lease, self.clock())
        except SourceError as error:
            visit.error = error
        except Exception as error:
            visit.fault = error
        self._done.put(visit)

    def _understand(self, visit: Visit, wanted: list[Entry]) -> None:
        """In a thread: fetches the articles of a visit's new entries, as time allows, and finds what they all say."""
        try:
            if wanted:
                found, visit.unfinished = self.ears.complete(wanted, ARTICLE_SECONDS)
                missing = {entry.key: replace(entry, truncated=True) for entry in wanted}
                visit.fresh = [found.get(entry.key) or missing.get(entry.key) or entry for entry in visit.fresh]
            reading, now = visit.heard and visit.heard.reading, self.clock()
            language = reading.language if reading else None
            visit.reports = [entries.report(entry, visit.source, language, now) for entry in visit.fresh]
            visit.said = self.ears.understand(visit.reports)
        except SourceError as error:
            visit.error = error
        except Exception as error:
            visit.fault = error
        if visit.error or visit.fault:
            visit.reports = []
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
                if sum(len(one.reports) for one in ready) >= AT_ONCE or len(ready) >= self.workers:
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
        """Whether the visit went on to have its new entries understood; it comes back a second time."""
        if visit.sorted or not visit.fresh:
            return False
        visit.sorted = True
        wanted = [entry for entry in visit.fresh if wants_article(visit.source, entry)]
        return self._submit(self._understand, visit, wanted)

    def _submit(self, task: Callable[..., None], *args: object) -> bool:
        """Hands a task to a thread; not while we stop."""
        try:
            self._threads.submit(task, *args)
        except RuntimeError:
            if not self._stopping.is_set():
                raise
            return False
        return True

    def _store(self, visits: list[Visit], tell: Tell | None) -> int:
        """Stores what came back, and tells about it."""
        for visit in visits:
            if self._under_way.get(visit.source.name) is visit:  # not one of an earlier time
                del self._under_way[visit.source.name]
        done = keep.visits(visits, self.clock()) if visits else []
        for source, outcome in done:
            if tell:
                tell(source, outcome)
        return len(done)


def named(names: Iterable[str], clock: Clock, owner: str, seconds: float = LEASE_SECONDS) -> Take:
    """Takes sources by name, due or not, each once: for a poll by hand. One that is being polled is left out."""
    waiting = list(dict.fromkeys(names))

    def take(limit: int) -> Sequence[Lease]:
        now, batch = clock(), waiting[:limit]
        del waiting[:limit]
        return store.leases.named(batch, now, owner, seconds)

    return take


def ears(config: Config, folders: Path, limits: Limits = FEED, pause: float = 1.0) -> Ears:
    """Ears by the installation's settings."""
    unpack.sweep()
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
