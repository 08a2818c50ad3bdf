"""Polling many feeds: ours, cage on and storing included, beside the bare fetch and lemon24's reader, in one run.

    python tests/benchmarks/bench_polling.py [--feeds 500] [--reader PYTHON] [--warm] [--check]

Cold is a first poll of everything, warm a second one that is answered 304 throughout. Each phase is a process of its
own, interpreter start included. Extraction is told apart: “ours” reads each text by the rules; “ours, extraction apart”
finds the same claims, and so stores the same, by the one sentence that the farm puts in. Quote the ratios, not the
seconds: they hold on any machine.
Reader is left out where PYTHON (by default this one) cannot import it. `--check` fails where a ratio misses its goal.
"""

import argparse
import asyncio
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from farm import LOSS

HERE = Path(__file__).parent
TOLD = re.compile(re.escape(LOSS).replace(r"\{\}", r"(\w+)"))

READER = """
import sys, warnings
from reader import make_reader
warnings.simplefilter("ignore")
state, *urls = sys.argv[1:]
reader = make_reader(state + "/reader.sqlite", search_enabled=False)
for url in urls:
    reader.add_feed(url, exist_ok=True)
for _ in reader.update_feeds_iter(workers=20, scheduled=False):
    pass
"""


def limit(urls, at_once=50):
    """The least that anybody can do: ask for every address, read what comes, keep the tags."""

    async def all_of_them():
        gate, tags = asyncio.Semaphore(at_once), {}

        async def one(url, known):
            port, path = url.removeprefix("http://127.0.0.1:").split("/", 1)
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
                extra = f"If-None-Match: {known}\r\n" if known else ""
                writer.write(f"GET /{path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n{extra}\r\n".encode())
                answer = await reader.read(-1)
                writer.close()
                for line in answer[:500].split(b"\r\n"):
                    if line.startswith(b"ETag: "):
                        tags[url] = line[6:].decode()

        found = []
        for _ in range(2):
            before = time.perf_counter()
            await asyncio.gather(*(one(url, tags.get(url)) for url in urls))
            found.append(time.perf_counter() - before)
        return found

    return asyncio.run(all_of_them())


def told(reports):
    """What the farm's one sentence says, found without any rules."""
    from tracker.domain import Claim, Extent, Kind, Service
    from tracker.ingest.claims import Understood, mark
    from tracker.regions import REGIONS
    from tracker.times import kyiv_day

    said = {}
    for report in reports:
        said[report.id] = ()
        if hit := TOLD.search(report.whole):
            code = next(region.code for region in REGIONS if region.en.startswith(hit[1]))
            claim = Claim(code, Service.ELECTRICITY, Kind.OUTAGE, hit[0], customers=int(hit[2]), extent=Extent.PART)
            said[report.id] = (replace(claim, when=kyiv_day(report.published), start=hit.start(), end=hit.end()),)
    return Understood(said, {report.id: mark(report) for report in reports if said[report.id]})


def ours(state, urls, apart=False):
    """Runs in a process of its own: one `tracker poll` of all sources."""
    from flask import Flask

    from tracker import store, times
    from tracker.domain import Source
    from tracker.ingest import poll

    app = Flask("benchmark")
    app.config |= {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{state}/ours.sqlite", "ALLOW_PRIVATE_NETWORKS": True}
    app.config |= {"CONTACT": "", "BASE_URL": "http://127.0.0.1"}
    store.init_app(app)
    with app.app_context():
        store.upgrade()
        names = [f"feed-{number}" for number in range(len(urls))]
        if store.sources.get("feed-0") is None:
            with store.writing():
                for name, url in zip(names, urls, strict=True):
                    store.sources.save(Source(name, name, url, settings=(("articles", "never"),)))
        ears = poll.ears(app.config, Path(state))
        if apart:
            ears.understand = told
        poller = poll.Poller(ears, times.now)
        counts = {}

        def tell(_source, outcome):
            counts[outcome.status.value] = counts.get(outcome.status.value, 0) + 1
            counts["fresh"] = counts.get("fresh", 0) + outcome.fresh

        poller.run(poll.named(names, times.now, poller.owner), tell)
        own = resource.getrusage(resource.RUSAGE_SELF)
        counts["claims"] = len(store.claims.page(limit=100_000).items)
        poller.stop()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = {"memory": own.ru_maxrss / 1024, "a child's": children.ru_maxrss / 1024}
    print(json.dumps({"own cpu": own.ru_utime + own.ru_stime, **memory, **counts}))


def process(command, state, urls):
    before, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*command, state, *urls], capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - before, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return None, done.stderr.strip().splitlines()[-1:]
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    told = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    return {"wall": wall, "cpu": cpu, **told}, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--reader", default=sys.executable, help="a Python that has lemon24's reader")
    parser.add_argument("--warm", action="store_true", help="leave out the cold run with extraction, the longest")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    farm = subprocess.Popen(
        [sys.executable, str(HERE / "farm.py"), str(given.feeds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = int(farm.stdout.readline())
        urls = [f"http://127.0.0.1:{port}/{number}" for number in range(given.feeds)]
        with tempfile.TemporaryDirectory() as state:
            table = measure(given, urls, state)
    finally:
        farm.communicate()
    return judged(given, table)


def measure(given, urls, state):
    table = {"limit, 50 at once": [{"wall": wall} for wall in limit(urls)]}
    own = [sys.executable, str(Path(__file__)), "--ours-in"]
    commands = {
        "ours": [*own, "whole"],
        "ours, extraction apart": [*own, "apart"],
        "reader, 20 workers": [given.reader, "-c", READER],
    }
    if given.warm:
        del commands["ours"]
    for number, (name, command) in enumerate(commands.items()):
        phases, folder = [], Path(state) / str(number)
        folder.mkdir()
        for _ in ("cold", "warm"):
            found, fault = process(command, str(folder), urls)
            if found is None:
                print(f"# {name}: left out ({fault})")
                break
            phases.append(found)
        else:
            table[name] = phases
    print(f"{given.feeds:>5} feeds{'':14}cold s     CPU s    warm s     CPU s")
    for name, (cold, warm) in table.items():
        figures = (cold["wall"], cold.get("cpu", 0), warm["wall"], warm.get("cpu", 0))
        print(f"{name:24}" + "".join(f"{figure:10.2f}" for figure in figures))
    for name in [name for name in table if name.startswith("ours")]:
        for phase in table[name]:
            print(f"# {name}: " + ", ".join(f"{key} {value:.0f}" for key, value in list(phase.items())[2:]))
    return table


def judged(given, table):
    """Prints the ratios beside their goals; 1 if `--check` was given and one is missed."""
    missed = 0
    (cold, warm), bare = table["ours, extraction apart"], table["limit, 50 at once"]
    goals = [("warm / limit", warm["wall"] / bare[1]["wall"], 1.5)] if given.feeds <= 500 else []
    if "reader, 20 workers" in table:
        reader = table["reader, 20 workers"]
        if given.feeds <= 500:
            goals.append(("cold, extraction apart / reader", cold["wall"] / reader[0]["wall"], 0.5))
        goals.append(("warm / reader", warm["wall"] / reader[1]["wall"], 0.7 if given.feeds <= 500 else 0.4))
        if "ours" in table:
            print(f"cold, extraction and all / reader: {table['ours'][0]['wall'] / reader[0]['wall']:.2f}")
    goals.append(("memory, MiB", max(cold["memory"], cold["a child's"]), 150))
    for name, ratio, goal in goals:
        missed += ratio > goal
        print(f"{name}: {ratio:.2f} (goal {goal})")
    return int(given.check and missed > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours-in"]:
        ours(sys.argv[3], sys.argv[4:], apart=sys.argv[2] == "apart")
    else:
        sys.exit(main())
