"""Ready bytes for public pages: rendered once per change or minute, then answered before Flask is asked.

Any answer that calls itself `Cache-Control: public` is kept, plain and packed, with an ETag. While the store does not
answer, the last copy is served on; each page says how old it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask

from tracker import store
from tracker.web.languages import wished
from tracker.web.ready import Headers, Ready, Stamp, ready
from tracker.web.words import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENTRIES = 400
QUERY_LIMIT = 200
BODY_LIMIT = 2_000_000
PATIENCE = 3
"""Seconds after which a store that has not answered counts as silent."""

NAMED = tuple(f"/{language}/" for language in LANGUAGES)
"""Addresses that name their language; there the browser's wish changes nothing."""

Key = tuple[str, str, str, str, bool]


@lru_cache(4096)
def wants_text(accept: str, agent: str) -> bool:
    """Whether the client is a terminal: it asks for plain text, or is curl, and not for a page."""
    return "text/html" not in accept and ("text/plain" in accept or agent.lower().startswith("curl/"))


class Snapshots:
    """Stands before the application. `changes` gives a number that moves with every change of the store.

    A hit takes no lock: the requests of a crowd would queue for it.
    """

    def __init__(
        self, inner: WSGIApplication, changes: Callable[[], int], clock: Callable[[], float] = time.time
    ) -> None:
        self.inner, self.changes, self.clock = inner, changes, clock
        self.kept: dict[Key, Ready] = {}
        self.lock = Lock()
        self.making: set[Key] = set()
        self.asking = Lock()
        self.asked = 0.0
        self.stamp: Stamp | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self.inner(environ, start)
        found = self.kept.get(key)
        now = self.clock()
        stamp = self.stamp if 0 <= now - self.asked < 1 else self._ask(now)
        if found is not None:
            if found.stamp == stamp or (stamp is not None and key in self.making):
                return found.answer(environ, start)
            if stamp is None:
                return self._old(found, environ, start)
        return self._renew(key, stamp or (0, 0), environ, start)

    def _ask(self, now: float) -> Stamp | None:
        """The store's change number, asked for at most once a second, and the minute; None while it does not answer.

        One request asks; the others go on meanwhile with what was known, for a store that hangs must not hang us.
        """
        if not self.asking.acquire(blocking=False):
            return None if now - self.asked > PATIENCE else self.stamp
        try:
            if now - self.asked > PATIENCE:
                self.stamp = None  # an hour without readers: what was known then is no news
            self.asked = now
            self.stamp = self.changes(), int(now // 60)
        except Exception:  # whatever is wrong with the store, the last good page goes out
            self.stamp = None
        finally:
            self.asking.release()
        return self.stamp

    def _old(self, found: Ready, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The last good copy, saying in its headers how old it is."""
        age = max(0, int(self.clock() - found.made))
        return found.answer(environ, start, [("Age", str(age))])

    def _renew(self, key: Key, stamp: Stamp, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Makes the page, unless another request is just at it or was quicker."""
        with self.lock:
            found = self.kept.get(key)
            if found is not None and (found.stamp == stamp or key in self.making):
                return found.answer(environ, start)
            self.making.add(key)
        try:
            return self._make(key, stamp, found, environ, start)
        finally:
            self.making.discard(key)

    def _make(
        self, key: Key, stamp: Stamp, before: Ready | None, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        told: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return lambda _data: None

        result = self.inner({**environ, "REQUEST_METHOD": "GET"}, listen)
        status, headers = told[0]
        if before is not None and status.startswith("5"):
            _close(result)
            return self._old(before, environ, start)
        if not _keepable(status, headers):
            start(status, headers)
            return result if environ["REQUEST_METHOD"] == "GET" else _close(result)
        body = b"".join(result)
        _close(result)
        made = ready(stamp, headers, body, self.clock())
        if len(body) <= BODY_LIMIT:
            self._keep(key, made)
        return made.answer(environ, start)

    def _keep(self, key: Key, made: Ready) -> None:
        """Puts the page last in the row; the one that nobody had made anew for longest leaves."""
        with self.lock:
            self.kept.pop(key, None)
            self.kept[key] = made
            while len(self.kept) > ENTRIES:
                del self.kept[next(iter(self.kept))]


def _key(environ: WSGIEnvironment) -> Key | None:
    """What the answer may depend on; None where nothing is kept (other methods, endless queries)."""
    asked = environ.get
    query = asked("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or len(query) > QUERY_LIMIT:
        return None
    path = asked("PATH_INFO", "")
    language = "" if path.startswith(NAMED) else wished(asked("HTTP_ACCEPT_LANGUAGE", ""))
    text = wants_text(asked("HTTP_ACCEPT", ""), asked("HTTP_USER_AGENT", ""))
    return asked("HTTP_HOST", ""), path, query, language, text


def _close(result: Iterable[bytes]) -> Iterable[bytes]:
    if hasattr(result, "close"):
        result.close()
    return []


def _keepable(status: str, headers: Headers) -> bool:
    names = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and "public" in names.get("cache-control", "")
        and not {"set-cookie", "content-encoding", "content-disposition"} & names.keys()
        and not names.get("content-type", "").startswith("text/event-stream")
    )


def counter(app: Flask) -> Callable[[], int]:
    """The store's change number, for a reader outside any request."""

    def changes() -> int:
        with app.app_context():
            return store.events.changes()[0]

    return changes
