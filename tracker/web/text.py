"""The board as a plain text table, for terminals: `curl` on the status page."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from tracker.domain import Board, Claim, Service, State
from tracker.web import dates, overview, words
from tracker.web.words import count, say


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(bool(unicodedata.combining(sign)) for sign in text)


def pad(text: str, width: int) -> str:
    """`text` filled up with spaces."""
    return text + " " * max(0, width - width_of(text))


def table(board: Board, language: str) -> str:
    """The summary, all 27 × 5 cells in words, the unnamed claims, and how well we listen."""
    rows = overview.rows(board, language)
    cells = [[_cell(cell.state, cell.since, board.at, language) for cell in row.cells] for row in rows]
    heads = [words.service(service, language) for service in Service]
    widths = [max(width_of(line[index]) for line in [heads, *cells]) for index in range(len(heads))]
    first = max(width_of(row.region.name(language)) for row in rows)
    lines = [
        overview.summary(board, language),
        say(language, "As of %(when)s, Kyiv time", when=dates.moment(board.at, language)),
        "",
    ]
    lines.append(_line([pad("", first), *map(pad, heads, widths)]))
    for row, texts in zip(rows, cells, strict=True):
        lines.append(_line([pad(row.region.name(language), first), *map(pad, texts, widths)]))
    if board.unnamed:
        lines += ["", say(language, "Said of regions that are not named") + ":"]
        lines += [f"  {_said(said.claim, language)}" for said in board.unnamed[:5]]
    return "\n".join([*lines, "", listening(board, language), ""])


def demonstration(language: str) -> str:
    """What the table of the demonstration begins with."""
    made_up = say(language, "The reports are made up; this is not the real situation.")
    return f"{say(language, 'Demonstration.')} {made_up}"


def listening(board: Board, language: str) -> str:
    """How many of our sources were heard lately, and when the newest report came out."""
    text = count(
        language,
        "%(healthy)d of %(n)d source heard in the last hour",
        "%(healthy)d of %(n)d sources heard in the last hour",
        board.coverage.sources,
        healthy=board.coverage.healthy,
    )
    newest = board.coverage.newest_report
    if newest is None:
        return text
    when = f"{dates.moment(newest, language)}, {dates.ago(newest, language, board.at)}"
    return f"{text}; {say(language, 'newest report')}: {when}"


def _said(claim: Claim, language: str) -> str:
    return f"{words.service(claim.service, language)}, {words.kind(claim.kind, language)}: “{claim.evidence}”"


def _cell(state: State, since: datetime | None, at: datetime, language: str) -> str:
    word = f"{words.SIGNS[state]} {words.state(state, language)}"
    return f"{word}, {dates.span(at - since, language)}" if since else word


def _line(parts: list[str]) -> str:
    return "  ".join(parts).rstrip()
