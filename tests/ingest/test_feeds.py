"""Recorded feeds and the entries they should give, and the quick road's promise to read them as feedparser does."""

import ast
import json
import random
from dataclasses import asdict
from html import escape
from pathlib import Path

import pytest

from tracker.ingest import encoding, fastfeed, feeds, sniff
from tracker.ingest.errors import SourceError
from tracker.ingest.keys import normal, same_address

FOLDER = Path(__file__).parent / "feeds"
RECORDED = [*sorted(FOLDER.glob("*.xml")), FOLDER / "feed.json"]
QUICK = {"rss.xml", "atom.xml", "one-guid.xml", "windows-1251.xml"}


def told(path):
    """What a recorded feed gives, as plain JSON."""
    reading = feeds.read(path.read_bytes(), base="https://base.example/")
    entries = [
        {k: v for k, v in asdict(entry).items() if k not in ("fingerprint", "truncated")} for entry in reading.entries
    ]
    return json.loads(
        json.dumps({"title": reading.title, "language": reading.language, "entries": entries}, default=str)
    )


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_a_recorded_feed_gives_the_entries_beside_it(path):
    wanted = path.with_name(f"{path.stem}.wanted.json")
    assert told(path) == json.loads(wanted.read_text("utf-8"))


@pytest.mark.parametrize("path", RECORDED[:-1], ids=lambda path: path.name)
def test_the_quick_road_agrees_or_steps_aside(path):
    document = sniff.look(encoding.decode(path.read_bytes()))
    quick = fastfeed.read(document.text)
    assert (quick is not None) == (path.name in QUICK)
    if quick:
        assert quick == feeds.slow(document)


PIECES = [
    *(
        "Світло є",
        "a &amp; b",
        "&lt;p&gt;One&lt;/p&gt;",
        "<![CDATA[<b>x</b>]]>",
        " spaced ",
        "",
        "caf\u00e9",
        "\u00d0\u00a1",
    ),
    *(
        "x&#150;y",
        "x<!-- c -->y",
        "<b>inline</b>",
        "&amp;lt;i&amp;gt;",
        "\u201cq\u201d \u2014 \u20ac",
        "&amp;amp;",
        "\u00a0",
    ),
    *("http://a.example/?x=1&amp;y=2", "x\x85y", "https://a.example/b", "urn:x:1"),
]
RSS = [
    *("title", "link", "guid", "description", "pubDate", "category", "author", "dc:date", "dc:creator", "dc:title"),
    *("content:encoded", "source", "comments", "media:title", "itunes:summary", "enclosure", "fulltext"),
]
ATOM = ["title", "id", "link", "summary", "content", "published", "updated", "author", "category", "rights", "source"]
SPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    }.items()
)
LINKS = ["https://a.example/1", "https://a.example/?a=1&b=2", "/relative", "https://a.example/?a=1&copy;"]
ODD = [' type="html"', ' isPermaLink="false"', ' xml:lang="uk"', ' xml:base="http://b.example/"', ' rel="self"']


def made_up(dice, atom):
    """A feed of random but well-formed entries, half of them decent."""
    inner = "".join(entry(dice, atom, dice.random() < 0.5) for _ in range(dice.randint(1, 3)))
    if atom:
        return f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>T</title>{inner}</feed>'
    return f'<rss version="2.0" {SPACES}><channel><title>T</title>{inner}</channel></rss>'


def entry(dice, atom, decent):
    names = list(ATOM[:7] if atom else RSS[:7]) if decent else dice.sample(ATOM if atom else RSS, dice.randint(1, 7))
    if not decent and dice.random() < 0.2:
        names.append(dice.choice(names))
    fields = [field(dice, atom, name, "" if decent or dice.random() < 0.7 else dice.choice(ODD)) for name in names]
    tag = "entry" if atom else "item"
    return f"<{tag}>{''.join(fields)}</{tag}>"


def field(dice, atom, name, attributes):
    if atom and name == "link":
        return f'<link href="{escape(dice.choice(LINKS[:2] if not attributes else LINKS))}"{attributes}/>'
    text = escape(dice.choice(LINKS[:2])) if name in ("link", "guid", "id") else dice.choice(PIECES)
    if atom and name == "author":
        text = "<name>Desk</name>"
    return f"<{name}{attributes}>{text}</{name}>"


@pytest.mark.parametrize("many", [1500, pytest.param(50_000, marks=pytest.mark.nightly)])
def test_the_quick_road_reads_made_up_feeds_as_feedparser_does(many):
    dice, taken = random.Random(11), 0
    for number in range(many):
        text = made_up(dice, atom=number % 2 == 1)
        document = sniff.look(encoding.decode(text.encode("utf-8")))
        quick = fastfeed.read(document.text)
        if quick is not None:
            taken += 1
            assert quick[2] == feeds.slow(document)[2], text
    assert taken > many / 20


def test_feedparser_is_only_ever_given_a_stream():
    """Given bytes or a string it opens the file, or fetches the address, that the body names."""
    calls = []
    for path in (Path(__file__).parents[2] / "tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "feedparser.parse":
                calls.append((path.name, ast.unparse(node.args[0])))
    assert [(name, argument.split("(")[0]) for name, argument in calls] == [("feeds.py", "io.BytesIO")]


def test_a_body_that_names_a_feed_on_disk_opens_nothing(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes((FOLDER / "rss.xml").read_bytes())
    for body in (str(path), path.as_uri(), f"{path}\n"):
        with pytest.raises(SourceError, match="not a feed"):
            feeds.read(body.encode())


def test_only_the_gate_and_the_fetcher_touch_the_network():
    """One way out: nothing else in the program opens a socket or an address."""
    allowed = {"guard.py": {"socket"}, "fetch.py": {"socket", "ssl", "urllib3", "http.client"}, "poll.py": {"socket"}}
    for path in (Path(__file__).parents[2] / "tracker" / "ingest").rglob("*.py"):
        found = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {
                name
                for name in names
                if name.split(".")[0] in ("socket", "ssl", "requests", "httpx", "urllib3", "ftplib")
            }
            found |= {name for name in names if name in ("urllib.request", "http.client")}
        assert {name.removesuffix(".connection") for name in found} <= allowed.get(path.name, set()), path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/1", "https://a.example/1"), ("https://www.a.example/1/", "https://a.example/1"),
        ("https://a.example/1?utm_source=rss&id=5", "http://a.example/1?id=5"), ("https://a.example:443/1#top", "https://a.example/1"),
        ("  g 1 ", "g 1"),
    ],
)  # fmt: skip
def test_identities_that_differ_only_in_dress_are_one(one, other):
    assert normal(one) == normal(other)


def test_identities_that_differ_are_two():
    assert same_address("https://a.example/?id=1") != same_address("https://a.example/?id=2")
    assert normal("g" * 500) != normal("g" * 499 + "h")
    assert len(normal("g" * 100_000)) < 250
