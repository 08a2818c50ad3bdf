"""Which claims of a report should stand now: the one answer for acceptance, moderation and rebuild."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker import store
from tracker.domain import COUNTRY, Claim, Extent, Service, Source, Testimony, short_hash
from tracker.regions import REGIONS
from tracker.store.actions import What
from tracker.store.claims import Cell
from tracker.store.reports import ReportStatus, StoredReport


@dataclass(slots=True)
class Changes:
    """What must be written so that the right claims stand: those to add, and those to end."""

    add: list[Testimony] = field(default_factory=list)
    close: list[Testimony] = field(default_factory=list)

    def touched(self) -> dict[Cell, datetime]:
        """The cells whose story changes, and the earliest moment at which each does."""
        cells: dict[Cell, datetime] = {}
        for word in (*self.add, *self.close):
            for cell in cells_of(word.claim):
                cells[cell] = min(cells.get(cell, word.effective), word.effective)
        return cells

    def write(self, now: datetime) -> None:
        """Writes it down, in the transaction that is open."""
        store.claims.close((word.key for word in self.close), now)
        store.claims.add(self.add)


def cells_of(claim: Claim) -> tuple[Cell, ...]:
    """The cells that a claim speaks of: its own, all 27 for the whole country, none for regions it does not name."""
    if claim.region != COUNTRY:
        return ((claim.region, claim.service),)
    if claim.extent is Extent.WHOLE:
        return tuple((region.code, claim.service) for region in REGIONS)
    return ()


def settle(
    stored: Sequence[StoredReport],
    claims: Mapping[str, Sequence[Claim]],
    now: datetime,
    fresh: frozenset[str] = frozenset(),
) -> Changes:
    """What must change so that exactly the right claims of the `stored` reports stand.

    `claims` is what each report says by today's rules; those of a `fresh` report are not looked up, for it has none.
    A claim that stands and should stays untouched, so that settling twice changes nothing.
    """
    sources = {state.name: state for state in store.sources.states(one.report.source for one in stored)}
    kept = store.claims.for_reports(one.id for one in stored if one.id not in fresh)
    taken_back = retracted() if kept else frozenset()
    origins = store.copies.origins(one.id for one in stored)
    changes = Changes()
    for one in stored:
        known = kept.get(one.id, ())
        state = sources[one.report.source]
        said = testimonies(one, state.source, claims.get(one.id, ()), now, origins.get(one.id))
        if not stands(one, state.distrusted):
            # A fresh older version is kept for the record, ended in the moment it came.
            said = tuple(replace(word, until=now) for word in said) if one.id in fresh and one.public else ()
        said = tuple(word for word in said if identity(word) not in taken_back)
        _compare(said, known, changes)
    return changes


def stands(stored: StoredReport, distrusted: datetime | None) -> bool:
    """Whether a report's claims count: accepted, its newest version, and from a source trusted when it spoke."""
    trusted = distrusted is None or stored.report.published < distrusted
    return stored.status is ReportStatus.ACCEPTED and stored.superseded_by is None and trusted


def testimonies(
    stored: StoredReport, source: Source, claims: Sequence[Claim], now: datetime, origin: str | None = None
) -> tuple[Testimony, ...]:
    """The claims of a report as its source's words, with keys that are the same wherever it is taken in.

    The voice behind a claim is the one it quotes, else the first publisher of a text that this is a copy of, else
    the source.
    """
    report = stored.report
    said: list[Testimony] = []
    turns: Counter[tuple[str, ...]] = Counter()
    for claim in claims:
        about = (claim.region, claim.service.value, claim.kind.value, claim.place or "")
        turns[about] += 1
        parts = (report.id, *about) if turns[about] == 1 else (report.id, *about, str(turns[about]))
        said.append(
            Testimony(
                claim=claim,
                key=short_hash(*parts),
                report=report.id,
                source=source.name,
                standing=source.standing,
                origin=claim.originator or origin or source.name,
                published=report.published,
                seen=now,
                effective=claim.effective(report.published),
                url=report.url,
            )
        )
    return tuple(said)


def identity(word: Testimony) -> tuple[str, str, Service, str, str | None]:
    """What a retraction is about: this holds on when better rules read the same claim a little differently."""
    return (word.report, word.claim.region, word.claim.service, word.claim.kind.value, word.claim.place)


def retracted() -> frozenset[tuple[str, str, Service, str, str | None]]:
    """The claims that moderators took back."""
    return frozenset(
        (told["report"], told["region"], Service(told["service"]), told["kind"], told["place"])
        for told in (action.details for action in store.actions.standing(What.RETRACT_CLAIM))
    )


def _compare(said: Iterable[Testimony], known: Sequence[Testimony], changes: Changes) -> None:
    """Sorts out what is said and not known, and what is known and no longer said."""
    live = {_content(word): word for word in known if word.until is None}
    used = {word.key for word in known}
    for word in said:
        if live.pop(_content(word), None) is None:
            key, turn = word.key, 1
            while key in used:
                turn += 1
                key = short_hash(word.key, str(turn))
            used.add(key)
            changes.add.append(word if key == word.key else replace(word, key=key))
    changes.close.extend(live.values())


def _content(word: Testimony) -> tuple[object, ...]:
    """All that a claim says; not when we learnt it, nor whose copy its text turned out to be."""
    return (word.claim, word.standing, word.effective, word.published, word.url)
