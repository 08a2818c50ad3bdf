"""`tracker status` shows the board; `tracker rebuild` works it out anew from the stored reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime

import click
from tqdm import tqdm

from tracker import board, records, times
from tracker.cli import application
from tracker.domain import Board, Service, State, Status
from tracker.ingest import rebuild
from tracker.regions import Region, require, sorted_for

SIGNS = {
    State.OUT: "●",
    State.DISRUPTED: "◐",
    State.RECOVERING: "◔",
    State.RESTORED: "✓",
    State.SCHEDULED: "◷",
    State.UNCONFIRMED: "?",
    State.NONE: "·",
    State.UNKNOWN: "-",
}


def register(group: click.Group) -> None:
    """Adds the board's commands."""
    group.add_command(status)
    group.add_command(rebuilding)


def moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> datetime | None:
    """A moment from the command line; click tells the user what is wrong with one that cannot be read."""
    if text is None:
        return None
    try:
        return times.parse_iso(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def region(_context: click.Context, _parameter: click.Parameter, code: str | None) -> Region | None:
    """A region from the command line by its code."""
    if code is None:
        return None
    try:
        return require(code)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.option("--at", callback=moment, help="The board as of this moment (ISO 8601; without a zone it is Kyiv time).")
@click.option("--known", callback=moment, help="What was known by this moment, instead of what is known now.")
@click.option("--region", "only", callback=region, help="One region, by its code (UA-63).")
@click.option("--json", "as_json", is_flag=True, help="The JSON that the API gives.")
def status(at: datetime | None, known: datetime | None, only: Region | None, as_json: bool) -> None:
    """Shows the board: 27 regions, five services, and what is out."""
    with application() as app:
        now = times.now()
        shown = board.at(at or known or now, known, now)
        if as_json:
            record = records.board_json(shown, str(app.config["BASE_URL"]))
            if only:
                record["regions"] = [one for one in record["regions"] if one["code"] == only.code]
            click.echo(json.dumps(record, ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(table(shown, [only] if only else sorted_for("en"), details=only is not None)))


def table(shown: Board, regions: Iterable[Region], details: bool) -> Iterable[str]:
    """The board as lines of text, a region a line; with `details` also since when, where and by whose words."""
    yield f"As of {shown.at.astimezone(times.KYIV):%Y-%m-%d %H:%M} Kyiv time"
    yield "Region".ljust(20) + "".join(service.value.ljust(16) for service in Service)
    for one in regions:
        cells = [shown.cells[one.code, service] for service in Service]
        yield one.short_en.ljust(20) + "".join(f"{SIGNS[cell.state]} {cell.state.value}".ljust(16) for cell in cells)
        if details:
            for cell in cells:
                yield from _details(cell)
    for word in shown.unnamed:
        said = f"{word.claim.service.value} {word.claim.kind.value}"
        yield f"Unnamed regions: {said}: “{word.claim.evidence}” ({word.source})"
    covered = shown.coverage
    newest = f"newest report {times.iso(covered.newest_report)}" if covered.newest_report else "no report yet"
    yield f"{covered.healthy} of {covered.sources} sources heard; {newest}"


def _details(cell: Status) -> Iterable[str]:
    if cell.since:
        yield f"  {cell.service.value}: {cell.state.value} since {times.iso(cell.since)}"
    if cell.places:
        yield f"    places: {', '.join(cell.places)}"
    for word in cell.evidence:
        yield f"    {times.iso(word.effective)} {word.source}: “{word.claim.evidence}”"
    for word in cell.against:
        yield f"    against it, {times.iso(word.effective)} {word.source}: “{word.claim.evidence}”"


@click.command("rebuild")
@click.option("--dry-run", is_flag=True, help="Only shows what would change.")
def rebuilding(dry_run: bool) -> None:
    """Reads every stored report again by today's rules, tells the incidents anew, and prints what changed."""
    with application():
        with tqdm(unit=" reports", disable=not sys.stderr.isatty()) as bar:

            def progress(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            changes = rebuild.rebuild(times.now(), dry_run=dry_run, progress=progress)
        for line in changes.lines():
            click.echo(line)
