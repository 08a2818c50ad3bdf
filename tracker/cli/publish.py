"""`tracker publish`: the whole public site as files, now."""

from __future__ import annotations

from pathlib import Path

import click

from tracker import times
from tracker.cli import application


def register(group: click.Group) -> None:
    """Adds `publish` to the command line."""
    group.add_command(publish)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def publish(folder: Path | None) -> None:
    """Write the whole public site into FOLDER (else TRACKER_PUBLISH_FOLDER); its link `current` leads to the newest."""
    from tracker.web import publication

    with application() as app:
        target = folder or publication.folder_of(app)
        if target is None:
            raise click.UsageError("Name a folder, or set TRACKER_PUBLISH_FOLDER.")
        try:
            made = publication.publish(app, target, times.now())
        except (publication.PublicationError, OSError) as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Published to {made}.")
