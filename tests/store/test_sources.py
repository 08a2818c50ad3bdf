"""Sources: leases that outdate each other, what polls leave behind, and what we remember of entries."""

from dataclasses import replace
from datetime import timedelta

import make

from tracker.domain import Source, SourceKind, Standing
from tracker.store.sources import PollOutcome, PollStatus

NOW = make.moment("10:00")
LATER = NOW + timedelta(minutes=5)
FEED = Source("feed", "Feed", "http://feed", standing=Standing.OFFICIAL, regions=("UA-63",), settings=(("a", "b"),))
READ = PollOutcome(PollStatus.OK, LATER, entries=3, fresh=1, etag="e", last_modified="m", body_hash="h", full=True)


def test_a_source_is_kept_as_it_is_given_and_changing_it_keeps_its_state(memory):
    memory.sources.save(FEED)
    (lease,) = memory.leases.due(NOW, "a", 9, 60)
    assert memory.leases.finish(lease, READ, NOW)
    memory.sources.save(replace(FEED, title="Another"))
    state = memory.sources.state("feed")
    assert state.source == replace(FEED, title="Another")
    assert (state.last_ok, state.entries, state.next_at) == (NOW, 3, LATER)


def test_a_due_source_is_leased_to_one_owner_at_a_time(memory):
    memory.sources.save(FEED)
    (lease,) = memory.leases.due(NOW, "a", 9, 60)
    assert memory.leases.due(NOW, "b", 9, 60) == ()
    assert memory.leases.named(["feed"], NOW, "b", 60) == ()
    (other,) = memory.leases.due(NOW + timedelta(seconds=61), "b", 9, 60)
    assert other.fence > lease.fence


def test_a_stale_lease_writes_nothing(memory):
    memory.sources.save(FEED)
    (stale,) = memory.leases.due(NOW, "a", 9, 60)
    (fresh,) = memory.leases.due(NOW + timedelta(seconds=61), "b", 9, 60)
    assert not memory.leases.finish(stale, READ, LATER)
    assert memory.sources.polls("feed") == ()
    assert memory.leases.finish(fresh, READ, LATER)


def test_only_active_sources_that_we_ask_ourselves_are_due_the_longest_waiting_first(memory):
    for name, given in {
        "late": {},
        "later": {},
        "idle": {"active": False},
        "form": {"kind": SourceKind.FORM},
        "push": {"kind": SourceKind.PUSH},
    }.items():
        memory.sources.save(replace(FEED, name=name, **given))
    for name, due in (("late", NOW), ("later", NOW - timedelta(hours=1))):
        lease = memory.leases.named([name], NOW, "a", 60)[0]
        memory.leases.finish(lease, replace(READ, next_at=due), NOW)
    assert [lease.source.name for lease in memory.leases.due(NOW, "a", 9, 60)] == ["later", "late"]
    assert memory.sources.deactivate("late")
    assert not memory.sources.deactivate("nobody")


def test_a_failure_keeps_what_the_next_conditional_request_needs(memory):
    memory.sources.save(FEED)
    memory.leases.finish(memory.leases.named(["feed"], NOW, "a", 60)[0], READ, NOW)
    failed = PollOutcome(PollStatus.FAILED, LATER, "The server gave no answer.")
    for failures in (1, 2):
        memory.leases.finish(memory.leases.named(["feed"], LATER, "a", 60)[0], failed, LATER)
        state = memory.sources.state("feed")
        assert (state.failures, state.last_message, state.last_ok) == (failures, failed.message, NOW)
    lease = memory.leases.named(["feed"], LATER, "a", 60)[0]
    assert (lease.etag, lease.last_modified, lease.body_hash, lease.full_at) == ("e", "m", "h", NOW)
    assert (state.healthy(NOW + timedelta(hours=1)), state.healthy(NOW + timedelta(hours=1, seconds=1))) == (
        True,
        False,
    )
    assert [poll.outcome.status for poll in memory.sources.polls("feed")] == ["failed", "failed", "ok"]


def test_old_polls_are_forgotten_and_listening_is_not(memory):
    memory.sources.save(FEED)
    memory.leases.finish(memory.leases.named(["feed"], NOW, "a", 60)[0], READ, NOW)
    month = NOW + timedelta(days=30)
    memory.leases.finish(memory.leases.named(["feed"], month, "a", 60)[0], READ, month)
    assert [poll.at for poll in memory.sources.polls("feed")] == [month]
    assert [source.name for source in memory.sources.heard_at(NOW + timedelta(minutes=30))] == ["feed"]
    assert memory.sources.heard_at(NOW + timedelta(days=2)) == ()


def test_entries_are_remembered_by_their_fingerprints(memory):
    memory.sources.save(FEED)
    memory.sources.remember("feed", {"a": "1", "b": "1"}, NOW)
    memory.sources.remember("feed", {"b": "2"}, NOW)
    assert memory.sources.fingerprints("feed", ["a", "b", "c"]) == {"a": "1", "b": "2"}
