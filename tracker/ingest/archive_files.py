"""Files, folders and archives cut into batches of pieces that one child reads at a time."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tracker.domain import short_hash
from tracker.ingest.documents import SUFFIXES

BATCH_BYTES = 512 * 1024
BATCH_PIECES = 200
LARGEST = 5 * 2**20
LINES = (".jsonl", ".ndjson")
ARCHIVES = (".warc", ".warc.gz", ".arc.gz")


@dataclass(frozen=True, slots=True)
class Piece:
    """A document or a line with the name it is told by, and the file that it stood in."""

    name: str
    body: bytes
    file: str = ""
    content_type: str = ""
    line: bool = False


@dataclass(slots=True)
class Batch:
    """Some pieces of one file, which is read up to `end` when they are stored; `stamp` tells the file's version."""

    pieces: list[Piece] = field(default_factory=list)
    file: Path | None = None
    stamp: str = ""
    end: int = 0
    size: int = 0

    def full(self) -> bool:
        """Whether no more should be put in."""
        return len(self.pieces) >= BATCH_PIECES or sum(len(piece.body) for piece in self.pieces) >= BATCH_BYTES


class Tally(Protocol):
    """What the cutting counts: files, those done before, and those that could not be opened."""

    files: int
    before: int
    faults: list[str]


def files(path: Path) -> Iterator[Path]:
    """`path` itself, or every file below it that we can read, in order of name."""
    if not path.is_dir():
        yield path
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and not found.is_symlink() and found.name.lower().endswith((*SUFFIXES, *ARCHIVES)):
            yield found


def size(paths: Iterable[Path]) -> int:
    """Bytes of all files below `paths`, for a progress bar."""
    return sum(file.stat().st_size for path in paths for file in files(path) if file.exists())


def batches(paths: Iterable[Path | bytes], done: Callable[[Path], str], tally: Tally) -> Iterator[Batch]:
    """The batches of all files, those left out that an earlier run has stored."""
    for path in paths:
        if isinstance(path, bytes):
            tally.files += 1
            yield from _standard_input(path)
            continue
        for file in files(path):
            tally.files += 1
            try:
                yield from _file(file, done(file), tally)
            except (OSError, EOFError) as error:
                why = getattr(error, "strerror", None) or error
                tally.faults.append(f"{file}: it cannot be read ({why}).")


def _standard_input(body: bytes) -> Iterator[Batch]:
    if body.lstrip()[:1] == b"{" and b'"items"' not in body[:2000]:
        yield from _cut_lines("standard input", enumerate(body.splitlines(keepends=True), 1), Batch())
    else:
        yield Batch([Piece(f"standard input {short_hash(repr(body))}", body)], size=len(body))


def _file(file: Path, before: str, tally: Tally) -> Iterator[Batch]:
    about = file.stat()
    stamp = f"{about.st_size}-{about.st_mtime_ns}"
    start = int(before.rpartition(":")[2]) if before.startswith(f"{stamp}:") else 0
    if start and start >= about.st_size:
        tally.before += 1
        return
    first = Batch(file=file, stamp=stamp, end=start)
    name = file.name.lower()
    if name.endswith(LINES):
        with file.open("rb") as opened:
            number = _skip(opened, start)
            yield from _cut_lines(file.name, enumerate(opened, number + 1), first)
    elif name.endswith(ARCHIVES):
        yield from _cut_archive(file, start, first)
    elif about.st_size > LARGEST:
        tally.faults.append(f"{file.name}: it is longer than 5 MiB; only JSON Lines and WARC may be.")
    else:
        yield Batch([Piece(file.name, file.read_bytes(), file.name)], file, stamp, about.st_size, about.st_size)


def _skip(opened: Any, start: int) -> int:
    """Moves to byte `start` and returns how many lines lie before it."""
    number = 0
    while opened.tell() < start and opened.readline():
        number += 1
    return number


def _cut_lines(name: str, lines: Iterable[tuple[int, bytes]], batch: Batch) -> Iterator[Batch]:
    """Batches of lines; a line is told by its number."""
    for number, line in lines:
        if line.strip():
            batch.pieces.append(Piece(f"{name}, line {number}", line[:LARGEST], name, line=True))
        batch.end += len(line)
        batch.size += len(line)
        if batch.full():
            yield batch
            batch = Batch(file=batch.file, stamp=batch.stamp, end=batch.end)
    if batch.size:
        yield batch


def _cut_archive(file: Path, start: int, batch: Batch) -> Iterator[Batch]:
    """Batches of the pages and feeds in a WARC file: answers with status 200, the largest left out."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise OSError("WARC needs an extra: pip install 'outage-tracker[archive]'") from None
    with file.open("rb") as opened:
        opened.seek(start)
        iterator = ArchiveIterator(opened)
        try:
            for record in iterator:
                if batch.full():
                    yield _ended(batch, iterator.offset)
                    batch = Batch(file=batch.file, stamp=batch.stamp, end=batch.end)
                piece = _piece(record, file.name)
                if piece is not None:
                    batch.pieces.append(piece)
        except (ArchiveLoadFailed, gzip.BadGzipFile, ValueError) as error:
            raise OSError(f"the archive is damaged: {error}") from None
    if batch.pieces or batch.end < file.stat().st_size:
        yield _ended(batch, file.stat().st_size)


def _ended(batch: Batch, end: int) -> Batch:
    batch.size, batch.end = max(0, end - batch.end), end
    return batch


def _piece(record: Any, file: str) -> Piece | None:
    if record.rec_type != "response" or not record.http_headers or record.http_headers.get_statuscode() != "200":
        return None
    content_type = record.http_headers.get_header("Content-Type") or ""
    if not any(word in content_type.lower() for word in ("html", "xml", "json", "text/plain", "rss", "atom")):
        return None
    body = record.content_stream().read(LARGEST + 1)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    return Piece(url, body, file, content_type) if len(body) <= LARGEST else None
