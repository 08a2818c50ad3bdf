"""What stands in every answer, whoever asks and whatever goes wrong."""

import pytest

from tracker.web.headers import trusted

PATHS = ["/", "/regions/UA-63", "/history", "/reports/new", "/login", "/nothing", "/?at=x", "/static/page.js"]
PATHS += [
    "/worker.js",
    "/healthz",
    "/metrics",
    "/feed.rss",
    "/api/v1/status",
    "/api/v1/nothing",
    "/en/regions/UA-63/badge.svg",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_a_strict_policy(library, path):
    with library.reader().get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_only_the_badge_may_stand_in_other_peoples_pages(library):
    assert "frame-ancestors 'none'" in library.reader().get("/").headers["Content-Security-Policy"]
    assert "frame-ancestors *" in library.reader().get("/regions/UA-63/badge.svg").headers["Content-Security-Policy"]


def test_no_page_holds_inline_code(library):
    for path in PATHS:
        if path.endswith(".js"):
            continue
        page = library.reader().get(path).get_data(as_text=True)
        assert " style=" not in page and "onclick" not in page and "javascript:" not in page
        assert "<script>" not in page


@pytest.mark.parametrize("path", ["/", "/reports/new", "/api/v1/status"])
def test_a_name_that_is_not_ours_is_refused(library, path):
    response = library.reader().get(path, headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.get_data(as_text=True)


def test_forwarding_headers_change_nothing(library):
    plain = library.reader().get("/").data
    for name in ("X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "Forwarded", "Origin", "Cookie"):
        assert library.reader().get("/", headers={name: "evil.example"}).data == plain


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "POST"])
@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_answered_without_a_fault(library, method, path):
    with library.reader().open(path, method=method) as response:
        assert response.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "*"},
        {"If-None-Match": '"nonsense'},
        {"If-Modified-Since": "yesterday"},
        {"Range": "bytes=9-1"},
        {"Accept-Language": ";;;q=x," * 50},
        {"Accept": "\x7f/*"},
        {"Accept-Encoding": "br, zstd"},
    ],
)
def test_odd_headers_are_no_fault(library, headers):
    assert library.reader().get("/", headers=headers).status_code in (200, 304)


def test_a_fault_of_ours_is_a_page_without_our_insides(site):
    site.app.view_functions["pages.about"] = lambda: 1 / 0
    response = site.reader().get("/about")
    page = response.get_data(as_text=True)
    assert response.status_code == 500
    assert "Something went wrong on our side." in page
    assert "ZeroDivision" not in page and "Traceback" not in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_trusted_names_are_the_public_one_and_this_machine():
    names = trusted({"BASE_URL": "https://outages.example:8443/x", "HOST": "0.0.0.0"})
    assert names == ["127.0.0.1", "[::1]", "localhost", "outages.example"]
