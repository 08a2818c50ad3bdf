"""Reads what an address asks for. A wrong value ends in a page with a sentence that names it, never in a fault."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import TypeVar

from flask import request
from werkzeug.exceptions import BadRequest, NotFound

from tracker import regions, times
from tracker.domain import Kind, Service
from tracker.regions import Region
from tracker.web.languages import current
from tracker.web.words import say

Choice = TypeVar("Choice", bound=Enum)


def _(text: str) -> str:
    """Marks a sentence for the catalogue."""
    return text


def text(name: str, limit: int = 200) -> str:
    """A filter as it was typed, without spaces around it; "" when it is not given."""
    value = request.args.get(name, "").strip()
    if len(value) > limit or not value.isprintable():
        raise BadRequest(say(current(), "“%(name)s” is too long or holds unreadable signs.", name=name))
    return value


def moment(name: str, now: datetime) -> datetime | None:
    """The moment that a filter names, Kyiv time unless it says otherwise; None when it is not given."""
    value = text(name)
    if not value:
        return None
    try:
        found = times.parse_iso(value)
    except ValueError:
        message = _("“%(value)s” is not a moment in time; write it like 2022-09-12T23:00+03:00.")
        raise BadRequest(say(current(), message, value=value[:40])) from None
    if found > now + timedelta(minutes=1):
        raise BadRequest(say(current(), "“%(value)s” lies ahead; nothing is known of it yet.", value=value[:40]))
    return found


def day(name: str) -> date | None:
    """The calendar day that a filter names; None when it is not given."""
    value = text(name)
    try:
        found = date.fromisoformat(value) if value else None
    except ValueError:
        found = date.min
    if found and not 1991 <= found.year <= 2100:
        message = _("“%(value)s” is not a day; write it like 2022-09-12.")
        raise BadRequest(say(current(), message, value=value[:40]))
    return found


def year(name: str, default: int) -> int:
    """The year that a filter names."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) == 4 and 1991 <= int(value) <= 2100):
        raise BadRequest(say(current(), "“%(value)s” is not a year; write it like 2022.", value=value[:40]))
    return int(value)


def region(name: str) -> Region | None:
    """The region that a filter names by its code; None when it is not given."""
    value = text(name)
    if not value:
        return None
    try:
        return regions.require(value)
    except ValueError:
        raise BadRequest(no_region(value)) from None


def region_page(code: str) -> Region:
    """The region of an address; there is no page for an unknown code."""
    try:
        return regions.require(code)
    except ValueError:
        raise NotFound(no_region(code)) from None


def no_region(code: str) -> str:
    """The sentence for a code that is none of the 27."""
    message = _("“%(value)s” is not one of the 27 region codes; write one like UA-63 (Kharkiv Oblast).")
    return say(current(), message, value=code[:20])


def service(name: str) -> Service | None:
    """The service that a filter names; None when it is not given."""
    return _one_of(Service, name)


def kind(name: str) -> Kind | None:
    """The kind of claim that a filter names; None when it is not given."""
    return _one_of(Kind, name)


def _one_of(choices: type[Choice], name: str) -> Choice | None:
    value = text(name).lower()
    if not value:
        return None
    try:
        return choices(value)
    except ValueError:
        allowed = ", ".join(str(choice.value) for choice in choices)
        message = _("“%(value)s” is not one of: %(allowed)s.")
        raise BadRequest(say(current(), message, value=value[:40], allowed=allowed)) from None
