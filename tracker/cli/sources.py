"""`tracker sources`: the list of sources, its health, and changes to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from tracker import language, store, times
from tracker.cli.ingest import listed
from tracker.domain import Claim, Source
from tracker.ingest import discover, listen, listfile, opml, poll
from tracker.ingest.errors import SourceError
from tracker.ingest.folder import listing
from tracker.ingest.sourcelist import STANDINGS
from tracker.store.sources import SourceState

SHOWN = 5


def register(group: click.Group) -> None:
    """Adds `sources` to the command line."""
    group.add_command(sources)


@click.group()
def sources() -> None:
    """The sources and their health: list, add, remove, check."""


@contextmanager
def _opened() -> Iterator[tuple[Flask, Path]]:
    """The application with its list of sources brought in line, and the list's path."""
    from tracker.cli import application

    with application() as app:
        listed(app)
        yield app, Path(app.instance_path) / "sources.toml"


@sources.command("list")
@click.option("--opml", "as_opml", is_flag=True, help="Print the list as OPML, for other programs.")
def list_sources(as_opml: bool) -> None:
    """Show every source with its health."""
    with _opened():
        states = store.sources.states()
        if as_opml:
            click.echo(opml.write(state.source for state in states if state.source.active).decode())
            return
        width = max((len(state.name) for state in states), default=0)
        for state in states:
            click.echo(f"{state.name:{width}}  {_health(state)}")
        healthy = sum(state.healthy(times.now()) for state in states if state.source.active)
        click.echo(f"{len(states)} sources, {healthy} heard lately.")


def _health(state: SourceState) -> str:
    source = state.source
    regions = ", ".join(source.regions) or "all regions"
    about = f"{source.kind.value}, {source.standing.name.lower()}, {regions}"
    if not source.active:
        return f"{about}: not polled"
    if state.last_try is None and state.last_ok is None:
        return f"{about}: never asked yet"
    if state.failures:
        heard = f"last heard {times.iso(state.last_ok)}" if state.last_ok else "never heard"
        return f"{about}: failed {state.failures} times in a row, {heard}. {state.last_message}"
    return f"{about}: heard {times.iso(state.last_ok or state.last_try or times.now())}. {state.last_message}".rstrip()


@sources.command("add")
@click.argument("address", metavar="URL|FILE.opml")
@click.option("--name", help="What to call it; made from the address when left out.")
@click.option("--standing", type=click.Choice(list(STANDINGS)), default="media", show_default=True)
@click.option("--yes", is_flag=True, help="Add it without asking.")
def add_source(address: str, name: str | None, standing: str, yes: bool) -> None:
    """Find the feed at URL, show what it would bring in, and add it to the list; or add the feeds of an OPML file."""
    with _opened() as (app, path):
        ears = poll.ears(app.config, Path(app.instance_path))
        try:
            if Path(address).suffix.lower() in (".opml", ".xml") and Path(address).is_file():
                found: list[Source] = ears.cage.run(opml.read, Path(address).read_bytes())
                click.echo(f"{len(found)} feeds in {address}.")
            else:
                found = [_tried(discover.look(address, ears, name, STANDINGS[standing]))]
        except SourceError as error:
            raise click.ClickException(error.message) from None
        finally:
            ears.cage.close()
        fresh = _fresh(found)
        if not fresh:
            raise click.ClickException("The list has it already; `tracker sources list` shows all.")
        if yes or click.confirm(f"Add {', '.join(source.name for source in fresh)[:200]} to {path}?"):
            listfile.append(path, fresh)
            listed(app)
            click.echo("Added. A running server reads the list when it starts.")


def _fresh(found: Sequence[Source]) -> list[Source]:
    """Those that the list has neither by name nor by address."""
    known = [source for source in store.sources.all() if source.active]
    taken = {source.name for source in known} | {source.url for source in known}
    return [source for source in found if source.name not in taken and source.url not in taken]


def _tried(found: discover.Found) -> Source:
    """Shows what a source would bring in, newest first, with the claims that would come out."""
    source, reports = found.source, discover.reports(found, times.now())
    click.echo(f"{source.title}: {len(reports)} entries at {source.url}")
    for report in sorted(reports, key=lambda report: report.published, reverse=True)[:SHOWN]:
        click.echo(f"  {times.iso(report.published)}  {(report.title or report.text)[:90]}")
        for claim in language.extract(report):
            click.echo(f"    {_claim(claim)}")
    return source


def _claim(claim: Claim) -> str:
    return f"{claim.region} {claim.service} {claim.kind}: “{' '.join(claim.evidence.split())[:90]}”"


@sources.command("remove")
@click.argument("name")
def remove_source(name: str) -> None:
    """Take a source out of the list; what it said stays."""
    with _opened() as (app, path):
        if not listfile.remove(path, name) and not store.sources.deactivate(name):
            raise click.ClickException(f"There is no source called “{name}”; `tracker sources list` shows all.")
        listed(app)
        click.echo(f"{name} is no longer polled.")


@sources.command("check")
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Ask the sources now and say how they answer; nothing is stored. Ends with 1 if any fails."""
    with _opened() as (app, _path):
        wanted = [source for source in store.sources.all() if source.name == name or (name is None and source.active)]
        wanted = [source for source in wanted if source.kind in store.sources.POLLED]
        if name and not wanted:
            raise click.ClickException(f"There is no source called “{name}”; `tracker sources list` shows all.")
        ears = poll.ears(app.config, Path(app.instance_path))
        failed = 0
        try:
            for source in wanted:
                answer, fine = _answer(source, ears)
                failed += not fine
                click.echo(f"{source.name}: {answer}")
        finally:
            ears.cage.close()
    if failed:
        raise click.exceptions.Exit(1)


def _answer(source: Source, ears: listen.Ears) -> tuple[str, bool]:
    try:
        if source.kind.value == "folder":
            files, _ = listing(ears.folders / source.url)
            return f"{len(files)} files", True
        answer = ears.fetcher.get(source.url)
        reading = listen.read(source, answer.body, answer.content_type, answer.url, ears.cage)
    except SourceError as error:
        return f"fails. {error.message}", False
    dates = [entry.published for entry in reading.entries if entry.published]
    newest = f", the newest of {times.iso(max(dates))}" if dates else ""
    return f"{len(reading.entries)} entries{newest}. {reading.note}".rstrip(), True
