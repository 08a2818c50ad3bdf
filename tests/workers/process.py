"""A scheduler or a worker in a process of its own, on a clock that runs faster."""

import multiprocessing
import os
import signal
import threading
from pathlib import Path

from ingest.scheduler import clock

from tracker import create_app, workers
from tracker.ingest.cage import Cage
from tracker.ingest.fetch import Fetcher
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears
from tracker.ingest.poll import Poller

SPEED = 30.0
LEASE = 90.0  # three seconds of ours
PACE = workers.Pace(tick=0.3, beat=0.3, dead=1.5, turn=1.5)


def start(role, address, since, folder):
    """The process of a new scheduler or worker; not forked from this one, where a browser's event loop may run."""
    process = multiprocessing.get_context("forkserver").Process(target=_run, args=(role, address, since, folder))
    process.start()
    process.role = role
    return process


def _run(role, address, since, folder):
    app = create_app({"SQLALCHEMY_DATABASE_URI": address, "LOG_LEVEL": "ERROR"}, instance=Path(folder))
    ears = Ears(Fetcher(Gate(allow_private=True), "tests"), Cage(1), Path(folder), pause=0.0)
    poller = Poller(ears, clock(since, SPEED), workers=8, lease_seconds=LEASE)
    queue = workers.Queue(app, poller, PACE)
    queue.prepare()
    if role == "worker":
        queue.work()
    else:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        workers.Leader(queue).run()
        threading.Event().wait()
