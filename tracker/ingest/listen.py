"""Asking one source, without a database: fetch, notice that nothing changed, parse in the cage; then its articles."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from tracker.domain import Report, Source, SourceKind
from tracker.ingest import articles, claims, entries, feeds, folder, guard, pace, pages, telegram
from tracker.ingest.cage import Cage
from tracker.ingest.entries import Entry, Reading
from tracker.ingest.errors import SourceError
from tracker.ingest.fetch import ARTICLE, FEED, Fetcher, Limits
from tracker.ingest.robots import Robots
from tracker.ingest.unpack import Body, digest
from tracker.store.leases import Lease
from tracker.times import KYIV

log = structlog.get_logger(__name__)

ARTICLES_AT_ONCE = 1.0
"""Seconds between two articles of one site, where its robots.txt asks for no more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one source answered: a reading, or nothing new (`reading` is None)."""

    reading: Reading | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    size: int = 0
    full: bool = False


@dataclass
class Ears:
    """What listening needs: a fetcher behind its gate, a cage, and manners. `folders` is where watched folders lie."""

    fetcher: Fetcher
    cage: Cage
    folders: Path
    limits: Limits = FEED
    pause: float = ARTICLES_AT_ONCE
    robots: Robots = field(init=False)
    _sites: dict[str, tuple[threading.Lock, list[float]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.robots = Robots(self.fetcher, self.cage)

    def hear(self, lease: Lease, now: datetime) -> Heard:
        """One poll of one source. Raises SourceError where it fails."""
        source = lease.source
        if source.kind is SourceKind.FOLDER:
            return self._folder(lease)
        ask = pace.conditional(now, lease.full_at)
        answer = self.fetcher.get(
            source.url, self.limits, lease.etag if ask else None, lease.last_modified if ask else None
        )
        if answer.status == 304:
            return Heard(None, 304, lease.etag, lease.last_modified, lease.body_hash)
        mark = digest(answer.body, repr(source.settings).encode())
        heard = Heard(None, 200, answer.etag, answer.last_modified, mark, len(answer.body), full=True)
        if mark == lease.body_hash:
            return heard
        return replace(heard, reading=read(source, answer.body, answer.content_type, answer.url, self.cage))

    def _folder(self, lease: Lease) -> Heard:
        files, mark = folder.listing(self.folders / lease.source.url)
        heard = Heard(None, None, body_hash=mark, full=True)
        if mark == lease.body_hash:
            return heard
        return replace(heard, reading=folder.read(files, self.cage, zone_of(lease.source)))

    def understand(self, reports: Sequence[Report]) -> claims.Understood:
        """What reports say, worked out in the cage."""
        return claims.caged(reports, self.cage)

    def complete(self, wanted: Sequence[Entry], seconds: float) -> tuple[dict[str, Entry], bool]:
        """The entries with their full articles by key, and whether time ran out before all were tried.

        One article at a time a site, with a pause: a newsroom's server has other readers tonight.
        """
        end = time.monotonic() + seconds
        done: dict[str, Entry] = {}
        oldest = datetime.min.replace(tzinfo=UTC)
        for entry in sorted(wanted, key=lambda entry: entry.published or oldest, reverse=True):
            if time.monotonic() >= end:
                return done, True
            try:
                text: str | None = self._article(entry.url, end)
            except SourceError:
                text = None
            except Exception as error:
                log.error("article broke", url=entry.url, exc_info=error)
                text = None
            if text is None and time.monotonic() >= end:
                return done, True
            done[entry.key] = entries.with_article(entry, text)
        return done, False

    def _article(self, url: str, end: float) -> str:
        pause = max(self.robots.delay(url), self.pause)
        lock, last = self._site(guard.parse(url).origin)
        if not lock.acquire(timeout=max(0.0, end - time.monotonic())):
            raise SourceError("The site is busy with another article.")
        try:
            wait = last[0] + pause - time.monotonic()
            if wait > 0:
                time.sleep(min(wait, max(0.0, end - time.monotonic())))
            limits = replace(ARTICLE, seconds=min(ARTICLE.seconds, max(0.5, end - time.monotonic())))
            answer = self.fetcher.get(url, limits)
            last[0] = time.monotonic()
        finally:
            lock.release()
        text: str = self.cage.run(articles.extract, answer.body, answer.content_type, answer.url)
        return text

    def _site(self, origin: str) -> tuple[threading.Lock, list[float]]:
        with self._lock:
            if len(self._sites) > 5000:
                self._sites.clear()
            return self._sites.setdefault(origin, (threading.Lock(), [float("-inf")]))


def read(source: Source, body: Body, content_type: str, url: str, cage: Cage) -> Reading:
    """The entries in a source's answer, read in the cage by the reader for its kind."""
    zone = zone_of(source)
    reading: Reading
    if source.kind is SourceKind.TELEGRAM:
        reading = cage.run(telegram.read, body, content_type, url, zone)
    elif source.kind is SourceKind.PAGE:
        reading = cage.run(pages.read, body, settings_of(source), content_type, url, zone)
    else:
        reading = cage.run(feeds.read, body, content_type, url, zone)
    return reading


def settings_of(source: Source) -> Mapping[str, str]:
    """The source's own settings by name."""
    return dict(source.settings)


def zone_of(source: Source) -> tzinfo:
    """The zone of the source's dates that name none."""
    name = settings_of(source).get("zone")
    return ZoneInfo(name) if name else KYIV


def wants_article(source: Source, entry: Entry) -> bool:
    """Whether the page behind `entry` is to be read: by the source's setting, else if its text looks like a summary."""
    if source.kind not in (SourceKind.FEED, SourceKind.PAGE) or not entry.url:
        return False
    rule = settings_of(source).get("articles", "auto")
    return rule == "always" or (rule == "auto" and entry.short)
