"""From a source's answer to stored reports: once each, whatever the source does, and no source at another's cost."""

import time
from datetime import timedelta

import pytest
from ingest.conftest import BACK, MONDAY, OUT, SUMY, feed, source
from ingest.hostile import reply, silent
from sqlalchemy.exc import OperationalError

from tracker.domain import Report, Service, SourceKind
from tracker.ingest import accept, keep, poll
from tracker.ingest import claims as words
from tracker.ingest.errors import SourceError
from tracker.ingest.fetch import Limits
from tracker.ingest.poll import Poller
from tracker.store.sources import PollStatus


def polled(poller, memory, clock, minutes=10):
    """One round: the clock moves on and everything due is polled."""
    clock.turn(minutes=minutes)
    outcomes = {}
    poller.run(tell=lambda source, outcome: outcomes.setdefault(source.name, outcome))
    return outcomes


def claims(memory, region="UA-63", service=Service.ELECTRICITY):
    return [
        (t.claim.kind, t.claim.region, t.until is None)
        for t in memory.claims.testimonies(region, service, withdrawn=True)
    ]


def test_a_feed_becomes_reports_and_claims(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT, SUMY)))))
    outcome = polled(poller, memory, clock)["herald"]
    assert (outcome.status, outcome.entries, outcome.fresh) == (PollStatus.OK, 2, 2)
    assert claims(memory) == [("outage", "UA-63", True)]
    assert claims(memory, "UA-59", Service.WATER) == [("outage", "UA-59", True)]


def test_the_same_feed_twenty_times_changes_nothing(poller, memory, clock, server, monkeypatch):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT, SUMY)))))
    polled(poller, memory, clock)
    before = claims(memory)
    for _ in range(20):
        assert polled(poller, memory, clock)["herald"].status is PollStatus.UNCHANGED
    assert claims(memory) == before


def test_not_modified_is_nothing_new_and_validators_go_back_word_for_word(poller, memory, clock, server):
    headers = (("ETag", 'W/"a b"'), ("Last-Modified", "Mon, 12 Sep 2022 18:00:00 GMT"))
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT), headers=headers))))
    polled(poller, memory, clock)
    server.at("/feed", reply(b"", "304 Not Modified"))
    assert polled(poller, memory, clock)["herald"].status is PollStatus.UNCHANGED
    sent = server.seen[-1][1]
    assert sent["if-none-match"] == 'W/"a b"' and sent["if-modified-since"] == "Mon, 12 Sep 2022 18:00:00 GMT"


def test_an_etag_that_lies_is_found_out_within_a_day(poller, memory, clock, server):
    """The server answers 304 to whoever asks with the ETag, although the text is new."""

    def lying(connection, headers, _server):
        told = (
            reply(b"", "304 Not Modified")
            if "if-none-match" in headers
            else reply(current[0], headers=(("ETag", '"x"'),))
        )
        connection.sendall(told)

    current = [feed(OUT)]
    memory.sources.save(source(url=server.at("/feed", lying)))
    polled(poller, memory, clock)
    current[0] = feed(BACK)
    rounds = 0
    while "restored" not in [kind for kind, *_ in claims(memory)]:
        polled(poller, memory, clock, minutes=60)
        rounds += 1
        assert rounds <= 25
    assert rounds >= 23


def test_a_changed_text_under_one_guid_is_a_new_version_and_the_old_one_is_kept(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT)))))
    polled(poller, memory, clock)
    server.at("/feed", reply(feed(BACK)))
    assert polled(poller, memory, clock)["herald"].fresh == 1
    assert sorted(claims(memory)) == [("outage", "UA-63", False), ("restored", "UA-63", True)]


def test_guids_that_move_to_https_bring_nothing_new(poller, memory, clock, server):
    entries = [(f"http://herald.example/{n}/", f"News {n}", OUT[2]) for n in range(5)]
    memory.sources.save(source(url=server.at("/feed", reply(feed(*entries)))))
    polled(poller, memory, clock)
    before = claims(memory)
    moved = [(key.replace("http://", "https://www."), *rest) for key, *rest in entries]
    server.at("/feed", reply(feed(*moved)))
    assert polled(poller, memory, clock)["herald"].fresh == 0
    assert claims(memory) == before


def test_two_entries_under_one_guid_are_read_once_each_and_never_flip(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT, ("1", *SUMY[1:]))))))
    assert polled(poller, memory, clock)["herald"].fresh == 2
    for turn in range(10):
        both = [OUT, ("1", *SUMY[1:])]
        server.at("/feed", reply(feed(*(both if turn % 2 else both[::-1])) + b"<!-- %d -->" % turn))
        assert polled(poller, memory, clock)["herald"].fresh == 0
    assert claims(memory) == [("outage", "UA-63", True)]


def test_entries_without_guid_and_link_keep_their_identity(poller, memory, clock, server):
    bare = feed(OUT).replace(b"<guid isPermaLink='false'>1</guid>", b"")
    memory.sources.save(source(url=server.at("/feed", reply(bare))))
    assert polled(poller, memory, clock)["herald"].fresh == 1
    for turn in range(10):
        server.at("/feed", reply(bare + b"<!-- %d -->" % turn))
        assert polled(poller, memory, clock)["herald"].fresh == 0


def test_a_date_in_the_future_or_none_gives_way_to_the_moment_of_reading(poller, memory, clock, server):
    late = (*OUT, "Thu, 01 Jan 2099 00:00:00 GMT")
    memory.sources.save(source(url=server.at("/feed", reply(feed(late)))))
    polled(poller, memory, clock)
    assert memory.claims.testimonies("UA-63", Service.ELECTRICITY)[0].published == clock()


def test_a_failing_source_is_noted_and_the_others_go_on(poller, memory, clock, server):
    memory.sources.save(source("broken", server.at("/broken", reply(b"<html>Hello</html>"))))
    memory.sources.save(source("gone", "http://127.0.0.1:1/"))
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT)))))
    outcomes = polled(poller, memory, clock)
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "broken": PollStatus.FAILED, "gone": PollStatus.FAILED, "herald": PollStatus.OK,
    }  # fmt: skip
    assert "web page, not a feed" in memory.sources.state("broken").last_message
    assert claims(memory) == [("outage", "UA-63", True)]


def test_a_failure_keeps_what_the_source_said_and_its_validators(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT), headers=(("ETag", '"a"'),)))))
    polled(poller, memory, clock)
    server.at("/feed", reply(feed(OUT)[:200]))
    assert polled(poller, memory, clock)["herald"].status is PollStatus.FAILED
    server.at("/feed", reply(b"", "304 Not Modified"))
    assert polled(poller, memory, clock, minutes=70)["herald"].status is PollStatus.UNCHANGED
    assert claims(memory) == [("outage", "UA-63", True)]


def test_a_slow_source_delays_no_other_by_a_second(poller, memory, clock, server):
    for number in range(4):
        memory.sources.save(source(f"slow-{number}", server.at(f"/slow{number}", silent())))
    for number in range(20):
        memory.sources.save(source(f"quick-{number}", server.at(f"/quick{number}", reply(feed(OUT)))))
    came, start = {}, time.monotonic()
    clock.turn(minutes=10)
    poller.ears.cage.run(len, "")
    poller.run(tell=lambda source, outcome: came.setdefault(source.name, time.monotonic() - start))
    slow = min(at for name, at in came.items() if name.startswith("slow"))
    assert slow >= 1.0 and len(came) == 24
    alone = {}
    clock.turn(minutes=10)
    for number in range(20):
        server.at(f"/quick{number}", reply(feed(SUMY)))
    for number in range(4):
        memory.sources.deactivate(f"slow-{number}")
    start = time.monotonic()
    poller.run(tell=lambda source, outcome: alone.setdefault(source.name, time.monotonic() - start))
    assert max(at for name, at in came.items() if name.startswith("quick")) <= max(alone.values()) + 1.0


def test_retry_after_is_obeyed_and_capped_at_a_day(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(b"", "429 Slow", (("Retry-After", "7200"),)))))
    polled(poller, memory, clock)
    asked = len(server.seen)
    for _ in range(11):
        assert polled(poller, memory, clock) == {}
    assert len(server.seen) == asked
    server.at("/feed", reply(b"", "503 Busy", (("Retry-After", "999999999"),)))
    while not polled(poller, memory, clock):
        pass
    wait = memory.sources.state("herald").next_at - clock()
    assert 23.9 <= wait.total_seconds() / 3600 <= 24


def test_failures_in_a_row_are_asked_less_often_but_at_least_hourly(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(b"", "500 Broken")), minutes=5))
    waits = []
    for _ in range(8):
        while not polled(poller, memory, clock, minutes=1):
            pass
        waits.append((memory.sources.state("herald").next_at - clock()).total_seconds() / 60)
    assert waits[0] < 6 and waits[2] > 15 and 55 <= waits[-1] <= 64


def test_a_feed_of_nothing_after_weeks_of_news_is_flagged_and_keeps_its_incidents(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT)))))
    polled(poller, memory, clock)
    server.at("/feed", reply(feed()))
    assert "lists nothing" in polled(poller, memory, clock)["herald"].message
    assert claims(memory) == [("outage", "UA-63", True)]


def test_a_fault_of_our_own_stays_with_its_source_and_is_loud(poller, memory, clock, server, caplog):
    """The text of one source breaks acceptance: the others of the same transaction are stored all the same."""
    memory.sources.save(source("cursed", server.at("/cursed", reply(feed(("c", "Cursed", "Cursed words."))))))
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT)))))
    real = accept.accept_from

    def cursed(sources, *rest):
        if any(source.name == "cursed" for source in sources):
            raise KeyError("curse")
        return real(sources, *rest)

    accept.accept_from = cursed
    try:
        outcomes = polled(poller, memory, clock)
    finally:
        accept.accept_from = real
    assert outcomes["cursed"].status is PollStatus.FAILED and "KeyError" in outcomes["cursed"].message
    assert outcomes["herald"].status is PollStatus.OK and claims(memory) == [("outage", "UA-63", True)]


def test_a_summary_becomes_its_article_and_the_next_poll_asks_for_neither_again(poller, memory, clock, server):
    page = "<html><body><article><h1>Power</h1>" + f"<p>{OUT[2]} Crews are at work, the administration said.</p>" * 3
    server.at("/a/1", reply(page.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),)))
    entry = feed(("1", "Power", "Read on.")).replace(
        b"<description>", f"<link>{server.url('/a/1')}</link><description>".encode()
    )
    memory.sources.save(source(url=server.at("/feed", reply(entry))))
    polled(poller, memory, clock)
    assert claims(memory) == [("outage", "UA-63", True)]
    server.at("/feed", reply(entry + b"<!-- moved -->"))
    polled(poller, memory, clock)
    assert [path for path, _ in server.seen] == ["/feed", "/robots.txt", "/a/1", "/feed"]


def test_an_article_that_cannot_be_had_leaves_the_summary_marked(poller, memory, clock, server):
    server.at("/robots.txt", reply(b"User-agent: *\nDisallow: /"))
    entry = feed(("1", "Power", OUT[2])).replace(
        b"<description>", f"<link>{server.url('/a/1')}</link><description>".encode()
    )
    memory.sources.save(source(url=server.at("/feed", reply(entry))))
    polled(poller, memory, clock)
    assert "/a/1" not in [path for path, _ in server.seen]
    [stored] = memory.reports.versions("herald", "1")
    assert stored.report.truncated and claims(memory) == [("outage", "UA-63", True)]


def test_a_telegram_channel_and_a_folder_walk_the_same_road(poller, memory, clock, server, tmp_path):
    post = (
        f'<div class="tgme_widget_message" data-post="herald/7"><div class="tgme_widget_message_text">{OUT[2]}</div>'
        '<a class="tgme_widget_message_date" href="https://t.me/herald/7">'
        '<time datetime="2022-09-12T18:00:00+00:00"></time></a></div>'
    )
    memory.sources.save(source("tg", server.at("/s/herald", reply(post.encode())), kind=SourceKind.TELEGRAM))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "note.txt").write_text(SUMY[2], "utf-8")
    (tmp_path / "inbox" / "bad.xml").write_text("<rss>", "utf-8")
    memory.sources.save(source("inbox", "inbox", kind=SourceKind.FOLDER))
    outcomes = polled(poller, memory, clock)
    assert "1 of 2 files" in outcomes["inbox"].message
    assert claims(memory) == [("outage", "UA-63", True)] and claims(memory, "UA-59", Service.WATER) == [
        ("outage", "UA-59", True)
    ]
    assert polled(poller, memory, clock)["inbox"].status is PollStatus.UNCHANGED


def test_a_late_write_is_refused_when_another_took_over(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT)))))
    clock.turn(minutes=10)
    [stale] = memory.leases.due(clock(), "the one that was stopped", 10, 30)
    clock.turn(seconds=31)
    assert poller.run() == 1
    visit = keep.Visit(stale, time.monotonic(), heard=poller.ears.hear(stale, clock()))
    visit.fresh = list(visit.heard.reading.entries)
    before = memory.sources.polls("herald")
    assert poller._store([visit], None) == 0
    assert memory.sources.polls("herald") == before


def test_a_poll_that_waits_longer_than_its_lease_keeps_it(poller, memory, clock, server):
    """Behind hundreds of others a poll may wait for minutes; while its poller lives, nobody else takes it up."""

    def waiting(connection, headers, running):
        for _ in range(2):
            clock.turn(seconds=20)
            time.sleep(0.6)
        connection.sendall(reply(feed(OUT)))

    memory.sources.save(source(url=server.at("/feed", waiting)))
    clock.turn(minutes=10)
    poller.ears.limits = Limits(seconds=5.0)
    assert poller.run() == 1
    assert claims(memory) == [("outage", "UA-63", True)]
    assert memory.sources.state("herald").next_at > clock()


def test_a_lease_that_another_took_over_is_not_renewed(memory):
    memory.sources.save(source())
    [stale] = memory.leases.due(MONDAY, "the one that slept", 10, 30)
    [fresh] = memory.leases.due(MONDAY + timedelta(seconds=31), "another", 10, 30)
    memory.leases.renew([stale], MONDAY + timedelta(seconds=32), 3000)
    assert memory.sources.state("herald").leased_until == fresh.until


def test_a_text_that_keeps_the_rules_busy_says_nothing_and_the_others_do(cage):
    """Understood in the cage: where a batch is stopped, each of its texts is tried alone."""

    class Busy:
        def run(self, function, batch):
            if any("endless" in report.text for report in batch):
                raise SourceError("Reading it took longer than 5 seconds and was stopped.")
            return cage.run(function, batch)

    texts = [OUT[2], "endless", SUMY[2]]
    reports = [Report("herald", str(key), MONDAY, "", text) for key, text in enumerate(texts)]
    said = words.caged(reports, Busy()).claims
    assert [len(said[report.id]) for report in reports] == [1, 0, 1]


def test_after_the_database_was_away_every_source_is_polled_again(memory, ears, clock, server, monkeypatch):
    """Eight sources fill all eight threads when the database goes; had one stayed counted, none would be free."""

    def away(*_):
        raise OperationalError("SELECT", {}, ConnectionError("the database is away"))

    names = [f"s{number}" for number in range(8)]
    for name in names:
        memory.sources.save(source(name, server.at(f"/{name}", reply(feed(OUT)))))
    poller = Poller(ears, clock, workers=len(names))
    with monkeypatch.context() as patch:
        patch.setattr(memory.sources, "fingerprints", away)
        for _ in names:
            with pytest.raises(OperationalError):
                polled(poller, memory, clock)
    assert not poller._under_way, "no thread may seem taken for ever"
    rounds = [polled(poller, memory, clock) for _ in range(2)]
    assert {name for outcomes in rounds for name in outcomes} == set(names)
    poller._threads.shutdown()


def test_once_polls_one_source_due_or_not(poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(OUT))), active=False))
    assert poll.once(memory.sources.get("herald"), poller).fresh == 1
    assert poll.once(memory.sources.get("herald"), poller).status is PollStatus.UNCHANGED


@pytest.mark.parametrize("order", [(OUT, SUMY), (SUMY, OUT)])
def test_the_order_in_a_feed_does_not_matter(order, poller, memory, clock, server):
    memory.sources.save(source(url=server.at("/feed", reply(feed(*order)))))
    polled(poller, memory, clock)
    assert claims(memory) == [("outage", "UA-63", True)] and claims(memory, "UA-59", Service.WATER) == [
        ("outage", "UA-59", True)
    ]
