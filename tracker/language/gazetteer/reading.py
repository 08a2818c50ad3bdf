"""Opens the word files; a malformed one stops the start and is named."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent.parent / "words"


class WordsError(Exception):
    """A word file that cannot be used; the message names the file and the entry."""


def read_csv(name: str) -> Iterator[list[str]]:
    """The rows of a table below its header; WordsError when one has not as many cells as the header."""
    with (WORDS / name).open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        width = len(next(rows))
        for number, row in enumerate(rows, 2):
            if len(row) != width:
                raise WordsError(f"{name}, line {number}: {len(row)} cells instead of {width}; build the tables anew.")
            yield row


def read_toml(name: str) -> dict[str, Any]:
    """A word file; WordsError names it when it is malformed."""
    try:
        return tomllib.loads((WORDS / name).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordsError(f"{name}: {error}. Correct the file and start again.") from None
