"""Rows into tables, in one statement a batch: Core's insert, with the engine's own word for "if it is not there"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase


def table(row: type[DeclarativeBase]) -> Table:
    """The table behind a row class."""
    return cast(Table, row.__table__)


def put(
    connection: Connection,
    row: type[DeclarativeBase],
    values: Sequence[Mapping[str, Any]],
    key: Iterable[str] = (),
    keep: bool = False,
) -> None:
    """Inserts `values`. A row that is there already under `key` is changed, or left alone with `keep`."""
    if not values:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement: Any = insert(table(row))
    if key:
        columns = list(key)
        changed = [name for name in values[0] if name not in columns]
        if keep or not changed:
            statement = statement.on_conflict_do_nothing(index_elements=columns)
        else:
            statement = statement.on_conflict_do_update(
                index_elements=columns, set_={name: statement.excluded[name] for name in changed}
            )
    connection.execute(statement, list(values))


def chunks(keys: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    """The keys in order, each once, so many at a time as every engine takes in one statement."""
    wanted = sorted(set(keys))
    return (wanted[start : start + size] for start in range(0, len(wanted), size))
