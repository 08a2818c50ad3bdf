"""What the W3C feed validator asks of RSS and Atom, and JSON Feed 1.1 of its documents, held on what we serve."""

import html
import json
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import product
from urllib.parse import urlsplit

import make
import pytest
from lxml import etree
from out.hostile import HOSTILE
from out.telling import tell

from tracker import times
from tracker.web.feeds_xml import ATOM, LANGUAGE

FEEDS = [f"/{feed}.{form}?lang={language}" for feed, form, language in
         product(("feed", "updates"), ("rss", "atom", "json"), ("uk", "en"))]  # fmt: skip
RSS, ATOMS, JSON = ([feed for feed in FEEDS if f".{form}?" in feed] for form in ("rss", "atom", "json"))
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# A tag: name may hold any of these (RFC 4151); a title would not be one.
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[\w\-.~!$&'()*+,;=:@/?%]+")


@pytest.fixture
def reader(client):
    """A reader of a site full of hostile text, cuts that lie ahead, and a report from a clock that runs fast."""
    now = times.now()
    for number, text in enumerate(HOSTILE):
        claim = make.claim(region="UA-63", evidence=text, place=text[:60] if number % 2 else None)
        address = "https://radio.example/1" if number % 2 else "javascript:alert(1)"
        tell(claim, at=now - timedelta(hours=20 - number / 2), text=text, title=text, url=address)
    tell(make.claim("restored", region="UA-63", evidence="all back"), at=now - timedelta(hours=1))
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    tell(make.claim("scheduled", region="UA-46", evidence="cuts tomorrow", when=tomorrow), at=now)
    tell(make.claim(region="UA-59", evidence="dark, says a fast clock"), at=now + timedelta(hours=5), seen=now)
    return client


def of(reader, address):
    answer = reader.get(address)
    assert answer.status_code == 200
    return answer, answer.data if ".json" in address else etree.fromstring(answer.data)


def absolute(address):
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def test_rss_atom_and_json_feed_keep_their_rules(reader):
    for address in RSS:
        check_rss(reader, address)
    for address in ATOMS:
        check_atom(reader, address)
    for address in JSON:
        check_json_feed(reader, address)


def check_rss(reader, address):
    answer, root = of(reader, address)
    assert answer.mimetype == "application/rss+xml" and root.get("version") == "2.0"
    channel = root.find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    assert channel.findtext("language") in address
    own = [link for link in channel.iterfind(f"{{{ATOM}}}link") if link.get("rel") == "self"]
    assert [link.get("href") for link in own] == [f"https://outages.example{address}"]
    dates = [channel.findtext("lastBuildDate"), *(item.findtext("pubDate") for item in channel.iterfind("item"))]
    assert all(RFC_822.fullmatch(date) for date in dates)
    assert all(parsedate_to_datetime(date) <= times.now() for date in dates)
    guids = [item.find("guid") for item in channel.iterfind("item")]
    assert len(guids) >= 2 and len({guid.text for guid in guids}) == len(guids)
    assert all(guid.get("isPermaLink") == "false" and TAG.fullmatch(guid.text) for guid in guids)
    for item in channel.iterfind("item"):
        assert absolute(item.findtext("link")) and "<" not in item.findtext("title")
        assert [element.tag for element in item].count("description") == 1
        check_html(item.findtext("description"))


def check_atom(reader, address):
    answer, root = of(reader, address)
    assert answer.mimetype == "application/atom+xml"
    assert root.get(LANGUAGE) == address[-2:]
    links = {link.get("rel"): link.get("href") for link in root.iterfind(f"{{{ATOM}}}link")}
    assert links["self"] == f"https://outages.example{address}" and absolute(links["alternate"])
    ids = [element.text for element in root.iter(f"{{{ATOM}}}id")]
    assert len(ids) >= 3 and len(set(ids)) == len(ids) and all(map(TAG.fullmatch, ids))
    for name in ("updated", "published"):
        for element in root.iter(f"{{{ATOM}}}{name}"):
            assert RFC_3339.fullmatch(element.text) and times.parse_iso(element.text) <= times.now()
    assert root.find(f"{{{ATOM}}}author/{{{ATOM}}}name").text
    for entry in root.iterfind(f"{{{ATOM}}}entry"):
        assert absolute(entry.find(f"{{{ATOM}}}link").get("href"))
        assert entry.findtext(f"{{{ATOM}}}published") <= entry.findtext(f"{{{ATOM}}}updated")
        content = entry.find(f"{{{ATOM}}}content")
        assert content.get("type") == "html"
        check_html(content.text)


def check_json_feed(reader, address):
    answer, body = of(reader, address)
    document = json.loads(body)
    assert answer.mimetype == "application/feed+json"
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == f"https://outages.example{address}" and absolute(document["home_page_url"])
    assert document["language"] == address[-2:] and document["authors"][0]["name"]
    assert "author" not in document and len({item["id"] for item in document["items"]}) == len(document["items"]) >= 2
    for item in document["items"]:
        assert absolute(item["url"]) and item["content_text"] and item["language"] == address[-2:]
        for name in ("date_published", "date_modified"):
            assert RFC_3339.fullmatch(item[name]) and times.parse_iso(item[name]) <= times.now()
        check_html(item["content_html"])


def check_html(text):
    """Paragraphs and absolute links, escaped once: read as HTML it holds the words, and no `&lt;` is left in them."""
    assert set(re.findall(r"<\s*/?\s*([a-z!?]+)", text)) <= {"p", "a"}
    assert all(map(absolute, re.findall(r'href="([^"]*)"', text))) and text.count("href=") == text.count("<a ")
    words = html.unescape(re.sub(r"<[^>]*>", " ", text))
    assert "&amp;lt;" not in text or "&lt;" in words
    if "alert(1)" in words:
        assert "<script>alert(1)</script>" in words


def test_a_feed_may_be_kept_by_any_cache_and_is_dated_in_the_past(reader):
    for address in FEEDS:
        answer = reader.get(address, headers={"Accept-Language": "fr", "Cookie": "session=x"})
        assert not {"Cookie", "Accept-Language"} & set(answer.vary)
        assert "Set-Cookie" not in answer.headers and answer.headers["Content-Language"] == address[-2:]
        assert parsedate_to_datetime(answer.headers["Last-Modified"]) <= times.now()
        assert answer.headers["Link"] == f'<https://outages.example{address}>; rel="self"'
        assert reader.get(address, headers={"Accept-Language": "en"}).data == answer.data


def test_no_public_answer_depends_on_a_cookie(client):
    tell(make.claim(evidence="dark"), at="10:00")
    tables = ("/export/claims.csv", "/export/incidents.csv", "/export/board.geojson")
    for address in ("/api/v1/status", "/api/v2/summary.json", *tables, "/", "/uk/", "/en/regions/UA-63"):
        answer = client.get(address, headers={"Cookie": "session=x"})
        assert answer.status_code == 200
        assert "Cookie" not in answer.headers.get("Vary", "") and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", [address for address in FEEDS if "lang=uk" in address])
def test_a_ukrainian_feed_holds_no_english_of_ours(client, address):
    place = make.claim("outage", region="UA-63", evidence="нема світла", place="Izium")
    tell(place, at="10:00", source="радіо")
    tell(make.claim("outage", region="UA-63", evidence="нема ніде", extent="whole"), at="11:00", source="радіо")
    tell(make.claim("partly_restored", region="UA-63", evidence="дещо є"), at="12:00", source="радіо")
    tell(make.claim("restored", region="UA-63", evidence="усюди є"), at="13:00", source="радіо")
    tell(make.claim("scheduled", region="UA-46", evidence="графіки", when="2022-09-12"), at="09:00", source="радіо")
    _, document = of(client, address)
    if ".json" in address:
        read = json.loads(document)
        texts = [read["title"], read["description"], *(item[name] for item in read["items"]
                 for name in ("title", "summary", "content_text"))]  # fmt: skip
    else:
        names = ("title", "description", "subtitle", "summary", "content")
        texts = [element.text for element in document.iter() if etree.QName(element).localname in names]
    assert len(texts) > 4
    for text in texts:
        said = re.sub(r"Title of радіо|https?://\S+|<[^>]*>", "", text)
        assert not re.search(r"[A-Za-z]{2,}", said), said


def test_cuts_by_schedule_name_their_day_and_never_say_that_an_outage_began(client):
    tell(make.claim("scheduled", region="UA-46", evidence="cuts", when="2022-09-13"), at="09:00")
    (item,) = json.loads(client.get("/feed.json?lang=en").data)["items"]
    assert item["title"].startswith("Electricity, Lviv Oblast, 13 September: ")
    assert "began" not in item["content_text"]
    *_, step = json.loads(client.get("/updates.json?lang=uk").data)["items"]
    assert step["title"].endswith("13 вересня: Відключення за графіком")


def test_words_that_several_claims_rest_on_are_quoted_once(client):
    two = [make.claim(evidence="Izium and Chuhuiv are dark", place=place) for place in ("Izium", "Chuhuiv")]
    tell(*two, at="10:00", text="Izium and Chuhuiv are dark", url="https://radio.example/?a=1&b=2")
    (item,) = json.loads(client.get("/feed.json?lang=en").data)["items"]
    assert item["content_text"].count("are dark") == 1
    assert '<a href="https://radio.example/?a=1&amp;b=2">' in item["content_html"]
