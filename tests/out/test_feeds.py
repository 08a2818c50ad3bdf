"""The feeds as a subscriber reads them: one entry, one id, the whole story; nothing when nothing is new."""

import io
import json
from datetime import timedelta

import feedparser
import make
import pytest
from out.telling import tell

from tracker import times
from tracker.ingest import moderate

FORMS = ("rss", "atom", "json")


def entries(client, address):
    """Id, title, body, state and last change of each entry, whatever the format."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    if ".json" in address:
        return [
            (
                item["id"],
                item["title"],
                item["content_text"],
                item["_outage"].get("state"),
                times.parse_iso(item["date_modified"]),
            )
            for item in json.loads(answer.data)["items"]
        ]
    read = feedparser.parse(io.BytesIO(answer.data))
    assert not read.bozo
    return [
        (
            entry.id,
            entry.title,
            entry.content[0].value if "content" in entry else entry.summary,
            next((tag.term for tag in entry.tags if tag.scheme.endswith("/state")), None),
            times.parse_iso(entry.updated),
        )
        for entry in read.entries
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_subscriber_sees_one_entry_tell_the_whole_story(client, form):
    began = times.now() - timedelta(hours=5)
    steps = (
        make.claim(place="Izium", evidence="Izium is dark"),
        make.claim(extent="whole", evidence="all is dark"),
        make.claim("partly_restored", evidence="some have light"),
        make.claim("restored", evidence="all have light"),
    )
    ids, states, moved, told = set(), [], [], []
    for hour, claim in enumerate(steps):
        report = tell(claim, at=began + timedelta(hours=hour))
        ((identity, _, body, state, updated),) = entries(client, f"/feed.{form}?region=UA-63&lang=en&step={hour}")
        ids.add(identity)
        states.append(state)
        moved.append(updated)
        told.append(claim.evidence)
        assert all(words in body for words in told)
    assert len(ids) == 1
    assert states == ["disrupted", "out", "recovering", "restored"]
    assert moved == sorted(set(moved))
    moderate.retract_report(report.id, "olena", "The source took it back.", times.now())
    ((identity, _, body, state, updated),) = entries(client, f"/feed.{form}?region=UA-63&lang=en")
    assert {identity} == ids and updated > moved[-1]
    assert state == "recovering" and "Corrected" in body


@pytest.mark.parametrize("form", FORMS)
def test_the_other_feed_has_an_entry_for_each_step(client, form):
    tell(make.claim(evidence="dark"), at="10:00")
    tell(make.claim(evidence="still dark"), at="10:30", source="gazette")
    tell(make.claim("restored", evidence="light"), at="12:00")
    found = entries(client, f"/updates.{form}?lang=en")
    assert [title.rpartition(": ")[2] for _, title, *_ in found] == ["Back", "Outage began"]
    assert len({identity for identity, *_ in found}) == 2
    tell(make.claim(evidence="dark anew"), at=times.now() - timedelta(hours=1))
    assert entries(client, f"/updates.{form}?lang=en&later")[1:] == found


@pytest.mark.parametrize("form", FORMS)
def test_a_repeated_request_is_answered_304_until_something_changes(client, form):
    tell(make.claim(evidence="dark"), at="10:00")
    address = f"/feed.{form}?service=electricity"
    first = client.get(address)
    validators = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    again = client.get(address, headers=validators)
    assert again.status_code == 304 and not again.data and again.headers["ETag"] == first.headers["ETag"]
    assert "max-age" in first.headers["Cache-Control"]
    tell(make.claim("restored", evidence="light"), at="11:00")
    assert client.get(f"{address}&x", headers=validators).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_filters_combine_and_each_feed_names_its_own_address(client, form):
    tell(make.claim(region="UA-63", evidence="dark"), at="10:00")
    tell(make.claim(region="UA-59", service="water", evidence="dry"), at="10:01")
    tell(make.claim("scheduled", region="UA-46", evidence="cuts"), at="10:02")

    def count(query):
        return len(entries(client, f"/feed.{form}?{query}"))

    assert count("") == 3
    assert count("region=UA-63,UA-59") == count("region=UA-63&region=ua-59") == 2
    assert count("region=UA-63&service=water") == 0
    assert count("service=water&service=electricity") == 3
    assert count("kind=scheduled") == 1 and count("kind=restored") == 0
    answer = client.get(f"/feed.{form}?service=water&region=ua-59&lang=en").text
    assert (
        f"https://outages.example/feed.{form}?region=UA-59&amp;service=water&amp;lang=en".replace(
            "&amp;", "&" if form == "json" else "&amp;"
        )
        in answer
    )


@pytest.mark.parametrize(
    ("query", "named"), [("region=UA-99", "UA-99"), ("service=wine", "wine"), ("kind=x", "x"), ("lang=ru", "ru")]
)
def test_a_word_that_we_do_not_know_is_named(client, query, named):
    answer = client.get(f"/feed.rss?{query}")
    assert answer.status_code == 400 and named in answer.text


def test_a_cursor_of_nobodys_is_refused(client):
    assert client.get("/feed.atom?cursor=zzz").status_code in (400, 404)


def test_a_long_feed_goes_on_behind_next(client, monkeypatch):
    from tracker.web import feeds

    monkeypatch.setattr(feeds, "ENTRIES", 2)
    for day in range(1, 6):
        tell(make.claim(evidence=f"dark {day}"), make.claim("restored", evidence=f"light {day}"), at=f"2022-09-0{day}")
    seen, address = [], "/feed.json"
    while address:
        document = json.loads(client.get(address).data)
        seen += [item["id"] for item in document["items"]]
        address = document.get("next_url", "").removeprefix("https://outages.example")
    assert len(seen) == len(set(seen)) == 5


def test_entries_link_to_pages_that_exist(client):
    tell(make.claim(evidence="dark"), at="10:00")
    for language in ("uk", "en"):
        (item,) = json.loads(client.get(f"/feed.json?lang={language}").data)["items"]
        assert item["language"] == language
        assert client.get(item["url"].removeprefix("https://outages.example")).status_code == 200


def test_the_hub_is_named_when_there_is_one(build):
    client = build(WEBSUB_HUB="https://hub.example/").test_client()
    assert b'rel="hub"' in client.get("/feed.rss").data
    assert '<https://hub.example/>; rel="hub"' in client.get("/feed.json").headers["Link"]
    assert b'rel="hub"' in client.get("/feed.atom").data
    assert json.loads(client.get("/feed.json").data)["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
