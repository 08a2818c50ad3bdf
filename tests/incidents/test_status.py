"""One cell of the board: its state, since when, by whose word."""

from datetime import timedelta

import make
import pytest

from tracker import incidents
from tracker.domain import Confidence, Service, Standing, State


def cell(*words, at="23:00", covered=True):
    service = words[0].claim.service if words else Service.ELECTRICITY
    folded = incidents.fold(words, region="UA-63")
    return incidents.status(folded, "UA-63", service, make.moment(at), covered)


def test_no_report_is_none_and_no_source_is_unknown():
    assert cell().state is State.NONE
    assert cell(covered=False).state is State.UNKNOWN
    assert (
        cell(make.outage("2022-09-01T10:00"), make.restored("2022-09-01T12:00"), covered=False).state is State.UNKNOWN
    )
    assert cell(make.outage(), covered=False).state is State.DISRUPTED


@pytest.mark.parametrize("service", list(Service))
def test_after_its_time_to_live_an_open_incident_is_unconfirmed_and_after_thirty_days_none(service):
    word = make.outage(service=service, extent="whole")
    last = word.effective + incidents.TIME_TO_LIVE[service]
    assert cell(word, at=last - timedelta(seconds=1)).state is State.OUT
    faded = cell(word, at=last)
    assert (faded.state, faded.since, faded.evidence, faded.incident is None) == (
        State.UNCONFIRMED,
        last,
        (word,),
        False,
    )
    assert cell(word, at=word.effective + incidents.LAPSE - timedelta(seconds=1)).state is State.UNCONFIRMED
    gone = cell(word, at=word.effective + incidents.LAPSE)
    assert (gone.state, gone.since, gone.incident) == (State.NONE, None, None)


def test_a_full_restoration_shows_for_a_day():
    words = [make.outage(), make.restored("12:00")]
    assert cell(*words, at="2022-09-13T11:59:59").state is State.RESTORED
    assert cell(*words, at="2022-09-13T12:00").state is State.NONE


def test_the_state_of_a_past_moment_is_not_changed_by_what_came_after():
    words = [make.outage(extent="whole"), make.partly("12:00"), make.restored("14:00"), make.outage("18:00")]
    seen = [cell(*words, at=at).state for at in ("09:59", "10:00", "12:00", "14:00", "18:00")]
    assert seen == [State.NONE, State.OUT, State.RECOVERING, State.RESTORED, State.DISRUPTED]


def test_since_counts_from_the_states_beginning_not_from_its_last_repetition():
    words = [make.outage(), make.outage("2022-09-13T08:00"), make.outage("2022-09-15T08:00")]
    shown = cell(*words, at="2022-09-15T09:00")
    assert shown.since == make.moment("10:00"), "two silent days did not bring the power back in between"
    assert shown.confirmed == make.moment("2022-09-15T08:00")
    words = [make.outage(), make.partly("12:00"), make.outage("13:00")]
    assert cell(*words).since == make.moment("13:00")


def test_a_wider_loss_after_a_towns_return_is_no_recovery():
    words = [make.outage("10:00", place="Izium"), make.outage("10:00"), make.restored("12:00", place="Izium")]
    assert cell(*words, at="13:00").state is State.RECOVERING
    later = [*words, make.outage("20:00", source="tv")]
    assert cell(*later, at="20:30").state is State.DISRUPTED
    assert cell(*words, make.outage("20:00", place="Chuhuiv"), at="20:30").state is State.RECOVERING


def test_places_still_out_are_named_and_those_back_are_not():
    words = [make.outage(place=place) for place in ("Izium", "Chuhuiv", "Balakliia")]
    assert cell(*words, make.restored("12:00", place="Izium")).places == ("Balakliia", "Chuhuiv")
    assert cell(*words, make.restored("12:00")).places == ()


def test_customers_are_the_last_number_said_to_be_cut_off():
    words = [make.outage(customers=5000), make.outage("11:00", customers=3000), make.outage("12:00")]
    assert cell(*words).customers == 3000
    assert cell(*words, make.restored("13:00")).customers is None


def test_reconnected_customers_are_not_shown_as_cut_off():
    words = [make.outage(customers=5000), make.partly("12:00", customers=4000)]
    assert cell(*words).customers == 5000
    assert cell(make.outage(), words[1]).customers is None


def test_the_countrys_total_is_no_regions_number():
    nationwide = make.outage(region="UA", extent="whole", customers=12_000_000)
    assert cell(nationwide).customers is None
    assert cell(make.outage("09:00", customers=300), nationwide).customers == 300


def test_of_numbers_said_at_one_moment_the_regions_own_counts_then_the_largest():
    towns = [make.outage(place="Izium", customers=900), make.outage(place="Chuhuiv", customers=200)]
    assert cell(*towns).customers == 900
    assert cell(*towns, make.outage(customers=700)).customers == 700


def test_a_withdrawn_or_disputed_number_does_not_count():
    official = make.outage(source="mayor", standing="official", customers=100)
    gone = make.outage("10:30", customers=9000, until="11:00")
    assert cell(official, gone).customers == 100
    back = make.restored("10:40", source="mayor", standing="official", place="Izium")
    form = make.outage("10:50", source="form", standing="public", place="Izium", customers=7)
    assert cell(make.outage(place="Izium"), official, back, form).customers == 100


def test_origins_count_independent_voices_only():
    words = [make.outage(source=name, origin="ukrenergo") for name in ("radio", "tv", "web")]
    assert cell(*words).origins == 1
    shown = cell(*words, make.outage("10:30", source="mayor", standing="official"))
    assert (shown.origins, shown.standing) == (2, Standing.OFFICIAL)


def test_a_copy_that_quotes_an_authority_does_not_hide_its_word():
    words = [make.outage(source="grid", standing="official"), make.outage("11:00", source="radio", origin="grid")]
    shown = cell(*words)
    assert (shown.origins, shown.standing, shown.confidence) == (1, Standing.OFFICIAL, Confidence.OFFICIAL)


def test_a_recovery_is_vouched_for_by_those_who_speak_of_it():
    words = [make.outage(source="mayor", standing="official"), make.partly("12:00", source="radio")]
    shown = cell(*words)
    assert (shown.origins, shown.standing, shown.confidence) == (1, Standing.MEDIA, Confidence.REPORTED)
    assert shown.evidence == (words[1],)


def test_evidence_has_the_newest_word_of_each_voice_first():
    words = [make.outage(), make.outage("11:00", source="tv"), make.outage("12:00")]
    assert cell(*words).evidence == (words[2], words[1])
