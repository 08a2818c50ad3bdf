"""The cage: what takes too much is killed alone, and the next task finds the cage in order."""

import multiprocessing
import time
from contextlib import suppress

import pytest
from ingest.tasks import die, eat, recurse, refuse, sleep, spin, write

from tracker.ingest.cage import Cage
from tracker.ingest.errors import RefusedError, SourceError


@pytest.fixture(scope="module")
def small():
    with Cage(1, cpu=1.0, seconds=2.0, memory=64 * 2**20) as cage:
        cage.run(len, "warm")
        yield cage


ENDED = {spin: "stopped", sleep: "longer than 2 seconds", eat: "memory", die: "stopped", recurse: "nested"}


@pytest.mark.parametrize(("task", "sentence"), ENDED.items())
def test_a_task_that_takes_too_much_is_ended_and_the_next_one_works(task, sentence, small):
    before = time.monotonic()
    with pytest.raises(SourceError, match=sentence):
        small.run(task)
    assert time.monotonic() - before < 4.5
    assert small.run(len, "four") == 4


def test_the_limit_is_a_tasks_own_not_its_childs_whole_life(small):
    for _ in range(4):
        assert small.run(spin, 0.4) == "done"


def test_an_error_comes_back_as_it_was(small):
    with pytest.raises(RefusedError, match="Not this one") as caught:
        small.run(refuse)
    assert caught.value.status == 418


def test_a_child_can_write_no_file(small, tmp_path):
    with pytest.raises((SourceError, OSError)):
        small.run(write, str(tmp_path / "x"))
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_children_that_the_system_kills_while_they_wait_cost_one_task_at_most():
    """An idle child waits with pebble's lock in its hand; killed from outside, it never gives it back."""
    before = set(multiprocessing.active_children())
    with Cage(2, cpu=1.0, seconds=2.0, patience=4.0) as cage:
        cage.run(len, "")
        for child in set(multiprocessing.active_children()) - before:
            child.kill()
        for _ in range(3):
            with suppress(SourceError):
                cage.run(len, "four")
        assert cage.run(len, "four") == 4


def test_a_closed_cage_starts_no_new_children():
    cage = Cage()
    cage.close()
    with pytest.raises(SourceError, match="broken off"):
        cage.run(len, b"")
