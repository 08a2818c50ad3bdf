"""Rows into tables, in one statement a batch: Core's insert, with the engine's own word for "if it is not there"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Insert, Table
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
    statement = _insert(connection.dialect.name, row, tuple(key), tuple(values[0]), keep)
    connection.execute(statement, list(values))


@cache
def _insert(
    dialect: str, row: type[DeclarativeBase], key: tuple[str, ...], names: tuple[str, ...], keep: bool
) -> Insert:
    """The statement, made once: making it costs more than running it for one row."""
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table(row))
    changed = [name for name in names if name not in key]
    if not key:
        return statement
    if keep or not changed:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(
        index_elements=list(key), set_={name: statement.excluded[name] for name in changed}
    )


def chunks(keys: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    """The keys in order, each once, so many at a time as every engine takes in one statement."""
    wanted = sorted(set(keys))
    return (wanted[start : start + size] for start in range(0, len(wanted), size))
