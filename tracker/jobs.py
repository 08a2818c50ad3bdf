"""What runs when. APScheduler is only the clock: every few seconds it asks whether a source is due.

Exactly one process calls `start` in the usual set-up. Should two run on one database, the leases there keep them from
polling anything twice, and one goes on when the other dies.
"""

from __future__ import annotations

import logging
from datetime import UTC
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from tracker import times
from tracker.ingest import poll

TICK_SECONDS = 2


class Jobs:
    """The running clock and its poller."""

    def __init__(self, app: Flask, poller: poll.Poller, tick: float = TICK_SECONDS) -> None:
        self.app = app
        self.poller = poller
        self.tick = tick
        # A tick that comes while the last one is still at work is skipped; that is the plan, not worth a warning.
        logging.getLogger("apscheduler").setLevel("ERROR")
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> Jobs:
        """Begins to tick, the first time at once."""
        self._scheduler.add_job(self._poll, "interval", seconds=self.tick, next_run_time=times.now(), id="poll")
        self._scheduler.start()
        return self

    def shutdown(self) -> None:
        """Stops ticking and polling; a poll that is under way is dropped and taken up again after the next start."""
        self.poller.stop()
        self._scheduler.shutdown(wait=True)

    def _poll(self) -> None:
        with self.app.app_context():
            self.poller.run()


def start(app: Flask) -> Jobs:
    """The clock of one installation, ticking."""
    return Jobs(app, poll.Poller(poll.ears(app.config, Path(app.instance_path)), times.now)).start()
