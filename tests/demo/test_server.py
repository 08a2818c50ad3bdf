"""The sample's server: real feeds over real HTTP, changed only when their content does."""

from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tracker.demo import sample, server

STARTED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    now = STARTED

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def feeds(clock):
    with server.serving(sample.load(STARTED), clock) as feeds:
        yield feeds


def fetch(address, **headers):
    with urlopen(Request(address, headers=headers), timeout=5) as answer:
        return answer.headers, answer.read()


def refusal(address, **headers):
    """The code of an answer that brings nothing."""
    with pytest.raises(HTTPError) as caught:
        fetch(address, **headers)
    caught.value.close()
    return caught.value.code


def test_it_listens_on_loopback_only(feeds):
    assert feeds.address.startswith("http://127.0.0.1:")


def test_every_source_answers_with_its_entries(feeds):
    for source in feeds.sources():
        headers, body = fetch(source.url)
        assert headers["ETag"]
        for entry in feeds.feeds[source.name].visible(STARTED):
            assert entry.key in body.decode()


def test_an_unchanged_feed_is_not_sent_twice(feeds):
    address = feeds.sources()[0].url
    tag = fetch(address)[0]["ETag"]
    assert refusal(address, **{"If-None-Match": tag}) == 304


def test_a_feed_changes_when_news_comes(feeds, clock):
    address = f"{feeds.address}/sample-oblasts/feed.atom"
    before = fetch(address)[0]["ETag"]
    clock.now += timedelta(minutes=5)
    headers, body = fetch(address, **{"If-None-Match": before})
    assert headers["ETag"] != before
    assert "oblast-zaporizhzhia-mobile-back" in body.decode()


def test_an_entry_with_a_summary_keeps_its_text_for_the_article(feeds):
    feed = fetch(f"{feeds.address}/sample-wire/feed.xml")[1].decode()
    article = fetch(f"{feeds.address}/sample-wire/wire-odesa-round-up")[1].decode()
    assert "310 apartment blocks" not in feed
    assert "310 apartment blocks" in article
    assert "Read also" in article


@pytest.mark.parametrize(
    "path", ["/", "/sample-wire/", "/sample-wire/nothing", "/nobody/feed.xml", "/../../etc/passwd"]
)
def test_other_addresses_are_not_found(feeds, path):
    assert refusal(feeds.address + path) == 404


def test_entries_yet_to_come_have_no_page(feeds):
    assert refusal(f"{feeds.address}/sample-oblasts/oblast-zaporizhzhia-mobile-back") == 404


def test_robots_are_welcome(feeds):
    assert b"Allow: /" in fetch(f"{feeds.address}/robots.txt")[1]
