"""The store under a million claims: how fast they come in, and how fast the board, a region and the past are answered.

    .venv/bin/python tests/benchmarks/bench_store.py [--claims 1000000]   (100,000 without) [--database ADDRESS]

Beside our figures stand, from the same run, the driver's bare executemany into one table and the naive way (an object
and a commit a claim), for a machine's speed means nothing by itself.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from tracker import board, store
from tracker.domain import Claim, Kind, Report, Service, Source
from tracker.ingest import accept
from tracker.ingest.claims import mark
from tracker.regions import REGIONS
from tracker.store.tables import db

YEAR = timedelta(days=365)
START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = START + YEAR
KINDS = (Kind.OUTAGE, Kind.OUTAGE, Kind.OUTAGE, Kind.SCHEDULED, Kind.PARTLY_RESTORED, Kind.RESTORED)
BATCH = 10_000
SOURCE = Source("wire", "Wire", "http://wire")


def invent(count):
    """Reports of three claims each over a year; nine claims in ten repeat what is known, as news does."""
    chance, last, step, claims, number = random.Random(5), {}, YEAR / count, [], 0
    while number < count:
        claims = []
        for _ in range(3):
            cell = (chance.choice(REGIONS).code, chance.choice(list(Service)))
            if cell not in last or chance.random() < 0.1:
                last[cell] = chance.choice(KINDS)
            place = f"Place {chance.randrange(900)}" if chance.random() < 0.4 else None
            customers = chance.randrange(60_000) if chance.random() < 0.3 else None
            claims.append(Claim(*cell, last[cell], "without power", place=place, customers=customers))
        text = f"Report {number} of {number * 7919 % 1000003}: {claims[0].region} {claims[1].region} without power"
        report = Report("wire", str(number), START + number * step, "", text, url="http://wire/1")
        number += 3
        yield report, tuple(claims)


def batches(news, size):
    batch = []
    for one in news:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def bulk(count):
    """Claims a second through our own road: deduplicated, clustered, kept and folded; and how many can be marked.

    What a text says, and the marks by which its copies are found, is worked out where it is read, by other processes.
    """
    made = list(invent(count))
    begun = time.process_time()
    marks = {report.id: mark(report) for report, _ in made}
    marked = time.process_time()
    begun, marked = time.perf_counter(), marked - begun
    for batch in batches(made, BATCH):
        said = {report.id: claims for report, claims in batch}
        accept.accept_from([SOURCE], [report for report, _ in batch], NOW, said, marks)
    return count / (time.perf_counter() - begun), len(made) / marked


def bare(count):
    """Claims a second by the driver's executemany into one table with one index."""
    rows = [
        (
            str(i),
            report.id,
            c.region,
            c.service.value,
            c.kind.value,
            report.published.isoformat(),
            c.place,
            c.customers,
            0.5,
        )
        for i, (report, claims) in enumerate(invent(count))
        for c in claims
    ]
    with tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(Path(folder) / "bare.sqlite")
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute("CREATE TABLE claim (id, report, region, service, kind, observed, place, customers, confidence)")
        base.execute("CREATE INDEX claim_rst ON claim (region, service, observed)")
        begun = time.perf_counter()
        for start in range(0, len(rows), 10_000):
            base.executemany("INSERT INTO claim VALUES (?,?,?,?,?,?,?,?,?)", rows[start : start + 10_000])
            base.commit()
        taken = time.perf_counter() - begun
        base.close()
    return len(rows) / taken


def naive(count):
    """Claims a second with an object and a commit for each, the present state read and written beside it."""
    from sqlalchemy import DateTime, create_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Row(Base):
        __tablename__ = "claim"
        id: Mapped[int] = mapped_column(primary_key=True)
        region: Mapped[str]
        service: Mapped[str]
        kind: Mapped[str]
        observed: Mapped[datetime] = mapped_column(DateTime)
        place: Mapped[str | None]

    class State(Base):
        __tablename__ = "state"
        region: Mapped[str] = mapped_column(primary_key=True)
        service: Mapped[str] = mapped_column(primary_key=True)
        kind: Mapped[str]

    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/naive.sqlite")
        Base.metadata.create_all(engine)
        done, begun = 0, time.perf_counter()
        with Session(engine) as session:
            for report, claims in invent(count):
                for claim in claims:
                    kept = (claim.region, claim.service.value, claim.kind.value)
                    row = Row(region=kept[0], service=kept[1], kind=kept[2], place=claim.place)
                    row.observed = report.published.replace(tzinfo=None)
                    session.add(row)
                    state = session.get(State, kept[:2]) or State(region=kept[0], service=kept[1], kind=kept[2])
                    state.kind = kept[2]
                    session.add(state)
                    session.commit()
                    done += 1
        taken = time.perf_counter() - begun
        engine.dispose()
    return done / taken


def median(work, times=15):
    """What one question takes: of the clock, and of one core, which other programs on the machine disturb less."""
    taken, spent = [], []
    for turn in range(times):
        begun, before = time.perf_counter(), time.process_time()
        work(turn)
        taken.append((time.perf_counter() - begun) * 1000)
        spent.append((time.process_time() - before) * 1000)
    middle, own = statistics.median(taken), statistics.median(spent)
    return f"{middle:8.1f} ms median ({own:.1f} of one core), {max(taken):8.1f} ms worst"


def fold_one(turn):
    """One new report on the present, taken in alone: what a poll adds."""
    region = REGIONS[turn % len(REGIONS)].code
    claim = Claim(region, Service.ELECTRICITY, Kind.OUTAGE, "without power")
    report = Report("wire", f"new {turn}", NOW - timedelta(minutes=turn), "", f"New report {turn}: {region}")
    accept.accept_all([report], SOURCE, NOW, {report.id: (claim,)})


def ask(count):
    chance = random.Random(9)
    print("current board         ", median(lambda _: board.at(NOW, None, NOW)))
    print("any past moment       ", median(lambda _: board.at(START + YEAR * chance.random(), None, NOW)))
    print("past, known then      ", median(lambda _: board.at(NOW - timedelta(days=1), NOW, NOW), 5))
    month = NOW - timedelta(days=30)
    print("30 days of one region ", median(lambda turn: board.timeline(REGIONS[turn].code, month, NOW)))
    print("one new report folded ", median(fold_one, 27))
    print("first page of claims  ", median(lambda _: store.claims.page()))
    print("first page, incidents ", median(lambda _: store.incidents.page()))


@contextmanager
def opened(address):
    app = Flask("bench")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    store.init_app(app)
    with app.app_context():
        store.upgrade()
        yield
        db.engine.dispose()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--database", help="address of an empty database; a SQLite file by default")
    given = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="bench-store-")
    with folder, opened(given.database or f"sqlite:///{folder.name}/tracker.sqlite"):
        ours, marked = bulk(given.claims)
        print(f"{given.claims} claims on {db.engine.dialect.name}")
        limit, slow = bare(min(given.claims, 300_000)), naive(2_000)
        print(f"claims through our ingest  {ours:10,.0f} a second")
        print(f"texts marked beforehand    {marked:10,.0f} a second and core")
        print(f"bare executemany           {limit:10,.0f} a second; ours is {ours / limit:.2f} of it")
        print(f"naive objects              {slow:10,.0f} a second; ours is {ours / slow:.0f} times it")
        ask(given.claims)
    return 0


if __name__ == "__main__":
    sys.exit(main())
