"""An address → bytes, politely and within limits: one deadline, one size, few hops, “not modified”.

urllib3's connections are used directly, one a request. requests and httpx unpack the body of a redirect before
anybody can say no (300 KiB on the wire became 600 MiB), and no client of theirs has a deadline for the whole call.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from tracker import times
from tracker.ingest import unpack
from tracker.ingest.errors import MovedError, RefusedError, SourceError
from tracker.ingest.guard import Gate, Target
from tracker.ingest.unpack import Body

REDIRECTS = {301, 302, 303, 307, 308}
FOR_GOOD = {301, 308}
LONGEST_WAIT = timedelta(hours=24)
CHUNK = 65536
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take: decoded bytes, seconds in all (DNS, TLS, headers and body), hops."""

    size: int = 5 * 2**20
    seconds: float = 15.0
    hops: int = 5


FEED = Limits()
ARTICLE = Limits(size=3 * 2**20)
ROBOTS = Limits(size=512 * 1024, seconds=8.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `body` is decoded and whole, or empty when nothing changed (`status` 304)."""

    url: str
    status: int
    body: Body = b""
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None


class Deadline:
    """The moment by which one whole fetch must be over, on the clock that never jumps."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.seconds = seconds

    def left(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _ClockedSocket(socket.socket):
    """A socket whose every read gets only what is left of the whole deadline: a drip cannot renew it."""

    deadline: Deadline

    def recv_into(self, *args: object, **kwargs: object) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)  # type: ignore[arg-type]


class _ClockedTLS(ssl.SSLSocket):
    """The same under TLS."""

    deadline: Deadline

    def recv_into(self, *args: object, **kwargs: object) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)  # type: ignore[arg-type]


class _Plain(HTTPConnection):
    """urllib3's connection over a socket that we dialled ourselves."""

    dialled: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.dialled


class _Secure(HTTPSConnection):
    """The same with TLS on top; certificates are always checked."""

    dialled: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.dialled


def secure_context() -> ssl.SSLContext:
    """TLS as the system trusts it, with sockets that keep the deadline."""
    context = ssl.create_default_context()
    context.sslsocket_class = _ClockedTLS
    return context


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches in one installation's name, through its gate."""

    gate: Gate
    agent: str
    context: ssl.SSLContext = field(default_factory=secure_context)

    def get(
        self,
        url: str,
        limits: Limits = FEED,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Answer:
        """The bytes at `url`, or an Answer with status 304. Raises SourceError with a sentence for everything else."""
        deadline = Deadline(limits.seconds)
        headers = {"User-Agent": self.agent, "Accept": ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        secure = False
        for _hop in range(limits.hops + 1):
            try:
                target = self.gate.check(url, deadline.left())
                if secure and target.scheme == "http":
                    raise RefusedError("The source leads from https to plain http, which is not followed.")
                secure = target.scheme == "https"
                outcome = self._once(target, headers, limits, deadline)
            except SourceError:
                raise
            except Exception as error:
                raise _sentence(error, url, deadline) from None
            if isinstance(outcome, Answer):
                return outcome
            url = outcome
        raise SourceError(f"The source redirects more than {limits.hops} times.")

    def _once(self, target: Target, headers: dict[str, str], limits: Limits, deadline: Deadline) -> Answer | str:
        """One request: the answer, or the address that it redirects to."""
        connection = self._connect(target, deadline)
        try:
            connection.request("GET", target.path, headers=headers, preload_content=False, decode_content=False)
            response = connection.getresponse()
            if response.status in REDIRECTS:
                return _next(target, response)
            if response.status == 304:
                if "If-None-Match" in headers or "If-Modified-Since" in headers:
                    return Answer(target.url, 304)
                raise SourceError("The source answers “not modified” to a request that did not ask.", status=304)
            if response.status != 200:
                raise _refusal(response)
            body = unpack.whole(lambda: response.read(CHUNK), response.headers.get("Content-Encoding", ""), limits.size)
            return Answer(
                target.url,
                200,
                body,
                response.headers.get("Content-Type", "")[:200],
                _validator(response.headers.get("ETag")),
                _validator(response.headers.get("Last-Modified")),
            )
        finally:
            connection.close()

    def _connect(self, target: Target, deadline: Deadline) -> _Plain | _Secure:
        raw = self.gate.connect(target, deadline.left())
        clocked = _ClockedSocket(raw.family, raw.type, raw.proto, fileno=raw.detach())
        clocked.deadline = deadline
        clocked.settimeout(deadline.left())
        if target.scheme == "http":
            plain = _Plain(target.host, target.port, timeout=deadline.left())
            plain.dialled = plain.sock = clocked
            return plain
        secure = _Secure(target.host, target.port, timeout=deadline.left(), ssl_context=self.context)
        secure.dialled = clocked
        try:
            secure.connect()
        except BaseException:
            clocked.close()
            raise
        if isinstance(secure.sock, _ClockedTLS):
            secure.sock.deadline = deadline
        return secure


def _validator(value: str | None) -> str | None:
    """An ETag or date to send back word for word; an overlong one is no validator."""
    return value if value and len(value) <= 1024 else None


def _next(target: Target, response: urllib3.HTTPResponse) -> str:
    """Where a redirect leads; its body is never read.

    For good and to another domain is the operator's decision: a domain that lapsed must not speak for a ministry.
    """
    location = response.headers.get("Location", "")
    if not location:
        raise SourceError(f"The source answers {response.status} without saying where to.", status=response.status)
    following = urljoin(target.url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
    host = re.sub(r"^[a-z]+://([^/?#]*).*", r"\1", following, flags=re.I | re.S).rpartition("@")[2]
    if response.status in FOR_GOOD and not _same_site(target.host, host.partition(":")[0].lower()):
        raise MovedError(
            f"The source has moved for good to {host[:100]}, another domain; "
            "if you trust it, change the address in instance/sources.toml.",
            status=response.status,
        )
    return following


def _same_site(one: str, other: str) -> bool:
    """Whether two hosts are one site: equal, or one under the other (www.example.ua, example.ua)."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _refusal(response: urllib3.HTTPResponse) -> SourceError:
    name = http.client.responses.get(response.status, "")
    return SourceError(
        f"The source answers {response.status} {name}".strip() + ".",
        retry_after=wait(response.headers.get("Retry-After"), times.now()),
        status=response.status,
    )


def wait(text: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to wait, at most a day; None if it says nothing usable."""
    if not text:
        return None
    if re.fullmatch(r"\s*\d{1,20}\s*", text):
        return timedelta(seconds=min(int(text), int(LONGEST_WAIT.total_seconds())))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LONGEST_WAIT)


def _sentence(error: Exception, url: str, deadline: Deadline) -> SourceError:
    """The sentence for a fault of the network; anything that is not one is our own bug and stays loud."""
    host = re.sub(r"^[a-z]+://(?:[^/?#]*@)?([^/?#]*).*", r"\1", url, flags=re.I | re.S)[:100]
    if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError) or deadline.end <= time.monotonic():
        return SourceError(f"{host} did not answer in full within {deadline.seconds:g} seconds.")
    if isinstance(error, ssl.SSLError | urllib3.exceptions.SSLError):
        return SourceError(f"The certificate of {host} cannot be trusted, or its TLS is broken.")
    if isinstance(error, ConnectionRefusedError):
        return SourceError(f"{host} refuses the connection.")
    if isinstance(error, http.client.LineTooLong) or "headers" in str(error):
        return SourceError(f"{host} sends too many or too long headers.")
    if isinstance(error, urllib3.exceptions.IncompleteRead | http.client.IncompleteRead):
        return SourceError(f"{host} broke off in the middle of its answer.")
    if isinstance(error, OSError | urllib3.exceptions.HTTPError | http.client.HTTPException | ValueError):
        return SourceError(f"{host} broke off or answered something that is not HTTP ({type(error).__name__}).")
    raise error
