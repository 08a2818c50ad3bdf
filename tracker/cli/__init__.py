"""The `tracker` command: one module a family of calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from tracker.settings import SettingsError


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outage-tracker")
def main() -> None:
    """Electricity, water, heating, gas and communications in Ukraine: what is out, what is back, and who says so."""


def _register() -> None:
    from tracker.cli import backup, board, doctor, ingest, language, moderator, serve, sources

    for module in (serve, ingest, language, board, sources, moderator, backup, doctor):
        module.register(main)


_register()
