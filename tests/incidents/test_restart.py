"""Where a fold may start in the middle; that it then gives the same is a property of its own."""

import make

from tracker import incidents

MORNING = [make.outage("06:00"), make.restored("09:00")]
EVENING = [make.outage("18:00"), make.outage("19:00")]


def restart(words, at):
    return incidents.quiet_before(incidents.fold(words), make.moment(at))


def test_a_word_after_an_opening_restarts_there():
    found = restart([*MORNING, *EVENING], "20:00")
    assert found.start == make.moment("18:00")
    assert [told.opened for told in found.kept] == [make.moment("06:00")]


def test_three_hours_before_the_start_are_loaded_and_the_whole_day_for_its_cuts():
    assert restart([*MORNING, *EVENING], "20:00").load == make.moment("2022-09-12")
    night = [make.outage("2022-09-12T01:00")]
    assert restart(night, "02:00").load == make.moment("2022-09-11T22:00")


def test_a_word_at_or_before_the_opening_restarts_earlier():
    found = restart([*MORNING, *EVENING], "18:00")
    assert (found.start, found.kept) == (make.moment("06:00"), ())
    assert restart([*MORNING, *EVENING], "06:00") == incidents.Restart()


def test_an_incident_that_begins_in_the_moment_in_which_another_ended_is_no_quiet_place():
    words = [make.outage("06:00"), make.restored("18:00"), make.outage("18:05", effective="18:00")]
    assert len(incidents.fold(words)) == 2
    assert restart(words, "20:00").start == make.moment("06:00")


def test_cuts_of_earlier_days_are_kept_and_those_of_the_day_told_again():
    cuts = [make.scheduled("08:00", when=f"2022-09-{day}") for day in (11, 12, 13)]
    assert [told.id[-10:] for told in restart([*MORNING, *cuts], "20:00").kept] == ["2022-09-11"]


def test_numbers_of_the_day_go_on_after_a_restart():
    found = restart([*MORNING, *EVENING], "20:00")
    words = [*EVENING, make.restored("20:00"), make.outage("22:00")]
    names = [told.id for told in incidents.fold(words, after=found)]
    assert names == ["UA-63-electricity-2022-09-12-2", "UA-63-electricity-2022-09-12-3"]


def test_a_return_just_before_the_start_is_remembered_though_not_told():
    words = [make.restored("17:00", source="tv"), *EVENING]
    found = restart(words, "20:00")
    (told,) = incidents.fold(words, after=found)
    assert told.updates[0].against == (words[0],)
    assert (told,) == incidents.fold(words)
