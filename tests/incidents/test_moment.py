"""One incident as it stood at a moment."""

import make

from tracker import incidents
from tracker.domain import Development, Ending, Kind

(STORY,) = incidents.fold([make.outage(place="Izium"), make.outage("11:00"), make.restored("14:00")])


def test_before_its_first_word_there_is_no_incident():
    assert incidents.as_of(STORY, make.moment("09:59")) is None


def test_later_steps_are_taken_away():
    told = incidents.as_of(STORY, make.moment("12:00"))
    assert (told.ended, told.ending, told.spoken) == (None, None, make.moment("11:00"))
    assert [part.latest for part in told.parts] == [Kind.OUTAGE, Kind.OUTAGE]


def test_at_its_end_it_is_itself():
    assert incidents.as_of(STORY, make.moment("14:00")) == STORY


def test_silence_of_thirty_days_ends_it_by_the_clock():
    (silent,) = incidents.fold([make.outage()])
    told = incidents.as_of(silent, silent.opened + incidents.LAPSE)
    assert (told.ending, told.ended) == (Ending.NOT_REPORTED, silent.opened + incidents.LAPSE)
    assert told.updates[-1].what is Development.LAPSED
    assert silent.ended is None


def test_a_lapse_told_by_a_later_word_is_the_lapse_that_the_clock_saw():
    first, _ = incidents.fold([make.outage(), make.outage("2022-12-01T10:00")])
    assert incidents.as_of(first, first.ended) == first


def test_cuts_are_there_from_their_announcement_and_over_with_their_day():
    (cuts,) = incidents.fold([make.scheduled("18:00", when="2022-09-13")])
    assert incidents.as_of(cuts, make.moment("17:59")) is None
    ahead = incidents.as_of(cuts, make.moment("18:00"))
    assert ahead.opened > make.moment("18:00") and ahead.ended is None
    over = incidents.as_of(cuts, cuts.ended)
    assert (over.ended, over.ending, over.updates[-1].what) == (cuts.ended, Ending.OVER, Development.OVER)
    assert incidents.as_of(over, cuts.ended) == over
