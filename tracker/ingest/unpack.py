"""The body of an answer, unpacked piece by piece so that no bomb ever unfolds past the limit.

A long body is laid aside in a file, for the child that parses it to read: two hundred sources that all send what they
may would fill a gigabyte of our memory otherwise.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import weakref
import zlib
from collections.abc import Callable
from pathlib import Path

from tracker.ingest.errors import SourceError

GZIP = 31  # zlib's window bits for a gzip member
PIECE = 65536
KEPT = 128 * 1024
"""Bytes of a body that are kept in memory; a longer one goes to a file."""

PREFIX = "tracker-body-"
LEFT_SECONDS = 3600.0


class Laid:
    """A body laid aside in a file, which goes when nobody holds on to this. Sent to a child, it arrives as bytes."""

    def __init__(self) -> None:
        self._file, path = tempfile.mkstemp(prefix=PREFIX)
        self.path = Path(path)
        self.size = 0
        self._end = weakref.finalize(self, _remove, self._file, path)

    def __len__(self) -> int:
        return self.size

    def __bytes__(self) -> bytes:
        return self.path.read_bytes()

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.read_bytes, (self.path,))

    def write(self, piece: bytes | bytearray) -> None:
        self.size += os.write(self._file, piece)


Body = bytes | Laid


def _remove(file: int, path: str) -> None:
    os.close(file)
    Path(path).unlink(missing_ok=True)


def sweep() -> None:
    """Removes the bodies that a program which was killed left behind more than an hour ago."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > LEFT_SECONDS:
                path.unlink()


def digest(body: Body, more: bytes) -> str:
    """The SHA-256 of a body and what is added to it."""
    if isinstance(body, bytes):
        return hashlib.sha256(body + more).hexdigest()
    with body.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
    found.update(more)
    return found.hexdigest()


class _Growing:
    """A body that grows up to its limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept = bytearray()
        self._laid: Laid | None = None

    def __len__(self) -> int:
        return len(self._kept) + (len(self._laid) if self._laid else 0)

    def add(self, piece: bytes) -> None:
        if len(self) + len(piece) > self.limit:
            raise SourceError(f"The answer is longer than {self.limit / 2**20:g} MiB; it was not read.")
        self._kept += piece
        if len(self._kept) > KEPT:
            self._laid = self._laid or Laid()
            self._laid.write(self._kept)
            self._kept.clear()

    def whole(self) -> Body:
        if self._laid is None:
            return bytes(self._kept)
        self._laid.write(self._kept)
        return self._laid


def whole(read: Callable[[], bytes], coding: str, limit: int) -> Body:
    """All of a body read by `read`, decoded; raises SourceError past `limit` bytes, or if it is cut.

    Only gzip or nothing is unpacked, as we asked for; anything else was not asked for.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return _plain(read, limit)
    if coding in ("gzip", "x-gzip"):
        return _gzip(read, limit)
    raise SourceError(f"The source packs its answer as “{coding[:30]}”, which we did not ask for.")


def _plain(read: Callable[[], bytes], limit: int) -> Body:
    body = _Growing(limit)
    while piece := read():
        body.add(piece)
    return body.whole()


def _gzip(read: Callable[[], bytes], limit: int) -> Body:
    """Unpacks one or several gzip members in a row; what follows the last is ignored, as browsers do."""
    body, unpacker, open_member = _Growing(limit), zlib.decompressobj(GZIP), False
    try:
        while piece := read():
            while piece:
                open_member = True
                body.add(unpacker.decompress(piece, PIECE))
                piece = unpacker.unconsumed_tail
                if unpacker.eof:
                    open_member, piece = False, unpacker.unused_data
                    if not piece.startswith(b"\x1f\x8b"):
                        piece = b""
                    unpacker = zlib.decompressobj(GZIP)
    except zlib.error:
        raise SourceError("The answer says that it is gzip, but cannot be unpacked.") from None
    if open_member:
        raise SourceError("The packed answer is cut off before its end.")
    return body.whole()
