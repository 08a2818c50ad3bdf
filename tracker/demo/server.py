"""Serves the sample on loopback as its sources would: RSS, Atom, JSON Feed, a channel page, and an article an entry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from tracker.demo import render
from tracker.demo.sample import Feed
from tracker.domain import Source, SourceKind, Standing


class SampleServer(ThreadingHTTPServer):
    """The sample's own web server on a free port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, feeds: tuple[Feed, ...], clock: Callable[[], datetime]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.feeds = {feed.name: feed for feed in feeds}
        self.clock = clock

    @property
    def address(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def sources(self) -> tuple[Source, ...]:
        """The sample's feeds as sources to poll every minute."""
        return tuple(
            Source(
                name=feed.name,
                title=feed.title,
                url=f"{self.address}/{feed.name}/{render.FORMS[feed.form].file}",
                kind=SourceKind.TELEGRAM if feed.form == "telegram" else SourceKind.FEED,
                standing=Standing[feed.standing.upper()],
                language=feed.language,
                minutes=1,
            )
            for feed in self.feeds.values()
        )

    def page(self, path: str) -> tuple[str, bytes] | None:
        """The type and bytes of what stands at `path` now, if anything does."""
        if path == "/robots.txt":
            return "text/plain; charset=utf-8", b"User-agent: *\nAllow: /\n"
        name, _, rest = path.strip("/").partition("/")
        feed = self.feeds.get(name)
        if feed is None:
            return None
        form, entries = render.FORMS[feed.form], feed.visible(self.clock())
        if rest == form.file:
            return form.type, form.render(feed, entries, f"{self.address}/{name}")
        for entry in entries:
            if rest == entry.key:
                return "text/html; charset=utf-8", render.article(feed, entry)
        return None


class _Handler(BaseHTTPRequestHandler):
    """Answers GET with an ETag, and 304 to whoever holds it already."""

    server: SampleServer
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        found = self.server.page(unquote(urlsplit(self.path).path))
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"No such page in the sample.\n")
            return
        kind, body = found
        tag = f'"{sha256(body).hexdigest()[:20]}"'
        if self.headers.get("If-None-Match") == tag:
            self._answer(HTTPStatus.NOT_MODIFIED, kind, b"", tag)
        else:
            self._answer(HTTPStatus.OK, kind, body, tag)

    def _answer(self, status: HTTPStatus, kind: str, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the poller logs what it fetched."""


@contextmanager
def serving(feeds: tuple[Feed, ...], clock: Callable[[], datetime]) -> Iterator[SampleServer]:
    """The sample, served from a thread of its own until the block ends."""
    server = SampleServer(feeds, clock)
    thread = threading.Thread(target=server.serve_forever, name="sample-server", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
