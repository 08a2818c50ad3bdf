"""`tracker serve`: web server and scheduler in one process, the database made or brought up to date first."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import waitress
from flask import Flask

from tracker import settings, times

THREADS = 8
"""Requests answered at once; polling runs beside them in threads of its own."""


def register(group: click.Group) -> None:
    """Adds `serve` to the command line."""
    group.add_command(serve)


@click.command()
@click.option("--demo", is_flag=True, help="Show the bundled sample feeds instead of real sources; needs no network.")
def serve(demo: bool) -> None:
    """Run the web server and the scheduler until Ctrl-C."""
    from tracker import ROOT

    signal.signal(signal.SIGTERM, _interrupt)
    instance = ROOT / "instance" / "demo" if demo else ROOT / "instance"
    with ExitStack() as stack:
        stack.enter_context(_sentences())
        found = settings.load(instance)
        listener = stack.enter_context(_listener(str(found["HOST"]), int(str(found["PORT"]))))
        overrides = _addresses(found, listener)
        _read_words()
        app = stack.enter_context(_demo(instance, overrides)) if demo else _real(instance, overrides)
        stack.enter_context(_scheduler(app))
        web = waitress.create_server(
            app, sockets=[listener], threads=THREADS, ident=None, channel_timeout=30, asyncore_use_poll=True
        )
        click.echo(f"The outage tracker answers at {overrides['ADDRESS']} (Ctrl-C ends it).")
        web.run()
        web.close()
    click.echo("Stopped.")


def _interrupt(_number: int, _frame: object) -> None:
    """SIGTERM ends the program as Ctrl-C does."""
    raise KeyboardInterrupt


@contextmanager
def _sentences() -> Iterator[None]:
    """Ends the program with one sentence where a setting, a source or a word list cannot be used."""
    from tracker.language.gazetteer.reading import WordsError
    from tracker.language.lexicon import LexiconError

    try:
        yield
    except (settings.SettingsError, LexiconError, WordsError) as error:
        raise click.ClickException(str(error)) from None


def _read_words() -> None:
    """Reads all word lists now: a fault in them stops the start, not the first report."""
    from tracker.domain import Report
    from tracker.language import extract

    extract(Report("start", "start", times.now(), "", "Kyiv is without power."))


@contextmanager
def _listener(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens on `host` and `port` (0: any free one); taken before anything else is touched."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError:
        raise click.ClickException(f"TRACKER_HOST is {host!r}, which is not an address of this machine.") from None
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1024)
        except OSError as error:
            raise click.ClickException(_refusal(error, host, port)) from None
        yield listener


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use by another program; choose another one, as in TRACKER_PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs the rights of root; choose one above 1023, as in TRACKER_PORT=8000."
    return f"Cannot listen on {host}, port {port}: {error.strerror}. Check TRACKER_HOST and TRACKER_PORT."


def _addresses(found: dict[str, object], listener: socket.socket) -> dict[str, object]:
    """The real port and address; links follow them unless the operator has named the public address."""
    host, port = str(found["HOST"]), listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    own = found["BASE_URL"] != settings.SETTINGS["BASE_URL"].default
    return {"PORT": port, "ADDRESS": address, "BASE_URL": found["BASE_URL"] if own else address}


def _real(instance: Path, overrides: dict[str, object]) -> Flask:
    """The application with the sources of `instance/sources.toml`."""
    from tracker import create_app, store
    from tracker.ingest import sourcelist

    app = create_app(overrides, instance)
    with app.app_context():
        store.upgrade()
        minutes, private = app.config["POLL_MINUTES"], app.config["ALLOW_PRIVATE_NETWORKS"]
        sourcelist.sync(instance / "sources.toml", times.now(), minutes, private)
    return app


@contextmanager
def _demo(instance: Path, overrides: dict[str, object]) -> Iterator[Flask]:
    """The application with the sample feeds as its sources, in a database of its own that starts empty.

    Of all private addresses only the sample's server may be fetched. The database is named by the port: whoever
    holds the port holds the file, so that two demonstrations never share one.
    """
    from tracker import create_app, store
    from tracker.demo import sample, server

    file = instance / f"demo-{overrides['PORT']}.sqlite"
    _remove(file)
    with server.serving(sample.load(times.now()), times.now) as feeds:
        own = {
            "DEMO": True,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{file}",
            "ALLOW_PRIVATE_NETWORKS": False,
            "PRIVATE_ORIGINS": (feeds.address,),
        }
        app = create_app({**overrides, **own}, instance)
        with app.app_context():
            store.upgrade()
            for source in feeds.sources():
                store.sources.save(source)
        yield app
    _remove(file)


def _remove(file: Path) -> None:
    """Deletes a SQLite database with the files that belong to it."""
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


@contextmanager
def _scheduler(app: Flask) -> Iterator[None]:
    """The one clock, ticking until the block ends."""
    from tracker import jobs

    scheduler = jobs.start(app)
    try:
        yield
    finally:
        scheduler.shutdown()
