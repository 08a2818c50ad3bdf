"""The sample through the real poller, with a clock that the test moves: what a watcher of the demonstration sees."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker import board, create_app, store
from tracker.demo import sample, server
from tracker.domain import Service, State
from tracker.ingest import poll

STARTED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
LATER = STARTED + timedelta(minutes=5)

TRAPPED = ("UA-61", "UA-07", "UA-21", "UA-77", "UA-68", "UA-26", "UA-18")
"""Regions that only traps speak of, from Ternopil to Zhytomyr."""


class Clock:
    """A clock that the test moves."""

    now = STARTED

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    """The board at the start and five minutes later; what each source was asked and said."""
    folder, clock = tmp_path_factory.mktemp("polled"), Clock()
    with server.serving(sample.load(STARTED), clock) as feeds:
        app = create_app({"PRIVATE_ORIGINS": (feeds.address,)}, folder)
        with app.app_context():
            store.upgrade()
            for source in feeds.sources():
                store.sources.save(source)
            poller = poll.Poller(poll.ears(app.config, folder), clock)
            shown, outcomes = [], []
            for moment in (STARTED, LATER, LATER + timedelta(minutes=5)):
                clock.now = moment
                poller.run(tell=lambda source, outcome: outcomes.append((source.name, outcome)))
                shown.append(board.at(moment, moment, moment))
            poller.stop()
            yield shown, outcomes


@pytest.fixture(scope="module")
def first(boards):
    return boards[0][0].cells


@pytest.fixture(scope="module")
def second(boards):
    return boards[0][1].cells


def test_every_source_is_heard(boards):
    assert boards[0][0].coverage.healthy == boards[0][0].coverage.sources == 8


def test_traps_leave_no_trace_on_the_board(first):
    assert {status.state for (code, _), status in first.items() if code in TRAPPED} == {State.NONE}


def test_every_state_but_unknown_can_be_seen(first):
    assert {status.state for status in first.values()} == set(State) - {State.UNKNOWN}


def test_cuts_announced_for_today_are_scheduled_and_those_for_tomorrow_are_not_yet(first):
    assert first["UA-71", Service.ELECTRICITY].state is State.SCHEDULED
    assert first["UA-05", Service.WATER].state is State.NONE
    assert first["UA-05", Service.WATER].announced


def test_a_summary_is_completed_from_its_article_without_the_headlines_beside_it(first):
    assert first["UA-51", Service.HEATING].state is State.DISRUPTED
    assert first["UA-51", Service.ELECTRICITY].state is State.RECOVERING
    assert first["UA-26", Service.GAS].state is State.NONE


def test_a_text_in_two_outlets_is_one_origin(first):
    assert first["UA-12", Service.ELECTRICITY].origins == 1


def test_equal_voices_that_contradict_each_other_are_disputed(first):
    assert first["UA-35", Service.WATER].disputed
    assert first["UA-35", Service.WATER].against


def test_regions_without_a_name_stand_beside_the_board(boards):
    unnamed = {(str(testimony.claim.service), str(testimony.claim.kind)) for testimony in boards[0][0].unnamed}
    assert unnamed == {("electricity", "partly_restored")}


def test_an_edited_entry_takes_the_place_of_its_first_version(first, second):
    assert (first["UA-56", Service.ELECTRICITY].customers, first["UA-56", Service.ELECTRICITY].places) == (12_000, ())
    assert second["UA-56", Service.ELECTRICITY].customers == 1_200
    assert second["UA-56", Service.ELECTRICITY].places == ("Sarny district",)


def test_a_restoration_comes_while_one_watches(first, second):
    assert first["UA-23", Service.COMMUNICATIONS].state is State.DISRUPTED
    assert second["UA-23", Service.COMMUNICATIONS].state is State.RESTORED


def test_nothing_is_read_again_that_did_not_change(boards):
    last = dict(boards[1][-8:])
    assert len(last) == 8
    assert all(outcome.http_status == 304 and not outcome.fresh for outcome in last.values())
