"""What is remembered of an incident belongs to that very object."""

from dataclasses import replace

import make

from tracker import incidents
from tracker.incidents import memo


def test_the_same_object_is_worked_on_once_and_an_equal_one_again():
    asked = []
    first = memo.remembered(lambda incident: asked.append(incident) or incident.id)
    (story,) = incidents.fold([make.outage()])
    assert first(story) == first(story) == first(replace(story)) == story.id
    assert len(asked) == 2


def test_no_more_is_kept_than_the_bound():
    asked = []
    first = memo.remembered(lambda incident: asked.append(incident) or len(asked))
    (story,) = incidents.fold([make.outage()])
    many = [replace(story) for _ in range(memo.KEPT + 1)]
    assert [first(one) for one in many] == list(range(1, memo.KEPT + 2))
    assert first(many[-1]) == memo.KEPT + 1
    assert first(many[0]) == memo.KEPT + 2
