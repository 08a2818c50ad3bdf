"""A cell's states over a stretch of time."""

from itertools import pairwise

import make

from tracker import incidents
from tracker.domain import Service, State


def spans(words, start, end, covered=True):
    told = incidents.fold(words, region="UA-63")
    start, end = make.moment(start), make.moment(end)
    return incidents.timeline(told, "UA-63", Service.ELECTRICITY, start, end, covered)


def test_nothing_said_is_one_span():
    (span,) = spans([], "08:00", "09:00")
    assert span == (make.moment("08:00"), make.moment("09:00"), State.NONE)
    assert spans([], "08:00", "09:00", covered=False)[0][2] is State.UNKNOWN


def test_a_story_is_told_without_gaps():
    words = [make.outage(extent="whole"), make.outage("11:00"), make.partly("12:00"), make.restored("14:00")]
    told = spans(words, "09:00", "2022-09-13T20:00")
    assert [(start, state) for start, _, state in told] == [
        (make.moment("09:00"), State.NONE),
        (make.moment("10:00"), State.OUT),
        (make.moment("12:00"), State.RECOVERING),
        (make.moment("14:00"), State.RESTORED),
        (make.moment("2022-09-13T14:00"), State.NONE),
    ]
    assert all(before[1] == after[0] for before, after in pairwise(told))


def test_silent_stretches_are_unconfirmed():
    words = [make.outage(), make.outage("2022-09-14T10:00"), make.outage("2022-12-14T10:00")]
    states = [state for _, _, state in spans(words, "10:00", "2022-12-14T11:00")]
    assert states == [
        State.DISRUPTED,
        State.UNCONFIRMED,
        State.DISRUPTED,
        State.UNCONFIRMED,
        State.NONE,
        State.DISRUPTED,
    ]


def test_a_new_incident_cuts_off_the_restored_day_of_the_one_before():
    words = [make.outage(), make.restored("12:00"), make.outage("18:00")]
    assert [state for _, _, state in spans(words, "12:00", "2022-09-13T13:00")] == [State.RESTORED, State.DISRUPTED]


def test_cuts_show_where_nothing_is_out():
    words = [make.scheduled("08:00", when="2022-09-12"), make.outage("10:00"), make.restored("12:00")]
    told = spans(words, "2022-09-12", "2022-09-13T13:00")
    assert [state for _, _, state in told] == [
        State.SCHEDULED,
        State.DISRUPTED,
        State.SCHEDULED,
        State.RESTORED,
        State.NONE,
    ]


def test_other_cells_incidents_are_left_out():
    told = incidents.fold([make.outage(region="UA-59")])
    day = (make.moment("2022-09-12"), make.moment("2022-09-13"))
    assert incidents.timeline(told, "UA-63", Service.ELECTRICITY, *day, True) == ((*day, State.NONE),)
