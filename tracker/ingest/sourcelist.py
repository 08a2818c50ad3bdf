"""The list of sources, `instance/sources.toml`: made from the bundled one, checked whole, and kept in the store.

A wrong line stops the start with a sentence that names it: a source that silently is not polled looks like silence.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracker import store
from tracker.domain import Source, SourceKind, Standing
from tracker.ingest import guard, pages
from tracker.ingest.errors import SourceError
from tracker.regions import BY_CODE
from tracker.settings import SettingsError

BUNDLED = Path(__file__).parent / "sources.toml"
LISTED = (SourceKind.FEED, SourceKind.PAGE, SourceKind.TELEGRAM, SourceKind.FOLDER, SourceKind.PUSH)
KINDS = {kind.value: kind for kind in LISTED}
STANDINGS = {standing.name.lower(): standing for standing in Standing if standing is not Standing.PUBLIC}
KEYS = {"name", "title", "url", "kind", "standing", "language", "regions", "minutes", "active", "note", "settings"}
SETTINGS = {"articles", "zone", "note", "token_sha256", *pages.SELECTORS}


def ensure(path: Path) -> None:
    """Puts the bundled list at `path` if nothing is there yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BUNDLED, path)


def load(path: Path, minutes: int = 5, allow_private: bool = False) -> tuple[Source, ...]:
    """The sources listed in the file at `path`; raises SettingsError naming the file, the source and the fault."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path} does not exist.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend that line and start again.") from None
    blocks = found.pop("source", [])
    if found or not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SettingsError(f"{path} may hold only [[source]] blocks; {_quoted(found) or 'source'} is none.")
    sources: dict[str, Source] = {}
    for number, block in enumerate(blocks, 1):
        try:
            source = _source(block, minutes, allow_private)
            if source.name in sources:
                raise ValueError("the name is used twice")
        except ValueError as error:
            raise SettingsError(f"{path}, source {block.get('name', number)!r}: {error}.") from None
        sources[source.name] = source
    return tuple(sources.values())


def sync(path: Path, now: datetime, minutes: int = 5, allow_private: bool = False) -> tuple[Source, ...]:
    """Brings the store in line with the list: new and changed ones saved, those no longer listed put to rest."""
    ensure(path)
    sources = load(path, minutes, allow_private)
    names = {source.name for source in sources}
    with store.writing():
        known = {source.name: source for source in store.sources.all()}
        for source in sources:
            if known.get(source.name) != source:
                store.sources.save(source)
        for name, source in known.items():
            if source.active and source.kind in LISTED and name not in names:
                store.sources.deactivate(name)
        store.events.touch(now)
    return sources


def _source(block: Mapping[str, Any], minutes: int, allow_private: bool) -> Source:
    """One block as a Source; raises ValueError saying which key is wrong and what would be right."""
    if unknown := set(block) - KEYS:
        raise ValueError(f"{_quoted(unknown)} is not a key; known are {', '.join(sorted(KEYS))}")
    name = _text(block, "name")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name):
        raise ValueError("`name` must be of small letters, digits and hyphens, 60 at most")
    kind = _one_of(block, "kind", KINDS, SourceKind.FEED)
    settings = _settings(block)
    if kind is SourceKind.PAGE and "item" not in settings:
        raise ValueError("a page needs `settings.item`, the CSS selector of its items")
    if kind is SourceKind.PUSH and not re.fullmatch(r"[0-9a-f]{64}", settings.get("token_sha256", "")):
        raise ValueError("a push source needs `settings.token_sha256`, the SHA-256 of its token in hexadecimal digits")
    interval = block.get("minutes", minutes)
    if not isinstance(interval, int) or isinstance(interval, bool) or not 1 <= interval <= 1440:
        raise ValueError("`minutes` must be a whole number from 1 to 1440")
    active = block.get("active", True)
    if not isinstance(active, bool):
        raise ValueError("`active` must be true or false")
    language = block.get("language")
    if language not in (None, "uk", "en", "ru"):
        raise ValueError("`language` must be uk, en or ru, or be left out")
    return Source(
        name=name,
        title=_text(block, "title"),
        url=_address(block, kind, allow_private),
        kind=kind,
        standing=_one_of(block, "standing", STANDINGS, Standing.MEDIA),
        language=language,
        regions=_regions(block),
        minutes=interval,
        active=active,
        settings=tuple(sorted(settings.items())),
    )


def _text(block: Mapping[str, Any], key: str) -> str:
    value = block.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 300:
        raise ValueError(f"`{key}` must be a text of at most 300 characters")
    return value.strip()


def _one_of(block: Mapping[str, Any], key: str, known: Mapping[str, Any], default: Any) -> Any:
    if key not in block:
        return default
    if block[key] not in known:
        raise ValueError(f"`{key}` is {block[key]!r}, but must be one of {', '.join(known)}")
    return known[block[key]]


def _regions(block: Mapping[str, Any]) -> tuple[str, ...]:
    regions = block.get("regions", [])
    if not isinstance(regions, list):
        raise ValueError("`regions` must be a list of codes like UA-63")
    for code in regions:
        if code not in BY_CODE:
            raise ValueError(f"{code!r} is not a region code; Kharkiv Oblast is UA-63, and /api/v1/regions lists all")
    return tuple(regions)


def _settings(block: Mapping[str, Any]) -> dict[str, str]:
    """The source's own settings with its note among them, each checked."""
    settings = block.get("settings", {})
    if not isinstance(settings, dict) or not all(isinstance(value, str) for value in settings.values()):
        raise ValueError("`settings` must be a table of texts")
    if unknown := set(settings) - SETTINGS:
        raise ValueError(f"{_quoted(unknown)} is not a setting of a source; known are {', '.join(sorted(SETTINGS))}")
    if settings.get("articles", "auto") not in ("auto", "always", "never"):
        raise ValueError("`settings.articles` must be auto, always or never")
    try:
        ZoneInfo(settings.get("zone", "Europe/Kyiv"))
    except (LookupError, ValueError, OSError):
        raise ValueError(f"`settings.zone` is {settings['zone']!r}, which is not a time zone") from None
    for name in pages.SELECTORS:
        if name in settings:
            pages.xpath(settings[name])
    return {**settings, **({"note": _text(block, "note")} if "note" in block else {})}


def _address(block: Mapping[str, Any], kind: SourceKind, allow_private: bool) -> str:
    """The address, refused already here where the gate would refuse its spelling; names are looked up when polling."""
    if kind is SourceKind.PUSH and "url" not in block:
        return ""
    url = _text(block, "url")
    if kind in (SourceKind.FOLDER, SourceKind.PUSH):
        return url
    try:
        place = guard.parse(url)
        if why := guard.spelt_fault(place, allow_private=allow_private):
            raise SourceError(f"It is {why}, which is not fetched.")
        return place.url
    except SourceError as error:
        raise ValueError(f"`url` cannot be used. {error.message.rstrip('.')}") from None


def _quoted(names: object) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)) if isinstance(names, set | dict) else ""
