"""The public site as files, for any file server to go on with while program and database are away.

A publication is made in a folder of its own and put in place by renaming one link, so nobody ever meets half of one.
Every page says as of when it speaks; a page that grows old says so in large letters.
"""

from __future__ import annotations

import gzip
import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import Client, EnvironBuilder

from tracker import store, times
from tracker.regions import REGIONS
from tracker.web import headers
from tracker.web.api_limits import UNCOUNTED
from tracker.web.words import LANGUAGES

CURRENT = "current"
UNFINISHED = timedelta(minutes=10)
OFTEN = timedelta(minutes=5)
PAGES = ("about", "methodology", "quality", "sources", "subscribe", "history")
FEEDS = tuple(f"{name}.{form}" for name in ("feed", "updates") for form in ("rss", "atom", "json"))
API = ("api/v1/status", "api/v1/regions", "api/v2/summary.json", "api/v2/status.json")
HTML, TEXT = "text/html", "text/plain"


class PublicationError(Exception):
    """The site could not be published; what was published before stays. The message says why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One file of the publication, and what to ask the application for to fill it."""

    file: str
    address: str
    accept: str = "*/*"


def _leaves() -> Iterator[Leaf]:
    """Every file that is rendered, in the layout that deploy/nginx.conf looks for."""
    for language in LANGUAGES:
        yield Leaf(f"{language}/index.html", f"/{language}/", HTML)
        yield Leaf(f"{language}/index.txt", f"/{language}/", TEXT)
        for page in PAGES:
            yield Leaf(f"{language}/{page}.html", f"/{language}/{page}", HTML)
        for region in REGIONS:
            place = f"{language}/regions/{region.code}"
            yield Leaf(f"{place}.html", f"/{place}", HTML)
            yield Leaf(f"{place}/badge.svg", f"/{place}/badge.svg")
        for feed in FEEDS:
            yield Leaf(f"{language}/{feed}", f"/{feed}?lang={language}")
    for address in API:
        yield Leaf(address if address.endswith(".json") else f"{address}.json", f"/{address}")
    yield Leaf("worker.js", "/worker.js")


SITE = tuple(_leaves())


def publish(app: Flask, folder: Path, now: datetime, site: Sequence[Leaf] = SITE) -> Path:
    """Writes the public site below `folder` and lets `current` lead to it; gives the new version's folder.

    Raises PublicationError when a page cannot be made; the publication before then stays in place.
    """
    link = folder / CURRENT
    if link.exists() and not link.is_symlink():
        raise PublicationError(f"{link} is no link of ours; move it away or name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    making, made = folder / f"making-{name}", folder / f"site-{name}"
    making.mkdir()
    try:
        _fill(app, making, now, site)
        making.rename(made)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _lead(link, made.name)
    _tidy(folder, made, now)
    return made


def _fill(app: Flask, folder: Path, now: datetime, site: Sequence[Leaf]) -> None:
    """Every file of the site, each with its packed copy."""
    with app.app_context():
        number, _ = store.events.changes()
    for leaf in site:
        _write(folder / leaf.file, _rendered(app, leaf))
    for path in headers.STYLE_FILE.parent.iterdir():
        _write(folder / "static" / path.name, path.read_bytes())
    about = {"at": times.iso(now), "change": number}
    _write(folder / "published.json", json.dumps(about).encode())


def _rendered(app: Flask, leaf: Leaf) -> bytes:
    """What the application answers, fresh: ready bytes are passed by, since they outlive a silent database."""
    base = urlsplit(str(app.config["BASE_URL"]))
    builder = EnvironBuilder(
        leaf.address,
        base_url=f"{base.scheme}://{base.netloc}",
        headers=[("Accept", leaf.accept)],
        environ_overrides={UNCOUNTED: True},
    )
    answer = Client(app.extensions["fresh"]).open(builder, buffered=True)
    if answer.status_code != 200:
        raise PublicationError(f"{leaf.address} answered {answer.status}; nothing new was published.")
    body = answer.get_data()
    return _guarded(body) if leaf.accept == HTML else body


def _guarded(body: bytes) -> bytes:
    """A page that carries its content policy itself, whatever server hands it out."""
    rules = [rule for rule in headers.policy().split("; ") if not rule.startswith("frame-ancestors")]
    mark = b'<meta charset="utf-8">'
    own = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'
    return body.replace(mark, mark + own.encode(), 1)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(body, 6, mtime=0))


def _lead(link: Path, target: str) -> None:
    """Lets `link` lead to `target` in one step: at every moment it leads to something whole."""
    fresh = link.with_name(f"{CURRENT}-{target}")
    fresh.symlink_to(target)
    fresh.replace(link)


def _tidy(folder: Path, made: Path, now: datetime) -> None:
    """Removes all but this version and the one before, which a slow reader may still hold, and what was left undone."""
    versions = sorted(path for path in folder.glob("site-*") if path != made)
    patience = (now - UNFINISHED).timestamp()
    undone = [path for path in folder.glob("making-*") if path.stat().st_mtime < patience]
    for path in [*versions[:-1], *undone]:
        shutil.rmtree(path, ignore_errors=True)


class Publisher:
    """Publishes when something changed, or every five minutes, so that the moment on the pages goes on."""

    def __init__(self, app: Flask, folder: Path, site: Sequence[Leaf] = SITE) -> None:
        self.app, self.folder, self.site = app, folder, site
        self.last: tuple[int, datetime] | None = None

    def run(self, now: datetime) -> Path | None:
        """The new version, or None where the last one still serves."""
        with self.app.app_context():
            number, _ = store.events.changes()
        if self.last and self.last[0] == number and now - self.last[1] < OFTEN:
            return None
        made = publish(self.app, self.folder, now, self.site)
        self.last = number, now
        return made


def folder_of(app: Flask) -> Path | None:
    """The folder of TRACKER_PUBLISH_FOLDER, a relative one below instance/; None when publishing is off."""
    named = str(app.config["PUBLISH_FOLDER"])
    return Path(app.instance_path) / Path(named).expanduser() if named else None
