"""The `tracker` command: one module a family of calls, loaded when it is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import click

from tracker.settings import SettingsError

if TYPE_CHECKING:
    from flask import Flask

    from tracker.workers import Queue

FAMILIES = {
    "serve": "serve",
    "web": "serve",
    "scheduler": "serve",
    "worker": "worker",
    "poll": "ingest",
    "ingest": "ingest",
    "extract": "language",
    "explain": "language",
    "evaluate": "language",
    "status": "board",
    "rebuild": "board",
    "sources": "sources",
    "moderator": "moderator",
    "publish": "publish",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
}
"""The module behind each call. `tracker extract` must not wait for the web server's libraries."""


class Calls(click.Group):
    """A group that imports the module of a call when the call is made."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The calls in the order of the README."""
        return list(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The call named `cmd_name`, or None."""
        if cmd_name in FAMILIES and cmd_name not in self.commands:
            import_module(f"tracker.cli.{FAMILIES[cmd_name]}").register(self)
        return self.commands.get(cmd_name)


@contextmanager
def application(**overrides: object) -> Iterator[Flask]:
    """The application inside its context, its database brought up to date; wrong settings end in one sentence."""
    from tracker import create_app, store

    try:
        app = create_app(overrides)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    with app.app_context():
        store.upgrade()
        yield app


@contextmanager
def queue() -> Iterator[Queue]:
    """The queue that workers share, its tables made; without PostgreSQL or its extra this ends in one sentence."""
    try:
        from tracker.workers import Queue
    except ImportError:
        raise click.ClickException("Procrastinate is missing; run: .venv/bin/pip install -e '.[postgres]'") from None
    with application() as app:
        try:
            found = Queue(app)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
        found.prepare()
        yield found


@click.group(cls=Calls, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outage-tracker")
def main() -> None:
    """Electricity, water, heating, gas and communications in Ukraine: what is out, what is back, and who says so."""
