"""`tracker moderator`: who may decide on public reports."""

from __future__ import annotations

import sys

import click

from tracker import cli, times


def register(group: click.Group) -> None:
    """Adds `moderator` to the command line."""
    group.add_command(moderator)


@click.group()
def moderator() -> None:
    """Who may decide on public reports."""


def _password() -> str:
    """Asked for twice at a terminal, else the first line of standard input; refused when too weak."""
    from tracker.web.login import too_weak

    if sys.stdin.isatty():
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if reason := too_weak(given):
        raise click.ClickException(reason)
    return str(given)


@moderator.command()
@click.argument("name")
def add(name: str) -> None:
    """Make NAME a moderator; the password is asked for, or read from standard input."""
    from tracker import store
    from tracker.web.login import hasher

    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise click.ClickException("The name must have 1 to 80 readable characters.")
    with cli.application():
        if store.moderators.get(name):
            raise click.ClickException(
                f"There is a moderator “{name}” already; `tracker moderator password` changes theirs."
            )
        store.moderators.add(name, hasher().hash(_password()), times.now())
    click.echo(f"“{name}” may now log in at /login.")


@moderator.command()
@click.argument("name")
def password(name: str) -> None:
    """Change the password of NAME; all of their sessions end."""
    from tracker import store
    from tracker.web.login import hasher

    with cli.application():
        if store.moderators.get(name) is None:
            raise click.ClickException(f"There is no moderator “{name}”.")
        store.moderators.set_password(name, hasher().hash(_password()))
    click.echo(f"The password of “{name}” is changed.")


@moderator.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take from NAME the right to moderate; what they did stays on record."""
    from tracker import store

    with cli.application():
        if not store.moderators.deactivate(name):
            raise click.ClickException(f"There is no moderator “{name}”.")
    click.echo(f"“{name}” can no longer log in.")


@moderator.command("list")
def list_() -> None:
    """Print all moderators."""
    from tracker import store

    with cli.application():
        for found in store.moderators.all():
            click.echo(f"{found.name}{'' if found.active else '  (removed)'}")
