"""`tracker backup` and `tracker restore`: the whole memory in one file, also from one kind of database to another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from tracker import store, times
from tracker.cli import application
from tracker.store.transfer import Unusable


def register(group: click.Group) -> None:
    """Adds `backup` and `restore`."""
    group.add_command(backup)
    group.add_command(restore)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copies the database into FILE while it is in use, and verifies the copy.

    FILE is a SQLite database, whichever database it was taken from, so that a restore may go to another kind.
    """
    with application(), _bar() as progress, _sentences():
        saved = store.transfer.save(file, progress)
    click.echo(f"{saved.path}: {saved.reports} reports and {saved.claims} claims, {saved.size:,} bytes, verified.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up what the database holds now.")
def restore(file: Path, replace: bool) -> None:
    """Puts what FILE holds into the database of this installation, SQLite or PostgreSQL.

    It is all done or nothing; the program may go on running meanwhile.
    """
    with application(), _sentences():
        if not (replace or store.transfer.empty()):
            raise click.ClickException(
                "The database holds reports already. Back it up, then give --replace to put FILE in their place."
            )
        with _bar() as progress:
            saved = store.transfer.load(file, times.now(), progress)
    click.echo(f"Restored {saved.reports} reports and {saved.claims} claims from {file}.")


@contextmanager
def _sentences() -> Iterator[None]:
    """What cannot be done ends in a sentence."""
    try:
        yield
    except Unusable as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    with tqdm(unit=" rows", disable=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
