"""One page's ready bytes, plain and packed, with every header list that may go out with them made beforehand."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from werkzeug.http import parse_date

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VALIDATORS = {"age", "cache-control", "content-language", "date", "etag", "last-modified", "link", "vary"}
VALIDATORS |= {"access-control-allow-origin", "access-control-expose-headers", "ratelimit-policy"}
"""What a 304 repeats. The client keeps the rest, policies included, from the answer that it has (RFC 9111, 3.2)."""

Stamp = tuple[int, int]
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A page as it goes out, and the change and minute that it was made for."""

    stamp: Stamp
    made: float
    etag: str
    modified: datetime | None
    body: list[bytes]
    packed: list[bytes]
    whole: Headers
    short: Headers
    brief: Headers

    def answer(self, environ: WSGIEnvironment, start: StartResponse, old: Headers | None = None) -> Iterable[bytes]:
        """The bytes, packed where the client can unpack; 304 where it has them already. `old` are headers of age.

        Thousands of these leave in a second: whatever can be known before a request comes is in the lists.
        """
        if self._known(environ):
            start("304 Not Modified", self.brief + old if old else self.brief)
            return []
        packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        headers = self.short if packed else self.whole
        start("200 OK", headers + old if old else headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return self.packed if packed else self.body

    def _known(self, environ: WSGIEnvironment) -> bool:
        """Whether the client has this copy: by its tag, or by its date where it sends no tag."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags:
            return tags == self.etag or _names(tags, self.etag)
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        if since is None or self.modified is None:
            return False
        moment = parse_date(since)
        return moment is not None and self.modified <= moment


def ready(stamp: Stamp, headers: Headers, body: bytes, now: float) -> Ready:
    """The page that the application answered with `headers` and `body`; it keeps its own tag if it has one."""
    own = {"content-length", "etag", "vary"}
    names = {name.lower(): value for name, value in headers}
    etag = names.get("etag") or f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    vary = ", ".join(filter(None, (names.get("vary", ""), "Accept-Encoding")))
    kept = [pair for pair in headers if pair[0].lower() not in own] + [("ETag", etag), ("Vary", vary)]
    packed = gzip.compress(body, 9, mtime=0)
    return Ready(
        stamp,
        now,
        etag,
        parse_date(names.get("last-modified")),
        [body],
        [packed],
        [*kept, ("Content-Length", str(len(body)))],
        [*kept, ("Content-Length", str(len(packed))), ("Content-Encoding", "gzip")],
        [pair for pair in kept if pair[0].lower() in VALIDATORS],
    )


def _names(tags: str, etag: str) -> bool:
    """Whether a list of tags, weak ones too, holds ours."""
    known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    return "*" in known or etag.removeprefix("W/") in known
