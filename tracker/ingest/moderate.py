"""What moderators do to reports, claims, incidents and sources. Every act is recorded, can be undone, and deletes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from tracker import board, incidents, store
from tracker.domain import Correction, Incident, Status
from tracker.ingest.accept import extracted
from tracker.ingest.copies import cluster, sign
from tracker.ingest.refold import foresee, refold
from tracker.ingest.settle import settle
from tracker.store.actions import Action, What
from tracker.store.reports import ReportStatus, StoredReport


class Refused(ValueError):  # noqa: N818  reads as what it is
    """An act that makes no sense; the message says why."""


def approve(report_id: str, who: str, why: str, now: datetime) -> Action:
    """Lets a waiting report in: it walks the road of a feed entry from here on."""
    stored = _report(report_id, ReportStatus.PENDING, "Only a report that waits can be approved.")
    return _move(stored, ReportStatus.ACCEPTED, What.APPROVE, who, why, now)


def reject(report_id: str, who: str, why: str, now: datetime) -> Action:
    """Keeps a waiting report out; it is kept, and nobody but moderators sees it."""
    stored = _report(report_id, ReportStatus.PENDING, "Only a report that waits can be rejected.")
    return _move(stored, ReportStatus.REJECTED, What.REJECT, who, why, now)


def retract_report(report_id: str, who: str, why: str, now: datetime) -> Action:
    """Takes back everything that a report says."""
    stored = _report(report_id, ReportStatus.ACCEPTED, "Only a report that was taken in can be retracted.")
    return _move(stored, ReportStatus.RETRACTED, What.RETRACT_REPORT, who, why, now)


def retract_claim(key: str, who: str, why: str, now: datetime) -> Action:
    """Takes back one claim of a report. It stays taken back when better rules read the report again."""
    with store.writing():
        word = store.claims.get(key)
        if word is None or word.until is not None:
            raise Refused("There is no standing claim of this name.")
        claim = word.claim
        about = {
            "report": word.report,
            "region": claim.region,
            "service": claim.service.value,
            "kind": claim.kind.value,
            "place": claim.place,
        }
        action = store.actions.record(who, What.RETRACT_CLAIM, key, why, now, about)
        _settle([_known(word.report)], now)
        return action


def distrust(source: str, moment: datetime, who: str, why: str, now: datetime) -> Action:
    """Takes back what a source published from `moment` on, and counts nothing more of what it says."""
    with store.writing():
        state = store.sources.state(source)
        if state is None:
            raise Refused(f"There is no source called “{source[:40]}”.")
        if state.distrusted is not None:
            raise Refused("This source is distrusted already; undo that first.")
        action = store.actions.record(who, What.DISTRUST, source, why, now, {"since": moment.isoformat()})
        store.sources.distrust(source, moment)
        _settle(store.reports.since(source, moment), now)
        return action


def merge(first: str, second: str, who: str, why: str, now: datetime) -> Action:
    """Makes two incidents of one cell one."""
    with store.writing():
        return _correct(
            first,
            What.MERGE,
            lambda: incidents.merging(_incident(first), _incident(second), now, by=who, why=why),
            (who, why, now),
        )


def split(incident: str, at: datetime, who: str, why: str, now: datetime) -> Action:
    """Lets a new incident begin with the first word of an outage at or after `at`."""
    with store.writing():
        return _correct(
            incident,
            What.SPLIT,
            lambda: incidents.splitting(_incident(incident), at, now, by=who, why=why),
            (who, why, now),
        )


def undo(action_id: int, who: str, now: datetime) -> Action:
    """Takes an act back. What it took away is said again from now on; that it was away stays on record."""
    with store.writing():
        action = store.actions.get(action_id)
        if action is None or not store.actions.undo(action_id, who, now):
            raise Refused("There is no such act, or it was undone before.")
        if action.what in (What.MERGE, What.SPLIT):
            told = action.details
            _recut(replace(store.actions.correction(action), until=now), now)
            del told
        elif action.what is What.DISTRUST:
            store.sources.distrust(action.target, None)
            _settle(store.reports.since(action.target, datetime.fromisoformat(action.details["since"])), now)
        elif action.what is What.RETRACT_CLAIM:
            _settle([_known(action.details["report"])], now)
        else:
            store.reports.set_status(action.target, ReportStatus(action.details["was"]))
            _settle([_known(action.target)], now)
        return replace(action, undone=now, undone_by=who)
