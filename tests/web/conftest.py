"""A real application on a real database, filled through the one road in; a browser where there is one."""

import sqlite3
import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from werkzeug.serving import make_server

from tracker import create_app, store, times
from tracker.domain import Report, Source, Standing
from tracker.ingest import accept

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AUTHORITY = Source("oda", "Kharkiv administration", "https://oda.example/feed", standing=Standing.OFFICIAL)
RADIO = Source("radio", "Radio Example", "https://radio.example/feed", standing=Standing.MEDIA)

QUICK = {
    "PASSWORD_HASHER": PasswordHasher(time_cost=1, memory_cost=64, parallelism=1),
    "FORM_FASTEST": timedelta(0),
}
"""A hash that takes no quarter of a second, and a form that may be filled in faster than a person can."""


class Site:
    """An application with what a test needs around it."""

    def __init__(self, app):
        self.app = app
        self.now = times.now()

    def hear(self, *texts, source=AUTHORITY, ago=timedelta(hours=2), title="", url="https://oda.example/1"):
        """Takes in reports of `source`, published `ago`; gives their ids."""
        found = []
        with self.app.app_context():
            store.sources.save(source)
            store.sources.heard(source, self.now)
            for text in texts:
                moment = self.now - ago
                report = Report(source.name, f"{title}{text}"[:40], moment, title, text, url, seen=moment)
                accept.accept(report, source, moment)
                found.append(report.id)
        return found

    def moderator(self, name="olena", password="quiet winter lamp 7"):
        """Makes a moderator who can log in."""
        from tracker.web.login import hasher

        with self.app.app_context():
            store.moderators.add(name, hasher().hash(password), self.now)
        return name, password

    def reader(self, language="en", **headers):
        """A client that asks for pages as a browser does."""
        client = self.app.test_client()
        client.environ_base.update(HTTP_ACCEPT="text/html,*/*;q=0.8", HTTP_ACCEPT_LANGUAGE=language, **headers)
        return client


@contextmanager
def opened(folder, database):
    """A site in a folder of its own, on a copy of a database."""
    (folder / "tracker.sqlite").write_bytes(database.read_bytes())
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/tracker.sqlite", **QUICK}, instance=folder)
    yield Site(app)
    with app.app_context():
        store.engine.db.engine.dispose()


@pytest.fixture
def site(tmp_path, blank_sqlite):
    """An empty site."""
    with opened(tmp_path, blank_sqlite) as found:
        yield found


@pytest.fixture(scope="session")
def told_sqlite(tmp_path_factory, blank_sqlite):
    """A database that has heard of an outage, a return and words without a region, to be copied."""
    folder = tmp_path_factory.mktemp("told")
    with opened(folder, blank_sqlite) as found:
        tell(found)
    with closing(sqlite3.connect(folder / "tracker.sqlite")) as database:
        database.execute("VACUUM INTO ?", (str(folder / "copy.sqlite"),))
    return folder / "copy.sqlite"


@pytest.fixture
def told(tmp_path, told_sqlite):
    """A site that has heard of an outage, a return and words without a region."""
    with opened(tmp_path, told_sqlite) as found:
        yield found


@pytest.fixture(scope="session")
def library(tmp_path_factory, told_sqlite):
    """The same, for tests that only read."""
    with opened(tmp_path_factory.mktemp("library"), told_sqlite) as found:
        yield found


def tell(site):
    """Lets a site hear of an outage, a return and words without a region."""
    site.hear(
        "Power outage in Kharkiv Oblast. Water supply is cut off in Izium, Kharkiv Oblast.",
        "Electricity is out in Sumy Oblast after a strike, 12,300 customers are without power.",
        "In Poltava Oblast heating has been fully restored.",
    )
    site.hear("Power has been partially restored in some regions.", source=RADIO, ago=timedelta(hours=1))


@contextmanager
def behind_a_port(site):
    """A site that a browser can reach, until the block ends or `stop` is called."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.port}"
    site.stop = server.shutdown
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def served(library):
    """The site for tests that only read, at a real port."""
    with behind_a_port(library) as found:
        yield found


@pytest.fixture
def own(told):
    """A site of the test's own, at a real port."""
    with behind_a_port(told) as found:
        yield found


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, driven from here."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no browser tests: playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser tests: {CHROMIUM} is missing (on Debian: apt install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()
