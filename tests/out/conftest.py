"""A real application with a real database, filled without the network."""

import pytest

from tracker import create_app, store

BASE = "https://outages.example"


@pytest.fixture
def build(tmp_path):
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
