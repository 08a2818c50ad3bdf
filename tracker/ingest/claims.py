"""What reports say: the slow part of taking them in, which needs no database.

Words of strangers are understood where their bytes are parsed, in the cage: a text that keeps the rules busy costs
its own claims, and two cores understand twice as much as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from tracker import identity
from tracker.domain import Claim, Report
from tracker.ingest.cage import Cage
from tracker.ingest.errors import BrokenOffError, SourceError

log = structlog.get_logger(__name__)

AT_ONCE = 200_000
"""Characters understood in one task, about: some tenths of a second, where the cage allows five."""

Said = dict[str, tuple[Claim, ...]]
Mark = tuple[bytes, tuple[int, ...]]


@dataclass(slots=True)
class Understood:
    """What reports say, by their ids, and the marks by which copies of those that say anything are found."""

    claims: Said = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)


def extracted(reports: Iterable[Report]) -> Said:
    """What each report says, by its id."""
    # Imported here: who only polls leaves the words to the cage's children.
    from tracker import language

    return {report.id: language.extract(report) for report in reports}


def understood(reports: Sequence[Report]) -> Understood:
    """Runs in the cage: all that can be known of reports without a database."""
    said = extracted(reports)
    return Understood(said, {report.id: mark(report) for report in reports if said[report.id]})


def mark(report: Report) -> Mark:
    """The signature of a report's text, and the bands under which its copies are looked for."""
    signature = identity.signature(report.whole)
    return signature, identity.bands(signature)


def caged(reports: Sequence[Report], cage: Cage) -> Understood:
    """The same, worked out in the cage. A report that cannot be understood there in time says nothing."""
    whole = Understood()
    for batch in _batches(reports):
        try:
            found: Understood = cage.run(understood, batch)
        except BrokenOffError:
            raise
        except SourceError as error:
            if len(batch) > 1:
                found = _merged(caged([report], cage) for report in batch)
            else:
                log.error("not understood", source=batch[0].source, key=batch[0].key, why=error.message)
                found = Understood({batch[0].id: ()})
        whole = _merged((whole, found))
    return whole


def _merged(parts: Iterable[Understood]) -> Understood:
    whole = Understood()
    for part in parts:
        whole.claims |= part.claims
        whole.marks |= part.marks
    return whole


def _batches(reports: Sequence[Report]) -> Iterator[list[Report]]:
    batch: list[Report] = []
    size = 0
    for report in reports:
        batch.append(report)
        size += len(report.text)
        if size >= AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
