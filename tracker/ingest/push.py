"""Reports that a partner sends by itself: checked word by word, then the same road as all others.

The partner is a source of kind `push`; its token is never stored, only its SHA-256 (`settings.token_sha256`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from tracker import store, times
from tracker.domain import Report, Source, SourceKind
from tracker.ingest import accept, claims, documents, entries
from tracker.ingest.accept import Accepted
from tracker.ingest.errors import SourceError

MOST = 100
LONGEST_BODY = 2**20
FIELDS = {"id", "published", "updated", "title", "text", "url", "lang"}


class PushError(Exception):
    """A push that is not taken in; `status` is the HTTP status that says so, the message says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def receive(name: str, authorization: str, body: bytes, now: datetime) -> list[Accepted]:
    """Takes in what the source `name` sends: one report as a JSON object, or a list of up to 100.

    All of them or none: a list with one wrong report is refused whole, with the report's number and fault.
    """
    source = authenticated(name, authorization)
    if len(body) > LONGEST_BODY:
        raise PushError(413, "The message is longer than 1 MiB; send fewer reports at once.")
    reports = [_report(item, number, source, now) for number, item in enumerate(_items(body), 1)]
    said = claims.extracted(reports)
    with store.writing():
        accepted = accept.accept_all(reports, source, now, said)
        store.sources.heard(source, now)
    return accepted


def authenticated(name: str, authorization: str) -> Source:
    """The source whose token `authorization` (“Bearer …”) carries; a wrong name is answered like a wrong token."""
    source = store.sources.get(name)
    kind, _, token = authorization.partition(" ")
    given = hashlib.sha256(token.strip().encode("utf-8", "surrogatepass")).hexdigest()
    wanted = dict(source.settings).get("token_sha256", "") if source and source.kind is SourceKind.PUSH else ""
    right = hmac.compare_digest(given, wanted or "0" * 64)
    if source is None or not wanted or not right or kind.lower() != "bearer" or not source.active:
        raise PushError(401, "The source or its token is not known here.")
    return source


def _items(body: bytes) -> list[Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise PushError(400, "The message is not JSON.") from None
    items = found if isinstance(found, list) else [found]
    if not 1 <= len(items) <= MOST:
        raise PushError(400, f"Send between 1 and {MOST} reports at once.")
    return items


def _report(item: Any, number: int, source: Source, now: datetime) -> Report:
    where = f"Report {number}"
    if not isinstance(item, dict):
        raise PushError(422, f"{where} is not a JSON object.")
    if unknown := set(item) - FIELDS:
        raise PushError(422, f"{where} holds “{sorted(unknown)[0][:40]}”, which is not a field.")
    if not isinstance(item.get("id"), str) or not item["id"].strip():
        raise PushError(422, f"{where} needs an `id`, a text that stays the same when the report is sent again.")
    for name in ("published", "updated"):
        _moment(item, name, where)
    if item.get("lang") not in (None, "uk", "en", "ru"):
        raise PushError(422, f"{where}: `lang` must be uk, en or ru.")
    try:
        raw = documents.line(json.dumps(item).encode()).raw
    except SourceError as error:
        raise PushError(422, f"{where}: {error.message.replace('The line', 'It')}") from None
    found = entries.read([raw], "", times.KYIV)
    if not found:
        raise PushError(422, f"{where} has neither title nor text.")
    return entries.report(found[0], source, item.get("lang"), now)


def _moment(item: dict[str, Any], name: str, where: str) -> None:
    if name in item:
        try:
            times.parse_iso(str(item[name]))
        except ValueError as error:
            raise PushError(422, f"{where}: `{name}`: {error}") from None
