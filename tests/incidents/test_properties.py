"""What must hold whatever was said, in whatever order, by whomever."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from invent import PLACES, START, corrections, moments, stories, words

from tracker import incidents
from tracker.domain import Development, Ending, Extent, Kind, Service, State, Track
from tracker.incidents.moment import steps_by

CELL = ("UA-63", Service.ELECTRICITY)
LOSS = (State.OUT, State.DISRUPTED, State.RECOVERING, State.UNCONFIRMED)


def fold(said, mended=(), after=None):
    return incidents.fold(said, mended, region="UA-63", after=after)


def status(folded, at):
    return incidents.status(folded, *CELL, at, True)


def is_restoration(word):
    return word.until is None and word.claim.kind in (Kind.RESTORED, Kind.PARTLY_RESTORED)


@given(stories, corrections, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(said, mended, random):
    shuffled = list(said)
    random.shuffle(shuffled)
    assert fold(shuffled, mended) == fold(said, mended)


@given(stories, corrections, st.data())
def test_the_same_report_twice_changes_nothing(said, mended, data):
    again = data.draw(st.lists(st.sampled_from(said), max_size=4)) if said else []
    assert fold([*said, *again], mended) == fold(said, mended)


@given(stories, corrections, moments)
def test_the_story_up_to_a_moment_does_not_change_when_later_things_are_said(said, mended, at):
    before = [
        word for word in said if word.effective <= at or (word.claim.kind == "scheduled" and word.published <= at)
    ]
    whole, part = fold(said, mended), fold(before, mended)
    assert status(whole, at) == status(part, at)
    assert told_at(whole, at) == told_at(part, at)


def told_at(folded, at):
    return [told for incident in folded if (told := incidents.as_of(incident, at)) is not None]


@given(stories, corrections, moments)
def test_nothing_is_recovering_or_restored_without_a_word_that_says_so(said, mended, at):
    cell = status(fold(said, mended), at)
    if cell.state in (State.RECOVERING, State.RESTORED):
        assert cell.evidence
        assert all(word in said and is_restoration(word) and word.effective <= at for word in cell.evidence)


@given(stories, corrections)
def test_between_words_silence_only_fades(said, mended):
    """Where no word stands, a state turns only to unconfirmed or none, or by the calendar into and out of cuts."""
    spoken = {word.effective for word in said if word.claim.kind is not Kind.SCHEDULED}
    spans = incidents.timeline(fold(said, mended), *CELL, START - timedelta(days=3), START + timedelta(days=200), True)
    for before, after in pairwise(spans):
        moment = after[0]
        if moment in spoken or State.SCHEDULED in (before[2], after[2]):
            continue
        assert (before[2], after[2]) in {
            *((loss, State.UNCONFIRMED) for loss in LOSS),
            (State.UNCONFIRMED, State.NONE),
            (State.RESTORED, State.NONE),
        }


@given(stories)
def test_every_state_ends_in_silence_as_none(said):
    assert status(fold(said), START + timedelta(days=200)).state is State.NONE


@given(stories)
def test_narrow_never_closes_wide(said):
    """Each loss in an incident that ended restored is answered by a later full return at least as wide."""
    for told in fold(said):
        if told.ending is not Ending.RESTORED:
            continue
        accepted = [u for u in told.updates if u.what not in (Development.CORRECTED, Development.DISPUTED)]
        heard = [word for update in accepted for word in update.testimonies]
        for position, word in enumerate(heard):
            if word.claim.kind is Kind.OUTAGE:
                assert any(answers(later, word) for later in heard[position + 1 :])


def answers(back, loss):
    full = back.claim.kind is Kind.RESTORED and back.claim.extent is not Extent.PART
    wide = back.claim.place in (None, loss.claim.place, *loss.claim.within)
    return full and wide


@given(
    st.lists(words(places=(None,), kinds=("outage",), withdrawn=False), min_size=1, max_size=4),
    st.lists(words(places=tuple(PLACES)[1:], kinds=("restored", "partly_restored")), max_size=8),
)
def test_no_number_of_towns_brings_back_a_region(losses, returns):
    assert all(told.ending is not Ending.RESTORED for told in fold([*losses, *returns]))


@given(
    st.lists(words(voices=("ukrenergo", "radio", "chat"), kinds=("outage", "partly_restored")), max_size=8),
    st.lists(words(voices=("form",), kinds=("outage", "restored", "partly_restored")), max_size=8),
)
def test_forms_alone_close_nothing_that_better_sources_keep_open(better, forms):
    for told in fold([*better, *forms]):
        if told.ending is Ending.RESTORED:
            assert all(word.standing == 1 for word in told.testimonies if word.claim.kind is Kind.OUTAGE)


@given(stories, corrections, st.lists(words(), max_size=3), st.data())
def test_a_fold_from_the_middle_gives_what_the_whole_fold_gives(said, mended, new, data):
    """New words come and old ones are withdrawn; only what follows the restart is told again."""
    keys = {word.key for word in said}
    new = [word for word in {word.key: word for word in new}.values() if word.key not in keys]
    gone = set(data.draw(st.lists(st.sampled_from([word.key for word in said]), max_size=2))) if said else set()
    now = [replace(w, until=w.seen + timedelta(hours=1)) if w.key in gone else w for w in said] + new
    changed = [word.effective for word in now if word.key in gone or word.key not in keys]
    if not changed:
        return
    light = [replace(told, updates=(), parts=()) for told in fold(said, mended)]
    restart = incidents.quiet_before(light, min(changed))
    loaded = [word for word in now if restart.load is None or word.effective >= restart.load]
    again = fold(loaded, mended, restart)
    whole = fold(now, mended)
    assert {told.id for told in restart.kept}.isdisjoint(told.id for told in again)
    assert [told for told in whole if told.id not in {kept.id for kept in restart.kept}] == list(again)
    assert {replace(told, updates=(), parts=()) for told in whole} >= set(restart.kept)


@given(stories, corrections)
def test_what_is_stored_can_be_told_again_from_its_updates(said, mended):
    for told in fold(said, mended):
        if told.track is Track.OUTAGE:
            assert incidents.parts_after(told.updates) == told.parts
            at = max(update.at for update in told.updates)
            assert incidents.as_of(told, at) == told


@given(stories, corrections, moments)
def test_a_story_cut_short_at_a_moment_stands_there_as_the_whole_does(said, mended, at):
    whole = fold(said, mended)
    cut = [
        told if told.track is Track.SCHEDULED else replace(told, updates=steps_by(told, at), parts=()) for told in whole
    ]
    assert status(cut, at) == status(whole, at)


@given(stories, corrections, moments)
def test_an_incident_as_of_a_moment_is_itself_as_of_that_moment(said, mended, at):
    for told in fold(said, mended):
        then = incidents.as_of(told, at)
        if then is not None:
            assert incidents.as_of(then, at) == then
            assert all(update.at <= at for update in then.updates)
            assert (then.ended is None) or then.ended <= at


@given(stories, corrections, moments)
def test_the_timeline_says_what_the_status_says(said, mended, at):
    folded = fold(said, mended)
    spans = incidents.timeline(folded, *CELL, at - timedelta(days=2), at + timedelta(days=2), False)
    assert spans[0][0] == at - timedelta(days=2) and spans[-1][1] == at + timedelta(days=2)
    for start, end, state in spans:
        for moment in (start, start + (end - start) / 2, end - timedelta(seconds=1)):
            assert incidents.status(folded, *CELL, moment, False).state is state


@given(stories, corrections)
def test_names_are_unique_and_every_live_loss_of_a_better_source_is_in_some_story(said, mended):
    folded = fold(said, mended)
    assert len({told.id for told in folded}) == len(folded)
    kept = {word.key for told in folded for word in told.testimonies}
    for word in said:
        if word.until is None and word.claim.kind in (Kind.OUTAGE, Kind.SCHEDULED) and word.source != "form":
            assert word.key in kept


@given(stories, moments)
def test_a_cells_figures_agree_with_its_words(said, at):
    cell = status(fold(said), at)
    assert cell.origins == len({word.origin for word in cell.evidence})
    assert cell.disputed == bool(cell.against)
    assert (cell.incident is None) == (cell.state is State.NONE)
    assert cell.standing == max((word.standing for word in cell.evidence), default=None)
    if cell.since is not None:
        assert cell.since <= at
    assert all(word.published <= at or word.effective <= at for word in (*cell.evidence, *cell.announced))
