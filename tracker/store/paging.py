"""Pages of long lists, read on from a mark instead of by number: nothing is skipped or doubled as new rows come in."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

T = TypeVar("T")


class BadCursor(ValueError):  # noqa: N818  a wrong value, not a fault of ours
    """A mark that no page of ours has given out."""

    def __init__(self) -> None:
        super().__init__("The cursor is not one that this list gave out; start again without it.")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor under which the next ones follow (None at the end)."""

    items: tuple[T, ...]
    next: str | None = None


def mark(moment: datetime, identity: str) -> str:
    """The cursor after an item, of letters that may stand in an address."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {identity}".encode()).decode().rstrip("=")


def after(
    cursor: str | None, moment: InstrumentedAttribute[datetime], identity: InstrumentedAttribute[str]
) -> tuple[ColumnElement[bool], ...]:
    """The condition that leaves what stands behind `cursor` in an order of falling moment and identity."""
    if not cursor:
        return ()
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        stamp, name = text.split(" ", 1)
        at = datetime.fromisoformat(stamp)
        if at.tzinfo is None or "\x00" in name:
            raise BadCursor
    except (binascii.Error, UnicodeError, ValueError):
        raise BadCursor from None
    return (or_(moment < at, and_(moment == at, identity < name)),)
