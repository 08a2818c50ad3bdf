"""Odd requests to everything that goes out: an answer that fits, and never a fault of ours."""

import make
import pytest
from out.telling import tell

ADDRESSES = (
    "/feed.rss",
    "/feed.atom",
    "/feed.json",
    "/updates.rss",
    "/api/v1/status",
    "/api/v1/incidents",
    "/api/v1/claims",
    "/api/v1/reports",
    "/api/v1/regions",
    "/api/v1/regions/UA-63",
    "/api/v1/sources",
    "/api/v1/history?region=UA-63",
    "/api/v1/stream",
    "/api/v1/openapi.json",
    "/api/v2/summary.json",
    "/api/docs",
    "/export/claims.csv",
    "/export/incidents.csv",
    "/export/board.geojson",
    "/cap.atom",
    "/dumps/datapackage.json",
)
ODD_HEADERS = (
    {"If-None-Match": "*"},
    {"If-None-Match": '"' + "x" * 3000},
    {"If-None-Match": ',,W/,"",\''},
    {"If-Modified-Since": "yesterday"},
    {"If-Modified-Since": "Mon, 99 Foo 0000 00:00:00 GMT"},
    {"Range": "bytes=5-1"},
    {"Range": "bytes=0-0,-1,99999999999-"},
    {"Accept": "image/png"},
    {"Accept-Language": "xx;q=nan, *;q=-1"},
    {"Accept-Encoding": "br;q=0, identity;q=0"},
    {"Last-Event-ID": "\u0663"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp"},
)


@pytest.fixture
def told(app, client):
    tell(make.claim(evidence="dark"), at="10:00")
    return client


@pytest.mark.parametrize("address", ADDRESSES)
def test_odd_headers_and_methods_are_no_fault_of_ours(told, address):
    for headers in ODD_HEADERS:
        answer = told.get(address, headers={name: value.encode().decode("latin-1") for name, value in headers.items()})
        assert answer.status_code in (200, 206, 304, 400, 404, 416), (headers, answer.status_code)
        assert b"evil.example" not in answer.data
        answer.close()
    for method in ("HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH", "TRACE"):
        answer = told.open(address, method=method)
        assert answer.status_code in (200, 404, 405), (method, answer.status_code)
        answer.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_protects_its_reader(told, address):
    with told.get(address) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/feed.rss", "/feed.atom", "/api/v1/status"])
def test_another_host_name_gets_nothing(told, address):
    assert told.get(address, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["region=%00", "region=UA-63%0d%0aX: y", "service=%ff", "lang=%F0%9F%92%A9", "cursor=" + "A" * 5000, "a=" * 500],
)
def test_odd_queries_to_the_feeds_are_answered_or_refused_with_a_sentence(told, query):
    for form in ("rss", "atom", "json"):
        answer = told.get(f"/feed.{form}?{query}")
        assert answer.status_code in (200, 400, 404)
