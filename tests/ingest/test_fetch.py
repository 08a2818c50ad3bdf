"""Fetching: what is sent, what is followed, what is believed, and the words for what went wrong."""

import gc
import gzip
import os
import shutil
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from ingest.hostile import GOOD, dripping, reply

from tracker.ingest import fetch
from tracker.ingest.errors import MovedError, RefusedError, SourceError
from tracker.ingest.fetch import Fetcher, Limits
from tracker.ingest.guard import Gate
from tracker.ingest.unpack import Laid, digest, sweep

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def fetcher():
    return Fetcher(Gate(allow_private=True), "outage-tracker/0.1 (+http://example.ua/about)")


def test_a_request_is_honest_and_sends_nothing_personal(fetcher, server):
    fetcher.get(server.at("/feed", reply(GOOD)))
    sent = server.seen[0][1]
    assert sent["user-agent"] == "outage-tracker/0.1 (+http://example.ua/about)"
    assert sent["accept-encoding"] == "gzip"
    assert not set(sent) & {"cookie", "referer", "authorization", "from"}


def test_validators_are_kept_word_for_word(fetcher, server):
    headers = (("ETag", 'W/"odd  etag"'), ("Last-Modified", "yesterday"))
    answer = fetcher.get(server.at("/feed", reply(GOOD, headers=headers)))
    assert (answer.etag, answer.last_modified) == ('W/"odd  etag"', "yesterday")
    server.at("/feed", reply(b"", "304 Not Modified"))
    assert fetcher.get(server.url("/feed"), etag=answer.etag).status == 304


def test_gzip_is_unpacked_and_counted_after_unpacking(fetcher, server):
    packed = reply(gzip.compress(GOOD), headers=(("Content-Encoding", "gzip"),))
    assert fetcher.get(server.at("/feed", packed)).body == GOOD
    with pytest.raises(SourceError, match="longer than"):
        fetcher.get(server.url("/feed"), Limits(size=len(GOOD) - 1))
    assert fetcher.get(server.url("/feed"), Limits(size=len(GOOD))).body == GOOD


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_long_body_waits_in_a_file_and_is_bytes_again_in_a_child(coding, fetcher, server, cage):
    long = GOOD + b"<!-- " + b"quiet, " * 100_000
    packed = gzip.compress(long, 1) if coding == "gzip" else long
    body = fetcher.get(server.at("/long", reply(packed, headers=(("Content-Encoding", coding),)))).body
    assert isinstance(body, Laid) and len(body) == len(long) and bytes(body) == long
    assert digest(body, b"more") == digest(long, b"more")
    assert cage.run(bytes.count, body, b"quiet") == long.count(b"quiet")
    path = body.path
    assert path.exists()
    del body
    cage.run(len, b"")  # the pool holds on to the last task that it was given
    gc.collect()
    assert not path.exists()


def test_what_a_killed_program_left_behind_is_swept_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name, age in {"tracker-body-old": 4000, "tracker-body-new": 10, "another": 4000}.items():
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another", "tracker-body-new"]


def test_the_deadline_is_for_the_whole_call_and_cannot_be_renewed(fetcher, server):
    server.at("/hop", lambda connection, headers, running: (time.sleep(0.3), connection.sendall(hop)))
    hop = reply(b"", "302 Found", (("Location", "/drip"),))
    server.at("/drip", dripping(reply(GOOD), pause=0.05))
    before = time.monotonic()
    with pytest.raises(SourceError, match=r"within 0\.6 seconds"):
        fetcher.get(server.url("/hop"), Limits(seconds=0.6))
    assert 0.5 < time.monotonic() - before < 1.5


def test_a_redirect_within_one_site_is_followed_for_good_or_not(fetcher, server):
    server.at("/new", reply(GOOD))
    for status in ("301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"):
        assert fetcher.get(server.at("/old", reply(b"", status, (("Location", "/new"),)))).url == server.url("/new")


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("example.ua", "www.example.ua", True),
        ("www.example.ua", "example.ua", True),
        ("example.ua", "rss.example.ua", True),
        ("kmu.gov.ua", "other.gov.ua", False),
        ("example.ua", "example.com", False),
        ("example.ua", "evilexample.ua", False),
    ],
)
def test_another_domain_is_one_that_does_not_lie_within_the_other(here, there, same):
    assert fetch._same_site(here, there) is same


def test_a_move_for_good_to_another_domain_waits_for_the_operator(fetcher, server):
    moved = reply(b"", "301 Moved", (("Location", "https://lapsed.example/feed"),))
    with pytest.raises(MovedError, match=r"lapsed\.example.*sources\.toml"):
        fetcher.get(server.at("/feed", moved))


def test_user_and_password_are_refused_and_never_repeated(fetcher):
    with pytest.raises(RefusedError) as caught:
        fetcher.get("http://anna:hunter2@127.0.0.1/feed")
    assert "hunter2" not in str(caught.value) and "anna" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("999999999", timedelta(hours=24)),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Mon, 23 Nov 2026 11:00:00 GMT", timedelta(hours=1)),
        ("Mon, 23 Nov 2026 09:00:00 GMT", timedelta(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=24)),
        ("Mon, 99 Foo 2026", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(value, wait):
    assert fetch.wait(value, NOW) == wait


class TLS:
    """A server with a certificate that nobody signed but itself."""

    def __init__(self, folder, name, answer):
        self.certificate = folder / f"{name}.pem"
        subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
        key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        out = ["-days", "1", "-keyout", str(self.certificate) + ".key", "-out", str(self.certificate)]
        subprocess.run([*key, *subject, *out], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, str(self.certificate) + ".key")
        self.answer = answer

    def way(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as connection:
                connection.recv(65536)
                connection.sendall(self.answer)
        except OSError:
            pass


@pytest.fixture
def secure(tmp_path):
    """Makes fetchers whose https calls end at a TLS server of the test, under a public name."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    import socket

    made = []

    def make(name, answer, trusted):
        tls = TLS(tmp_path, name, answer)

        def dial(address, port, seconds):
            ours, theirs = socket.socketpair()
            thread = threading.Thread(target=tls.way, args=(theirs,), daemon=True)
            thread.start()
            made.append(thread)
            return ours

        context = fetch.secure_context()
        if trusted:
            context.load_verify_locations(tls.certificate)
        gate = Gate(resolver=lambda host, port: ["93.184.216.34"], dialler=dial)
        return Fetcher(gate, "tests", context)

    yield make
    for thread in made:
        thread.join(2)


def test_a_trusted_certificate_is_accepted(secure):
    assert secure("herald.example", reply(GOOD), True).get("https://herald.example/", Limits(seconds=5)).body == GOOD


@pytest.mark.parametrize(("url", "trusted"), [("https://herald.example/", False), ("https://other.example/", True)])
def test_a_self_signed_or_foreign_certificate_is_refused_without_falling_back(secure, url, trusted):
    with pytest.raises(SourceError, match="certificate"):
        secure("herald.example", reply(GOOD), trusted).get(url, Limits(seconds=5))


def test_https_never_becomes_http_again(secure):
    down = reply(b"", "302 Found", (("Location", "http://herald.example/feed"),))
    with pytest.raises(RefusedError, match="plain http"):
        secure("herald.example", down, True).get("https://herald.example/", Limits(seconds=5))


def test_a_fault_of_our_own_is_not_called_the_sources(fetcher):
    class Broken(Gate):
        def check(self, url, seconds=15.0):
            raise KeyError("ours")

    with pytest.raises(KeyError):
        Fetcher(Broken(), "tests").get("http://example.ua/")
