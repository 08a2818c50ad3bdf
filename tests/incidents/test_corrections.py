"""What a moderator mends, and what becomes of words that were taken back."""

from dataclasses import replace
from datetime import timedelta

import make
import pytest

from tracker import incidents
from tracker.domain import Development, Ending, State

NOW = make.moment("2022-09-14T09:00")


def fold(words, *corrections):
    return incidents.fold(words, corrections, region="UA-63")


TWO = [make.outage("10:00"), make.restored("12:00"), make.outage("18:00", customers=40)]
ONE = [make.outage("10:00"), make.outage("14:00", source="tv"), make.restored("20:00")]


def test_two_incidents_merged_are_one_that_keeps_the_first_name():
    first, second = fold(TWO)
    (told,) = fold(TWO, incidents.merging(second, first, NOW, by="anna", why="the same line"))
    assert (told.id, told.ended) == (first.id, None)
    assert [update.what for update in told.updates] == [
        Development.BEGAN,
        Development.BACK,
        Development.CORRECTED,
        Development.WIDENED,
    ]
    assert told.updated == NOW, "feeds learn of it"


def test_a_merge_does_not_rewrite_the_hours_in_between():
    first, second = fold(TWO)
    told = fold(TWO, incidents.merging(first, second, NOW))
    states = [incidents.status(told, "UA-63", first.service, make.moment(at), True).state for at in ("13:00", "18:00")]
    assert states == [State.RESTORED, State.DISRUPTED]


def test_a_merge_reaches_no_third_incident():
    words = [*TWO, make.restored("19:00"), make.outage("22:00")]
    first, second, _third = fold(words)
    merged = fold(words, incidents.merging(first, second, NOW))
    assert len(merged) == 2
    before = [make.outage("2022-09-10T10:00"), make.restored("2022-09-10T12:00"), *words]
    assert len(fold(before, incidents.merging(first, second, NOW))) == 3


def test_a_split_lets_a_new_incident_begin_with_the_next_outage_word():
    (told,) = fold(ONE)
    first, second = fold(ONE, incidents.splitting(told, make.moment("13:00"), NOW))
    assert (first.ended, first.ending) == (make.moment("14:00"), Ending.NOT_REPORTED)
    assert (second.opened, second.ended) == (make.moment("14:00"), make.moment("20:00"))
    assert second.id == f"{told.id}-2"
    assert incidents.as_of(first, NOW) == first


def test_a_split_hides_no_loss():
    (told,) = fold(ONE)
    halves = fold(ONE, incidents.splitting(told, make.moment("13:00"), NOW))
    for at in ("13:30", "14:00", "19:59"):
        assert incidents.status(halves, "UA-63", told.service, make.moment(at), True).state is State.DISRUPTED


def test_a_split_whose_incident_has_closed_by_then_does_nothing():
    (told,) = fold(ONE)
    split = incidents.splitting(told, make.moment("13:00"), NOW)
    words = [ONE[0], make.restored("12:00")]
    assert fold(words, split) == fold(words)


def test_of_a_join_and_a_parting_the_one_made_last_holds():
    (told,) = fold(ONE)
    split = incidents.splitting(told, make.moment("13:00"), NOW)
    first, second = fold(ONE, split)
    merge = incidents.merging(first, second, NOW + timedelta(minutes=1))
    assert len(fold(ONE, split, merge)) == len(fold(ONE, merge, split)) == 1
    one, other = fold(TWO)
    joined = incidents.merging(one, other, NOW)
    (whole,) = fold(TWO, joined)
    parted = incidents.splitting(whole, make.moment("17:00"), NOW + timedelta(minutes=1))
    assert [told.ended for told in fold(TWO, joined, parted)] == [make.moment("12:00"), None]


def test_a_correction_that_makes_no_sense_is_refused_with_a_sentence():
    first, second = fold(TWO)
    (cuts,) = fold([make.scheduled()])
    elsewhere = replace(second, region="UA-59")
    with pytest.raises(ValueError, match="one region"):
        incidents.merging(first, elsewhere, NOW)
    with pytest.raises(ValueError, match="with itself"):
        incidents.merging(first, first, NOW)
    with pytest.raises(ValueError, match="cannot be merged"):
        incidents.merging(first, cuts, NOW)
    with pytest.raises(ValueError, match="cannot be split"):
        incidents.splitting(cuts, NOW, NOW)
    with pytest.raises(ValueError, match="after its beginning"):
        incidents.splitting(first, first.opened, NOW)


def test_an_undone_correction_holds_no_longer():
    first, second = fold(TWO)
    merge = incidents.merging(first, second, NOW)
    undone = replace(merge, until=make.moment("2022-09-14T10:00"))
    assert merge.known_at(NOW) and undone.known_at(NOW)
    assert not undone.known_at(make.moment("2022-09-14T10:00"))
    assert not merge.known_at(make.moment("2022-09-14T08:59"))


def test_a_withdrawn_word_tells_nothing_and_leaves_a_step_behind():
    words = [make.outage(), make.restored("12:00", until="15:00")]
    (told,) = fold(words)
    assert told.ended is None
    assert (told.updates[-1].what, told.updates[-1].known) == (Development.CORRECTED, make.moment("15:00"))
    assert told.testimonies == (words[0],)
    cell = incidents.status([told], "UA-63", told.service, make.moment("16:00"), True)
    assert (cell.state, cell.evidence, cell.confirmed) == (State.DISRUPTED, (words[0],), make.moment("10:00"))


def test_an_edited_entry_that_still_says_it_is_no_correction():
    words = [make.outage(report="v1", key="a", until="15:00"), make.outage(report="v2", key="b", seen="15:00")]
    (told,) = fold(words)
    assert [update.what for update in told.updates] == [Development.BEGAN]


def test_a_withdrawn_word_of_no_incident_leaves_nothing():
    assert fold([make.outage(until="15:00")]) == ()
    unnamed = make.partly("12:00", region="UA", until="15:00")
    assert len(fold([make.outage(), unnamed])[0].updates) == 1
    words = [make.outage(), make.restored("12:00"), make.outage("13:00", until="15:00")]
    assert len(fold(words)[0].updates) == 2
    silent = [make.outage(), make.partly("2022-11-01T10:00", until="2022-11-01T11:00")]
    assert len(fold(silent)[0].updates) == 1


def test_a_later_merge_does_not_draw_in_a_word_that_was_withdrawn_while_all_was_back():
    words = [*TWO, make.outage("15:00", source="tv", until="16:00")]
    first, second = fold(words)
    (told,) = fold(words, incidents.merging(first, second, NOW))
    assert not any(word.source == "tv" for update in told.updates for word in update.testimonies)


def test_withdrawn_cuts_correct_the_cuts_of_their_day():
    words = [make.scheduled("08:00"), make.scheduled("09:00", source="tv", until="10:00"), make.outage("08:30")]
    cuts = next(told for told in fold(words) if "cuts" in told.id)
    assert [update.what for update in cuts.updates] == [Development.BEGAN, Development.CORRECTED]
    told = incidents.as_of(cuts, make.moment("2022-09-13T00:00"))
    assert told.updates[-1].what is Development.OVER
