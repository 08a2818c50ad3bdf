"""Loading what others kept: files, folders, WARC archives, millions of JSON Lines; on all cores, and resumable.

Children read and extract, the parent only stores. How far each file got is stored in the same transaction as its
reports, so that a run that was broken off goes on where it stopped, without a report lost or taken twice.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from tracker import store
from tracker.domain import Report, Source, SourceKind, short_hash
from tracker.ingest import accept, documents, entries
from tracker.ingest.accept import Accepted
from tracker.ingest.archive_files import Batch, Piece, batches
from tracker.ingest.cage import Cage
from tracker.ingest.claims import Understood, understood
from tracker.ingest.errors import SourceError
from tracker.times import KYIV

PATIENT = 120.0
"""Seconds for a whole batch; one that needs more is read again piece by piece, each with the usual few seconds."""

TOGETHER = 10
"""Batches stored in one transaction: a cell that many of them touch is told anew once. Others wait a second."""

Progress = Callable[[int], object]


@dataclass(slots=True)
class Summary:
    """What a run took in: reports by outcome, pieces that could not be read, files that were done before."""

    files: int = 0
    before: int = 0
    counts: dict[Accepted, int] = field(default_factory=lambda: dict.fromkeys(Accepted, 0))
    faults: list[str] = field(default_factory=list)

    @property
    def reports(self) -> int:
        """All reports read."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Orders:
    """What a child needs to know of a run."""

    source: Source
    published: datetime | None
    now: datetime


@dataclass(slots=True)
class Yield:
    """What a batch gave: reports with their claims, by source, and the faults of single pieces."""

    reports: dict[Source, list[Report]] = field(default_factory=dict)
    said: Understood = field(default_factory=Understood)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Yield) -> None:
        """Joins what another batch gave."""
        for source, reports in other.reports.items():
            self.reports.setdefault(source, []).extend(reports)
        self.said.claims |= other.said.claims
        self.said.marks |= other.said.marks
        self.faults += other.faults


def source(name: str) -> Source:
    """The source of that name; an archive of its own where we know none."""
    return store.sources.get(name) or Source(name, name.capitalize(), "", SourceKind.ARCHIVE)


def ingest(
    paths: Iterable[Path | bytes], orders: Orders, progress: Progress | None = None, cores: int | None = None
) -> Summary:
    """Takes in all files below `paths` (or the bytes of standard input); what is known changes nothing."""
    cores, summary = cores or os.cpu_count() or 1, Summary()
    waiting: deque[tuple[Batch, Future[Yield]]] = deque()
    with (
        Cage(cores, cpu=PATIENT, seconds=PATIENT, memory=2**30) as wide,
        Cage(1, cpu=10.0, seconds=20.0) as narrow,
        ThreadPoolExecutor(cores + 1) as threads,
    ):
        for batch in batches(paths, lambda file: _done(orders.source, file), summary):
            waiting.append((batch, threads.submit(_read, batch, orders, wide, narrow)))
            if len(waiting) > TOGETHER + 2 * cores:
                _store([waiting.popleft() for _ in range(TOGETHER)], orders, summary, progress)
        while waiting:
            _store([waiting.popleft() for _ in range(min(TOGETHER, len(waiting)))], orders, summary, progress)
    return summary


def _read(batch: Batch, orders: Orders, wide: Cage, narrow: Cage) -> Yield:
    """A batch in one child; should it be killed, each piece by itself, so that one bomb spoils nothing else."""
    try:
        found: Yield = wide.run(read_pieces, batch.pieces, orders)
        return found
    except SourceError as error:
        if len(batch.pieces) == 1:
            return Yield(faults=[f"{batch.pieces[0].name}: {error.message}"])
    whole = Yield()
    for piece in batch.pieces:
        try:
            part: Yield = narrow.run(read_pieces, [piece], orders)
        except SourceError as error:
            part = Yield(faults=[f"{piece.name}: {error.message}"])
        whole.add(part)
    return whole


def read_pieces(pieces: list[Piece], orders: Orders) -> Yield:
    """Runs in the cage: the reports in some pieces of files, and what they claim."""
    found = Yield()
    for piece in pieces:
        try:
            for source, report in _reports(piece, orders):
                said = understood([report])
                found.add(Yield({source: [report]}, said))
        except SourceError as error:
            found.faults.append(f"{piece.name}: {error.message}")
    return found


def _reports(piece: Piece, orders: Orders) -> Iterator[tuple[Source, Report]]:
    source, published = orders.source, orders.published
    if piece.line:
        line = documents.line(piece.body)
        reading = entries.Reading(language=line.language, entries=entries.read([line.raw], "", KYIV))
        source = _outlet(source, line.outlet)
    else:
        reading = documents.read(piece.name, piece.body, piece.content_type)
    for entry in reading.entries:
        # Two files may both have an entry “1”; what stood in both word for word is known by its words.
        named = replace(entry, key=f"{piece.file}#{entry.key}"[:250], published=entry.published or published)
        yield source, entries.report(named, source, reading.language, orders.now)


def _outlet(source: Source, name: str) -> Source:
    """The source of a line that names its outlet: voices from one file are still different voices."""
    if not name or name == source.name:
        return source
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50] or short_hash(name)
    return Source(f"archive-{plain}", name, "", SourceKind.ARCHIVE, source.standing)


def _store(
    read: Sequence[tuple[Batch, Future[Yield]]], orders: Orders, summary: Summary, progress: Progress | None
) -> None:
    """Stores the reports of some batches and how far their files got, together."""
    found = Yield()
    for _, future in read:
        found.add(future.result())
    reports = [report for of_source in found.reports.values() for report in of_source]
    with store.writing():
        outcomes = accept.accept_from(
            [orders.source, *found.reports], reports, orders.now, found.said.claims, found.said.marks
        )
        for outcome in outcomes:
            summary.counts[outcome] += 1
        marks = {_key(batch.file): f"{batch.stamp}:{batch.end}" for batch, _ in read if batch.file}
        if marks:
            store.sources.remember(orders.source.name, marks, orders.now)
    summary.faults += found.faults
    for batch, _ in read:
        if progress:
            progress(batch.size)


def _done(source: Source, file: Path) -> str:
    """How far an earlier run got with `file`: `stamp:offset`, or nothing."""
    key = _key(file)
    return store.sources.fingerprints(source.name, [key]).get(key, "")


def _key(file: Path) -> str:
    return f"file:{short_hash(str(file.resolve()))}"
