"""The read side: any moment, by what we know now or knew then; how well we listen; the JSON of the contract."""

import json
from datetime import timedelta

import make
import news
import pytest

from tracker import board, incidents, records, store
from tracker.domain import Claim, Kind, Report, Service, Source, SourceKind, State
from tracker.ingest import accept
from tracker.regions import REGIONS

pytestmark = pytest.mark.usefixtures("each_engine")


def test_an_empty_memory_knows_nothing_and_says_so():
    shown = board.at(news.NOW, None, news.NOW)
    assert {cell.state for cell in shown.cells.values()} == {State.UNKNOWN}
    assert (shown.coverage.sources, shown.coverage.healthy, shown.coverage.newest_report) == (0, 0, None)


def test_silence_of_a_region_that_is_listened_to_is_none():
    heard("everywhere", "10:00")
    heard("kharkiv", "10:00", regions=("UA-63",))
    assert news.cell("10:30", "UA-59").state is State.NONE
    assert news.cell("11:00:01", "UA-63").state is State.UNKNOWN
    assert news.cell("09:59").state is State.UNKNOWN


def test_a_local_source_covers_its_regions_alone():
    heard("kharkiv", "10:00", regions=("UA-63",))
    shown = board.at(make.moment("10:30"), None, news.NOW)
    assert {code for (code, _), cell in shown.cells.items() if cell.state is State.NONE} == {"UA-63"}
    assert (shown.coverage.sources, shown.coverage.healthy) == (1, 1)


def test_a_slow_source_may_be_silent_for_three_of_its_intervals():
    heard("slow", "10:00", minutes=60)
    assert [news.cell(at).state for at in ("13:00", "13:01")] == [State.NONE, State.UNKNOWN]


def test_a_gap_in_listening_stays_a_gap_in_the_past():
    for at in ("10:00", "10:30", "14:00"):
        heard("everywhere", at)
    states = [news.cell(at).state for at in ("10:45", "12:30", "14:10")]
    assert states == [State.NONE, State.UNKNOWN, State.NONE]


def test_a_form_is_no_listening():
    store.sources.save(Source("form", "Form", "", kind=SourceKind.FORM))
    store.sources.heard(store.sources.get("form"), make.moment("10:00"))
    shown = board.at(make.moment("10:10"), None, news.NOW)
    assert (shown.coverage.sources, shown.cells["UA-63", Service.GAS].state) == (0, State.UNKNOWN)


def test_the_board_of_a_moment_does_not_change_when_later_reports_speak_of_later_things():
    feed = sorted(news.invent(40, seed=5), key=lambda told: told[0].published)
    moment = feed[24][0].published
    early = [told for told in feed if told[0].published <= moment and told[0].updated is None]
    news.take(*early)
    before = records.board_json(board.at(moment, None, news.NOW), "http://tracker")
    news.take(*[told for told in feed if told[0].published > moment and told[0].updated is None])
    assert records.board_json(board.at(moment, None, news.NOW), "http://tracker") == before


def test_what_was_known_then_is_what_the_page_said_then():
    """Reports come in hours after they were published, some are edited: each hour's page is worked out again later."""
    feed = news.invent(24, seed=7, services=("electricity",))
    said = {}
    for number, told in enumerate(feed):
        now = news.START + timedelta(days=41, hours=number)
        if number % 8 == 0:
            said[now - timedelta(minutes=1)] = pages()
        news.take(told, now=now)
    for now, boards in said.items():
        assert pages(known=now) == boards


def test_the_timeline_says_what_the_board_says():
    news.take_at_once(news.invent(40, seed=9))
    start, end = news.START, news.START + timedelta(days=30)
    lived = board.timeline("UA-63", start, end)
    for service, stretches in lived.items():
        assert (stretches[0][0], stretches[-1][1]) == (start, end)
        for begun, _, state in stretches:
            assert board.region("UA-63", begun, now=news.NOW)[service].state is state


def test_a_board_of_the_past_says_what_the_whole_stories_say():
    """The board reads no story further than its moment; here every story is read to its end."""
    news.take_at_once(news.invent(120, seed=11, regions=("UA-63",), services=("electricity",)))
    moments = [news.START + timedelta(hours=7 * turn) for turn in range(160)]
    shown = [board.region("UA-63", at, now=news.NOW)[Service.ELECTRICITY] for at in moments]
    whole = store.incidents.between(news.START - timedelta(days=3), news.NOW, "UA-63", Service.ELECTRICITY)
    for at, cell in zip(moments, shown, strict=True):
        assert cell == incidents.status(whole, "UA-63", Service.ELECTRICITY, at, covered=False)


def test_one_region_is_asked_as_the_whole_board_is():
    news.take_at_once(news.invent(40, seed=9))
    moment = news.START + timedelta(days=12)
    whole = board.at(moment, None, news.NOW)
    for region in REGIONS[:4]:
        cells = board.region(region.code, moment, now=news.NOW)
        assert cells == {service: whole.cells[region.code, service] for service in Service}


def test_an_unnamed_claim_is_shown_for_its_services_time_to_live():
    news.take(
        news.told(make.claim("outage", "UA", "electricity"), at="10:00"),
        news.told(make.claim("outage", "UA", "water"), at="10:01"),
    )
    live = incidents.TIME_TO_LIVE
    assert live[Service.WATER] > live[Service.ELECTRICITY]
    shown = board.at(make.moment("10:30") + live[Service.ELECTRICITY], None, news.NOW)
    assert [word.claim.service for word in shown.unnamed] == [Service.WATER]


def test_the_json_has_every_region_and_service_of_the_contract():
    news.take(news.told(make.claim("outage", place="Izium", customers=300), at="10:00", url="http://radio/1"))
    document = json.loads(json.dumps(records.board_json(board.at(make.moment("11:00"), None, news.NOW), "http://t/")))
    assert [region["code"] for region in document["regions"]] == [region.code for region in REGIONS]
    (kharkiv,) = (region for region in document["regions"] if region["code"] == "UA-63")
    assert kharkiv["name"] == {"en": "Kharkiv Oblast", "uk": "Харківська область"}
    cell = kharkiv["services"]["electricity"]
    assert (cell["state"], cell["since"], cell["places"]) == ("disrupted", "2022-09-12T07:00:00Z", ["Izium"])
    assert (cell["customers"], cell["origins"], cell["disputed"]) == (300, 1, False)
    report = store.reports.page().items[0].id
    assert cell["evidence"] == [{"report": report, "quote": "no power", "source": "radio", "url": "http://radio/1"}]
    assert document["coverage"] == {"sources": 1, "healthy": 0, "newest_report": "2022-09-12T07:00:00Z"}


def test_evidence_without_a_web_address_leads_to_our_own_page():
    assert (
        records.evidence_json(make.outage(url="javascript:x", report="r"), "http://t/")["url"] == "http://t/reports/r"
    )


def test_the_briefing_of_12_september_2022():
    """Five oblasts without light and water, some power back in regions that nobody names."""
    oblasts = ("UA-63", "UA-59", "UA-53", "UA-23", "UA-12")
    report = Report("wire", "briefing", make.moment("08:00"), "", "A briefing of ours.")
    claims = [
        Claim(code, Service(service), Kind.OUTAGE, "problems with power and water", when=make.moment("08:00").date())
        for code in oblasts
        for service in ("electricity", "water")
    ]
    some = Claim(
        "UA", Service.ELECTRICITY, Kind.PARTLY_RESTORED, "some power is back", when=make.moment("08:00").date()
    )
    accept.accept_all([report], Source("wire", "Wire", "http://wire"), news.NOW, {report.id: (*claims, some)})
    shown = board.at(make.moment("23:00"), None, news.NOW)
    out = {cell for cell, status in shown.cells.items() if status.state is State.DISRUPTED}
    assert out == {(code, Service(service)) for code in oblasts for service in ("electricity", "water")}
    assert {status.state for cell, status in shown.cells.items() if cell not in out} == {State.UNKNOWN}
    (item,) = records.unnamed_json(shown, "http://t")
    assert (item["service"], item["kind"], item["when"]) == ("electricity", "partly_restored", "2022-09-12")


def pages(known=None):
    """What the pages of some days said, but for how many sources there are."""
    return [(page["regions"], page["unnamed"]) for page in news.boards(range(0, 45, 15), known)]


def heard(name, at, **given):
    """A source that could be heard at a moment."""
    source = Source(name, name, f"http://{name}", **given)
    store.sources.save(source)
    store.sources.heard(source, make.moment(at))
