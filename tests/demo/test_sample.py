"""The sample feed: what it holds, how it is placed in time, and what a careful reader takes from each of its texts."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tracker.demo import sample
from tracker.domain import Kind, Report, Service
from tracker.language import extract
from tracker.regions import BY_CODE

STARTED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
FEEDS = sample.load(STARTED)
ENTRIES = [(feed, entry) for feed in FEEDS for entry in feed.entries]
VERSIONS = [(feed, version) for feed, entry in ENTRIES for version in (entry, entry.edited) if version]

TRAPS = {
    "abroad", "metaphor", "drill", "possibility", "denial", "a plant's own supply", "promise", "hoax refuted",
    "rhetoric", "condition", "question",
}  # fmt: skip


def label(pair):
    return f"{pair[0].name}:{pair[1].key}"


def claims(feed, entry):
    report = Report(feed.name, entry.key, entry.published, entry.title, entry.text, language=feed.language)
    return {f"{claim.region} {claim.service} {claim.kind}" for claim in extract(report)}


def test_each_language_has_its_share():
    shares = Counter(feed.language for feed, _ in ENTRIES)
    assert all(shares[language] >= 16 for language in ("en", "uk", "ru"))
    assert sum(shares.values()) >= 48


def test_every_service_and_kind_and_most_regions_appear():
    said = [line.split() for _, entry in ENTRIES for line in entry.says]
    assert {service for _, service, _ in said} == set(Service)
    assert {kind for _, _, kind in said} == set(Kind)
    assert len({region for region, _, _ in said}) >= 18
    assert {region for region, _, _ in said} <= BY_CODE.keys() | {"UA"}


def test_every_kind_of_trap_is_there():
    assert {entry.trap for _, entry in ENTRIES if entry.trap} == TRAPS


@pytest.mark.parametrize("pair", VERSIONS, ids=label)
def test_a_text_says_what_a_careful_reader_takes_from_it(pair):
    feed, entry = pair
    found = claims(feed, entry)
    if entry.trap == "denial":
        found = {line for line in found if not line.endswith(" restored")}
    assert found == set(entry.says)


def test_the_newest_entry_lies_a_few_minutes_back():
    newest = max(entry.published for feed in FEEDS for entry in feed.visible(STARTED))
    assert timedelta(minutes=2) < STARTED - newest < timedelta(minutes=10)


def test_some_news_comes_while_one_watches():
    before = sum(len(feed.visible(STARTED)) for feed in FEEDS)
    after = sum(len(feed.visible(STARTED + timedelta(minutes=5))) for feed in FEEDS)
    assert after > before


def test_an_edited_entry_keeps_its_key_and_its_publication():
    feed, entry = next(pair for pair in ENTRIES if pair[1].edited)
    later = next(version for version in feed.visible(STARTED + timedelta(minutes=5)) if version.key == entry.key)
    assert later.published == entry.published
    assert later.updated > entry.updated
    assert later.text != entry.text


def test_days_are_written_in_the_language_of_the_feed():
    evening = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)  # already 1 February in Kyiv
    assert sample.fill("{day}, {day-1}, {time}", evening, "en") == "1 February, 31 January, 00:30"
    assert sample.fill("{day+1}", evening, "uk") == "2 лютого"
    assert sample.fill("{day}", evening, "ru") == "1 февраля"


def test_an_unknown_key_in_the_sample_is_named(tmp_path):
    (tmp_path / "a.toml").write_text(
        'name="a"\ntitle="A"\nform="rss"\nstanding="media"\nlanguage="en"\n[[entry]]\nkey="k"\nsays=[]\ntext=""\nwhat=1'
    )
    with pytest.raises(ValueError, match="k has the unknown key what"):
        sample.load(STARTED, tmp_path)
