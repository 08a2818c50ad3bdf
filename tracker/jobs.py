"""What runs when. APScheduler is only the clock: every few seconds it asks whether anything is due.

Exactly one process calls `start` in the usual set-up. Should two run on one database, the leases there keep them from
polling anything twice, and one goes on when the other dies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from tracker import times
from tracker.alerts import Alerts, deadman
from tracker.ingest import moderate, poll
from tracker.web import export_dumps, health, publication

TICK_SECONDS = 2
ALERT_SECONDS = 5
PUBLISH_SECONDS = 15
LIFE_SECONDS = 60
FIRST_DUMP = timedelta(minutes=5)

log = structlog.get_logger(__name__)


class Clock:
    """Calls tasks at their times, in threads of its own; one that fails is noted and stops nothing."""

    def __init__(self) -> None:
        # A tick that comes while the last one is still at work is skipped; that is the plan, not worth a warning.
        logging.getLogger("apscheduler").setLevel("ERROR")
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def add(self, task: Callable[[], object], name: str, trigger: str, **when: object) -> None:
        """Has `task` run at those times."""
        self._scheduler.add_job(_kept_alive, trigger, args=(task, name), id=name, **when)

    def run(self) -> None:
        """Begins to tick."""
        self._scheduler.start()

    def shutdown(self) -> None:
        """Stops ticking, once what is under way has ended."""
        self._scheduler.shutdown(wait=True)


class Jobs(Clock):
    """The running clock and its poller."""

    def __init__(self, app: Flask, poller: poll.Poller, tick: float = TICK_SECONDS) -> None:
        super().__init__()
        self.app = app
        self.poller = poller
        self.tick = tick

    def start(self) -> Jobs:
        """Begins to tick, the first time at once."""
        self.add(self._poll, "poll", "interval", seconds=self.tick, next_run_time=times.now())
        self.run()
        return self

    def shutdown(self) -> None:
        """Stops ticking and polling; a poll that is under way is dropped and taken up again after the next start."""
        self.poller.stop()
        super().shutdown()

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
    running = Jobs(app, poller_of(app)).start()
    for duty in duties(app):
        running.add(duty.run, duty.name, duty.trigger, **duty.when)
    return running


def poller_of(app: Flask) -> poll.Poller:
    """The poller of one installation."""
    return poll.Poller(poll.ears(app.config, Path(app.instance_path)), times.now)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something besides polling that is done again and again, by whoever's turn it is."""

    name: str
    run: Callable[[], object]
    trigger: str
    when: dict[str, object]


def duties(app: Flask) -> Iterator[Duty]:
    """All that an installation does by the clock. Raises SettingsError when instance/alerts.toml cannot be used."""
    alerts = Alerts(app)
    yield Duty("alerts", alerts.run, "interval", {"seconds": ALERT_SECONDS})

    def erase() -> object:
        with app.app_context():
            return moderate.erase(times.now())

    yield Duty("erasing", erase, "interval", {"hours": 1, "next_run_time": times.now()})

    if url := str(app.config["DEADMAN_URL"]):
        yield Duty("sign of life", lambda: _sign_of_life(app, url), "interval", {"seconds": LIFE_SECONDS})

    def dump() -> object:
        return export_dumps.run(app, times.now())

    yield Duty("dumps", dump, "cron", {"hour": 1, "minute": 17})
    if not (Path(app.instance_path) / export_dumps.FOLDER / "datapackage.json").exists():
        yield Duty("first dump", dump, "date", {"run_date": times.now() + FIRST_DUMP})
    if site := publication.folder_of(app):
        publisher = publication.Publisher(app, site)
        soon = {"seconds": PUBLISH_SECONDS, "next_run_time": times.now()}
        yield Duty("publication", lambda: publisher.run(times.now()), "interval", soon)


def _sign_of_life(app: Flask, url: str) -> None:
    """Tells the watcher elsewhere that the board is fresh; says nothing while it is not."""
    with app.app_context():
        found = health.fault(times.now())
    if found is None:
        deadman.sign(url)
    else:
        log.error("no sign of life", fault=found)
