"""Cuts by schedule: announced, in force, over by the clock, and never a restoration."""

import make

from tracker import incidents
from tracker.domain import Development, Ending, State, Track


def cell(*words, at):
    folded = incidents.fold(words, region="UA-63")
    return incidents.status(folded, "UA-63", words[0].claim.service, make.moment(at), True)


TOMORROW = make.scheduled("2022-09-12T18:00", when="2022-09-13", source="ukrenergo", standing="official")


def test_cuts_announced_for_tomorrow_are_announced_today_and_in_force_tomorrow():
    assert (cell(TOMORROW, at="17:00").state, cell(TOMORROW, at="17:00").announced) == (State.NONE, ())
    today = cell(TOMORROW, at="19:00")
    assert (today.state, today.announced, today.incident) == (State.NONE, (TOMORROW,), None)
    then = cell(TOMORROW, at="2022-09-13T00:00")
    assert (then.state, then.evidence, then.announced) == (State.SCHEDULED, (TOMORROW,), ())
    assert then.since == make.moment("2022-09-13T00:00")
    assert then.confirmed == make.moment("18:00")
    assert then.incident == "UA-63-electricity-cuts-2022-09-13"


def test_cuts_end_with_their_day_and_that_is_no_restoration():
    assert cell(TOMORROW, at="2022-09-13T23:59:59").state is State.SCHEDULED
    assert cell(TOMORROW, at="2022-09-14T00:00").state is State.NONE
    (cuts,) = incidents.fold([TOMORROW])
    told = incidents.as_of(cuts, make.moment("2022-09-14T00:00"))
    assert (told.ending, told.track) == (Ending.OVER, Track.SCHEDULED)
    assert [update.what for update in told.updates] == [Development.BEGAN, Development.OVER]


def test_nothing_of_cuts_to_come_is_dated_in_the_future():
    (cuts,) = incidents.fold([TOMORROW])
    assert cuts.updated == make.moment("18:00")


def test_a_run_of_days_is_an_incident_a_day():
    words = [make.scheduled("18:00", when=f"2022-09-{day}") for day in (13, 14, 16)]
    assert [told.id[-10:] for told in incidents.fold(words)] == ["2022-09-13", "2022-09-14", "2022-09-16"]
    assert cell(*words, at="2022-09-15T12:00").state is State.NONE
    assert len(cell(*words, at="2022-09-13T12:00").announced) == 2


def test_cuts_of_no_stated_day_hold_from_their_publication_to_that_days_end():
    word = make.scheduled("15:00")
    assert [cell(word, at=at).state for at in ("14:59", "15:00", "2022-09-13T00:00")] == [
        State.NONE,
        State.SCHEDULED,
        State.NONE,
    ]


def test_an_outage_and_cuts_are_two_stories():
    cut = make.scheduled("08:00", when="2022-09-12")
    both = cell(cut, make.outage("10:00"), TOMORROW, at="19:00")
    assert (both.state, both.announced) == (State.DISRUPTED, (TOMORROW, cut))
    after = cell(cut, make.outage("10:00"), make.restored("12:00"), at="13:00")
    assert after.state is State.SCHEDULED, "emergency outages are over, the schedule still applies"
    assert cell(cut, make.outage("10:00"), make.restored("12:00"), at="2022-09-13T01:00").state is State.RESTORED


def test_a_restoration_does_not_end_scheduled_cuts():
    assert cell(make.scheduled("08:00"), make.restored("09:00"), at="10:00").state is State.SCHEDULED


def test_places_and_voices_of_cuts_are_kept():
    words = [
        make.scheduled("08:00", place="Izium", customers=10),
        make.scheduled("09:00", place="Izium", source="tv"),
        make.scheduled("09:30", place="Chuhuiv", source="tv"),
    ]
    shown = cell(*words, at="10:00")
    assert (shown.places, shown.origins) == (("Chuhuiv", "Izium"), 2)
    (told,) = incidents.fold(words)
    assert [update.what for update in told.updates] == [
        Development.BEGAN,
        Development.REPEATED,
        Development.WIDENED,
    ]
    assert told.parts[0].customers == 10
    assert cell(*words, at="08:30").places == ("Izium",)


def test_cuts_of_a_day_with_a_changed_clock_end_at_its_kyiv_midnight():
    (told,) = incidents.fold([make.scheduled("2022-10-29T18:00", when="2022-10-30")])
    assert (told.ended - told.opened).total_seconds() == 25 * 3600
