"""The doctor on installations that are sound, young, or ill in one point."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tracker import create_app, store
from tracker.cli import doctor, main
from tracker.domain import Report, Source, Standing
from tracker.ingest import accept
from tracker.store.sources import PollOutcome, PollStatus

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
SOURCE = Source("wire", "A wire", "https://wire.example/rss", standing=Standing.MEDIA)


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An installation's folder, with its database made, and no settings from the tests' own environment."""
    for name in ("TRACKER_BASE_URL", "TRACKER_HOST", "TRACKER_SQLALCHEMY_DATABASE_URI"):
        monkeypatch.delenv(name, raising=False)
    app = create_app(instance=tmp_path)
    with app.app_context():
        store.upgrade()
    return tmp_path


def faults(instance, now=NOW):
    return [finding.words for finding in doctor.examine(instance, now) if finding.wrong]


def inside(instance):
    return create_app(instance=instance).app_context()


def polled(status, message=""):
    """Adds a source that was polled just now, with this outcome."""
    store.sources.save(SOURCE)
    lease = store.leases.named([SOURCE.name], NOW, "test", 60)[0]
    outcome = PollOutcome(status, NOW + timedelta(minutes=5), message)
    store.leases.finish(lease, outcome, NOW)


def test_a_sound_installation_has_no_faults(instance):
    with inside(instance):
        polled(PollStatus.OK)
        store.moderators.add("olena", "hash", NOW)
    assert faults(instance) == []


def test_a_young_installation_is_told_what_it_lacks(instance):
    found = faults(instance)
    assert len(found) == 2
    assert "There are no sources" in found[0]
    assert "tracker moderator add" in found[1]


def test_a_missing_folder_is_named(tmp_path):
    found = faults(tmp_path / "nowhere")
    assert len(found) == 1
    assert "nowhere" in found[0]


def test_a_wrong_setting_is_named(instance):
    (instance / "config.toml").write_text("PORT = 70000\n")
    assert ["TRACKER_PORT" in fault for fault in faults(instance)] == [True]


def test_looking_makes_no_database(tmp_path):
    assert any("There is no database" in fault for fault in faults(tmp_path))
    assert not (tmp_path / "tracker.sqlite").exists()


def test_an_older_database_is_not_brought_up_to_date_by_looking(instance):
    with closing(sqlite3.connect(instance / "tracker.sqlite")) as database:
        database.execute("DELETE FROM alembic_version")
        database.commit()
    for _ in range(2):
        assert any("not in its newest form" in fault for fault in faults(instance))


def test_a_damaged_database_is_called_damaged(instance):
    path = instance / "tracker.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[8192:40_960] = b"\xff" * (40_960 - 8192)
    path.write_bytes(data)
    assert any("damaged" in fault or "no answer" in fault for fault in faults(instance))


def test_a_secret_that_others_can_read_is_named(instance):
    (instance / "secret").chmod(0o644)
    assert any("chmod 600" in fault for fault in faults(instance))


def test_links_that_lead_nowhere_are_named(instance):
    (instance / "config.toml").write_text('HOST = "0.0.0.0"\n')
    assert any("TRACKER_BASE_URL" in fault for fault in faults(instance))


def test_open_private_networks_are_named(instance):
    (instance / "config.toml").write_text("ALLOW_PRIVATE_NETWORKS = true\n")
    assert any("TRACKER_ALLOW_PRIVATE_NETWORKS" in fault for fault in faults(instance))


def test_a_clock_behind_the_newest_report_is_named(instance):
    with inside(instance):
        later = NOW + timedelta(hours=2)
        store.sources.save(SOURCE)
        accept.accept(Report(SOURCE.name, "1", later, "", "Power is out in Izium.", seen=later), SOURCE, later)
    assert any("set the clock right" in fault for fault in faults(instance))


def test_sources_that_nobody_hears_are_named_with_their_error(instance):
    with inside(instance):
        polled(PollStatus.FAILED, "It answered 404.")
    found = faults(instance)
    assert any("0 of 1 sources" in fault for fault in found)
    assert any("wire fails (1 in a row): It answered 404." in fault for fault in found)


def test_a_full_disk_is_named(instance, monkeypatch):
    monkeypatch.setattr(doctor, "ROOM", 1 << 60)
    assert any("make room" in fault for fault in faults(instance))


def test_the_file_system_is_told():
    assert doctor.file_system(doctor.Path("/proc/self")) == "proc"


def test_the_command_ends_with_1_when_something_is_wrong(instance, monkeypatch):
    monkeypatch.setattr("tracker.ROOT", instance / "none")
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "WRONG" in result.output
