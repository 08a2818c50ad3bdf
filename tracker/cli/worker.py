"""`tracker worker`: does what stands in the queue, on this machine, beside any number of others."""

from __future__ import annotations

import click

from tracker.cli import queue
from tracker.cli.serve import read_words, sentences


def register(group: click.Group) -> None:
    """Adds `worker` to the command line."""
    group.add_command(worker)


@click.command()
@click.option("--no-files", is_flag=True, help="Leave dumps and the published site to the machine that hands them out.")
def worker(no_files: bool) -> None:
    """Do the work that `tracker scheduler --queue` gives out, until Ctrl-C; needs PostgreSQL and its extra."""
    with sentences():
        read_words()
    with queue() as shared:
        from tracker.workers import FILES, WORK

        click.echo("The worker waits for jobs (Ctrl-C ends it).")
        shared.work([WORK] if no_files else [WORK, FILES])
    click.echo("Stopped.")
