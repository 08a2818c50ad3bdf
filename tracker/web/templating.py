"""What templates may use: words, dates, links and assets, all in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from tracker import times
from tracker.domain import Development, Kind, Report, Service, State, Testimony, Track
from tracker.regions import BY_CODE, Region, sorted_for
from tracker.web import dates, headers, words
from tracker.web.languages import NAMES, address, current, other
from tracker.web.overview import LETTERS, MARKS
from tracker.web.places import place_name
from tracker.web.voices import titled

CYRILLIC = frozenset("абвгґдеєёжзиіїйклмнопрстуфхцчшщъыьэюя")
UKRAINIAN, RUSSIAN = frozenset("іїєґ"), frozenset("ыэъё")


def to(path: str) -> str:
    """A link inside the site that keeps the language of the address."""
    return request.script_root + path


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256((headers.STYLE_FILE.parent / path).read_bytes()).hexdigest()[:8]


def asset(name: str) -> str:
    """The address of a static file, new whenever its contents are."""
    return f"/static/{name}?v={_fingerprint(name)}"


def time(when: datetime, now: datetime | None = None, *, dated: bool = False) -> Markup:
    """A moment in Kyiv time that programs can read too."""
    text = dates.moment(when, current(), now, dated=dated)
    return Markup('<time datetime="{}">{}</time>').format(times.iso(when), text)


def aged(when: datetime, now: datetime) -> Markup:
    """A moment with its age: "20:15, 3 h ago"."""
    return Markup("{}, {}").format(time(when, now), dates.ago(when, current(), now))


def web_link(address_: str) -> str:
    """The address if a link may lead there, else nothing: only http and https do."""
    return address_ if address_.startswith(("http://", "https://")) else ""


def region_of(code: str) -> Region | None:
    """The region of a code; None for the whole country."""
    return BY_CODE.get(code)


def _localized(function: Callable[[Any, str], str]) -> Callable[[Any], str]:
    return lambda value: function(value, current())


def development(value: Development, on: Track) -> str:
    """What one step of an incident brought, in the reader's language."""
    return words.development(value, current(), on)


def spoken(text: str) -> Markup:
    """` lang="ru"` for quoted words that are not in the page's language, so that they are read aloud in their own."""
    found = written_in(text)
    return Markup(' lang="{}"').format(found) if found and found != current() else Markup()


def written_in(text: str) -> str:
    """Which of our three languages the letters of `text` betray; "" when they leave it open."""
    letters = set(text.lower())
    if not letters & CYRILLIC:
        return "en"
    if letters & UKRAINIAN:
        return "" if letters & RUSSIAN else "uk"
    return "ru" if letters & RUSSIAN else ""


def source_title(said: Testimony | Report) -> str:
    """The name of who said it, as readers know it."""
    from tracker.web.voices import title

    return title(said.source)


def feed_links(region: str | None = None, service: str | None = None) -> list[tuple[str, str, str]]:
    """Media type, title and address of the feeds that belong to a page."""
    from tracker.web.feeds import links

    return links(region, service, current())


def _context() -> dict[str, object]:
    language = current()
    return {
        "language": language,
        "other_language": other(),
        "language_names": NAMES,
        "address_in": address,
        "style": headers.style(),
        "demo": current_app.config.get("DEMO", False),
        "base_url": str(current_app.config["BASE_URL"]).rstrip("/"),
        "now": times.now(),
        "services": list(Service),
        "kinds": list(Kind),
        "states": list(State),
        "regions": sorted_for(language),
        "path": request.path,
    }


def init_app(app: Flask) -> None:
    """Joins filters, functions and the common context to the templates."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)
    app.jinja_env.globals.update(
        to=to,
        feed_links=feed_links,
        asset=asset,
        time=time,
        aged=aged,
        region_of=region_of,
        web_link=web_link,
        sign=words.SIGNS,
        mark=MARKS,
        letter=LETTERS,
    )
    app.jinja_env.globals.update(
        source_title=source_title,
        spoken=spoken,
        titled=titled,
        iso=times.iso,
        place_name=lambda region, place: place_name(region, place, current()),
    )
    filters: dict[str, Callable[..., object]] = {
        "state": _localized(words.state),
        "meaning": _localized(words.meaning),
        "service": _localized(words.service),
        "kind": _localized(words.kind),
        "development": development,
        "ending": _localized(words.ending),
        "standing": _localized(words.standing),
        "confidence": _localized(words.confidence),
        "track": _localized(words.track),
        "source_kind": _localized(words.source_kind),
        "span": _localized(dates.span),
        "day": _localized(dates.day),
        "short_day": _localized(dates.short_day),
        "month": _localized(dates.month),
        "region_name": lambda region: region.name(current()),
        "region_short": lambda region: region.short(current()),
        "number": number,
        "fixed": fixed,
        "marked": marked,
        "distinct": distinct,
    }
    app.jinja_env.filters.update(filters)


def distinct(said: Iterable[Testimony]) -> list[Testimony]:
    """One of the claims that rest on the same words of the same report; three towns of a list are quoted once."""
    return list({(one.report, one.claim.evidence): one for one in reversed(tuple(said))}.values())[::-1]


def number(value: float) -> str:
    """A number as the language groups it: 12 300 or 12,300."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=current()))


def fixed(value: float, digits: int = 2) -> str:
    """A number with so many digits behind the comma, the last of them shown even if it is 0: 0,70 or 0.70."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, format="0." + "0" * digits, locale=current()))


def marked(text: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    parts = enumerate(text.split("`"))
    return Markup("").join(Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in parts)
