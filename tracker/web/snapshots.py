"""Ready bytes for public pages: rendered once per change or minute, then answered before Flask is asked.

Any answer that calls itself `Cache-Control: public` is kept, plain and packed, with an ETag. While the store does not
answer, the last copy is served on; each page says how old it is.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.http import parse_date

from tracker import store
from tracker.web.languages import wished

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENTRIES = 400
QUERY_LIMIT = 200
BODY_LIMIT = 2_000_000
VALIDATORS = {"age", "cache-control", "content-language", "date", "etag", "last-modified", "link", "vary"}
VALIDATORS |= {"access-control-allow-origin", "access-control-expose-headers", "ratelimit-policy"}
"""What a 304 repeats. The client keeps the rest, policies included, from the answer that it has (RFC 9111, 3.2)."""

PATIENCE = 3
"""Seconds after which a store that has not answered counts as silent."""

Key = tuple[str, ...]
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One page's bytes, and the change and minute that they were made for."""

    stamp: tuple[int, int]
    headers: Headers
    body: bytes
    packed: bytes
    etag: str
    made: float


def wants_text(accept: str, agent: str) -> bool:
    """Whether the client is a terminal: it asks for plain text, or is curl, and not for a page."""
    return "text/html" not in accept and ("text/plain" in accept or agent.lower().startswith("curl/"))


class Snapshots:
    """Stands before the application. `changes` gives a number that moves with every change of the store."""

    def __init__(
        self, inner: WSGIApplication, changes: Callable[[], int], clock: Callable[[], float] = time.time
    ) -> None:
        self.inner, self.changes, self.clock = inner, changes, clock
        self.kept: OrderedDict[Key, Snapshot] = OrderedDict()
        self.lock = Lock()
        self.making: set[Key] = set()
        self.asking = Lock()
        self.asked, self.change, self.silent = 0.0, 0, False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self.inner(environ, start)
        stamp = self._stamp()
        with self.lock:
            found = self.kept.get(key)
            usable = found is not None and (stamp is None or found.stamp == stamp or key in self.making)
            if found is not None and usable:
                self.kept.move_to_end(key)
            else:
                self.making.add(key)
        if found is not None and usable:
            return self._old(found, environ, start) if stamp is None else _answer(found, environ, start)
        try:
            return self._make(key, stamp or (0, 0), found, environ, start)
        finally:
            self.making.discard(key)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """What the answer may depend on; None where nothing is kept (other methods, endless queries)."""
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or len(query) > QUERY_LIMIT:
            return None
        text = wants_text(environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_USER_AGENT", ""))
        language = wished(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        host = environ.get("HTTP_HOST", "")
        return host, environ.get("PATH_INFO", ""), query, language, "text" if text else ""

    def _stamp(self) -> tuple[int, int] | None:
        """The store's change number, asked for at most once a second, and the minute; None while it does not answer.

        One request asks; the others go on meanwhile with what was known, for a store that hangs must not hang us.
        """
        now = self.clock()
        if abs(now - self.asked) >= 1:
            if self.asking.acquire(blocking=False):
                try:
                    self.asked = now
                    self.change, self.silent = self.changes(), False
                except Exception:  # whatever is wrong with the store, the last good page goes out
                    self.silent = True
                finally:
                    self.asking.release()
            elif now - self.asked > PATIENCE:
                return None
        return None if self.silent else (self.change, int(now // 60))

    def _old(self, found: Snapshot, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The last good copy, saying in its headers how old it is."""
        age = max(0, int(self.clock() - found.made))
        return _answer(replace(found, headers=[*found.headers, ("Age", str(age))]), environ, start)

    def _make(
        self,
        key: Key,
        stamp: tuple[int, int],
        before: Snapshot | None,
        environ: WSGIEnvironment,
        start: StartResponse,
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
        made = _snapshot(stamp, headers, body, self.clock())
        if len(body) > BODY_LIMIT:
            return _answer(made, environ, start)
        with self.lock:
            self.kept[key] = made
            while len(self.kept) > ENTRIES:
                self.kept.popitem(last=False)
        return _answer(made, environ, start)


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


def _snapshot(stamp: tuple[int, int], headers: Headers, body: bytes, now: float) -> Snapshot:
    own = {"content-length", "etag", "vary"}
    names = {name.lower(): value for name, value in headers}
    etag = names.get("etag") or f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    vary = ", ".join(filter(None, (names.get("vary", ""), "Accept-Encoding")))
    kept = [pair for pair in headers if pair[0].lower() not in own] + [("ETag", etag), ("Vary", vary)]
    return Snapshot(stamp, kept, body, gzip.compress(body, 9, mtime=0), etag, now)


def _answer(found: Snapshot, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """The kept bytes, packed where the client can unpack; 304 where it has them already."""
    if _known(found, environ):
        start("304 Not Modified", [pair for pair in found.headers if pair[0].lower() in VALIDATORS])
        return []
    packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    body = found.packed if packed else found.body
    headers = [*found.headers, ("Content-Length", str(len(body)))] + ([("Content-Encoding", "gzip")] if packed else [])
    start("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _known(found: Snapshot, environ: WSGIEnvironment) -> bool:
    """Whether the client has this copy: by its tag, or by its date where it sends no tag."""
    tags = environ.get("HTTP_IF_NONE_MATCH", "")
    if tags:
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in known or found.etag.removeprefix("W/") in known
    modified = next((parse_date(value) for name, value in found.headers if name == "Last-Modified"), None)
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return modified is not None and since is not None and modified <= since


def counter(app: Flask) -> Callable[[], int]:
    """The store's change number, for a reader outside any request."""

    def changes() -> int:
        with app.app_context():
            return store.events.changes()[0]

    return changes
