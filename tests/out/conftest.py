"""A real application with a real database, filled without the network."""

import shutil

import pytest

from tracker import create_app

BASE = "https://outages.example"


@pytest.fixture
def build(tmp_path, blank_sqlite):
    """Makes an application of its own with the settings given."""

    def made(name="app", **settings):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        given = {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/tracker.sqlite",
            "BASE_URL": BASE,
            "API_PER_MINUTE": 1_000_000,
            "STREAM_LISTENERS": 0,
            **settings,
        }
        shutil.copy(blank_sqlite, folder / "tracker.sqlite")
        return create_app(given, instance=folder)

    return made


@pytest.fixture
def app(build):
    app = build()
    with app.app_context():
        yield app


@pytest.fixture
def client(app):
    return app.test_client()
