"""`tracker poll` and `tracker ingest`: taking reports in by hand."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask
from tqdm import tqdm

from tracker import store, times
from tracker.domain import Source, SourceKind, short_hash
from tracker.ingest import archive, archive_files, guard, poll, sourcelist
from tracker.ingest.errors import SourceError
from tracker.settings import SettingsError
from tracker.store.sources import PollOutcome, PollStatus


def register(group: click.Group) -> None:
    """Adds `poll` and `ingest` to the command line."""
    group.add_command(poll_command)
    group.add_command(ingest_command)


@click.command("poll")
@click.option("--source", "name", metavar="NAME", help="Poll only the source of that name.")
@click.option("--url", metavar="FEED", help="Poll this address, in the list or not.")
def poll_command(name: str | None, url: str | None) -> None:
    """Poll the sources now, once, due or not; a line a source. Ends with 1 if all failed."""
    from tracker.cli import application

    if name and url:
        raise click.UsageError("Give --source or --url, not both.")
    with application() as app:
        names = [_by_address(url)] if url else _names(app, name)
        poller = poll.Poller(poll.ears(app.config, Path(app.instance_path)), times.now)
        outcomes: list[PollOutcome] = []

        def tell(source: Source, outcome: PollOutcome) -> None:
            outcomes.append(outcome)
            click.echo(line(source, outcome))

        try:
            poller.run(poll.named(names, times.now, poller.owner), tell)
        finally:
            poller.stop()
    if len(outcomes) < len(names):
        click.echo(f"{len(names) - len(outcomes)} of {len(names)} sources are just being polled by another process.")
    if outcomes and all(outcome.status is PollStatus.FAILED for outcome in outcomes):
        raise click.exceptions.Exit(1)


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--published", metavar="ISO", help="When texts that bear no date were published.")
@click.option("--source", "name", metavar="NAME", default="archive", show_default=True, help="Whose words they are.")
@click.option("--share", is_flag=True, help="Leave it to `tracker worker` processes, which must find the same paths.")
def ingest_command(files: tuple[str, ...], published: str | None, name: str, share: bool) -> None:
    """Take in local files or folders: feeds (XML, JSON), pages (HTML), texts, JSON Lines of reports, WARC archives.

    `-` is standard input. A run that was broken off goes on where it stopped. Ends with 1 if anything was unreadable.
    """
    from tracker.cli import application, queue

    moment = _moment(published)
    paths: list[Path | bytes] = [sys.stdin.buffer.read() if file == "-" else Path(file) for file in files]
    if missing := [str(path) for path in paths if isinstance(path, Path) and not path.exists()]:
        raise click.ClickException(f"{missing[0]} does not exist.")
    if share:
        files_only = [path for path in paths if isinstance(path, Path)]
        if len(files_only) < len(paths):
            raise click.UsageError("Standard input cannot be shared; name files.")
        with queue() as shared:
            click.echo(f"{shared.share_files(files_only, name, published)} jobs wait for the workers.")
        return
    with application():
        source = archive.source(name)
        total = archive_files.size(path for path in paths if isinstance(path, Path))
        with tqdm(total=total, unit="B", unit_scale=True, disable=None, file=sys.stderr) as bar:
            summary = archive.ingest(paths, archive.Orders(source, moment, times.now()), bar.update)
    for fault in summary.faults[:20]:
        click.echo(fault, err=True)
    click.echo(_told(summary))
    if summary.faults:
        raise click.exceptions.Exit(1)


def _moment(published: str | None) -> datetime | None:
    try:
        return times.parse_iso(published) if published else None
    except ValueError as error:
        raise click.ClickException(f"--published: {error}") from None


def _told(summary: archive.Summary) -> str:
    """A run's summary in a line."""
    counts = ", ".join(f"{number} {outcome}" for outcome, number in summary.counts.items() if number)
    parts = [f"{summary.files} files, {summary.reports} reports{f': {counts}' if counts else ''}"]
    if summary.before:
        parts.append(f"{summary.before} files were taken in before")
    if summary.faults:
        parts.append(f"{len(summary.faults)} could not be read")
    return "; ".join(parts) + "."


def line(source: Source, outcome: PollOutcome) -> str:
    """One poll's outcome as a line."""
    if outcome.status is PollStatus.FAILED:
        return f"{source.name}: failed. {outcome.message}"
    what = "nothing new" if outcome.status is PollStatus.UNCHANGED else f"{outcome.entries} read, {outcome.fresh} new"
    return f"{source.name}: {what}. {outcome.message}".rstrip()


def _names(app: Flask, name: str | None) -> list[str]:
    """The names to poll: the one given, else every active source of the list."""
    known = listed(app)
    if name is None:
        names = [source.name for source in known if source.active and source.kind in store.sources.POLLED]
        if not names:
            raise click.ClickException("No source is active; add one with `tracker sources add URL`.")
        return names
    if all(source.name != name for source in known):
        raise click.ClickException(f"There is no source called “{name}”; `tracker sources list` shows all.")
    return [name]


def listed(app: Flask) -> tuple[Source, ...]:
    """Every source of the store, after it was brought in line with instance/sources.toml."""
    try:
        path, private = Path(app.instance_path) / "sources.toml", bool(app.config["ALLOW_PRIVATE_NETWORKS"])
        sourcelist.sync(path, times.now(), int(app.config["POLL_MINUTES"]), private)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    return store.sources.all()


def _by_address(url: str) -> str:
    """The name of the source at `url`; one that is in no list gets a source of its own, which is never polled alone."""
    try:
        address = guard.parse(url).url
    except SourceError as error:
        raise click.ClickException(error.message) from None
    for source in store.sources.all():
        if source.url == address:
            return source.name
    name = f"url-{short_hash(address)[:8]}"
    channel = urlsplit(address).netloc in ("t.me", "telegram.me")
    kind = SourceKind.TELEGRAM if channel else SourceKind.FEED
    store.sources.save(Source(name, title=address[:200], url=address, kind=kind, active=False))
    return name
