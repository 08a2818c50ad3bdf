"""`tracker status` shows the board; `tracker rebuild` works it out anew from the stored reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime

import click
from tqdm import tqdm

from tracker import board, records, times
from tracker.cli import application, queue
from tracker.domain import Board, Service, Testimony
from tracker.ingest import rebuild
from tracker.regions import Region, require
from tracker.web import dates, text, words


def register(group: click.Group) -> None:
    """Adds the board's commands."""
    group.add_command(status)
    group.add_command(rebuilding)


def moment(_context: click.Context, _parameter: click.Parameter, given: str | None) -> datetime | None:
    """A moment from the command line; click tells the user what is wrong with one that cannot be read."""
    if given is None:
        return None
    try:
        return times.parse_iso(given)
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
        elif only:
            click.echo("\n".join(details(shown, only)))
        else:
            click.echo(text.table(shown, "en"), nl=False)


def details(shown: Board, only: Region) -> Iterable[str]:
    """One region: each service's state, since when, where and for how many, by whose words, and what is announced."""
    yield f"{only.en}, as of {dates.moment(shown.at, 'en')}, Kyiv time"
    for service in Service:
        cell = shown.cells[only.code, service]
        since = f" since {dates.moment(cell.since, 'en')}" if cell.since else ""
        yield f"{words.service(service, 'en')}: {words.state(cell.state, 'en')}{since}"
        if cell.places:
            yield f"    places: {', '.join(cell.places)}"
        if cell.customers:
            yield f"    customers cut off: {cell.customers:,}"
        if cell.confidence:
            yield f"    vouched for: {cell.confidence.value}, independent voices: {cell.origins}"
        yield from (_quoted(word) for word in cell.evidence)
        yield from (f"{_quoted(word)} (against it)" for word in cell.against)
        yield from (f"{_quoted(word)} (announced)" for word in cell.announced)


def _quoted(word: Testimony) -> str:
    return f"    {dates.moment(word.effective, 'en')}, {word.source}: “{word.claim.evidence}”"


@click.command("rebuild")
@click.option("--dry-run", is_flag=True, help="Only shows what would change.")
@click.option("--share", is_flag=True, help="Leave it to `tracker worker` processes; needs PostgreSQL.")
def rebuilding(dry_run: bool, share: bool) -> None:
    """Reads every stored report again by today's rules, tells the incidents anew, and prints what changed."""
    if share:
        if dry_run:
            raise click.UsageError("Give --dry-run or --share, not both.")
        with queue() as shared:
            click.echo(f"{shared.share_rebuild()} jobs wait for the workers.")
        return
    with application():
        with tqdm(unit=" reports", disable=not sys.stderr.isatty()) as bar:

            def progress(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            changes = rebuild.rebuild(times.now(), dry_run=dry_run, progress=progress)
        for line in changes.lines():
            click.echo(line)
