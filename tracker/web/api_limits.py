"""How much one caller may ask of the API: a count a minute, said in every answer's headers."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import TooManyRequests

from tracker.web.limits import network

WINDOW = 60
UNCOUNTED = "tracker.uncounted"
"""Set in the environment of requests that we make ourselves; no header can set it."""

MOST_CALLERS = 20_000
"""Callers counted at once; beyond it the longest unseen is forgotten, so a flood of addresses cannot fill memory."""


class Limiter:
    """Counts each caller's requests in windows of so many seconds, for this process."""

    def __init__(self, limit: int, window: int = WINDOW) -> None:
        self.limit, self.window = limit, window
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, seconds: float) -> tuple[int, int]:
        """Counts one request of `caller`; how many are left (below zero: refused), and seconds to the next window."""
        window = int(seconds // self.window)
        with self._lock:
            began, used = self._counts.pop(caller, (window, 0))
            used = used + 1 if began == window else 1
            self._counts[caller] = (window, used)
            if len(self._counts) > MOST_CALLERS:
                self._counts.popitem(last=False)
        return self.limit - used, int(self.window - seconds % self.window) + 1


def init_app(app: Flask) -> None:
    app.extensions["api_limiter"] = Limiter(int(app.config["API_PER_MINUTE"]))


def check() -> None:
    """Refuses a caller who asked too often (429 with Retry-After); to be run before a request."""
    if request.environ.get(UNCOUNTED):
        return
    limiter: Limiter = current_app.extensions["api_limiter"]
    left, reset = limiter.take(network(request.remote_addr or ""), time.monotonic())
    if left < 0:
        sentence = f"More than {limiter.limit} requests a minute came from your address; wait {reset} seconds."
        raise TooManyRequests(sentence, retry_after=reset)


def say(answer: Response) -> None:
    """States the limit on `answer`; caches keep answers for many callers, so no single caller's count stands there."""
    limit = current_app.extensions["api_limiter"].limit
    answer.headers["RateLimit-Policy"] = f'"default";q={limit};w={WINDOW}'
