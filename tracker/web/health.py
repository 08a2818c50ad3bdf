"""For machines that watch us: alive, able to serve, and figures."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tracker import board, store, times
from tracker.web.overview import LOST

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _line("ok", 200)


@blueprint.get("/readyz")
def ready() -> Response:
    """Our memory answers too."""
    try:
        store.events.changes()
    except Exception:  # whatever is wrong with it, we are not ready
        return _line("the database does not answer", 503)
    return _line("ready", 200)


class Figures(Collector):
    """What Prometheus reads, worked out when it asks."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Sources, reports, changes and the board, in numbers; no address and no name of a feed."""
        now = times.now()
        states = [state for state in store.sources.states() if state.source.active]
        yield _gauge("tracker_sources", "Sources that we listen to.", len(states))
        healthy = sum(state.healthy(now) for state in states)
        yield _gauge("tracker_sources_healthy", "Sources heard lately.", healthy)
        newest = store.reports.newest(now)
        age = (now - newest).total_seconds() if newest else float("nan")
        yield _gauge("tracker_newest_report_age_seconds", "Age of the newest report.", age)
        yield _gauge("tracker_reports_pending", "Public reports that wait.", store.reports.pending_count())
        yield _gauge("tracker_changes", "Number of public changes.", store.events.changes()[0])
        shown = board.at(now, None, now)
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


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def init_app(app: Flask) -> None:
    """Joins these addresses to the application."""
    app.register_blueprint(blueprint)
