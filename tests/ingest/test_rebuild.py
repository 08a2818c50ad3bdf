"""Everything again by today's rules: the same program changes nothing, and a better one corrects what was."""

from dataclasses import replace
from datetime import timedelta

import make
import news
import pytest

from tracker import store
from tracker.domain import State
from tracker.ingest import accept, moderate
from tracker.ingest.rebuild import rebuild

pytestmark = pytest.mark.usefixtures("each_engine")

TEXTS = (
    ("У Харківській області немає світла.", "2022-09-12T10:00", "radio"),
    ("Power was fully restored in Kharkiv region.", "2022-09-12T14:00", "ukrenergo"),
    ("Problems with water were reported in Sumy and Poltava oblasts.", "2022-09-12T15:00", "radio"),
    ("В некоторых областях частично восстановлено электроснабжение.", "2022-09-13T09:00", "chat"),
)
LATER = news.NOW + timedelta(days=1)


def fill():
    """Some reports that our own language part reads."""
    for text, at, source in TEXTS:
        accept.accept(make.report(text, at=at, source=source), news.SOURCES[source], news.NOW)


def test_a_rebuild_by_the_same_rules_changes_nothing():
    fill()
    before = (news.counts(), news.boards(range(-30, -20)), store.events.changes())
    progress = []
    done = rebuild(LATER, progress=lambda *figures: progress.append(figures))
    assert (done.reports, done.added, done.ended, done.incidents) == (4, [], [], [])
    assert (news.counts(), news.boards(range(-30, -20)), store.events.changes()) == before
    assert progress[-1] == (4, 4)


def test_claims_that_better_rules_read_otherwise_are_ended_and_added():
    """The store holds what a worse rule once read; the rebuild sets it right and the past is still on record."""
    report = make.report(TEXTS[0][0], at="10:00")
    wrong = {report.id: (make.claim("outage", "UA-59"), make.claim("outage", "UA-63", "water"))}
    accept.accept_all([report], news.SOURCES["radio"], make.moment("10:05"), wrong)
    foreseen = rebuild(make.moment("12:00"), dry_run=True)
    assert news.cell("13:00", "UA-59").state is State.DISRUPTED
    done = rebuild(make.moment("12:00"))
    assert {(word.claim.region, word.claim.service) for word in done.ended} == {
        ("UA-59", "electricity"),
        ("UA-63", "water"),
    }
    assert [(word.claim.region, word.claim.service) for word in done.added] == [("UA-63", "electricity")]
    assert foreseen.incidents == done.incidents
    assert [replace(word, seen=news.NOW) for word in foreseen.added] == [
        replace(word, seen=news.NOW) for word in done.added
    ]
    assert news.cell("13:00").state is State.DISRUPTED
    assert news.cell("13:00", "UA-59").state is State.UNKNOWN
    assert news.cell("13:00", "UA-59", known="11:00").state is State.DISRUPTED


def test_a_rebuild_says_what_it_did_in_lines():
    report = make.report(TEXTS[0][0], at="10:00")
    accept.accept_all([report], news.SOURCES["radio"], make.moment("10:05"), {report.id: ()})
    *lines, last = rebuild(make.moment("12:00"), dry_run=True).lines()
    assert lines[0].startswith(f"+ {report.id} UA-63 electricity outage: “")
    assert last == "1 reports read: 1 claims would be added, 0 would be ended, 1 incidents would be told otherwise."


def test_a_rebuild_keeps_what_moderators_did():
    fill()
    (report,) = [stored for stored in store.reports.page().items if "Sumy" in stored.report.text]
    word = store.claims.for_report(report.id)[0]
    moderate.retract_claim(word.key, "olena", "", news.NOW)
    moderate.retract_report(store.reports.page().items[-1].id, "olena", "", news.NOW)
    before = news.counts()
    rebuild(LATER)
    assert news.counts() == before


def test_a_rebuild_gives_what_the_live_run_gave():
    """The incidents are thrown away altogether, and told again from the claims."""
    from sqlalchemy import delete

    from tracker.store.tables import IncidentRow, WordRow

    fill()
    boards, counts = news.boards(range(-30, -20)), news.counts()
    with store.writing() as connection:
        connection.execute(delete(WordRow))
        connection.execute(delete(IncidentRow))
    rebuild(LATER)
    assert (news.boards(range(-30, -20)), news.counts()[:4]) == (boards, counts[:4])
