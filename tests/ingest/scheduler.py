"""A scheduler in its own process, on a clock that runs faster: `scheduler.py DATABASE SINCE SPEED LEASE FOLDER`."""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from tracker import jobs, store
from tracker.ingest.cage import Cage
from tracker.ingest.fetch import Fetcher
from tracker.ingest.guard import Gate
from tracker.ingest.listen import Ears
from tracker.ingest.poll import Poller

START = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
"""Ten minutes before the night in spring when Kyiv's clocks jump: polls must neither be missed nor doubled."""


def clock(since, speed):
    return lambda: START + timedelta(seconds=(time.time() - since) * speed)


def main(address, since, speed, lease, folder):
    app = Flask("scheduler")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    store.init_app(app)
    ears = Ears(Fetcher(Gate(allow_private=True), "tests"), Cage(1), Path(folder), pause=0.0)
    poller = Poller(ears, clock(float(since), float(speed)), workers=8, lease_seconds=float(lease))
    running = jobs.Jobs(app, poller, tick=0.2).start()
    print(poller.owner, flush=True)
    sys.stdin.read()
    running.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
