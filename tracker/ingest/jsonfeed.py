"""JSON Feed 1.0 and 1.1 → entries as they stand there. feedparser 6 does not read it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from tracker.ingest.entries import Raw
from tracker.ingest.errors import SourceError


def read(text: str) -> tuple[str, str, list[Raw]]:
    """Title, language and entries of a JSON Feed; raises SourceError for JSON that is none, or that is no feed."""
    try:
        top = json.loads(text, parse_constant=_refuse, parse_float=float, parse_int=_whole)
    except (ValueError, RecursionError):
        raise SourceError("The answer looks like JSON, but cannot be read as such.") from None
    if not isinstance(top, dict) or not isinstance(top.get("items"), list):
        raise SourceError("The answer is JSON, but not a JSON Feed: it has no list of items.")
    raws = [_raw(item) for item in top["items"] if isinstance(item, dict)]
    return _text(top.get("title")), _text(top.get("language")), raws


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a number of more than 20 digits")
    return int(digits)


def _raw(item: dict[str, Any]) -> Raw:
    content = _text(item.get("content_html")) or _escaped(_text(item.get("content_text")))
    return Raw(
        guid=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_escaped(_text(item.get("title"))),
        summary=_escaped(_text(item.get("summary"))),
        content=content,
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        whole=bool(content),
    )


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _escaped(text: str) -> str:
    """Plain text as markup: `<` means `<` there, and a line break is one."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
