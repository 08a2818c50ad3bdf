"""Answers that a reader may keep: ETag, Last-Modified, 304, and how long they stay fresh."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import Response, request


def keepable(body: bytes, media_type: str, modified: datetime | None, seconds: int = 60) -> Response:
    """`body` with its validators, or 304 without it when the caller has it already.

    The ETag is a hash of the body: it moves when a byte does, and on every machine alike.
    """
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}, stale-while-revalidate={seconds * 5}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    if modified is not None:
        answer.last_modified = modified
    answer.make_conditional(request)
    return answer
