"""One story a cell: what opens it, what closes it, and what leaves it alone."""

import make
import pytest

from tracker import incidents
from tracker.domain import Development, Ending, Kind, State


def fold(*words, **given):
    return incidents.fold(words, region="UA-63", **given)


def state(words, at, covered=True):
    folded = incidents.fold(words, region="UA-63")
    return incidents.status(folded, "UA-63", words[0].claim.service, make.moment(at), covered).state


def test_nothing_said_makes_no_incident():
    assert incidents.fold(()) == ()


def test_an_outage_opens_an_incident_named_by_its_kyiv_day():
    (told,) = fold(make.outage("2022-09-12T00:30"))
    assert told.id == "UA-63-electricity-2022-09-12"
    assert told.ended is None
    assert [update.what for update in told.updates] == [Development.BEGAN]


def test_a_restoration_with_nothing_open_opens_nothing():
    assert fold(make.restored(), make.partly("13:00")) == ()


def test_a_region_wide_restoration_closes_every_part():
    (told,) = fold(make.outage(place="Izium"), make.outage("10:30", place="Chuhuiv"), make.restored("12:00"))
    assert told.ending is Ending.RESTORED
    assert told.ended == make.moment("12:00")
    assert {part.latest for part in told.parts} == {Kind.RESTORED}


def test_a_place_that_is_back_leaves_the_rest_of_the_region_dark():
    words = [make.outage(), make.restored("12:00", place="Izium")]
    (told,) = fold(*words)
    assert told.ended is None
    assert state(words, "12:30") is State.RECOVERING


def test_an_incident_closes_when_its_last_part_is_back():
    words = [
        make.outage(place="Izium"),
        make.outage(place="Chuhuiv"),
        make.restored("12:00", place="Izium"),
        make.restored("13:00", place="Chuhuiv"),
    ]
    assert state(words, "12:30") is State.RECOVERING
    assert state(words, "13:00") is State.RESTORED
    assert fold(*words)[0].ended == make.moment("13:00")


def test_a_district_that_is_back_brings_back_the_towns_inside_it():
    (told,) = fold(make.outage(place="Izium", within="Izium district"), make.restored("12:00", place="Izium district"))
    assert told.ending is Ending.RESTORED


def test_a_town_that_is_back_leaves_its_district_open():
    words = [
        make.outage(place="Izium district"),
        make.restored("12:00", place="Izium", within="Izium district"),
    ]
    assert state(words, "12:00") is State.RECOVERING


def test_another_places_restoration_says_nothing():
    words = [make.outage(place="Izium"), make.restored("12:00", place="Chuhuiv")]
    assert len(fold(*words)[0].updates) == 1
    assert state(words, "12:30") is State.DISRUPTED


@pytest.mark.parametrize("kind, extent", [("partly_restored", None), ("restored", "part")])
def test_a_partial_restoration_never_closes(kind, extent):
    words = [make.outage(), make.testimony(kind, "12:00", extent=extent)]
    assert fold(*words)[0].ended is None
    assert state(words, "12:30") is State.RECOVERING


def test_a_partial_restoration_of_the_region_speaks_of_its_open_places():
    words = [make.outage(place="Izium"), make.partly("12:00")]
    assert state(words, "12:30") is State.RECOVERING
    assert fold(*words, make.restored("13:00", place="Izium"))[0].ended == make.moment("13:00")


def test_a_partial_restoration_of_what_is_back_says_nothing():
    words = [make.outage(place="Izium"), make.outage(place="Chuhuiv"), make.restored("11:00", place="Izium")]
    (told,) = fold(*words, make.partly("12:00", place="Izium"))
    assert told.spoken == make.moment("11:00")


def test_a_later_outage_opens_a_new_incident_with_the_next_number():
    first, second = fold(make.outage(), make.restored("12:00"), make.outage("18:00"))
    assert (first.id, second.id) == ("UA-63-electricity-2022-09-12", "UA-63-electricity-2022-09-12-2")


def test_a_part_that_is_out_again_reopens_in_the_same_incident():
    words = [
        make.outage(place="Izium", customers=500),
        make.outage(place="Chuhuiv"),
        make.restored("11:00", place="Izium"),
        make.outage("15:00", place="Izium"),
    ]
    (told,) = fold(*words)
    assert told.updates[-1].what is Development.WIDENED
    assert next(part for part in told.parts if part.place == "Izium").customers is None
    assert state(words, "15:00") is State.DISRUPTED


def test_the_whole_region_is_out_only_where_the_text_says_so():
    assert state([make.outage()], "10:00") is State.DISRUPTED
    assert state([make.outage(extent="whole")], "10:00") is State.OUT
    assert state([make.outage(extent="whole", place="Izium")], "10:00") is State.DISRUPTED
    assert state([make.outage(), make.outage("11:00", extent="whole")], "11:00") is State.OUT


def test_after_a_partial_restoration_only_a_new_whole_makes_the_region_out_again():
    words = [make.outage(extent="whole"), make.partly("12:00")]
    assert state([*words, make.outage("13:00")], "13:00") is State.DISRUPTED
    assert state([*words, make.outage("13:00", extent="whole")], "13:00") is State.OUT


def test_a_whole_outage_takes_back_what_was_restored_inside_it():
    words = [
        make.outage(place="Izium"),
        make.outage(place="Chuhuiv"),
        make.partly("10:30", place="Chuhuiv"),
        make.restored("11:00", place="Izium"),
        make.outage("15:00", extent="whole"),
    ]
    assert {part.latest for part in fold(*words)[0].parts} == {Kind.OUTAGE}
    assert state(words, "15:00") is State.OUT


def test_a_new_place_widens_and_one_inside_an_open_place_repeats():
    (told,) = fold(
        make.outage(place="Izium district"),
        make.outage("11:00", place="Chuhuiv"),
        make.outage("12:00", place="Izium", within="Izium district"),
    )
    assert [update.what for update in told.updates] == [
        Development.BEGAN,
        Development.WIDENED,
        Development.REPEATED,
    ]


def test_words_of_one_report_make_one_step():
    (told,) = fold(make.outage(place="Izium"), make.outage(place="Chuhuiv"), make.outage("10:00", source="tv"))
    assert [len(update.testimonies) for update in told.updates] == [2, 1]


def test_one_report_that_tells_of_loss_and_return_at_once_ends_restored():
    words = [make.restored("10:00", place="Izium"), make.outage("10:00", place="Izium")]
    assert state(words, "10:00") is State.RESTORED


@pytest.mark.parametrize("source", ["a", "b", "c", "d", "e", "f"])
def test_of_words_of_one_moment_loss_comes_first_and_full_return_last(source):
    """Whatever their reports' identities: the order must not hang on a hash."""
    words = [make.outage(source="radio"), make.partly("10:00", source=source), make.restored("10:00", source="tv")]
    (told,) = fold(*words)
    assert [update.what for update in told.updates] == [
        Development.BEGAN,
        Development.PARTLY_BACK,
        Development.BACK,
    ]


def test_incidents_of_both_tracks_come_oldest_first():
    told = fold(make.scheduled("2022-09-11T08:00"), make.outage(), make.scheduled("2022-09-13T08:00"))
    assert [one.track for one in told] == ["scheduled", "outage", "scheduled"]


def test_yesterdays_outage_counts_from_the_end_of_yesterday():
    (told,) = fold(make.outage("2022-09-12T09:00", when="2022-09-11"))
    assert told.opened == make.moment("2022-09-11T23:59:59")


def test_a_late_report_opens_and_closes_its_own_time_and_leaves_today_alone():
    today = [make.outage("2022-09-20T10:00")]
    late = [
        make.outage("2022-09-01T10:00", seen="2022-09-20T12:00"),
        make.restored("2022-09-01T15:00", seen="2022-09-20T12:00"),
    ]
    old, new = fold(*today, *late)
    assert old.ended == make.moment("2022-09-01T15:00")
    assert (new,) == fold(*today)


def test_a_word_about_the_whole_country_reaches_the_cell():
    nationwide = make.outage(region="UA", extent="whole")
    assert fold(nationwide)[0].id == "UA-63-electricity-2022-09-12"
    assert state([nationwide], "10:00") is State.DISRUPTED, "in all regions is not all of each region"
    assert state([nationwide, make.restored("12:00", region="UA", extent="whole")], "12:00") is State.RESTORED


def test_a_word_about_unnamed_regions_changes_no_cell():
    assert fold(make.outage(region="UA")) == ()
    assert state([make.outage(), make.restored("12:00", region="UA")], "12:00") is State.DISRUPTED


def test_the_cell_is_named_by_its_words_when_the_caller_does_not():
    nationwide = make.outage(region="UA", extent="whole")
    assert incidents.fold([nationwide, make.outage("11:00", region="UA-46")])[0].region == "UA-46"
    assert incidents.fold([nationwide])[0].region == "UA"


def test_the_same_word_twice_is_one_word():
    word = make.outage()
    again = make.outage(seen="15:00")
    assert fold(word, again, word) == fold(word)


def test_a_second_voice_for_a_restoration_joins_the_closed_incident():
    words = [make.outage(), make.restored("12:00"), make.restored("18:00", source="tv")]
    (told,) = fold(*words)
    assert told.ended == make.moment("12:00")
    cell = incidents.status([told], "UA-63", told.service, make.moment("19:00"), True)
    assert (cell.origins, cell.since, cell.confirmed) == (2, make.moment("12:00"), make.moment("18:00"))


def test_a_voice_a_day_after_the_return_is_too_late_to_join_it():
    closed = [make.outage(), make.restored("12:00")]
    assert len(fold(*closed, make.restored("2022-09-13T11:59", source="tv"))[0].updates) == 3
    assert len(fold(*closed, make.restored("2022-09-13T12:00", source="tv"))[0].updates) == 2


def test_thirty_days_without_a_word_end_an_incident_as_not_reported():
    old, new = fold(make.outage("2022-09-01T10:00"), make.outage("2022-10-01T10:00"))
    assert (old.ended, old.ending) == (make.moment("2022-10-01T10:00"), Ending.NOT_REPORTED)
    assert old.updates[-1].what is Development.LAPSED
    assert new.ended is None


def test_a_restoration_after_the_lapse_restores_nothing():
    words = [make.outage("2022-09-01T10:00"), make.restored("2022-10-01T11:00")]
    (told,) = fold(*words)
    assert (told.ending, told.updates[-1].what) == (Ending.NOT_REPORTED, Development.LAPSED)
    assert state(words, "2022-10-01T11:00") is State.NONE
