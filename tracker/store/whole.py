"""Incidents with every claim in their stories. One that reads as it did when last asked for is not built again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Row, bindparam, select

from tracker.domain import Incident, Testimony, Track
from tracker.store import stories
from tracker.store.claims import testimony
from tracker.store.engine import reading
from tracker.store.tables import ClaimRow, WordRow
from tracker.store.write import chunks, table

KEPT = 4_000
"""How many incidents are kept ready in this process: those of the present, and of the days that people look at."""

Key = tuple[URL, str, str, datetime | None]
"""The database, the incident, its story and its end: these change whenever anything in it does."""

_ready: OrderedDict[Key, Incident] = OrderedDict()
_lock = Lock()


def whole(rows: Sequence[Row[Any]]) -> tuple[Incident, ...]:
    """The incidents that `rows` keep, in their order."""
    with reading() as connection:
        keys = [_key(connection, row) for row in rows]
        found = _known(keys)
        missing = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in found]
        spoken = _spoken(connection, (row.id for _, row in missing))
    built = {key: stories.read(row, spoken) for key, row in missing}
    with _lock:
        _ready.update(built)
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    found |= built
    return tuple(found[key] for key in keys)


def until(rows: Sequence[Row[Any]], at: datetime) -> tuple[Incident, ...]:
    """The incidents that `rows` keep, in any order, of which only what was told by `at` is asked.

    An outage that goes on after `at` is read no further, so that a board of the past does not pay for what came
    after it: it has no later steps, and no parts. One that is kept ready, or is over by then, is given whole.
    """
    with reading() as connection:
        keys = {row.id: _key(connection, row) for row in rows if row.spoken > at and row.track == Track.OUTAGE}
        ready = _known(keys.values())
        later = [row for row in rows if row.id in keys and keys[row.id] not in ready]
        spoken = _spoken(connection, (row.id for row in later), at)
        cut = {row.id: stories.read_until(row, spoken, at) for row in later}
        return (*cut.values(), *whole([row for row in rows if row.id not in cut]))


def _key(connection: Connection, row: Row[Any]) -> Key:
    return connection.engine.url, row.id, row.story, row.ended


def _known(keys: Iterable[Key]) -> dict[Key, Incident]:
    """Those that are kept ready; the ones asked for last are kept longest."""
    with _lock:
        found = {key: _ready[key] for key in keys if key in _ready}
        for key in found:
            _ready.move_to_end(key)
    return found


def _spoken(connection: Connection, incidents: Iterable[str], at: datetime | None = None) -> dict[str, Testimony]:
    """The claims behind incidents, by key; with `at`, those that took effect by then."""
    wanted = _BEHIND if at is None else _BEHIND.where(table(ClaimRow).c.effective <= at)
    found: dict[str, Testimony] = {}
    for chunk in chunks(incidents):
        for row in connection.execute(wanted, {"incidents": chunk}).all():
            if row.key not in found:
                found[row.key] = testimony(row)
    return found


_BEHIND = (
    select(table(ClaimRow))
    .join(table(WordRow), table(WordRow).c.claim == table(ClaimRow).c.key)
    .where(table(WordRow).c.incident.in_(bindparam("incidents", expanding=True)))
)
