"""What moderators do. Every act is recorded with who, when and why, can be undone, and deletes nothing.

Only time deletes: public reports that were of no use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tracker import board, incidents, store
from tracker.domain import Correction, Incident, Refused, State, Status
from tracker.ingest.claims import extracted
from tracker.ingest.copies import cluster, sign
from tracker.ingest.refold import foresee, refold
from tracker.ingest.settle import settle
from tracker.store.actions import Action, What
from tracker.store.reports import ReportStatus, StoredReport

UNUSED = timedelta(days=7)
"""How long a public report is kept that is not let in; the form says so."""


def erase(now: datetime) -> int:
    """Deletes what the form promises to delete: reports that nobody let in within a week."""
    return store.reports.erase_unused(now - UNUSED)


def approve(report_id: str, who: str, why: str, now: datetime) -> Action:
    """Lets a waiting report in: it walks the road of a feed entry from here on."""
    stored = _report(report_id, ReportStatus.PENDING, Refused("Only a report that waits can be approved."))
    return _move(stored, ReportStatus.ACCEPTED, What.APPROVE, who, why, now)


def reject(report_id: str, who: str, why: str, now: datetime) -> Action:
    """Keeps a waiting report out; it is kept, and nobody but moderators sees it."""
    stored = _report(report_id, ReportStatus.PENDING, Refused("Only a report that waits can be rejected."))
    return _move(stored, ReportStatus.REJECTED, What.REJECT, who, why, now)


def retract_report(report_id: str, who: str, why: str, now: datetime) -> Action:
    """Takes back everything that a report says."""
    stored = _report(report_id, ReportStatus.ACCEPTED, Refused("Only a report that was taken in can be retracted."))
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
        _settle([_stored(word.report)], now)
        return action


def distrust(source: str, moment: datetime, who: str, why: str, now: datetime) -> Action:
    """Takes back what a source published from `moment` on, and counts nothing more of what it says."""
    with store.writing():
        state = store.sources.state(source)
        if state is None:
            raise Refused("There is no source called “%(name)s”.", name=source[:40])
        if state.distrusted is not None:
            raise Refused("This source is distrusted already; undo that first.")
        action = store.actions.record(who, What.DISTRUST, source, why, now, {"since": moment.isoformat()})
        store.sources.distrust(source, moment)
        _settle(store.reports.since(source, moment), now)
        return action


def merge(first: str, second: str, who: str, why: str, now: datetime) -> Action:
    """Makes two incidents of one cell one."""
    with store.writing():
        one, other = _incident(first), _incident(second)
        return _correct(lambda: incidents.merging(one, other, now, by=who, why=why), first, What.MERGE, now)


def split(incident: str, at: datetime, who: str, why: str, now: datetime) -> Action:
    """Lets a new incident begin with the first word of an outage at or after `at`."""
    with store.writing():
        whole = _incident(incident)
        return _correct(lambda: incidents.splitting(whole, at, now, by=who, why=why), incident, What.SPLIT, now)


def undo(action_id: int, who: str, now: datetime) -> Action:
    """Takes an act back. What it took away is said again from now on; that it was away stays on record."""
    with store.writing():
        action = store.actions.get(action_id)
        if action is None or not store.actions.undo(action_id, who, now):
            raise Refused("There is no such act, or it was undone before.")
        if action.what in (What.MERGE, What.SPLIT):
            _recut(store.actions.correction(action), now)
        elif action.what is What.DISTRUST:
            store.sources.distrust(action.target, None)
            _settle(store.reports.since(action.target, datetime.fromisoformat(action.details["since"])), now)
        elif action.what is What.RETRACT_CLAIM:
            _settle([_stored(action.details["report"])], now)
        else:
            store.reports.set_status(action.target, ReportStatus(action.details["was"]))
            _settle([_stored(action.target)], now)
        return replace(action, undone=now, undone_by=who)


def preview(report_id: str, now: datetime) -> tuple[tuple[Status, Status], ...]:
    """What approving a waiting report would do to the board: each cell it speaks of, before and after."""
    with store.reading():
        stored = replace(_stored(report_id), status=ReportStatus.ACCEPTED)
        changes = settle([stored], extracted([stored.report]), now)
        pairs = []
        for (code, service), moment in sorted(changes.touched().items()):
            before = board.region(code, now, now=now)[service]
            old, told = foresee((code, service), moment, changes)
            replaced = {one.id for one in old}
            around = store.incidents.around(now, code).get((code, service), ())
            after = [*(one for one in around if one.id not in replaced), *told]
            covered = before.state is not State.UNKNOWN
            pairs.append((before, incidents.status(after, code, service, now, covered)))
        return tuple(pairs)


def _move(stored: StoredReport, status: ReportStatus, act: What, who: str, why: str, now: datetime) -> Action:
    """Moves a report to another status, with all that follows from it."""
    with store.writing():
        identity = stored.id
        if _stored(identity).status is not stored.status:
            raise Refused("Another moderator was faster; look at the report again.")
        action = store.actions.record(who, act, identity, why, now, {"was": stored.status.value})
        store.reports.set_status(identity, status)
        _settle([replace(stored, status=status)], now)
        return action


def _settle(stored: Sequence[StoredReport], now: datetime) -> None:
    """Lets exactly the right claims of these reports stand, and tells what that touches."""
    accepted = [one.report for one in stored if one.status is ReportStatus.ACCEPTED]
    claims = extracted(accepted)
    signed = store.copies.signed(report.id for report in accepted)
    unsigned = sign(one for one in accepted if claims[one.id] and one.id not in signed)
    store.copies.sign(unsigned)
    touched = cluster(unsigned)
    changes = settle(stored, claims, now)
    changes.write(now)
    for cell, moment in changes.touched().items():
        touched[cell] = min(touched.get(cell, moment), moment)
    refold(touched, now)
    store.events.touch(now)


def _correct(correction: Callable[[], Correction], target: str, act: What, now: datetime) -> Action:
    """Records a correction of how a cell was cut into incidents, and tells the cell anew."""
    made = correction()
    action = store.actions.record(made.by, act, target, made.why, now, store.actions.correcting(made))
    _recut(made, now)
    return action


def _recut(correction: Correction, now: datetime) -> None:
    refold({(correction.region, correction.service): correction.since or correction.at}, now)
    store.events.touch(now)


def _incident(identity: str) -> Incident:
    found = store.incidents.get(identity)
    if found is None:
        raise Refused("There is no incident “%(id)s”.", id=identity[:60])
    return found


def _report(identity: str, status: ReportStatus, otherwise: Refused) -> StoredReport:
    stored = _stored(identity)
    if stored.status is not status:
        raise otherwise
    return stored


def _stored(identity: str) -> StoredReport:
    found = store.reports.get(identity)
    if found is None:
        raise Refused("There is no report “%(id)s”.", id=identity[:40])
    return found
