"""The full article behind a summary: its own words only. What stands around it speaks of other regions."""

import threading
import time
from dataclasses import replace
from itertools import pairwise

import make
import pytest
from ingest.hostile import reply

from tracker.ingest import articles, robots
from tracker.ingest.cage import Cage
from tracker.ingest.entries import Entry, report, with_article
from tracker.ingest.errors import SourceError

STORY = [
    "У Харкові після нічного обстрілу зникло електропостачання у двох районах, повідомила міська рада.",
    "Аварійні бригади працюють на місці, точного часу відновлення поки не називають.",
    "Лікарні перейшли на резервне живлення, метро курсує зі збільшеним інтервалом.",
]
ELSEWHERE = ["В Одесі повністю зникла вода", "У Львові запровадили аварійні відключення", "Газ повернувся до Сум"]


def links(tag="li"):
    return "".join(f"<{tag}><a href='/n/{n}'>{title}</a></{tag}>" for n, title in enumerate(ELSEWHERE))


def page(middle="", after="", story=STORY):
    first, *rest = (f"<p>{paragraph}</p>" for paragraph in story)
    head = "<!DOCTYPE html><html lang='uk'><head><meta charset='utf-8'><title>Новини</title></head>"
    body = f"<main><article><h1>Харків без світла</h1>{first}{middle}{''.join(rest)}</article>{after}</main>"
    return f"{head}<body><nav><a href='/'>Головна</a></nav>{body}<footer>© 2026</footer></body></html>".encode()


AROUND = {
    "a list inside, under a bold line": page(f"<p><strong>Читайте також:</strong></p><ul>{links()}</ul>"),
    "a list inside, under a heading": page(f"<h3>Читайте також</h3><ul>{links()}</ul>"),
    "one link inside a paragraph": page(f"<p>Читайте також: <a href='/n'>{ELSEWHERE[0]}</a></p>"),
    "bold words and a link in one paragraph": page(f"<p><b>Читайте також:</b> <a href='/n'>{ELSEWHERE[1]}</a></p>"),
    "paragraphs of links after the words": page(f"<p><b>Читайте также</b></p>{links('p')}"),
    "a block by its class": page(f"<div class='read-also'><ul>{links()}</ul></div>"),
    "a block by its class after the story": page(after=f"<div class='related-news'>{links('h3')}</div>"),
    "an aside": page(after=f"<aside><h3>Популярне</h3><ul>{links()}</ul></aside>"),
    "an aside in the middle": page(f"<aside>{links('p')}</aside>"),
    "a list of news after the story": page(
        after=f"<section class='latest'><h2>Останні новини</h2><ul>{links()}</ul></section>"
    ),
    "in Russian": page(f"<p><em><strong>Смотрите также:</strong></em></p><ul>{links()}</ul>"),
    "in English": page(f"<p>Read also: <a href='/n'>{ELSEWHERE[2]}</a></p>"),
    "a quotation of links": page(
        f"<p><strong>ЧИТАЙТЕ ТАКОЖ</strong></p><blockquote><a href='/n'>{ELSEWHERE[0]}</a></blockquote>"
    ),
    "a short story": page(after=f"<aside class='related'><ul>{links()}</ul></aside>", story=STORY[:1]),
    "a short story with a list inside": page(f"<p>Читайте також:</p><ul>{links()}</ul>", story=STORY[:2]),
    "comments": page(after=f"<div id='comments'><p>{ELSEWHERE[0]}!</p></div>"),
}


@pytest.mark.parametrize("name", AROUND)
def test_read_also_blocks_say_nothing(name):
    text = articles.extract(AROUND[name], "text/html; charset=utf-8")
    assert STORY[0] in text
    for title in ELSEWHERE:
        assert title not in text, text


def test_the_story_is_kept_whole_paragraph_by_paragraph():
    lines = articles.extract(page(), "text/html").split("\n")
    assert [line for line in lines if line in STORY] == STORY


def test_a_list_that_belongs_to_the_story_stays():
    own = "<p>Без світла залишаються:</p><ul><li>Салтівський район</li><li>Київський район</li></ul>"
    text = articles.extract(page(own), "text/html")
    assert "Салтівський район" in text and "Київський район" in text


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<html><body><p>ok</p></body></html>", b"%PDF-1.4"])
def test_a_page_without_an_article_is_said_to_have_none(body):
    with pytest.raises(SourceError):
        articles.extract(body, "text/html")


def test_a_page_of_links_is_killed_in_time_and_the_summary_stays():
    body = page("<div>" + "<a href='/x'>слова про світло</a> " * 16_000 + "</div>")
    with Cage(1, cpu=1.0, seconds=1.5) as cage:
        cage.run(len, "warm")
        before = time.monotonic()
        try:
            cage.run(articles.extract, body, "text/html")
        except SourceError as error:
            assert "was stopped" in error.message
        assert time.monotonic() - before < 6


def test_a_shorter_article_than_the_summary_is_no_article():
    entry = Entry("k", "t", "words " * 100, "http://a.example/", None, None, True, "f")
    assert with_article(entry, "few words").truncated
    assert with_article(entry, "more words " * 100).text.startswith("more")
    assert with_article(entry, None) == replace(entry, truncated=True)


ROBOTS = """User-agent: *
Disallow: /private
Crawl-delay: 3

User-agent: outage-tracker
Disallow: /closed
Crawl-delay: 600
"""


@pytest.mark.parametrize(
    ("path", "agent", "outcome"),
    [
        ("/story", "other", (True, 3.0)), ("/private/1", "other", (False, 3.0)),
        ("/private/1", "outage-tracker", (True, 10.0)), ("/closed/1", "outage-tracker", (False, 10.0)),
    ],
)  # fmt: skip
def test_a_robots_file_is_obeyed_within_reason(path, agent, outcome):
    assert robots.allows(ROBOTS, f"http://a.example{path}", agent) == outcome


ANSWERS = [
    *((reply(b"", "404 Not Found"), False), (reply(b"", "403 Forbidden"), False), (reply(b"", "500 Broken"), True)),
    *((reply(b"", "429 Slow"), True), (reply(b"User-agent: *\nDisallow: /"), True), (reply(b""), False)),
    (reply(b"\0\xff junk"), False),
]


@pytest.mark.parametrize(("answer", "closed"), ANSWERS)
def test_no_robots_file_opens_a_site_and_a_broken_one_closes_it(answer, closed, server, ears):
    server.at("/robots.txt", answer)
    if closed:
        with pytest.raises(SourceError, match=r"robots\.txt"):
            ears.robots.delay(server.url("/story"))
    else:
        assert ears.robots.delay(server.url("/story")) == 0.0


def test_a_robots_file_is_asked_for_once_a_day(server, ears):
    now = [0.0]
    ears.robots.clock = lambda: now[0]
    server.at("/robots.txt", reply(b"User-agent: *\nAllow: /"))
    for _ in range(5):
        ears.robots.delay(server.url("/story"))
    assert len(server.seen) == 1
    now[0] = 24 * 3600 + 1
    ears.robots.delay(server.url("/story"))
    assert len(server.seen) == 2


def test_a_site_gets_one_visitor_at_a_time_with_a_pause(server, ears):
    inside, most, times = [0], [0], []

    def story(connection, headers, running):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        times.append(time.monotonic())
        time.sleep(0.02)
        connection.sendall(reply(page(), headers=(("Content-Type", "text/html"),)))
        inside[0] -= 1

    server.at("/story", story)
    ears.pause = 0.1
    wanted = [Entry(str(n), "t", "x", server.url("/story"), None, None, True, "f") for n in range(3)]
    threads = [threading.Thread(target=ears.complete, args=([entry], 5.0)) for entry in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    assert most[0] == 1 and min(later - earlier for earlier, later in pairwise(times)) >= 0.09


def test_articles_that_there_was_no_time_for_are_left_for_the_next_poll(server, ears):
    server.at("/story", reply(page(), headers=(("Content-Type", "text/html"),)))
    wanted = [Entry(str(n), "t", "x", server.url("/story"), None, None, True, "f") for n in range(50)]
    ears.pause = 0.2
    done, unfinished = ears.complete(wanted, 0.7)
    assert unfinished and 1 <= len(done) <= 5


def test_a_text_that_fills_the_limit_is_marked_as_cut_short():
    entry = Entry("k", "t", "й" * 200_000, "", None, None, False, "f")
    now = make.moment("10:00")
    assert report(entry, make.source(), None, now).truncated
    assert not report(replace(entry, text="й" * 199_999), make.source(), None, now).truncated
