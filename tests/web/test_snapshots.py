"""Ready bytes: rendered once, answered many times, never older than a change."""

import gzip

import pytest

from tracker.web.snapshots import Snapshots, wants_text


class Stage:
    """An application that counts how often it is asked, and a store whose changes a test makes."""

    def __init__(self, headers=(("Cache-Control", "public, max-age=15"),), status="200 OK"):
        self.asked, self.change, self.seconds, self.broken = 0, 1, 1000.0, False
        self.headers, self.status = headers, status
        self.kept = Snapshots(self.answer, self.changes, lambda: self.seconds)

    def changes(self):
        if self.broken:
            raise OSError
        return self.change

    def answer(self, environ, start):
        self.asked += 1
        start(self.status, [("Content-Type", "text/html"), *self.headers])
        return [f"page {self.asked} {environ['PATH_INFO']}".encode()]

    def get(self, path="/", method="GET", query="", **headers):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        told = []
        body = b"".join(self.kept(environ, lambda status, found: told.append((status, dict(found)))))
        return told[0][0][:3], told[0][1], body


@pytest.fixture
def stage():
    return Stage()


def test_a_page_is_rendered_once(stage):
    assert [stage.get()[2] for _ in range(3)] == [b"page 1 /"] * 3


def test_a_change_renders_it_anew_within_a_second(stage):
    stage.get()
    stage.change += 1
    stage.seconds += 1
    assert stage.get()[2] == b"page 2 /"


def test_a_new_minute_renders_it_anew_since_ages_grow(stage):
    stage.get()
    stage.seconds += 60
    assert stage.get()[2] == b"page 2 /"


def test_it_is_packed_for_who_can_unpack(stage):
    _, headers, body = stage.get(accept_encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip" and gzip.decompress(body) == b"page 1 /"
    assert headers["Content-Length"] == str(len(body)) and "Accept-Encoding" in headers["Vary"]


def test_who_has_it_already_gets_304(stage):
    _, headers, _ = stage.get()
    status, _, body = stage.get(if_none_match=headers["ETag"])
    assert (status, body) == ("304", b"")
    assert stage.get(if_none_match='"other"')[0] == "200"


def test_a_date_serves_where_no_tag_is_sent():
    stage = Stage(headers=(("Cache-Control", "public"), ("Last-Modified", "Mon, 12 Sep 2022 10:00:00 GMT")))
    assert stage.get(if_modified_since="Mon, 12 Sep 2022 10:00:00 GMT")[0] == "304"
    assert stage.get(if_modified_since="Mon, 12 Sep 2022 09:00:00 GMT")[0] == "200"
    assert stage.get(if_modified_since="yesterday")[0] == "200"


def test_head_has_the_headers_and_no_body(stage):
    status, headers, body = stage.get(method="HEAD")
    assert (status, headers["Content-Length"], body) == ("200", "8", b"")


def test_languages_and_terminals_have_their_own_copies(stage):
    assert stage.get(accept_language="uk")[2] != stage.get(accept_language="en")[2]
    assert stage.get(accept="text/plain")[2] != stage.get(accept="text/html")[2]


def test_while_the_store_is_silent_the_last_copy_goes_out(stage):
    stage.get()
    stage.broken = True
    stage.seconds += 3600
    assert stage.get()[2] == b"page 1 /"


@pytest.mark.parametrize(
    "headers",
    [
        (("Cache-Control", "no-store"),),
        (("Cache-Control", "public"), ("Set-Cookie", "a=b")),
        (("Cache-Control", "public"), ("Content-Encoding", "gzip")),
    ],
)
def test_what_is_not_public_is_not_kept(headers):
    stage = Stage(headers=headers)
    assert stage.get()[2] != stage.get()[2]


def test_errors_and_other_methods_are_not_kept(stage):
    wrong = Stage(status="404 NOT FOUND")
    assert wrong.get()[2] != wrong.get()[2]
    assert stage.get(method="POST")[2] != stage.get(method="POST")[2]
    assert stage.get(query="a" * 300)[2] != stage.get(query="a" * 300)[2]


def test_a_flood_of_addresses_does_not_fill_the_memory(stage):
    for number in range(500):
        stage.get(query=f"x={number}")
    assert len(stage.kept.kept) == 400


@pytest.mark.parametrize(
    ("accept", "agent", "text"),
    [
        ("*/*", "curl/8.5", True),
        ("text/plain", "x", True),
        ("text/html", "curl/8.5", False),
        ("*/*", "Mozilla", False),
        ("text/html,text/plain", "Mozilla", False),
    ],
)
def test_terminals_are_known_by_what_they_ask_for(accept, agent, text):
    assert wants_text(accept, agent) is text


def test_a_store_that_is_silent_is_asked_once_a_second_and_the_copy_says_its_age(stage):
    stage.get()
    asked = []
    stage.kept.changes = lambda: asked.append(1) or 1 / 0
    stage.seconds += 100
    ages = [stage.get()[1].get("Age") for _ in range(5)]
    assert (ages, len(asked)) == (["100"] * 5, 1)


def test_a_page_that_cannot_be_made_anew_is_answered_with_the_last_copy(stage):
    stage.get()
    stage.status, stage.seconds = "503 SERVICE UNAVAILABLE", stage.seconds + 60
    status, headers, body = stage.get()
    assert (status, headers["Age"], body) == ("200", "60", b"page 1 /")


def test_a_store_that_hangs_holds_up_one_reader_and_no_other(stage):
    stage.get()
    stage.kept.asking.acquire()
    stage.seconds += 60
    assert stage.get()[2] == b"page 1 /"
