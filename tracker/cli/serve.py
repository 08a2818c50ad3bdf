"""`tracker serve`: web server and scheduler in one process, the database made or brought up to date first.

`tracker web` and `tracker scheduler` are its two halves, for machines that many people ask: any number of web
processes, and the clock in one of its own, so that polling slows no reader down.
"""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import waitress
from flask import Flask

from tracker import settings, times

THREADS = 8
"""Requests answered at once; polling runs beside them in threads of its own."""

BLOCKING_THREADS = 4
"""Requests that one web process answers at once. Left to itself granian starts hundreds, which starve."""

BACKLOG = 4096
STOP_SECONDS = 5
HEADER_SECONDS = 10
"""How long a client may take over its headers."""

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def register(group: click.Group) -> None:
    """Adds `serve`, `web` and `scheduler` to the command line."""
    for command in (serve, web, scheduler):
        group.add_command(command)


@click.command()
@click.option("--demo", is_flag=True, help="Show the bundled sample feeds instead of real sources; needs no network.")
def serve(demo: bool) -> None:
    """Run the web server and the scheduler until Ctrl-C."""
    from tracker import ROOT
    from tracker.web import warm

    signal.signal(signal.SIGTERM, _interrupt)
    instance = ROOT / "instance" / "demo" if demo else ROOT / "instance"
    with ExitStack() as stack:
        stack.enter_context(sentences())
        found = settings.load(instance)
        listener = stack.enter_context(_listener(str(found["HOST"]), int(str(found["PORT"]))))
        overrides = _addresses(found, listener)
        read_words()
        app = stack.enter_context(_demo(instance, overrides)) if demo else _real(instance, overrides)
        stack.enter_context(_scheduler(app))
        warm.start(app)
        web = waitress.create_server(
            app, sockets=[listener], threads=THREADS, ident=None, channel_timeout=30, asyncore_use_poll=True
        )
        click.echo(f"The outage tracker answers at {overrides['ADDRESS']} (Ctrl-C ends it).")
        web.run()
        web.close()
    click.echo("Stopped.")


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes; one a core.")
def web(workers: int) -> None:
    """Run web processes without the scheduler until Ctrl-C; needs the extra `web`."""
    from tracker import ROOT

    try:
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces
        from granian.http import HTTP1Settings
        from granian.log import LogLevels
    except ImportError:
        raise click.ClickException("granian is missing; run: .venv/bin/pip install -e '.[web]'") from None
    instance = ROOT / "instance"
    with sentences():
        found = settings.load(instance)
        with _listener(str(found["HOST"]), int(str(found["PORT"]))) as listener:
            overrides = _addresses(found, listener)
        read_words()
    server = Granian(
        "tracker",
        address=str(found["HOST"]),
        port=int(str(overrides["PORT"])),
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    click.echo(f"The outage tracker answers at {overrides['ADDRESS']} (Ctrl-C ends it).")
    server.serve(target_loader=partial(_worker, instance, overrides), wrap_loader=False)
    click.echo("Stopped.")


def _worker(instance: Path, overrides: dict[str, object]) -> WSGIApplication:
    """What one web process answers with; made in that process, since no database connection survives a fork."""
    from tracker import create_app, store
    from tracker.web import warm

    app = create_app(overrides, instance)
    with app.app_context():
        store.upgrade()
    warm.start(app)
    return app.wsgi_app


@click.command()
@click.option("--queue", "shared", is_flag=True, help="Give the work to `tracker worker` processes; needs PostgreSQL.")
def scheduler(shared: bool) -> None:
    """Run the clock alone: polling, alerts, dumps and publication, until Ctrl-C."""
    from tracker import ROOT

    signal.signal(signal.SIGTERM, _interrupt)
    with sentences(), suppress(KeyboardInterrupt):
        read_words()
        app = _real(ROOT / "instance", {})
        with _leader(app) if shared else _scheduler(app):
            click.echo("The scheduler runs (Ctrl-C ends it).")
            threading.Event().wait()
    click.echo("Stopped.")


def _interrupt(_number: int, _frame: object) -> None:
    """SIGTERM ends the program as Ctrl-C does."""
    raise KeyboardInterrupt


@contextmanager
def sentences() -> Iterator[None]:
    """Ends the program with one sentence where a setting, a source or a word list cannot be used."""
    from tracker.language.gazetteer.reading import WordsError
    from tracker.language.lexicon import LexiconError

    try:
        yield
    except (settings.SettingsError, LexiconError, WordsError) as error:
        raise click.ClickException(str(error)) from None


def read_words() -> None:
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


@contextmanager
def _leader(app: Flask) -> Iterator[None]:
    """The clock that puts on the queue what is due, until the block ends."""
    try:
        from tracker.workers import Leader, Queue
    except ImportError:
        raise click.ClickException("Procrastinate is missing; run: .venv/bin/pip install -e '.[postgres]'") from None
    queue = Queue(app)
    queue.prepare()
    leader = Leader(queue)
    leader.run()
    try:
        yield
    finally:
        leader.shutdown()
