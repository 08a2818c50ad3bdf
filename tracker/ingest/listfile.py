"""Changes to `instance/sources.toml` that leave the operator's own lines and comments alone."""

from __future__ import annotations

import json
import os
import re
from itertools import pairwise
from pathlib import Path

from tracker.domain import Source, SourceKind, Standing

BLOCK = re.compile(r"^[ \t]*\[\[\s*source\s*\]\]", re.M)


def block(source: Source) -> str:
    """A source as the lines that list it."""
    settings = dict(source.settings)
    note = settings.pop("note", "")
    lines = ["[[source]]", _pair("name", source.name), _pair("title", source.title), _pair("url", source.url)]
    if source.kind is not SourceKind.FEED:
        lines.append(_pair("kind", source.kind.value))
    if source.standing is not Standing.MEDIA:
        lines.append(_pair("standing", source.standing.name.lower()))
    if source.language:
        lines.append(_pair("language", source.language))
    if source.regions:
        lines.append(f"regions = [{', '.join(json.dumps(code) for code in source.regions)}]")
    if source.minutes != 5:
        lines.append(f"minutes = {source.minutes}")
    if note:
        lines.append(_pair("note", note))
    if settings:
        lines.append(f"settings = {{ {', '.join(_pair(name, value) for name, value in settings.items())} }}")
    return "\n".join(lines) + "\n"


def append(path: Path, sources: list[Source]) -> None:
    """Adds sources at the end of the list."""
    text = path.read_text("utf-8").rstrip("\n")
    _replace(path, "\n\n".join([text, *(block(source).rstrip("\n") for source in sources)]) + "\n")


def remove(path: Path, name: str) -> bool:
    """Takes the source called `name` out of the list; False when it is not in it."""
    text = path.read_text("utf-8")
    starts = [match.start() for match in BLOCK.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        if re.search(rf"^\s*name\s*=\s*([\"']){re.escape(name)}\1\s*(?:#.*)?$", text[start:end], re.M):
            lines = text[start:end].splitlines(keepends=True)
            kept = _comment_of_the_next(lines) if end < len(text) else []
            _replace(path, text[:start] + "".join(kept) + text[end:])
            return True
    return False


def _comment_of_the_next(lines: list[str]) -> list[str]:
    """The comment lines at a block's end, which speak of the block below."""
    kept: list[str] = []
    for line in reversed(lines):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        kept.insert(0, line)
    return kept if any(line.strip() for line in kept) else []


def _pair(key: str, value: str) -> str:
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


def _replace(path: Path, text: str) -> None:
    """Writes the whole file beside the old one and swaps them, so that a crash leaves the one or the other."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)
