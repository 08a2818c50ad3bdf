"""What the pages say, read as a client without a browser."""

import csv
import gzip
import html
import io
import re

import pytest

from tracker.regions import REGIONS
from tracker.web.templating import written_in

PUBLIC = ["/", "/regions/UA-63", "/history", "/sources", "/subscribe", "/about", "/methodology", "/quality"]


def text(response):
    """The words of a page, without its marks."""
    body = re.sub(r"<(style|svg|head).*?</\1>", " ", response.get_data(as_text=True), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_board_has_a_row_for_each_region_and_a_word_for_each_cell(library):
    page = library.reader().get("/").get_data(as_text=True)
    rows = re.findall(r'<tr id="(UA-\d\d)">(.*?)</tr>', page, flags=re.S)
    assert len(rows) == 27
    assert all(len(re.findall(r'<b aria-hidden="true">[^<]+</b> \w', row)) == 5 for _, row in rows)


def test_the_summary_counts_the_regions_that_are_hit(library):
    page = text(library.reader().get("/"))
    assert "Outages in 2 of 27 regions: electricity in 2, water in 1." in page


def test_a_site_that_hears_nothing_says_that_it_knows_nothing(site):
    page = text(site.reader().get("/"))
    assert "We know nothing at the moment: no source answers." in page
    assert "? Unknown" in page and "No reports" not in page.replace("– No reports No outage is reported.", "")


def test_no_reports_is_never_called_well_being(library):
    page = text(library.reader().get("/regions/UA-46"))
    assert "This is not proof that all is well" in page


def test_unnamed_claims_stand_beside_the_board(library):
    page = text(library.reader().get("/"))
    assert "Said of regions that are not named" in page
    assert "Power has been partially restored in some regions." in page


def test_a_region_says_since_when_by_whom_and_in_which_words(library):
    page = library.reader().get("/regions/UA-63")
    assert "Electricity ◐ Disrupted" in text(page) or "Electricity ✕ Out" in text(page)
    assert "Power outage in Kharkiv Oblast" in text(page)
    assert "Kharkiv administration (official)" in text(page)
    assert 'href="https://oda.example/1" rel="noopener nofollow"' in page.get_data(as_text=True)
    assert "Izium" in text(page)


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("prefix", ["", "/uk", "/en"])
def test_every_page_exists_in_both_languages(library, prefix, path):
    response = library.reader("uk").get(prefix + path)
    language = "en" if prefix == "/en" else "uk"
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.get_data(as_text=True)
    assert response.headers["Content-Language"] == language
    assert ("Accept-Language" in response.headers["Vary"]) == (prefix == "")


def test_the_browsers_wish_chooses_and_ukrainian_is_first(library):
    assert 'lang="en"' in library.reader("en-GB,en;q=0.8").get("/about").get_data(as_text=True)
    assert 'lang="uk"' in library.reader("de").get("/about").get_data(as_text=True)
    assert 'lang="uk"' in library.app.test_client().get("/about").get_data(as_text=True)


def test_links_keep_the_language_of_the_address(library):
    page = library.reader("uk").get("/en/").get_data(as_text=True)
    assert 'href="/en/regions/UA-63"' in page
    assert 'hreflang="uk" href="http://127.0.0.1:8000/uk/"' in page


def test_curl_gets_a_neat_table(library):
    response = library.app.test_client().get("/en/", headers={"User-Agent": "curl/8.5", "Accept": "*/*"})
    assert response.content_type.startswith("text/plain")
    lines = response.get_data(as_text=True).splitlines()
    assert lines[0].startswith("Outages in 2 of 27 regions")
    rows = [line for line in lines if line.startswith(tuple(region.en for region in REGIONS))]
    assert len(rows) == 27
    assert len({line.rindex("– No reports") for line in rows}) == 1, "columns stand under each other"
    assert {"Accept", "User-Agent"} <= set(response.headers["Vary"].replace(" ", "").split(","))


def test_plain_text_is_given_to_whoever_asks_for_it(library):
    response = library.reader().get("/", headers={"Accept": "text/plain"})
    assert response.content_type.startswith("text/plain")


def test_the_first_view_fits_into_fourteen_kilobytes(library):
    for path in ("/uk/", "/en/"):
        assert len(gzip.compress(library.reader().get(path).data, 9)) <= 14 * 1024
    for path in ("/uk/regions/UA-63", "/en/regions/UA-63"):
        assert len(gzip.compress(library.reader().get(path).data, 9)) <= 20 * 1024


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/regions/UA-99", 404, "“UA-99” is not one of the 27 region codes"),
        ("/?at=tomorrow", 400, "“tomorrow” is not a moment in time"),
        ("/?at=2099-01-01", 400, "lies ahead"),
        ("/?service=sewing", 400, "“sewing” is not one of: electricity, water, heating, gas, communications."),
        ("/history?day=2022-99-99", 400, "“2022-99-99” is not a day"),
        ("/history?year=99999", 400, "is not a year"),
        ("/history?region=XX", 400, "is not one of the 27 region codes"),
        ("/history?cursor=%00", 400, "unreadable"),
        ("/history?cursor=nonsense", 400, "broken"),
        ("/incidents/nothing", 404, "There is no incident “nothing”."),
        ("/reports/0123456789abcdef", 404, "There is no report"),
        ("/reports/" + "9" * 5000, 404, "no such page"),
        ("/nothing", 404, "There is no such page."),
    ],
)
def test_a_wrong_address_gets_a_sentence(library, path, status, sentence):
    response = library.reader().get(path)
    assert response.status_code == status
    assert sentence in text(response)
    assert "Content-Security-Policy" in response.headers and "Traceback" not in text(response)


def test_a_region_code_is_taken_in_any_case(library):
    assert library.reader().get("/regions/ua-63").status_code == 200


def test_the_region_form_leads_on_without_javascript(library):
    response = library.reader().get("/en/regions?code=UA-63")
    assert (response.status_code, response.headers["Location"]) == (302, "/en/regions/UA-63")


def test_subscribe_builds_the_feed_address(library):
    page = library.reader().get("/subscribe?region=UA-63&service=water&lang=uk").get_data(as_text=True)
    assert "http://127.0.0.1:8000/feed.atom?region=UA-63&amp;service=water&amp;lang=uk" in page


def test_the_badge_is_a_picture_that_others_may_show(library):
    response = library.reader().get("/en/regions/UA-63/badge.svg")
    assert response.mimetype == "image/svg+xml"
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    picture = response.get_data(as_text=True)
    assert "Kharkiv Oblast" in picture and re.search(r"As of \d+ \w+ \d{4}, \d\d:\d\d, Kyiv time</text>", picture)


def test_the_demonstration_says_that_it_is_one(site):
    assert "Demonstration" not in text(site.reader().get("/en/about"))
    site.app.config["DEMO"] = True
    assert "Demonstration." in text(site.reader().get("/en/methodology"))
    assert site.app.test_client().get("/en/", headers={"User-Agent": "curl/8"}).text.startswith("Demonstration.")


def test_the_card_may_stand_in_a_frame_and_no_other_page_may(library):
    card = library.reader().get("/regions/UA-63/card")
    assert "frame-ancestors *" in card.headers["Content-Security-Policy"] and "X-Frame-Options" not in card.headers
    assert "Electricity ◐ Disrupted" in text(card) and "<script" not in card.get_data(as_text=True)
    assert "frame-ancestors 'none'" in library.reader().get("/regions/UA-63").headers["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["", "service=water", "region=UA-59&kind=outage", "source=oda", "kind=restored"])
def test_what_history_shows_can_be_downloaded_as_it_is_shown(library, query):
    client = library.reader()
    page = client.get(f"/history?{query}").get_data(as_text=True)
    address = html.unescape(re.search(r'"(/export/incidents\.csv\?[^"]*)"', page)[1])
    rows = list(csv.DictReader(io.StringIO(client.get(address).text)))
    assert sorted(row["id"] for row in rows) == sorted(re.findall(r'href="/incidents/(UA[^"]+)"', page))
    days = list(csv.DictReader(io.StringIO(client.get(f"/history/days.csv?{query}").text)))
    assert sum(row["outages"] != "0" for row in days) == page.count("<title>") - 1
    hours = list(csv.DictReader(io.StringIO(client.get(f"/history/hours.csv?{query}").text)))
    assert {row["region"] for row in hours} == set(re.findall(r'scope="row"><a href="/regions/(UA-\d\d)"', page))


def test_words_of_another_language_are_marked_as_such(library):
    page = library.reader("uk").get("/regions/UA-63").get_data(as_text=True)
    assert '<q lang="en">Power outage in Kharkiv Oblast.</q>' in page
    page = library.reader("en").get("/regions/UA-63").get_data(as_text=True)
    assert "<q>Power outage in Kharkiv Oblast.</q>" in page


@pytest.mark.parametrize(
    ("words", "language"),
    [("Світло є", "uk"), ("Свет есть, но воды нет: отключён", "ru"), ("Power", "en"), ("Вода", ""), ("і ы", "")],
)
def test_letters_betray_the_language_or_leave_it_open(words, language):
    assert written_in(words) == language
