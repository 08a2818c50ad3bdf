"""The list of sources: checked whole, kept in the store, changed without losing a comment; found feeds; OPML."""

import tomllib

import pytest
from ingest.conftest import MONDAY, OUT, feed, source
from ingest.hostile import GOOD, reply

from tracker.domain import SourceKind, Standing
from tracker.ingest import discover, listfile, opml, pages, sourcelist
from tracker.ingest.errors import SourceError
from tracker.settings import SettingsError

DECENT = 'name = "herald"\ntitle = "Herald"\nurl = "https://herald.example/feed"\n'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sources.toml"


def listed(path, *blocks):
    path.write_text("".join(f"[[source]]\n{block}\n" for block in blocks), "utf-8")
    return sourcelist.load(path)


def test_the_bundled_list_is_sound_and_long(path):
    sourcelist.ensure(path)
    found = sourcelist.load(path)
    assert len(found) >= 25 and {source.language for source in found} >= {"uk", "en", "ru"}
    assert all(dict(source.settings).get("note") for source in found)


def test_a_block_says_all_that_a_source_can_be(path):
    [found] = listed(
        path,
        DECENT + 'kind="page"\nstanding="official"\nlanguage="uk"\nregions=["UA-63"]\nminutes=10\nactive=false\n'
        'note="n"\nsettings={item="li", zone="Europe/Kyiv"}',
    )
    assert (found.kind, found.standing, found.language, found.regions) == (
        SourceKind.PAGE,
        Standing.OFFICIAL,
        "uk",
        ("UA-63",),
    )
    assert (found.minutes, found.active) == (10, False)
    assert dict(found.settings) == {"item": "li", "note": "n", "zone": "Europe/Kyiv"}


def test_the_usual_interval_is_the_settings(path):
    path.write_text(f"[[source]]\n{DECENT}", "utf-8")
    assert sourcelist.load(path, minutes=17)[0].minutes == 17


WRONG = {
    'regions = ["UA-99"]': "UA-99.*not a region code",
    'regions = "UA-63"': "regions.*list",
    "colour = 1": "“colour” is not a key",
    'kind = "form"': "`kind` is 'form'",
    'kind = "page"': "settings.item",
    'kind = "push"': "token_sha256",
    'standing = "public"': "`standing` is 'public'",
    'language = "pl"': "language",
    "minutes = 0": "minutes",
    "minutes = true": "minutes",
    'minutes = "5"': "minutes",
    'active = "yes"': "active",
    'settings = "x"': "settings",
    "settings = { item = 1 }": "settings",
    'settings = { itme = "x" }': "“itme” is not a setting",
    'settings = { articles = "some" }': "settings.articles",
    'settings = { zone = "Mars/Base" }': "settings.zone",
    'settings = { item = "li[" }': "not a CSS selector",
    'note = ""': "note",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_stops_the_start_and_names_file_source_and_key(line, path):
    with pytest.raises(SettingsError, match=WRONG[line]) as caught:
        listed(path, DECENT + line)
    assert str(path) in str(caught.value) and "herald" in str(caught.value)


SOUND = f"[[source]]\n{DECENT}"
BROKEN = {
    "[[source]]\nname = 'Herald'\n": "small letters",
    "[[source]]\nname = 'herald'\n": "title",
    "x = 1": "x",
    "[[source": "Mend that line",
    "source = 5": "only",
    SOUND + SOUND: "used twice",
    SOUND.replace("https", "ftp"): "only http",
    SOUND.replace("https://", "https://a:b@"): "user name",
}


@pytest.mark.parametrize(("text", "sentence"), BROKEN.items())
def test_a_wrong_file_is_refused_with_a_sentence(text, sentence, path):
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=sentence):
        sourcelist.load(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(SettingsError, match="does not exist"):
        sourcelist.load(path)


def test_the_store_follows_the_list_and_keeps_what_was_said(memory, path):
    listed(path, DECENT)
    sourcelist.sync(path, MONDAY)
    memory.sources.save(source("form", "", kind=SourceKind.FORM))
    listed(path, DECENT.replace("Herald", "Evening Herald"), DECENT.replace('"herald"', '"other"'))
    sourcelist.sync(path, MONDAY)
    assert memory.sources.get("herald").title == "Evening Herald"
    listed(path, DECENT.replace('"herald"', '"other"'))
    sourcelist.sync(path, MONDAY)
    active = {one.name: one.active for one in memory.sources.all()}
    assert active == {"herald": False, "other": True, "form": True}


def test_changes_leave_the_operators_own_lines_alone(path):
    other = "[[source]]\nname = 'other'\ntitle = 'Other'\nurl = 'https://o.example/'\n"
    text = f"# my list\n\n[[source]]\n{DECENT}# a note on the next one\n\n# really\n{other}"
    path.write_text(text, "utf-8")
    settings = (("articles", "never"), ("note", "by hand"))
    third = source("third", "https://t.example/", standing=Standing.OFFICIAL, regions=("UA-63",), settings=settings)
    listfile.append(path, [third])
    assert path.read_text("utf-8").startswith(text.rstrip("\n"))
    assert [one.name for one in sourcelist.load(path)] == ["herald", "other", "third"]
    assert listfile.remove(path, "herald") and not listfile.remove(path, "nobody")
    assert [one.name for one in sourcelist.load(path)] == ["other", "third"]
    assert "# my list" in path.read_text("utf-8") and "# really" in path.read_text("utf-8")
    assert listfile.remove(path, "third") and [one.name for one in sourcelist.load(path)] == ["other"]


@pytest.mark.parametrize("name", ['quo"te', "back\\slash", "Ґанок", "tab\there"])
def test_any_title_survives_being_listed(name, path):
    path.write_text("", "utf-8")
    listfile.append(path, [source("odd", "https://o.example/", title=name)])
    assert tomllib.loads(path.read_text("utf-8"))["source"][0]["title"] == name


def test_a_pages_feed_is_found_and_tried(ears, server):
    link = "<link rel=alternate type=application/rss+xml href={}>"
    head = f"<html><head>{link.format('/comments/feed')}{link.format('/feed')}</head></html>"
    server.at("/feed", reply(feed(OUT)))
    found = discover.look(server.at("/", reply(head.encode(), headers=(("Content-Type", "text/html"),))), ears)
    assert found.source.url == server.url("/feed") and found.source.title == "Herald" and found.source.language == "en"
    assert [report.title for report in discover.reports(found, MONDAY)] == [OUT[1]]


def test_a_page_without_a_feed_is_tried_at_the_usual_places(ears, server):
    server.at("/rss.xml", reply(feed(OUT)))
    page = reply(b"<html><body>News</body></html>", headers=(("Content-Type", "text/html"),))
    assert discover.look(server.at("/", page), ears).source.url == server.url("/rss.xml")
    del server.ways["/rss.xml"]
    with pytest.raises(SourceError, match="names no feed"):
        discover.look(server.url("/"), ears)


@pytest.mark.parametrize(
    "address", ["https://t.me/herald", "t.me/herald", "https://t.me/s/herald?before=5", "telegram.me/herald/"]
)
def test_a_channel_is_known_however_it_is_written(address):
    assert discover.channel(address) == "https://t.me/s/herald"


NAMES = {
    "https://www.herald.example/news/rss.xml": "herald-example-news",
    "https://t.me/s/Ukrenergo": "ukrenergo",
    "https://rss.unn.ua/": "unn-ua",
    "http://новини.укр/": "source",
}


@pytest.mark.parametrize(("url", "name"), NAMES.items())
def test_a_source_is_named_after_its_address(url, name):
    assert discover.name_for(url) == name


def test_opml_goes_out_and_comes_back():
    sources = [
        source("a-example", "https://a.example/feed", title="A & B", language="uk"),
        source("inbox", "inbox", kind=SourceKind.FOLDER),
        source("ch", "https://t.me/s/channel", kind=SourceKind.TELEGRAM),
    ]
    back = opml.read(opml.write(sources))
    assert [(one.title, one.url, one.kind, one.language) for one in back] == [
        ("A & B", "https://a.example/feed", SourceKind.FEED, "uk"),
        ("Ch", "https://t.me/s/channel", SourceKind.TELEGRAM, None),
    ]


@pytest.mark.parametrize("body", [GOOD, b"", b"<opml>", b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', b"\xff\xfe"])
def test_what_is_no_opml_is_refused(body):
    with pytest.raises(SourceError):
        opml.read(body)


def test_a_page_of_items_is_read_by_selectors():
    first = "<a href='/1'>One</a> <time datetime='2022-09-12T18:00'>x</time><p>Power is out.</p>"
    html = f"<title>News</title><ul><li class=n>{first}</li><li class=n><a href='/2'>Two</a></li></ul>"
    selectors = {"item": "li.n", "title": "a", "link": "a", "date": "time", "text": "p"}
    found = pages.read(html.encode(), selectors, base="https://h.example/news").entries
    assert [(one.title, one.text) for one in found] == [("One", "Power is out."), ("Two", "")]
    assert [one.url for one in found] == ["https://h.example/1", "https://h.example/2"]
    assert found[0].published.isoformat() == "2022-09-12T15:00:00+00:00"
