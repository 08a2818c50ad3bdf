"""A watched folder: files that a partner or an operator drops there are read like any other source."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from tracker.domain import short_hash
from tracker.ingest import documents
from tracker.ingest.cage import Cage
from tracker.ingest.entries import Entry, Reading
from tracker.ingest.errors import SourceError

MOST_FILES = 500
LARGEST = 5 * 2**20


def listing(folder: Path) -> tuple[list[Path], str]:
    """The newest readable files of `folder`, and a hash that changes when any of them does. Links are not followed."""
    if not folder.is_dir():
        raise SourceError(f"The folder {folder} does not exist; make it, or mend the source's address.")
    found: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and path.suffix.lower() in documents.SUFFIXES and path.name[0] != ".":
            found.append((about.st_mtime, about.st_size, path))
    found.sort(key=lambda item: (-item[0], item[2].name))
    mark = short_hash(*(f"{path.name} {size} {time}" for time, size, path in found))
    return [path for _, _, path in found[:MOST_FILES]], mark


def read(files: list[Path], cage: Cage, zone: tzinfo) -> Reading:
    """All entries of the files; a file that cannot be read is named in the note and harms no other."""
    entries: list[Entry] = []
    faults: list[str] = []
    for path in files:
        try:
            if path.stat().st_size > LARGEST:
                raise SourceError("It is longer than 5 MiB; use `tracker ingest` for archives.")
            reading: Reading = cage.run(documents.read, path.name, path.read_bytes(), "", zone)
        except (SourceError, OSError) as error:
            faults.append(f"{path.name}: {error}")
            continue
        entries += [replace(entry, key=f"{path.name}#{entry.key}"[:250]) for entry in reading.entries]
    if faults and not entries:
        raise SourceError(f"No file could be read. {faults[0]}")
    note = f"{len(faults)} of {len(files)} files could not be read. {faults[0]}" if faults else ""
    return Reading(entries=tuple(entries), note=note[:500])
