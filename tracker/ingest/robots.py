"""robots.txt: whether a site lets us read an article, and how slowly. Feeds are there to be polled, pages are not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tracker.ingest import guard
from tracker.ingest.cage import Cage
from tracker.ingest.errors import RefusedError, SourceError
from tracker.ingest.fetch import ROBOTS, Fetcher

KEPT_SECONDS = 24 * 3600
RETRY_SECONDS = 600
SLOWEST = 10.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says, if it has one; `closed` when it could not be asked."""

    text: str = ""
    closed: bool = False
    until: float = 0.0


def allows(text: str, url: str, agent: str) -> tuple[bool, float]:
    """Runs in the cage: whether `text` lets `agent` read `url`, and how many seconds it wants between two visits."""
    from protego import Protego

    rules = Protego.parse(text[:500_000])
    return bool(rules.can_fetch(url, agent)), min(float(rules.crawl_delay(agent) or 0.0), SLOWEST)


class Robots:
    """The rules of the sites that we visited, each asked for once a day."""

    def __init__(self, fetcher: Fetcher, cage: Cage, clock: Callable[[], float] = time.monotonic) -> None:
        self.fetcher = fetcher
        self.cage = cage
        self.clock = clock
        self._rules: dict[str, Rules] = {}
        self._lock = threading.Lock()

    def delay(self, url: str) -> float:
        """The seconds that the site wants between two visits; raises SourceError where `url` is closed to us."""
        rules = self._of(guard.parse(url).origin)
        if rules.closed:
            raise SourceError("The site's robots.txt could not be asked; the article is left alone for now.")
        if not rules.text.strip():
            return 0.0
        allowed, delay = self.cage.run(allows, rules.text, url, self.fetcher.agent.partition("/")[0])
        if not allowed:
            raise SourceError("The site's robots.txt closes the article to programs.")
        return float(delay)

    def _of(self, origin: str) -> Rules:
        with self._lock:
            rules = self._rules.get(origin)
        if rules is None or rules.until <= self.clock():
            rules = self._ask(origin)
            with self._lock:
                if len(self._rules) > 5000:
                    self._rules.clear()
                self._rules[origin] = rules
        return rules

    def _ask(self, origin: str) -> Rules:
        """No file (4xx) closes nothing; a site in trouble is left alone until it has recovered."""
        try:
            answer = self.fetcher.get(f"{origin}/robots.txt", ROBOTS)
        except RefusedError:
            raise
        except SourceError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Rules(until=self.clock() + KEPT_SECONDS)
            return Rules(closed=True, until=self.clock() + RETRY_SECONDS)
        return Rules(bytes(answer.body).decode("utf-8", "replace"), until=self.clock() + KEPT_SECONDS)
