"""For machines that watch us: alive, able to serve, and figures."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tracker import board, store, times
from tracker.web import publication
from tracker.web.measure import FILE as QUALITY
from tracker.web.overview import LOST

blueprint = Blueprint("health", __name__)

LATE = timedelta(minutes=15)
NOT_A_NUMBER = float("nan")


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _line("ok", 200)


@blueprint.get("/readyz")
def ready() -> Response:
    """Our memory answers too, and somebody is at work to keep it fresh."""
    found = fault(times.now())
    return _line(found or "ready", 503 if found else 200)


def fault(now: datetime) -> str | None:
    """Why we cannot answer from a fresh board, in a few words; None while we can."""
    try:
        store.events.changes()
        states = _polled()
    except Exception:  # whatever is wrong with it, we are not ready
        return "the database does not answer"
    last = _last_try(states)
    soonest = min((timedelta(minutes=state.source.minutes) for state in states), default=LATE)
    if last and now - last > max(LATE, 3 * soonest):
        return f"no source was asked since {times.iso(last)}; is the scheduler running?"
    return None


def _polled() -> list[store.sources.SourceState]:
    """The active sources that were asked at least once."""
    return [state for state in store.sources.states() if state.source.active and state.last_try]


def _last_try(states: Iterable[store.sources.SourceState]) -> datetime | None:
    return max((state.last_try for state in states if state.last_try), default=None)


class Figures(Collector):
    """What Prometheus reads, worked out when it asks."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Is it fresh, is it right, is it fast: in numbers; no address and no name of a feed.

        All of it is worked out from the store when asked, so every web process gives the same figures.
        """
        now = times.now()
        yield from self._fresh(now)
        yield from self._right()
        yield from self._board(now)

    def _fresh(self, now: datetime) -> Iterable[GaugeMetricFamily]:
        states = [state for state in store.sources.states() if state.source.active]
        yield _gauge("tracker_sources", "Sources that we listen to.", len(states))
        healthy = sum(state.healthy(now) for state in states)
        yield _gauge("tracker_sources_healthy", "Sources heard lately.", healthy)
        newest = store.reports.newest(now)
        yield _gauge("tracker_newest_report_age_seconds", "Age of the newest report.", _age(newest, now))
        last = _last_try(states)
        yield _gauge("tracker_last_poll_age_seconds", "Time since any source was asked.", _age(last, now))
        if (folder := publication.folder_of(current_app)) is not None:
            made = _age(_published(folder / publication.CURRENT / "published.json"), now)
            yield _gauge("tracker_publication_age_seconds", "Age of the site as files.", made)
        free = shutil.disk_usage(current_app.instance_path).free
        yield _gauge("tracker_disk_free_bytes", "Room left where the installation keeps its files.", free)
        yield _gauge("tracker_reports_pending", "Public reports that wait.", store.reports.pending_count())
        yield _gauge("tracker_changes", "Number of public changes.", store.events.changes()[0])

    def _right(self) -> Iterable[GaugeMetricFamily]:
        found = json.loads(QUALITY.read_text("utf-8"))["languages"]
        for figure in ("precision", "recall"):
            meaning = f"The extraction's {figure} on labelled reports, measured before this version went out."
            family = GaugeMetricFamily(f"tracker_quality_{figure}", meaning, labels=["language"])
            for name, figures in found.items():
                family.add_metric([name], figures[figure])
            yield family

    def _board(self, now: datetime) -> Iterable[GaugeMetricFamily]:
        began = time.perf_counter()
        shown = board.at(now, None, now)
        yield _gauge("tracker_board_seconds", "Time that the board took just now.", time.perf_counter() - began)
        disputed = sum(bool(status.disputed) for status in shown.cells.values())
        yield _gauge("tracker_cells_disputed", "Cells about which equal sources contradict each other.", disputed)
        cells = GaugeMetricFamily("tracker_regions_lost", "Regions without the service.", labels=["service"])
        counts: dict[str, int] = {}
        for (_, service), status in shown.cells.items():
            counts[service.value] = counts.get(service.value, 0) + (status.state in LOST)
        for service_name, number in sorted(counts.items()):
            cells.add_metric([service_name], number)
        yield cells


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Figures())
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _age(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else NOT_A_NUMBER


def _published(file: Path) -> datetime | None:
    """When the site was last written as files; None when it never was."""
    try:
        return times.parse_iso(json.loads(file.read_text("utf-8"))["at"])
    except (OSError, ValueError):
        return None


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def init_app(app: Flask) -> None:
    """Joins these addresses to the application."""
    app.register_blueprint(blueprint)
