"""What moderators do, and undo: the board follows, feeds are told, and nothing is forgotten."""

import make
import news
import pytest

from tracker import store
from tracker.domain import Source, SourceKind, Standing, State
from tracker.ingest import accept, moderate
from tracker.ingest.moderate import Refused
from tracker.store.reports import ReportStatus

pytestmark = pytest.mark.usefixtures("each_engine")

FORM = Source("form", "Form", "", kind=SourceKind.FORM, standing=Standing.PUBLIC)
DARK = "У Харківській області немає світла."


def waiting(text=DARK, at="10:00"):
    """A public report that waits."""
    report = make.report(text, at=at, source="form")
    accept.accept(report, FORM, make.moment(at))
    return report


def test_an_approved_report_walks_the_road_of_a_feed_entry():
    report = waiting()
    moderate.approve(report.id, "olena", "a known sender", make.moment("10:30"))
    cell = news.cell("11:00")
    assert (cell.state, cell.standing) == (State.DISRUPTED, Standing.PUBLIC)
    assert news.cell("11:00", known="10:15").state is State.UNKNOWN
    assert [stored.report.text for stored in store.reports.page().items] == [DARK]
    assert store.reports.public_counts("UA-63", make.moment("09:00"), make.moment("12:00")) == {"electricity": 1}


def test_the_preview_says_what_the_approval_then_does():
    report = waiting()
    ((before, after),) = moderate.preview(report.id, make.moment("10:30"))
    assert (before.state, after.state) == (State.UNKNOWN, State.DISRUPTED)
    assert news.counts() == (0, 1, 0, 0, 0)
    moderate.approve(report.id, "olena", "", make.moment("10:30"))
    assert news.cell("10:30").state is after.state


def test_a_rejected_report_is_kept_and_shown_to_nobody():
    report = waiting()
    moderate.reject(report.id, "olena", "a joke", make.moment("10:30"))
    assert (store.reports.pending(), store.reports.page().items) == ((), ())
    assert store.reports.get(report.id).status is ReportStatus.REJECTED
    assert news.cell("11:00").state is State.UNKNOWN


def test_two_moderators_do_not_decide_one_report_twice():
    report = waiting()
    assert store.reports.take(report.id, "olena")
    assert not store.reports.take(report.id, "petro")
    moderate.approve(report.id, "olena", "", make.moment("10:30"))
    with pytest.raises(Refused, match="waits"):
        moderate.reject(report.id, "petro", "", make.moment("10:31"))


@pytest.mark.parametrize("act", [moderate.approve, moderate.reject])
def test_a_decision_can_be_undone(act):
    report = waiting()
    action = act(report.id, "olena", "", make.moment("10:30"))
    moderate.undo(action.id, "petro", make.moment("10:40"))
    assert [stored.id for stored in store.reports.pending()] == [report.id]
    assert news.cell("11:00").state is State.UNKNOWN
    with pytest.raises(Refused, match="undone before"):
        moderate.undo(action.id, "petro", make.moment("10:41"))


def test_a_retracted_report_leaves_the_board_and_comes_back_when_that_is_undone():
    report, _ = news.told(make.claim(), text=DARK, at="10:00")
    accept.accept(report, news.SOURCES["radio"], make.moment("10:05"))
    before, events = news.cell("12:00"), store.events.latest()
    action = moderate.retract_report(report.id, "olena", "an error of the agency", make.moment("11:00"))
    assert news.cell("12:00").state is State.UNKNOWN
    assert news.cell("12:00", known="10:30").state is State.DISRUPTED
    assert {event.what for event in store.events.since(events)} == {"corrected"}
    moderate.undo(action.id, "olena", make.moment("11:30"))
    after = news.cell("12:00")
    assert (after.state, after.since, after.incident) == (before.state, before.since, before.incident)
    assert news.cell("12:00", known="11:15").state is State.UNKNOWN
    assert news.cell("12:00", known="10:30").state is State.DISRUPTED
    assert len(store.claims.for_report(report.id, withdrawn=True)) == 2


def test_a_retracted_claim_stays_away_when_the_report_is_read_again():
    report, _ = news.told(make.claim(), text="Немає світла у Харківській області та у Сумській області.", at="10:00")
    accept.accept(report, news.SOURCES["radio"], make.moment("10:05"))
    sumy = next(word for word in store.claims.for_report(report.id) if word.claim.region == "UA-59")
    action = moderate.retract_claim(sumy.key, "olena", "another Sumy", make.moment("11:00"))
    assert (news.cell("12:00", "UA-59").state, news.cell("12:00").state) == (State.UNKNOWN, State.DISRUPTED)
    retracted = moderate.retract_report(report.id, "olena", "", make.moment("11:10"))
    moderate.undo(retracted.id, "olena", make.moment("11:20"))
    assert news.cell("12:00", "UA-59").state is State.UNKNOWN
    moderate.undo(action.id, "olena", make.moment("11:30"))
    assert news.cell("12:00", "UA-59").state is State.DISRUPTED


def test_a_distrusted_source_loses_its_words_from_then_on():
    for at in ("08:00", "10:00"):
        region = "Харківській" if at == "08:00" else "Сумській"
        report = make.report(f"У {region} області немає світла.", at=at, source="chat")
        accept.accept(report, news.SOURCES["chat"], make.moment(at))
    action = moderate.distrust("chat", make.moment("09:00"), "olena", "taken over", make.moment("11:00"))
    later = make.report("У Полтавській області немає світла.", at="11:30", source="chat")
    accept.accept(later, news.SOURCES["chat"], make.moment("11:30"))
    states = [news.cell("12:00", region).state for region in ("UA-63", "UA-59", "UA-53")]
    assert states == [State.DISRUPTED, State.UNKNOWN, State.UNKNOWN]
    moderate.undo(action.id, "olena", make.moment("12:30"))
    states = [news.cell("13:00", region).state for region in ("UA-63", "UA-59", "UA-53")]
    assert states == [State.DISRUPTED] * 3


def test_incidents_are_merged_split_and_set_apart_again():
    news.take(
        news.told(make.claim("outage", extent="whole"), at="2022-09-12T10:00"),
        news.told(make.claim("restored", extent="whole"), at="2022-09-12T12:00"),
        news.told(make.claim("outage", extent="whole"), at="2022-09-12T14:00"),
        now="14:30",
    )
    first, second = store.incidents.between(make.moment("09:00"), make.moment("15:00"))
    merged = moderate.merge(first.id, second.id, "olena", "one storm", make.moment("16:00"))
    (one,) = store.incidents.between(make.moment("09:00"), make.moment("15:00"))
    assert one.id == first.id
    assert store.incidents.successor(second.id) == first.id
    assert news.cell("15:00", known="15:30").incident == second.id
    moderate.undo(merged.id, "olena", make.moment("17:00"))
    assert len(store.incidents.between(make.moment("09:00"), make.moment("15:00"))) == 2
    assert store.incidents.successor(second.id) is None


@pytest.mark.parametrize(
    "act",
    [
        lambda: moderate.approve("none", "olena", "", news.NOW),
        lambda: moderate.retract_report("none", "olena", "", news.NOW),
        lambda: moderate.retract_claim("none", "olena", "", news.NOW),
        lambda: moderate.distrust("none", news.NOW, "olena", "", news.NOW),
        lambda: moderate.merge("none", "neither", "olena", "", news.NOW),
        lambda: moderate.split("none", news.NOW, "olena", "", news.NOW),
        lambda: moderate.undo(7, "olena", news.NOW),
        lambda: moderate.preview("none", news.NOW),
    ],
)
def test_an_act_on_nothing_is_refused_and_leaves_no_record(act):
    with pytest.raises(Refused):
        act()
    assert store.actions.page().items == ()
