"""The one road in: a report is kept, its claims are drawn out and folded, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from tracker import store
from tracker.domain import Claim, Report, Source, SourceKind
from tracker.ingest.copies import cluster, sign
from tracker.ingest.refold import refold
from tracker.ingest.settle import settle
from tracker.language import extract
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
    """Takes in many reports of one source in one transaction, each touched cell told anew once.

    `claims` is what each report says, by its id, where that was worked out before (`extracted`); the rest is drawn
    out here, before the lock is taken.
    """
    fresh = _unknown(reports)
    if source.kind is SourceKind.FORM:
        _count_repeats(reports, fresh)
    if not fresh:
        return [Accepted.KNOWN] * len(reports)
    said = dict(claims or {}) if source.kind is not SourceKind.FORM else {}
    if source.kind is not SourceKind.FORM:
        said |= extracted(report for report in fresh if report.id not in said)
    signed = {one.id: one for one in sign(report for report in fresh if said.get(report.id))}
    with store.writing():
        store.sources.ensure(source)
        if source.kind is SourceKind.PUSH:
            store.sources.heard(source, now)
        fresh = _unknown(reports)
        status = ReportStatus.PENDING if source.kind is SourceKind.FORM else ReportStatus.ACCEPTED
        stored, older = _versioned(fresh, status, now)
        store.reports.add_all(stored)
        store.reports.supersede({identity: one.superseded_by for identity, one in older.items()})
        touched = cluster([signed[one.id] for one in stored if one.id in signed])
        new = frozenset(one.id for one in stored)
        changes = settle([*stored, *older.values()], said, now, new)
        changes.write(now)
        for cell, moment in changes.touched().items():
            touched[cell] = min(touched.get(cell, moment), moment)
        refold(touched, now)
        if status is ReportStatus.ACCEPTED:
            store.events.touch(now)
    return _outcomes(reports, stored, older)


def extracted(reports: Iterable[Report]) -> dict[str, tuple[Claim, ...]]:
    """What each report says, by its id: the slow part, which needs no database."""
    return {report.id: extract(report) for report in reports}


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
    fresh: Sequence[Report], status: ReportStatus, now: datetime
) -> tuple[list[StoredReport], dict[str, StoredReport]]:
    """New reports as they will be kept, and the known versions that they make old, each with the newest named."""
    entries: dict[tuple[str, str], list[StoredReport]] = {}
    for source in {report.source for report in fresh}:
        keys = {report.key for report in fresh if report.source == source}
        for one in store.reports.of_entries(source, keys):
            entries.setdefault((source, one.report.key), []).append(one)
    known = {one.id for versions in entries.values() for one in versions}
    for report in fresh:
        reference = _reference(report.id) if status is ReportStatus.PENDING else None
        one = StoredReport(report, status, now, reference=reference)
        entries.setdefault((report.source, report.key), []).append(one)
    stored: dict[str, StoredReport] = {}
    older: dict[str, StoredReport] = {}
    for versions in entries.values():
        newest = max(versions, key=newness).id
        for one in versions:
            by = newest if one.id != newest else None
            if one.id not in known:
                stored[one.id] = replace(one, superseded_by=by)
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
