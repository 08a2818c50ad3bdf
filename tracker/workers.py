"""The installation's work as jobs in PostgreSQL, shared by any number of machines; needs the extra `postgres`.

One scheduler at a time, by lease, puts on the queue what is due; workers do it. What they call is what one process on
SQLite calls as well. A job whose worker was killed is put back: every job can be done twice without harm, since
polls hold leases on their sources, and all else changes nothing when nothing is left to do.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import structlog
from flask import Flask
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.types import JSONDict

from tracker import jobs, store, times
from tracker.domain import Service
from tracker.ingest import archive, rebuild
from tracker.ingest.poll import Poller
from tracker.settings import SettingsError

WORK, FILES = "work", "files"
"""Files are dumps and the published site: they are written by workers of the machine that hands them out."""

ALONE = {"dumps", "first dump", "publication"}
"""Duties that write files: two workers at one would tread on each other's toes."""

AT_ONCE = 4
PAUSE = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things happen, in seconds: ticks; heartbeats of workers; silence after which one counts as dead."""

    tick: float = jobs.TICK_SECONDS
    beat: float = 5.0
    dead: float = 30.0
    turn: float = 15.0


class Queue:
    """The queue of one installation, and every job that may stand in it."""

    def __init__(self, app: Flask, poller: Poller | None = None, pace: Pace | None = None) -> None:
        self.app, self.pace = app, pace or Pace()
        self.poller = poller or jobs.poller_of(app)
        self.polling = Lock()
        with app.app_context():
            address = store.engine.postgresql_address()
        if address is None:
            raise SettingsError(
                "Workers share their work in PostgreSQL; set TRACKER_SQLALCHEMY_DATABASE_URI to postgresql://…"
            )
        self.duties = list(jobs.duties(app))
        self.own = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=AT_ONCE + 1))
        for name, task in {"poll": self.poll, **{duty.name: duty.run for duty in self.duties}}.items():
            lock, queue = (name, FILES) if name in ALONE else (None, WORK)
            self.own.task(name=name, queue=queue, lock=lock, queueing_lock=name)(task)
        self.own.task(name="reread", queue=WORK)(self.reread)
        self.own.task(name="retell", queue=WORK)(self.retell)
        self.own.task(name="take_in", queue=WORK)(self.take_in)
        self.own.task(name="mend", queue=WORK, queueing_lock="mend")(self.mend)

    def prepare(self) -> None:
        """Makes the queue's tables where they are missing; processes that start together take turns."""
        with self.app.app_context(), store.engine.turn():
            if not store.engine.has_table("procrastinate_jobs"):
                with self.own.open():
                    self.own.schema_manager.apply_schema()

    def offer(self, name: str) -> bool:
        """Puts a duty on the queue; False where it waits there already."""
        try:
            self.own.tasks[name].defer()
        except AlreadyEnqueued:
            return False
        return True

    def poll(self) -> None:
        """Polls what is due; one poll at a time in each worker, for it asks many sources at once by itself."""
        if self.polling.acquire(blocking=False):
            try:
                with self.app.app_context():
                    self.poller.run()
            finally:
                self.polling.release()

    def reread(self, after: str, upto: str) -> None:
        """Reads a portion of the reports again."""
        with self.app.app_context():
            rebuild.reread(after, upto, times.now())

    def retell(self, region: str, service: str) -> None:
        """Tells a cell anew."""
        with self.app.app_context():
            rebuild.retell((region, Service(service)), times.now())

    def take_in(self, path: str, source: str, published: str | None) -> None:
        """Takes in a file that this machine can read; one that was begun goes on where it stopped."""
        with self.app.app_context():
            moment = times.parse_iso(published) if published else None
            orders = archive.Orders(archive.source(source), moment, times.now())
            summary = archive.ingest([Path(path)], orders)
            log.info("file taken in", file=path, reports=summary.reports, faults=len(summary.faults))

    async def mend(self) -> None:
        """Puts back the jobs of workers that fell silent; one that waits anew already is let go."""
        await self.own.job_manager.prune_stalled_workers(self.pace.dead)
        for job in await self.own.job_manager.get_stalled_jobs(seconds_since_heartbeat=self.pace.dead):
            try:
                await self.own.job_manager.retry_job(job)
            except ConnectorException:
                await self.own.job_manager.finish_job_by_id_async(job.id or 0, Status.FAILED, delete_job=True)
        await self.own.job_manager.delete_old_jobs(nb_hours=24 * 7, include_failed=True)

    def share_rebuild(self) -> int:
        """Leaves reading everything again to the workers; gives the number of jobs."""
        with self.app.app_context(), self.own.open():
            spans: list[JSONDict] = [{"after": after, "upto": upto} for after, upto in rebuild.portions()]
            cells: list[JSONDict] = [
                {"region": region, "service": service.value} for region, service in rebuild.cells()
            ]
            for name, orders in (("reread", spans), ("retell", cells)):
                if orders:
                    self.own.tasks[name].batch_defer(*orders)
        return len(spans) + len(cells)

    def share_files(self, paths: Iterable[Path], source: str, published: str | None) -> int:
        """Leaves taking in files to the workers; gives the number of jobs."""
        orders: list[JSONDict] = [
            {"path": str(path.resolve()), "source": source, "published": published} for path in paths
        ]
        with self.own.open():
            self.own.tasks["take_in"].batch_defer(*orders)
        return len(orders)

    def work(self, queues: Iterable[str] = (WORK, FILES)) -> None:
        """Does what stands in the queue until SIGTERM or Ctrl-C; a database that is away is waited for."""
        asyncio.run(self._work(list(queues)))

    async def _work(self, queues: list[str]) -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        while not stopping.is_set():
            working = asyncio.create_task(self._until_it_breaks(queues))
            end = asyncio.create_task(stopping.wait())
            await asyncio.wait((working, end), return_when=asyncio.FIRST_COMPLETED)
            if stopping.is_set():
                self.poller.stop()
            end.cancel()
            working.cancel()
            await asyncio.gather(working, end, return_exceptions=True)
            if not stopping.is_set():
                await asyncio.sleep(PAUSE)

    async def _until_it_breaks(self, queues: list[str]) -> None:
        try:
            async with self.own.open_async():
                await self.own.run_worker_async(
                    queues=queues,
                    concurrency=AT_ONCE,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                    fetch_job_polling_interval=self.pace.tick,
                    update_heartbeat_interval=self.pace.beat,
                    stalled_worker_timeout=self.pace.dead,
                    shutdown_graceful_timeout=PAUSE,
                )
        except Exception:
            log.exception("the queue does not answer")


class Leader(jobs.Clock):
    """The clock of many workers: puts on the queue what is due, while it holds the turn."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self.queue = queue
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        soon = times.now()
        self.add(partial(self._offer, "poll"), "poll", "interval", seconds=queue.pace.tick, next_run_time=soon)
        self.add(partial(self._offer, "mend"), "mend", "interval", seconds=queue.pace.beat, next_run_time=soon)
        for duty in queue.duties:
            self.add(partial(self._offer, duty.name), duty.name, duty.trigger, **duty.when)

    def run(self) -> None:
        """Begins to tick."""
        self.queue.own.open()
        super().run()

    def shutdown(self) -> None:
        """Stops ticking and leaves the turn to the next one."""
        super().shutdown()
        with self.queue.app.app_context():
            store.turns.leave("scheduler", self.owner, times.now())
        self.queue.own.close()

    def _offer(self, name: str) -> None:
        with self.queue.app.app_context():
            mine = store.turns.hold("scheduler", self.owner, times.now(), self.queue.pace.turn)
        if mine:
            self.queue.offer(name)
