"""Incidents with every claim in their stories. One that reads as it did when last asked for is not built again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Row, bindparam, select

from tracker.domain import Incident, Testimony
from tracker.store import stories
from tracker.store.claims import testimony
from tracker.store.engine import reading
from tracker.store.tables import ClaimRow, WordRow
from tracker.store.write import chunks, table

KEPT = 4_000
"""How many incidents are kept ready in this process: those of the present, and of the days that people look at."""

Key = tuple[str, str, str, object]
"""The database, the incident, its story and its end: these change whenever anything in it does."""

_ready: OrderedDict[Key, Incident] = OrderedDict()
_lock = Lock()


def whole(rows: Sequence[Row[Any]]) -> tuple[Incident, ...]:
    """The incidents that `rows` keep, in their order."""
    with reading() as connection:
        database = str(connection.engine.url)
        keys = [(database, row.id, row.story, row.ended) for row in rows]
        with _lock:
            found = {key: _ready[key] for key in keys if key in _ready}
            for key in found:
                _ready.move_to_end(key)
        missing = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in found]
        spoken: dict[str, Testimony] = {}
        for chunk in chunks(row.id for _, row in missing):
            for word in connection.execute(_BEHIND, {"incidents": chunk}):
                if word.key not in spoken:
                    spoken[word.key] = testimony(word)
    built = {key: stories.read(row, spoken) for key, row in missing}
    with _lock:
        _ready.update(built)
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    found |= built
    return tuple(found[key] for key in keys)


_BEHIND = (
    select(table(ClaimRow))
    .join(table(WordRow), table(WordRow).c.claim == table(ClaimRow).c.key)
    .where(table(WordRow).c.incident.in_(bindparam("incidents", expanding=True)))
)
