"""Backup, restore, and moving house between the two engines."""

import sqlite3
from datetime import UTC, datetime

import make
import pytest
from conftest import opened

from tracker import store
from tracker.domain import Source, Standing
from tracker.store.reports import ReportStatus, StoredReport
from tracker.store.transfer import Unusable

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def fill():
    """Something in every table that a person would miss."""
    report = make.report("У Харкові немає світла.", source="radio")
    word = make.outage(report=report.id, source="radio", place="Kharkiv", within="Kharkiv district", customers=300)
    with store.writing():
        store.sources.save(Source("radio", "Радіо", "http://radio", regions=("UA-63",), settings=(("item", "p"),)))
        store.sources.heard(store.sources.get("radio"), NOW)
        store.sources.remember("radio", {"k": "f"}, NOW)
        store.reports.add_all([StoredReport(report, ReportStatus.ACCEPTED, NOW)])
        store.claims.add([word])
        store.moderators.add("olena", "hash", NOW)
        store.actions.record("olena", store.actions.What.REJECT, "x", "чому", NOW, {"was": "pending"})
        store.events.touch(NOW)


def everything():
    """All that the store would tell, in plain values."""
    return (
        store.sources.states(),
        store.sources.fingerprints("radio", ["k"]),
        store.reports.page().items,
        store.claims.page().items,
        store.moderators.all(),
        store.actions.page().items,
        store.events.since(0),
    )


def test_a_backup_taken_while_in_use_restores_to_the_same(memory, tmp_path):
    fill()
    before = everything()
    saved = store.transfer.save(tmp_path / "backup.sqlite")
    assert (saved.reports, saved.claims) == (1, 1)
    store.sources.save(Source("later", "Later", "http://later", standing=Standing.PUBLIC))
    store.transfer.load(tmp_path / "backup.sqlite", NOW)
    assert everything() == before


def test_an_installation_moves_from_one_engine_to_the_other_and_back(sqlite_address, postgresql_address, tmp_path):
    with opened(sqlite_address):
        fill()
        before = everything()
        store.transfer.save(tmp_path / "one.sqlite")
    with opened(postgresql_address):
        store.transfer.load(tmp_path / "one.sqlite", NOW)
        assert everything() == before
        action = store.actions.record("olena", store.actions.What.REJECT, "y", "", NOW)
        assert action.id == 2
        store.actions.undo(action.id, "olena", NOW)
        moved = everything()
        store.transfer.save(tmp_path / "two.sqlite")
    with opened(sqlite_address):
        store.transfer.load(tmp_path / "two.sqlite", NOW)
        assert everything() == moved


def test_pages_that_were_kept_are_outdated_by_a_restore(memory, tmp_path):
    store.events.touch(NOW)
    store.transfer.save(tmp_path / "backup.sqlite")
    store.events.touch(NOW)
    before, _ = store.events.changes()
    store.transfer.load(tmp_path / "backup.sqlite", NOW)
    assert store.events.changes()[0] > before


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(memory, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    store.transfer.save(folder / "backup.sqlite")
    assert [path.name for path in folder.iterdir()] == ["backup.sqlite"]
    assert (folder / "backup.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["missing", "text", "torn", "foreign", "newer"])
def test_an_unusable_file_is_refused_and_changes_nothing(sqlite_address, tmp_path, harm):
    path = tmp_path / "bad.sqlite"
    with opened(sqlite_address):
        fill()
        before = everything()
        if harm == "text":
            path.write_text("not a database, but long enough to be taken for one" * 100)
        elif harm == "foreign":
            sqlite3.connect(path).execute("CREATE TABLE a (b)").connection.close()
        elif harm != "missing":
            store.transfer.save(path)
            if harm == "newer":
                with sqlite3.connect(path) as file:
                    file.execute("UPDATE alembic_version SET version_num = '9999'")
                file.close()
            else:
                whole = path.read_bytes()
                path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(Unusable):
            store.transfer.load(path, NOW)
        assert everything() == before


def test_a_backup_into_a_folder_that_is_not_there_is_a_sentence(memory, tmp_path):
    with pytest.raises(Unusable, match="does not exist"):
        store.transfer.save(tmp_path / "nowhere" / "backup.sqlite")
