"""The status page, the feed and "nothing new" from our own web processes, beside nginx handing out the same bytes.

    .venv/bin/python tests/benchmarks/bench_serving.py [--seconds 2]

Then how long a new claim takes to the page while a crowd reads it, and how long readers wait beside 500 clients that
send one byte a second. nginx's file is the limit: what matters is our share of it in the same run, since a machine's
speed means nothing by itself. wrk runs on the same cores as both. Everything stays on this machine.
"""

import argparse
import os
import platform
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

from tracker import create_app, store, times
from tracker.domain import Report, Source, Standing
from tracker.ingest import accept
from tracker.regions import REGIONS

SOURCE = Source("wire", "Wire", "https://wire.example/feed", standing=Standing.OFFICIAL)
CASES = {"page": ("/en/", "page.html"), "RSS": ("/feed.rss?lang=en", "feed.xml"), "304": ("/en/", "page.html")}
CONNECTIONS = (64, 1000)
GOAL = 0.5
NGINX = """daemon off; user {user}; worker_processes 2; worker_rlimit_nofile 8192; pid {folder}/pid;
error_log {folder}/error.log; events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
    types {{ text/html html; application/rss+xml xml; }}
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; open_file_cache max=100;
    server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}/files; }}
}}
"""
START = (
    "import sys, pathlib, tracker; tracker.ROOT = pathlib.Path(sys.argv[1]); "
    "from tracker.cli import main; main(['web', '--workers', '2'])"
)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def ask(port, path):
    """One answer's status, ETag and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers["ETag"], body


def wait_for(port, path):
    """Returns once `path` is answered with 200."""
    for _ in range(300):
        try:
            if ask(port, path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers at port {port}.")


def fill(root):
    """A board on which every region has something to tell."""
    instance = root / "instance"
    instance.mkdir()
    app = create_app(instance=instance)
    now = times.now()
    with app.app_context():
        store.upgrade()
        store.sources.save(SOURCE)
        for number, region in enumerate(REGIONS):
            moment = now - timedelta(minutes=10 + number)
            text = f"Power outage in {region.en}. Water supply has been restored in {region.en}."
            accept.accept(Report(SOURCE.name, region.code, moment, "", text, SOURCE.url, seen=moment), SOURCE, moment)
        store.engine.db.engine.dispose()
    return instance


def load(port, path, connections, seconds, tag):
    """Requests a second, 99th percentile in ms, and errors, as wrk tells them."""
    order = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", "Accept: text/html"]
    order += ["-H", f"If-None-Match: {tag}"] if tag else []
    told = subprocess.run([*order, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True).stdout
    late, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", told)))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    return rate, float(late) * {"us": 0.001, "ms": 1, "s": 1000}[unit], errors


def measure(limit, ours, seconds):
    """One row a case, nginx's figures and ours taken one after the other; True if every goal was reached."""
    print(f"{'case':5} {'conns':>5} {'nginx/s':>9} {'ours/s':>9} {'ratio':>6} {'p99 nginx':>10} {'p99 ours':>9} errors")
    reached = True
    for case, (path, file) in CASES.items():
        for connections in CONNECTIONS:
            tags = [ask(port, at)[1] if case == "304" else "" for port, at in ((limit, f"/{file}"), (ours, path))]
            peer, peer_late, _ = load(limit, f"/{file}", connections, seconds, tags[0])
            own, late, errors = load(ours, path, connections, seconds, tags[1])
            good = own >= GOAL * peer and not errors and (connections < 1000 or late <= 4 * peer_late)
            reached = reached and good
            row = (
                f"{case:5} {connections:5} {peer:9,.0f} {own:9,.0f} {own / peer:6.2f} {peer_late:8.1f}ms {late:7.1f}ms"
            )
            print(f"{row} {errors:6} {'' if good else 'short of the goal'}", flush=True)
    return reached


def freshness(instance, port, seconds):
    """Seconds from a stored claim until every web process shows it, while 64 connections read without a pause."""
    crowd = ["wrk", "-t1", "-c64", f"-d{seconds + 6}s", "-H", "Accept: text/html", f"http://127.0.0.1:{port}/en/"]
    reading = subprocess.Popen(crowd, stdout=subprocess.DEVNULL)
    time.sleep(1)
    app = create_app(instance=instance)
    with app.app_context():
        now = times.now()
        text = "Gas supply has been cut off in Sumy Oblast and nowhere else."
        accept.accept(Report(SOURCE.name, "fresh", now, "", text, SOURCE.url, seen=now), SOURCE, now)
        store.engine.db.engine.dispose()
    stored, seen = time.monotonic(), 0
    while seen < 20 and time.monotonic() < stored + 10:
        shown = b"Gas supply has been cut off" in ask(port, "/en/regions/UA-59")[2]
        seen = seen + 1 if shown else 0
    took = time.monotonic() - stored
    reading.wait()
    return took


def beside_drips(port, clients=500, asks=200):
    """The 99th percentile in ms of readers' waits while so many clients send a byte a second and never finish."""
    drips = [socket.create_connection(("127.0.0.1", port)) for _ in range(clients)]
    ending = threading.Event()

    def drip():
        while not ending.wait(1):
            for one in drips:
                with suppress(OSError):
                    one.send(b"G")

    dripping = threading.Thread(target=drip)
    dripping.start()
    waits = []
    for _ in range(asks):
        began = time.monotonic()
        assert ask(port, "/en/")[0] == 200
        waits.append((time.monotonic() - began) * 1000)
    ending.set()
    dripping.join()
    for one in drips:
        one.close()
    return statistics.quantiles(waits, n=100)[-1]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=2)
    seconds = options.parse_args().seconds
    os.environ["PATH"] += ":/usr/sbin"
    for program in ("wrk", "nginx"):
        if not shutil.which(program):
            print(f"Skipped: {program} is missing (on Debian: apt install {program}).")
            return
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"{times.kyiv_day(times.now())}, {os.cpu_count()} cores, {processor[1] if processor else platform.machine()}")
    started = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        try:
            limit, ours = free_port(), free_port()
            instance = fill(root)
            (instance / "config.toml").write_text(f'PORT = {ours}\nLOG_LEVEL = "WARNING"\n')
            quiet = {"stdout": subprocess.DEVNULL, "start_new_session": True}
            started.append(subprocess.Popen([sys.executable, "-c", START, name], **quiet))
            wait_for(ours, "/healthz")
            (root / "files").mkdir()
            for path, file in CASES.values():
                (root / "files" / file).write_bytes(ask(ours, path)[2])
            user = "root" if os.geteuid() == 0 else "nobody"
            (root / "nginx.conf").write_text(NGINX.format(user=user, folder=name, port=limit))
            started.append(subprocess.Popen(["nginx", "-e", f"{name}/error.log", "-c", f"{name}/nginx.conf"], **quiet))
            wait_for(limit, "/page.html")
            print(f"page {len(ask(ours, '/en/')[2]):,} bytes, RSS {len(ask(ours, CASES['RSS'][0])[2]):,} bytes")
            reached = measure(limit, ours, seconds)
            print(f"a new claim is on every process's page after {freshness(instance, ours, seconds):.2f} s (goal: 2)")
            print(f"beside 500 dripping clients: p99 {beside_drips(ours):.0f} ms (goal: 1,000)")
            print(
                f"Goal: {GOAL} of nginx, p99 at 1,000 at most 4 x its own: {'reached' if reached else 'not reached'}."
            )
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
                process.wait(20)


if __name__ == "__main__":
    main()
