"""A scheduler in its own process, on a clock that runs faster: `scheduler.py DATABASE SINCE SPEED LEASE FOLDER`.

With `real` behind that, it has as many threads, children and patience as the program itself; with `now`, also the
true date. Its User-Agent names its process.
"""

import logging
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from flask import Flask

from tracker import jobs, store, times
from tracker.ingest.cage import Cage
from tracker.ingest.fetch import Fetcher
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears
from tracker.ingest.poll import WORKERS, Poller

START = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
"""Ten minutes before the night in spring when Kyiv's clocks jump: polls must neither be missed nor doubled."""


def clock(since, speed):
    return lambda: START + timedelta(seconds=(time.time() - since) * speed)


def main(address, since, speed, lease, folder, size="small"):
    # Nobody reads what it prints after its first line, and a full pipe would stop it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    app = Flask("scheduler")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    store.init_app(app)
    cage, workers = (Cage(1), 8) if size == "small" else (Cage(), WORKERS)
    ticking = times.now if size == "now" else clock(float(since), float(speed))
    ears = Ears(Fetcher(Gate(allow_private=True), f"tests {os.getpid()}"), cage, Path(folder), pause=0.0)
    poller = Poller(ears, ticking, workers, float(lease))
    running = jobs.Jobs(app, poller, tick=0.2).start()
    print(poller.owner, flush=True)
    sys.stdin.read()
    running.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
