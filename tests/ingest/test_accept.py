"""The one road in, on both engines: what it keeps, what it refuses to take twice, and what the board says after."""

import random

import make
import news
import pytest

from tracker import board, records, store
from tracker.domain import Source, SourceKind, Standing, State
from tracker.ingest import accept
from tracker.ingest.accept import Accepted

pytestmark = pytest.mark.usefixtures("each_engine")

FORM = Source("form", "Form", "", kind=SourceKind.FORM, standing=Standing.PUBLIC)


def test_a_report_becomes_a_cell_of_the_board():
    assert news.take(news.told(make.claim("outage"), at="10:00")) == [Accepted.NEW]
    cell = news.cell("12:00")
    assert cell.state is State.DISRUPTED
    assert [word.claim.evidence for word in cell.evidence] == ["no power"]


def test_the_same_feed_twenty_times_changes_nothing():
    feed = news.invent(25)
    news.take(*feed)
    boards, counts, changes = news.boards(), news.counts(), store.events.changes()
    for _ in range(20):
        assert set(news.take(*feed)) == {Accepted.KNOWN}
    assert (news.boards(), news.counts(), store.events.changes()) == (boards, counts, changes)


def test_any_order_of_arrival_gives_the_same_board():
    feed = news.invent(35)
    news.take_at_once(feed)
    expected = news.boards()
    for seed in (1, 2):
        clear()
        news.take(*random.Random(seed).sample(feed, len(feed)))
        assert news.boards() == expected


def test_the_same_words_under_another_key_are_known_for_a_day():
    text = "Без світла 300 осель."
    news.take(news.told(make.claim(), at="2022-09-12T10:00", key="http://a", text=text))
    later = [news.told(make.claim(), at=at, key=at, text=text) for at in ("2022-09-13T09:59", "2022-09-14T10:00")]
    assert news.take(*later) == [Accepted.KNOWN, Accepted.NEW]


def test_an_edited_entry_is_a_new_version_and_the_old_one_is_kept():
    first = news.told(make.claim("outage", extent="whole"), key="k", text="all of it", at="10:00")
    second = news.told(make.claim("outage", place="Izium"), key="k", text="only Izium", at="10:00")
    assert news.take(first, now="11:00") == [Accepted.NEW]
    assert news.take(second, now="12:00") == [Accepted.CHANGED]
    assert (news.cell("13:00").state, news.cell("13:00").places) == (State.DISRUPTED, ("Izium",))
    assert news.cell("13:00", known="11:30").state is State.OUT
    new, old = store.reports.versions("radio", "k")
    assert (old.superseded_by, new.superseded_by) == (new.report.id, None)
    assert [word.until for word in store.claims.for_report(old.report.id, withdrawn=True)] == [make.moment("12:00")]


def test_an_older_version_that_comes_late_never_counts():
    old = news.told(make.claim("outage", extent="whole"), key="k", text="old", updated=make.moment("10:00"))
    new = news.told(make.claim("outage", place="Izium"), key="k", text="new", updated=make.moment("11:00"))
    news.take(new, now="11:00")
    news.take(old, now="12:00")
    assert news.cell("13:00").places == ("Izium",)
    assert news.cell("13:00", known="12:30").places == ("Izium",)


def test_an_edit_that_withdraws_an_outage_moves_its_incident_and_its_event():
    news.take(news.told(make.claim("outage"), make.claim("outage", "UA-59"), key="k", text="two"), now="11:00")
    (told,) = store.incidents.between(make.moment("10:00"), make.moment("12:00"), region="UA-59")
    before = store.events.latest()
    news.take(news.told(make.claim("outage"), key="k", text="one"), now="12:00")
    assert store.incidents.get(told.id) is None
    assert store.incidents.gone(told.id) == make.moment("12:00")
    assert ("UA-59", "corrected") in {(event.region, event.what) for event in store.events.since(before)}
    assert news.cell("13:00", "UA-59").state is State.UNKNOWN


def test_a_report_of_years_ago_opens_and_closes_its_incident_then():
    news.take(news.told(make.claim("outage"), at="2026-11-22T09:00"))
    today = news.cell("2026-11-22T12:00")
    news.take(
        news.told(make.claim("outage", extent="whole"), at="2023-02-01T09:00"),
        news.told(make.claim("restored", extent="whole"), at="2023-02-02T09:00"),
    )
    assert news.cell("2026-11-22T12:00") == today
    assert news.cell("2023-02-01T10:00").state is State.OUT
    assert news.cell("2023-02-02T10:00").state is State.RESTORED


def test_the_whole_country_speaks_for_every_region():
    news.take(news.told(make.claim("outage", "UA", extent="whole"), at="10:00"))
    shown = board.at(make.moment("11:00"), None, news.NOW)
    assert {code for (code, service), cell in shown.cells.items() if cell.state is not State.UNKNOWN} == {
        region for region, _ in shown.cells
    }
    assert shown.unnamed == ()


def test_regions_that_are_not_named_change_no_cell():
    news.take(news.told(make.claim("partly_restored", "UA"), at="10:00"))
    shown = records.board_json(board.at(make.moment("11:00"), None, news.NOW), "http://tracker")
    assert [(item["service"], item["kind"], item["when"]) for item in shown["unnamed"]] == [
        ("electricity", "partly_restored", "2022-09-12")
    ]
    states = {cell["state"] for region in shown["regions"] for cell in region["services"].values()}
    assert states == {"unknown"}
    assert board.at(make.moment("2022-09-13T10:00:01"), None, news.NOW).unnamed == ()


def test_a_public_report_waits_unread():
    report, claims = news.told(make.claim("outage", extent="whole"), source="form", at="10:00")
    assert accept.accept_all([report], FORM, news.NOW, claims) == [Accepted.PENDING]
    assert news.cell("11:00").state is State.UNKNOWN
    assert store.claims.for_report(report.id, withdrawn=True) == ()
    assert store.reports.page().items == ()
    (waiting,) = store.reports.pending()
    assert not waiting.public
    assert store.reports.by_reference(accept.reference_of(report)).report == waiting.report


def test_equal_public_reports_are_counted_and_share_a_number():
    first, again = (news.told(source="form", key=key, text="Немає світла")[0] for key in "ab")
    assert accept.accept(first, FORM, news.NOW) is Accepted.PENDING
    assert accept.accept(again, FORM, news.NOW) is Accepted.KNOWN
    assert accept.accept(again, FORM, news.NOW) is Accepted.KNOWN
    (waiting,) = store.reports.pending()
    assert waiting.repeats == 2
    assert accept.reference_of(again) == accept.reference_of(first) == waiting.reference


def test_a_copy_counts_as_the_voice_that_it_copied():
    text = "У місті Харкові та області зникло електропостачання через обстріл, лікарні живляться від генераторів. "
    copies = [
        news.told(make.claim("outage"), at="10:00", source="ukrenergo", key="a", text=text * 3),
        news.told(make.claim("outage"), at="10:40", source="radio", key="b", text=text * 3 + "Слідкуйте за нами."),
        news.told(make.claim("outage"), at="11:00", source="chat", key="c", text="В Харькове нет света."),
    ]
    for order in (copies, copies[::-1]):
        clear()
        news.take(*order)
        words = [word for report, _ in copies for word in store.claims.for_report(report.id)]
        assert [word.origin for word in words] == ["ukrenergo", "ukrenergo", "chat"]
        assert news.cell("12:00").origins == 2


def test_a_quoted_voice_is_the_origin_whoever_quotes_it():
    news.take(
        news.told(make.claim("outage", originator="ukrenergo"), at="10:00", source="radio", text="quoted here"),
        news.told(make.claim("outage", originator="ukrenergo"), at="11:00", source="chat", text="and there"),
    )
    assert news.cell("12:00").origins == 1


def test_claims_drawn_out_by_ourselves_come_in_by_the_same_road():
    report = make.report("У Харківській області немає світла.", at="10:00")
    assert accept.accept(report, news.SOURCES["radio"], news.NOW) is Accepted.NEW
    assert news.cell("11:00").state is State.DISRUPTED


def clear():
    """Empties the memory."""
    from tracker.store.tables import db

    with store.writing() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
