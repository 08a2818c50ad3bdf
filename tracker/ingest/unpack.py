"""The body of an answer, unpacked piece by piece so that no bomb ever unfolds past the limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from tracker.ingest.errors import SourceError

GZIP = 31  # zlib's window bits for a gzip member
PIECE = 65536


def whole(read: Callable[[], bytes], coding: str, limit: int) -> bytes:
    """All of a body read by `read`, decoded; raises SourceError past `limit` bytes, or if it is cut.

    Only gzip or nothing is unpacked, as we asked for; anything else was not asked for.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return _plain(read, limit)
    if coding in ("gzip", "x-gzip"):
        return _gzip(read, limit)
    raise SourceError(f"The source packs its answer as “{coding[:30]}”, which we did not ask for.")


def _too_long(limit: int) -> SourceError:
    return SourceError(f"The answer is longer than {limit / 2**20:g} MiB; it was not read.")


def _plain(read: Callable[[], bytes], limit: int) -> bytes:
    body = bytearray()
    while piece := read():
        body += piece
        if len(body) > limit:
            raise _too_long(limit)
    return bytes(body)


def _gzip(read: Callable[[], bytes], limit: int) -> bytes:
    """Unpacks one or several gzip members in a row; what follows the last is ignored, as browsers do."""
    body, unpacker, open_member = bytearray(), zlib.decompressobj(GZIP), False
    try:
        while piece := read():
            while piece:
                open_member = True
                body += unpacker.decompress(piece, min(PIECE, limit + 1 - len(body)))
                if len(body) > limit:
                    raise _too_long(limit)
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
    return bytes(body)
