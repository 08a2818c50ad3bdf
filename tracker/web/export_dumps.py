"""Everything we know as files: claims and incidents of each Kyiv month as NDJSON and Parquet, and a data package.

The scheduler writes them. A file that would come out the same is left alone, so caches keep it; one that changes is
replaced whole, so nobody ever reads half of it.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from flask import Flask

from tracker import store
from tracker.domain import Incident, Testimony
from tracker.times import kyiv_day
from tracker.web import api_records, export_csv, feeds_words, told

FOLDER = "dumps"
BATCH = 500
PACKAGE = "datapackage.json"

T = TypeVar("T")
Fetch = Callable[[str | None], store.Page[T]]


def write(folder: Path, base: str, now: datetime) -> list[str]:
    """Writes the dumps of every month and their description; gives the names of the files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed: list[str] = []
    kept = {PACKAGE}
    for name, lines, table in _months(base, now):
        files = {f"{name}.ndjson.gz": gzip.compress(lines, 9, mtime=0)}
        if importlib.util.find_spec("pyarrow"):
            files[f"{name}.parquet"] = _parquet(table, export_csv.NUMBERS)
        kept |= files.keys()
        changed += [file for file, body in files.items() if _replace(folder / file, body)]
    for stale in set(_names(folder)) - kept:
        (folder / stale).unlink()
        changed.append(stale)
    description = json.dumps(package(folder, base), ensure_ascii=False, indent=1).encode()
    changed += [PACKAGE] if _replace(folder / PACKAGE, description) else []
    return changed


def _months(base: str, now: datetime) -> Iterator[tuple[str, bytes, list[dict[str, object]]]]:
    """Name, NDJSON lines and flat rows of each month's claims and incidents, newest month first."""

    def claims(cursor: str | None) -> store.Page[Testimony]:
        return store.claims.page(cursor=cursor, limit=BATCH)

    def incidents(cursor: str | None) -> store.Page[Incident]:
        return told.page(now, order="opened", cursor=cursor, limit=BATCH)

    for month, said in groupby(_all(claims), lambda spoken: f"{kyiv_day(spoken.effective):%Y-%m}"):
        whole = list(said)
        table = [export_csv.named(export_csv.CLAIM_COLUMNS, export_csv.claim_cells(spoken)) for spoken in whole]
        yield f"claims-{month}", _lines(api_records.claim(spoken, base) for spoken in whole), table
    for month, opened in groupby(_all(incidents), lambda incident: f"{kyiv_day(incident.opened):%Y-%m}"):
        stories = list(opened)
        rows = [export_csv.named(export_csv.INCIDENT_COLUMNS, export_csv.incident_cells(one)) for one in stories]
        yield f"incidents-{month}", _lines(api_records.story(one, base, now) for one in stories), rows


def _all(fetch: Fetch[T]) -> Iterator[T]:
    """Every item of a paged list, a page in memory at a time."""
    cursor: str | None = None
    while True:
        page = fetch(cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _lines(records: Iterable[dict[str, object]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8", "replace")


def _parquet(rows: list[dict[str, object]], numbers: frozenset[str]) -> bytes:
    """Flat rows as Parquet with the columns of the CSV; needs the extra `dumps`."""
    import pyarrow
    from pyarrow import parquet

    kinds = {name: pyarrow.int64() if name in numbers else pyarrow.string() for name in rows[0]}
    table = pyarrow.Table.from_pylist(rows, pyarrow.schema(list(kinds.items())))
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def package(folder: Path, base: str) -> dict[str, object]:
    """The description of the dumps as a data package (https://specs.frictionlessdata.io)."""
    return {
        "name": "outages-ukraine",
        "title": feeds_words.TITLE,
        "homepage": base,
        "licenses": [{"name": "CC-BY-4.0", "path": feeds_words.LICENCE_URL, "title": feeds_words.LICENCE}],
        "sources": [{"title": source.title, "path": source.url} for source in store.sources.all() if source.url],
        "resources": [_resource(folder / name, base) for name in _names(folder) if name != PACKAGE],
    }


def _resource(path: Path, base: str) -> dict[str, object]:
    body = path.read_bytes()
    form = "parquet" if path.suffix == ".parquet" else "ndjson"
    return {
        "name": path.name.replace(".gz", "").replace(".", "-"),
        "path": path.name,
        "url": f"{base}/dumps/{path.name}",
        "format": form,
        "mediatype": "application/vnd.apache.parquet" if form == "parquet" else "application/x-ndjson",
        "bytes": len(body),
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
    }


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix in (".gz", ".parquet", ".json"))


def _replace(path: Path, body: bytes) -> bool:
    """Puts `body` in the place of the file at once; False, and nothing touched, when it is there already."""
    if path.exists() and path.read_bytes() == body:
        return False
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(body)
    fresh.replace(path)
    return True


def run(app: Flask, now: datetime) -> list[str]:
    """Writes the dumps of the installation; the scheduler calls it once a day."""
    with app.app_context():
        return write(Path(app.instance_path) / FOLDER, str(app.config["BASE_URL"]).rstrip("/"), now)
