"""What runs when. APScheduler is only the clock: every few seconds it asks whether anything is due.

Exactly one process calls `start` in the usual set-up. Should two run on one database, the leases there keep them from
polling anything twice, and one goes on when the other dies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from tracker import times
from tracker.alerts import Alerts
from tracker.ingest import poll
from tracker.web import export_dumps, publication

TICK_SECONDS = 2
ALERT_SECONDS = 5
PUBLISH_SECONDS = 15
FIRST_DUMP = timedelta(minutes=5)

log = structlog.get_logger(__name__)


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
        self.add(self._poll, "poll", "interval", seconds=self.tick, next_run_time=times.now())
        self._scheduler.start()
        return self

    def add(self, task: Callable[[], object], name: str, trigger: str, **when: object) -> None:
        """Has `task` run as well; one that fails is noted and stops nothing."""
        self._scheduler.add_job(_kept_alive, trigger, args=(task, name), id=name, **when)

    def shutdown(self) -> None:
        """Stops ticking and polling; a poll that is under way is dropped and taken up again after the next start."""
        self.poller.stop()
        self._scheduler.shutdown(wait=True)

    def _poll(self) -> None:
        with self.app.app_context():
            self.poller.run()


def _kept_alive(task: Callable[[], object], name: str) -> None:
    try:
        task()
    except Exception:
        log.exception("job broke", job=name)


def start(app: Flask) -> Jobs:
    """The clock of one installation, ticking. Raises SettingsError when instance/alerts.toml cannot be used."""
    alerts = Alerts(app)
    folder = Path(app.instance_path)
    running = Jobs(app, poll.Poller(poll.ears(app.config, folder), times.now)).start()
    running.add(alerts.run, "alerts", "interval", seconds=ALERT_SECONDS)
    running.add(lambda: export_dumps.run(app, times.now()), "dumps", "cron", hour=1, minute=17)
    if site := publication.folder_of(app):
        publisher = publication.Publisher(app, site)
        soon = {"seconds": PUBLISH_SECONDS, "next_run_time": times.now()}
        running.add(lambda: publisher.run(times.now()), "publication", "interval", **soon)
    if not (folder / export_dumps.FOLDER / "datapackage.json").exists():
        first = times.now() + FIRST_DUMP
        running.add(lambda: export_dumps.run(app, times.now()), "first dump", "date", run_date=first)
    return running
