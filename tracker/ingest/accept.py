"""The one road in: a report is kept, its claims are drawn out and folded, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from tracker import store
from tracker.domain import Claim, Report, Source, SourceKind
from tracker.ingest.claims import Mark, extracted
from tracker.ingest.copies import cluster, sign
from tracker.ingest.refold import refold
from tracker.ingest.settle import settle
from tracker.store.reports import ReportStatus, StoredReport, newness

SAME_DAY = timedelta(days=1)
"""The same words under another key within a day are one report: the feed changed its keys, not its news."""


class Accepted(StrEnum):
    """What became of a report: new, known word for word, a new version of a known one, or waiting for a moderator."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"
    PENDING = "pending"


def accept(report: Report, source: Source, now: datetime) -> Accepted:
    """Takes in one report of `source`, which is added if it is new.

    A report known word for word ends here. A changed text under a known key is a new version, and the older one's
    claims are held to be said only until now. A public report is kept, and waits unread for a moderator.
    """
    return accept_all([report], source, now)[0]


def accept_all(
    reports: Sequence[Report],
    source: Source,
    now: datetime,
    claims: Mapping[str, tuple[Claim, ...]] | None = None,
) -> list[Accepted]:
    """Takes in many reports of one source; see `accept_from`."""
    return accept_from([source], reports, now, claims)


def accept_from(
    sources: Sequence[Source],
    reports: Sequence[Report],
    now: datetime,
    claims: Mapping[str, tuple[Claim, ...]] | None = None,
    marks: Mapping[str, Mark] | None = None,
) -> list[Accepted]:
    """Takes in many reports of these `sources` in one transaction, each touched cell told anew once.

    `claims` is what each report says, by its id, and `marks` those by which its copies are found, where they were
    worked out before; the rest is worked out here, before the lock is taken. What the public sends waits unread.
    """
    public = {source.name for source in sources if source.kind is SourceKind.FORM}
    given = claims or {}
    unread = [report for report in reports if report.id not in given or report.source in public]
    fresh = _unknown(unread) if unread else []
    _count_repeats([report for report in unread if report.source in public], fresh)
    if unread and not fresh and len(unread) == len(reports):
        return [Accepted.KNOWN] * len(reports)
    read = [report for report in fresh if report.source not in public]
    said = {**given, **extracted(read)} if read else given
    speaking = [report for report in reports if report.source not in public and said.get(report.id)]
    signed = {one.id: one for one in sign(speaking, marks)}
    with store.writing():
        store.sources.ensure_all(sources)
        for source in sources:
            if source.kind is SourceKind.PUSH:
                store.sources.heard(source, now)
        fresh = _unknown(reports)
        stored, older = _versioned(fresh, public, now)
        signatures = {identity: one.signature for identity, one in signed.items()}
        store.reports.add_all(stored, signatures)
        store.reports.supersede({identity: one.superseded_by for identity, one in older.items()})
        touched = cluster([signed[one.id] for one in stored if one.id in signed])
        new = frozenset(one.id for one in stored)
        changes = settle([*stored, *older.values()], said, now, new)
        changes.write(now)
        for cell, moment in changes.touched().items():
            touched[cell] = min(touched.get(cell, moment), moment)
        refold(touched, now)
        if any(one.status is ReportStatus.ACCEPTED for one in stored):
            store.events.touch(now)
    return _outcomes(reports, stored, older)


def reference_of(report: Report) -> str:
    """The number by which a sender finds a report again; for a repeat, that of the report it repeats."""
    same = store.reports.same(report.source, [report.content_hash]).get(report.content_hash, ())
    known = next((one.id for one in same if _repeats(report, one)), report.id)
    return _reference(known)


def _reference(identity: str) -> str:
    return f"{identity[:4]}-{identity[4:8]}-{identity[8:12]}".upper()


def _repeats(report: Report, known: store.reports.Known) -> bool:
    """Whether `report` says word for word what a known one says: under its key, or within a day of it."""
    return known.key == report.key or abs(known.published - report.published) <= SAME_DAY


def _count_repeats(reports: Sequence[Report], fresh: Sequence[Report]) -> None:
    """Counts public reports that say what others said already, so that a moderator sees how many they are."""
    ids = {report.id for report in fresh}
    for report in reports:
        same = store.reports.same(report.source, [report.content_hash]).get(report.content_hash, ())
        if report.id not in ids and all(one.key != report.key for one in same):
            store.reports.repeat(next(one.id for one in same if _repeats(report, one)))


def _unknown(reports: Sequence[Report]) -> list[Report]:
    """The reports that we do not know word for word, each once."""
    known: dict[tuple[str, str], list[store.reports.Known]] = {}
    for source in {report.source for report in reports}:
        hashes = [report.content_hash for report in reports if report.source == source]
        for content_hash, found in store.reports.same(source, hashes).items():
            known[source, content_hash] = list(found)
    fresh = []
    for report in reports:
        same = known.setdefault((report.source, report.content_hash), [])
        if not any(_repeats(report, one) for one in same):
            fresh.append(report)
            same.append(store.reports.Known(report.id, report.key, report.published))
    return fresh


def _versioned(
    fresh: Sequence[Report], public: Collection[str], now: datetime
) -> tuple[list[StoredReport], dict[str, StoredReport]]:
    """New reports as they will be kept, and the known versions that they make old, each with the newest named."""
    entries: dict[tuple[str, str], list[StoredReport]] = {}
    for source in {report.source for report in fresh}:
        keys = {report.key for report in fresh if report.source == source}
        for one in store.reports.of_entries(source, keys):
            entries.setdefault((source, one.report.key), []).append(one)
    known = {one.id for versions in entries.values() for one in versions}
    for report in fresh:
        waits = report.source in public
        status = ReportStatus.PENDING if waits else ReportStatus.ACCEPTED
        one = StoredReport(report, status, now, reference=_reference(report.id) if waits else None)
        entries.setdefault((report.source, report.key), []).append(one)
    stored: dict[str, StoredReport] = {}
    older: dict[str, StoredReport] = {}
    for versions in entries.values():
        newest = max(versions, key=newness).id
        for one in versions:
            by = newest if one.id != newest else None
            if one.id not in known:
                stored[one.id] = replace(one, superseded_by=by) if by else one
            elif one.superseded_by != by:
                older[one.id] = replace(one, superseded_by=by)
    return [stored[report.id] for report in fresh], older


def _outcomes(
    reports: Sequence[Report], stored: Sequence[StoredReport], older: Mapping[str, StoredReport]
) -> list[Accepted]:
    """What became of each report, in the order they came; a repeat within one batch is known."""
    waiting = {one.id: one for one in stored}
    changed = {one.report.key for one in older.values()} | {one.report.key for one in stored if one.superseded_by}
    outcomes = []
    for report in reports:
        one = waiting.pop(report.id, None)
        if one is None:
            outcomes.append(Accepted.KNOWN)
        elif one.status is ReportStatus.PENDING:
            outcomes.append(Accepted.PENDING)
        else:
            outcomes.append(Accepted.CHANGED if report.key in changed else Accepted.NEW)
    return outcomes
