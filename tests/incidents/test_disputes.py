"""Who may contradict whom: each row is a short exchange about one cell, and what the board says after it."""

import make
import pytest

from tracker import incidents
from tracker.domain import Development, State

OUT, BACK = "outage", "restored"


def cell(*words, at="23:00"):
    folded = incidents.fold(words, region="UA-63")
    return incidents.status(folded, "UA-63", words[0].claim.service, make.moment(at), True)


EXCHANGES = [
    # an unofficial "restored" against an official outage: disputed, stays open
    ((OUT, "10:00", "mayor", "official"), (BACK, "11:00", "tv", "media"), State.DISRUPTED, True),
    ((OUT, "10:00", "mayor", "official"), (BACK, "13:00", "tv", "media"), State.DISRUPTED, True),
    # three hours later it is news
    ((OUT, "10:00", "mayor", "official"), (BACK, "13:01", "tv", "media"), State.RESTORED, False),
    # equals: the later word holds, and both are shown
    ((OUT, "10:00", "radio", "media"), (BACK, "11:00", "tv", "media"), State.RESTORED, True),
    ((OUT, "10:00", "radio", "media"), (BACK, "13:01", "tv", "media"), State.RESTORED, False),
    # the better source settles it
    ((OUT, "10:00", "radio", "media"), (BACK, "11:00", "mayor", "official"), State.RESTORED, False),
    # one's own later word is an update
    ((OUT, "10:00", "radio", "media"), (BACK, "11:00", "radio", "media"), State.RESTORED, False),
    # a form never closes what a better source keeps open, however late
    ((OUT, "10:00", "radio", "media"), (BACK, "11:00", "form", "public"), State.DISRUPTED, True),
    ((OUT, "10:00", "radio", "media"), (BACK, "22:00", "form", "public"), State.DISRUPTED, True),
    ((OUT, "10:00", "form", "public"), (BACK, "11:00", "form", "public"), State.RESTORED, False),
]


@pytest.mark.parametrize("loss, back, state, disputed", EXCHANGES)
def test_loss_then_return(loss, back, state, disputed):
    words = [make.testimony(kind, at, source=who, standing=weight) for kind, at, who, weight in (loss, back)]
    shown = cell(*words)
    assert (shown.state, shown.disputed) == (state, disputed)


AFTER_RETURN = [
    # a form does not open what a better source has just called back
    ("form", "public", "12:30", State.RESTORED, True),
    ("form", "public", "15:01", State.DISRUPTED, False),
    # any other voice does: a false alarm is the lesser error
    ("chat", "channel", "12:30", State.DISRUPTED, True),
    ("tv", "media", "12:30", State.DISRUPTED, True),
    ("mayor", "official", "12:30", State.DISRUPTED, False),
    ("radio", "media", "12:30", State.DISRUPTED, False),
]


@pytest.mark.parametrize("who, weight, at, state, disputed", AFTER_RETURN)
def test_return_then_loss(who, weight, at, state, disputed):
    words = [make.outage("02:00"), make.restored("12:00"), make.outage(at, source=who, standing=weight)]
    shown = cell(*words, at="16:00")
    assert (shown.state, shown.disputed) == (state, disputed)


def test_both_sides_of_a_dispute_are_shown():
    loss, back = make.outage(source="mayor", standing="official"), make.restored("11:00", source="tv")
    shown = cell(loss, back)
    assert (shown.evidence, shown.against) == ((loss,), (back,))
    loss, back = make.outage(source="radio"), make.restored("11:00", source="tv")
    shown = cell(loss, back)
    assert (shown.evidence, shown.against) == ((back,), (loss,))


def test_a_word_too_weak_to_change_anything_is_kept_in_the_story():
    loss, back = make.outage(source="mayor", standing="official"), make.restored("11:00", source="tv")
    (told,) = incidents.fold([loss, back], region="UA-63")
    assert told.updates[-1].what is Development.DISPUTED
    assert told.updates[-1].testimonies == (back,)
    assert told.updates[-1].against == (loss,)
    assert told.spoken == back.effective


def test_the_better_sources_next_word_settles_a_dispute():
    loss = make.outage(source="mayor", standing="official")
    doubt = make.restored("11:00", source="tv")
    assert not cell(loss, doubt, make.outage("11:30", source="mayor", standing="official")).disputed
    assert cell(loss, doubt, make.restored("11:30", source="mayor", standing="official")).state is State.RESTORED


def test_a_third_equal_voice_does_not_settle_what_another_said_within_three_hours():
    words = [make.outage(source="radio"), make.restored("11:00", source="tv"), make.restored("11:30", source="web")]
    assert cell(*words).disputed
    assert not cell(*words, make.restored("14:30", source="web")).disputed


def test_voices_that_agree_dispute_nothing():
    assert not cell(make.outage(source="radio"), make.outage("10:30", source="tv")).disputed
    words = [make.outage("02:00"), make.restored("11:00", source="radio"), make.restored("11:30", source="tv")]
    assert not cell(*words).disputed


def test_what_a_better_source_or_the_voice_itself_has_settled_stays_settled():
    loss, again = make.outage(source="radio"), make.restored("11:30", source="tv")
    assert not cell(loss, make.restored("11:00", source="mayor", standing="official"), again).disputed
    assert not cell(loss, make.restored("11:00", source="radio"), again).disputed
    assert cell(loss, make.restored("11:00", source="chat", standing="channel"), again).disputed


def test_copies_of_one_originator_do_not_dispute_each_other():
    words = [make.outage(source="radio", origin="dtek"), make.restored("11:00", source="tv", origin="dtek")]
    assert not cell(*words).disputed


def test_a_weaker_repetition_of_the_loss_does_not_lower_its_weight():
    words = [
        make.outage(source="mayor", standing="official"),
        make.outage("10:30", source="radio"),
        make.restored("11:00", source="tv"),
    ]
    assert cell(*words).state is State.DISRUPTED
    quoted = make.outage("10:30", source="radio", origin="mayor")
    assert cell(words[0], quoted, words[2]).state is State.DISRUPTED


def test_a_region_that_is_out_and_a_town_that_is_back_are_no_contradiction():
    shown = cell(make.outage(source="mayor", standing="official"), make.restored("11:00", source="tv", place="Izium"))
    assert (shown.state, shown.disputed) == (State.RECOVERING, False)


def test_partial_restorations_contradict_nobody():
    words = [make.outage(source="radio"), make.partly("11:00", source="tv"), make.outage("11:30", source="radio")]
    assert not cell(*words).disputed


def test_a_town_out_within_an_hour_of_the_regions_return_is_disputed():
    words = [make.outage("02:00"), make.restored("11:00", source="tv"), make.outage("12:00", place="Izium")]
    shown = cell(*words)
    assert (shown.state, shown.disputed, shown.places) == (State.DISRUPTED, True, ("Izium",))


def test_a_form_adds_its_voice_to_what_is_open_whoever_denies_it():
    words = [
        make.outage(source="mayor", standing="official"),
        make.restored("10:30", source="tv"),
        make.outage("10:45", source="form", standing="public"),
    ]
    assert cell(*words).origins == 2


def test_a_form_reopens_no_place_that_a_better_source_has_just_called_back():
    words = [
        make.outage(place="Izium"),
        make.outage(place="Chuhuiv"),
        make.restored("14:00", place="Izium"),
        make.outage("14:30", place="Izium", source="form", standing="public"),
    ]
    shown = cell(*words)
    assert (shown.places, shown.disputed) == (("Chuhuiv",), True)


def test_a_forms_outage_right_after_a_return_of_which_we_have_no_incident_is_not_believed():
    words = [make.restored("12:00", source="tv"), make.outage("12:30", source="form", standing="public")]
    assert incidents.fold(words, region="UA-63") == ()


def test_a_forms_doubt_about_another_place_leaves_the_closed_incident_alone():
    words = [
        make.outage("02:00", place="Chuhuiv"),
        make.restored("12:00", source="tv"),
        make.outage("12:30", place="Izium", source="form", standing="public"),
    ]
    shown = cell(*words)
    assert (shown.state, shown.disputed) == (State.RESTORED, False)


def test_a_repeated_return_of_what_is_back_is_one_more_voice_not_a_doubt():
    words = [
        make.outage(source="mayor", standing="official", place="Izium"),
        make.outage("10:05", place="Chuhuiv"),
        make.restored("10:30", source="grid", standing="official", place="Izium"),
        make.restored("10:45", source="tv", place="Izium"),
    ]
    (told,) = incidents.fold(words, region="UA-63")
    assert told.updates[-1].what is Development.REPEATED


def test_a_dispute_about_a_place_that_is_back_is_past_after_a_day():
    words = [
        make.outage(place="Chuhuiv", source="radio"),
        make.outage(place="Izium", source="radio"),
        make.restored("11:00", place="Izium", source="tv"),
        make.outage("2022-09-13T10:00", place="Chuhuiv", source="radio"),
    ]
    assert cell(*words, at="2022-09-13T10:59").disputed
    assert not cell(*words, at="2022-09-13T11:00").disputed
