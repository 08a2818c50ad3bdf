"""A real application with a real database, filled without the network: what goes out is tested on what came in."""

from datetime import timedelta

import pytest
import make

from tracker import create_app, incidents, store
from tracker.domain import Service, Testimony, short_hash
from tracker.store.reports import ReportStatus, StoredReport

BASE = "https://outages.example"


@pytest.fixture
def build(tmp_path):
    """Makes an application of its own with the settings given."""

    def made(name="app", **settings):
        folder = tmp_path / name
        given = {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/tracker.sqlite",
            "BASE_URL": BASE,
            "TESTING": True,
            "API_PER_MINUTE": 1_000_000,
            "STREAM_LISTENERS": 0,
            "WTF_CSRF_ENABLED": False,
            **settings,
        }
        folder.mkdir(exist_ok=True)
        app = create_app(given, instance=folder)
        with app.app_context():
            store.upgrade()
        return app

    return made


@pytest.fixture
def app(build):
    app = build()
    with app.app_context():
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def tell(*claims, at="10:00", title="News", text="There is news.", source="radio", status="accepted", url="", seen=None):
    """Publishes one report with its claims, straight into the store, and folds what it touches."""
    report = make.report(text, title, at, source, url=url)
    seen = make.moment(seen) if seen else report.published
    if store.sources.get(source) is None:
        store.sources.save(make.source(source, title=f"Title of {source}"))
    with store.writing():
        store.reports.add_all([StoredReport(report, ReportStatus(status), seen)])
        if status == "accepted":
            store.claims.add([spoken(claim, report, number, seen) for number, claim in enumerate(claims)])
        for region, service in {(claim.region, claim.service) for claim in claims}:
            refold(region, service, seen)
        store.events.touch(seen)
    return report


def spoken(claim, report, number, seen):
    standing = store.sources.get(report.source).standing
    return Testimony(
        claim=claim,
        key=short_hash(report.id, str(number)),
        report=report.id,
        source=report.source,
        standing=standing,
        origin=report.source,
        published=report.published,
        seen=seen,
        effective=claim.effective(report.published),
        url=report.url,
    )


def refold(region, service, now):
    said = store.claims.testimonies(region, Service(service), withdrawn=True)
    store.incidents.replace(region, Service(service), incidents.fold(said), now)


def retract(report, now):
    """Takes a report back, as a moderator's retraction does."""
    with store.writing():
        said = store.claims.for_report(report.id)
        store.claims.close([one.key for one in said], now)
        store.reports.set_status(report.id, ReportStatus.RETRACTED)
        for region, service in {(one.claim.region, one.claim.service) for one in said}:
            refold(region, service, now)
        store.events.touch(now)


def later(minutes):
    return make.moment("10:00") + timedelta(minutes=minutes)
