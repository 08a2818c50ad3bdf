"""What the page said then, and what is known now."""

import make

from tracker import incidents
from tracker.domain import Service, State

CELL = ("UA-63", Service.ELECTRICITY)


def board(words, at):
    return {CELL: incidents.status(incidents.fold(words), *CELL, make.moment(at), True)}


def test_only_what_had_been_seen_and_not_yet_withdrawn_was_known():
    late = make.outage(seen="15:00")
    false = make.outage("11:00", source="tv", until="13:00")
    assert incidents.known([late, false], make.moment("12:00")) == (make.outage("11:00", source="tv"),)
    assert incidents.known([late, false], make.moment("14:00")) == ()
    assert incidents.known([late, false], make.moment("16:00")) == (late,)


def test_the_board_of_a_moment_is_corrected_by_what_was_learnt_later():
    words = [make.outage("10:00", seen="15:00")]
    then, now = board(incidents.known(words, make.moment("12:00")), "12:00"), board(words, "12:00")
    (difference,) = incidents.differences(then, now)
    assert (difference.then.state, difference.now.state) == (State.NONE, State.DISRUPTED)


def test_one_more_voice_is_no_correction():
    words = [make.outage(), make.outage("10:30", source="tv", seen="15:00")]
    assert incidents.differences(board(words[:1], "12:00"), board(words, "12:00")) == ()
    assert incidents.differences(board(words, "12:00"), {}) == ()
