"""Work shared by many processes on PostgreSQL: whoever is killed, nothing is lost and nothing is done twice."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import make
import pytest
from conftest import opened
from ingest import hostile
from ingest.conftest import feed, source
from ingest.hostile import reply
from out.receivers import SECRET, Web
from sqlalchemy import text
from workers import process

from tracker import create_app, store, times, workers
from tracker.alerts.install import FILE
from tracker.domain import Service
from tracker.ingest import accept, rebuild
from tracker.regions import REGIONS
from tracker.settings import SettingsError

pytest.importorskip("procrastinate", reason="no queue: procrastinate is not installed")
FEEDS = 8


class Newsroom:
    """Feeds that go on growing, a report a region and entry."""

    def __init__(self, server):
        self.server, self.said = server, [[] for _ in range(FEEDS)]
        for number in range(FEEDS):
            server.at(f"/{number}", self.answer(number))

    def answer(self, number):
        return lambda connection, _headers, _running: connection.sendall(reply(feed(*self.said[number][-200:])))

    def publish(self, count):
        region = REGIONS[count % len(REGIONS)].en
        words = f"Power outage in {region}. This is message number {count} of our desk, and no other is like it."
        self.said[count % FEEDS].append((f"e{count}", f"Message {count}", words))


def until(condition, seconds):
    """Waits for `condition`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("kills", "between"), [(2, 0.4), pytest.param(50, 2.0, marks=pytest.mark.nightly)], ids=["usual", "fifty"]
)
def test_two_schedulers_and_four_workers_lose_nothing_and_double_nothing_when_killed(
    postgresql_address, tmp_path, kills, between
):
    """Each kill hits one process at random, which is then replaced; entries go on coming in meanwhile."""
    chance, since, count = random.Random(7), time.time(), 0
    web = Web()
    settings = f'[[webhook]]\nname = "ops"\nurl = "{web.url}"\nsecret = "{SECRET}"\n'
    (tmp_path / FILE).write_text(settings, "utf-8")
    with hostile.serving() as server, opened(postgresql_address):
        newsroom = Newsroom(server)
        for number in range(FEEDS):
            store.sources.save(source(f"s{number}", server.url(f"/{number}"), minutes=1))
        store.alerts.enrol("webhook:ops", 0, times.now())
        roles = ["scheduler"] * 2 + ["worker"] * 4
        running = [process.start(role, postgresql_address, since, tmp_path) for role in roles]
        try:
            for _ in range(kills):
                end = time.monotonic() + between
                while time.monotonic() < end:
                    newsroom.publish(count)
                    count += 1
                    time.sleep(0.2)
                victim = chance.randrange(len(running))
                running[victim].kill()
                running[victim].join()
                running[victim] = process.start(running[victim].role, postgresql_address, since, tmp_path)
            until(lambda: sum(store.reports.count().values()) >= count, 60)
            until(lambda: len(web.taken) >= store.events.latest(), 60)
        finally:
            for one in running:
                one.kill()
                one.join()
            web.close()
        for number, said in enumerate(newsroom.said):
            assert all(len(store.reports.versions(f"s{number}", key)) == 1 for key, *_ in said)
        words = [word for region in REGIONS for word in store.claims.testimonies(region.code, Service.ELECTRICITY)]
        assert len(words) == len({word.report for word in words}) == count
        assert len(web.taken) == store.events.latest()
        assert rebuild.rebuild(times.now()).incidents == [], "the stories are those of an undisturbed run"


@pytest.fixture
def queue(postgresql_address, tmp_path):
    """The queue of an installation on PostgreSQL, and nobody who works."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": postgresql_address}, instance=tmp_path)
    made = workers.Queue(app, pace=process.PACE)
    made.prepare()
    made.prepare()
    with app.app_context():
        yield made
        store.engine.db.engine.dispose()
    made.poller.stop()


def waiting():
    """The names of the jobs that wait."""
    with store.reading() as connection:
        return sorted(connection.scalars(text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")))


def finish(queue):
    """Works until nothing waits; in a thread, since a browser's event loop may run in this one."""

    async def work():
        async with queue.own.open_async():
            await queue.own.run_worker_async(wait=False, install_signal_handlers=False)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work()).result()


def test_a_rebuild_is_shared_and_mends_what_one_process_would(queue, tmp_path):
    now = times.now()
    for number, region in enumerate(REGIONS[:5]):
        moment = now - timedelta(hours=2, minutes=number)
        report = make.report(f"Power outage in {region.en}.", "News", moment.isoformat(), "radio", key=str(number))
        accept.accept(report, make.source("radio"), moment)
    with store.writing() as connection:
        connection.execute(text("DELETE FROM words"))
        connection.execute(text("DELETE FROM claims"))
    assert queue.share_rebuild() == 1 + 27 * 5
    finish(queue)
    assert all(store.claims.testimonies(region.code, Service.ELECTRICITY) for region in REGIONS[:5])
    assert rebuild.rebuild(times.now()).incidents == []


def test_files_are_taken_in_by_workers(queue, tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("Power outage in Kharkiv Oblast.")
    assert queue.share_files([file], "archive", "2022-09-12T12:00:00Z") == 1
    finish(queue)
    assert len(store.claims.testimonies("UA-63", Service.ELECTRICITY)) == 1


def test_one_scheduler_at_a_time_gives_out_each_duty_once(queue):
    with queue.own.open():
        first, second = workers.Leader(queue), workers.Leader(queue)
        for leader in (first, second, first):
            leader._offer("poll")
        assert waiting() == ["poll"]
        second._offer("mend")
        assert waiting() == ["poll"]
        store.turns.leave("scheduler", first.owner, times.now())
        second._offer("mend")
        assert waiting() == ["mend", "poll"]


def test_workers_need_postgresql(tmp_path, sqlite_address):
    app = create_app({"SQLALCHEMY_DATABASE_URI": sqlite_address}, instance=Path(tmp_path))
    with pytest.raises(SettingsError, match="TRACKER_SQLALCHEMY_DATABASE_URI"):
        workers.Queue(app)
