"""The pages in a real browser: every journey, both languages, light and dark, narrow and wide, script or none."""

import json
import re
from itertools import product
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)
PAGES = ["/", "/regions/UA-63", "/history", "/reports/new", "/reports/status", "/subscribe", "/sources", "/about"]
PAGES += ["/methodology", "/quality", "/login", "/nothing", "/?at=2024-01-01T12:00", "/api/docs"]
LOOKS = list(product(WIDTHS, ("uk", "en"), ("light", "dark")))


class Visit:
    """A browser window that notes what a good page never does."""

    def __init__(self, browser, site, width=768, language="en", scheme="light", script=True, workers="block"):
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale={"uk": "uk-UA", "en": "en-GB"}[language],
            color_scheme=scheme,
            java_script_enabled=script,
            service_workers=workers,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.faults = []
        self.page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._request)

    def _request(self, request):
        if urlsplit(request.url).netloc != urlsplit(self.site.address).netloc:
            self.faults.append(f"asks {request.url}")

    def go(self, path):
        self.page.goto(self.site.address + path)
        return self.page

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def found_by_axe(page):
    """What axe finds wrong with the page, in a line each."""
    from axe_playwright_python.sync_playwright import Axe

    response = Axe().run(page).response
    return [f"{fault['id']}: {fault['help']}: {fault['nodes'][0]['html'][:120]}" for fault in response["violations"]]


def looks_right(visit, path):
    visit.go(path)
    is_good(visit)


def is_good(visit):
    """What holds on whatever page the visitor is: axe finds nothing, it fits, and nothing is wrong behind it."""
    page = visit.page
    assert found_by_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it does not fit the window"
    expected = ("400", "404", "422", "Service Worker")
    noise = [fault for fault in visit.faults if not any(word in fault for word in expected)]
    assert noise == []


def story_pages(page):
    """The addresses of an incident and of a report, as a reader finds them."""
    hrefs = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.getAttribute('href'))")
    return [
        next(href for href in hrefs if re.search(pattern, href)) for pattern in ("/incidents/UA", r"/reports/\w{16}")
    ]


@pytest.mark.parametrize("path", [*PAGES, "stories"])
def test_every_page_is_accessible_and_fits(chromium, served, path):
    number = [*PAGES, "stories"].index(path)
    width, language, scheme = LOOKS[number * 5 % len(LOOKS)]
    with Visit(chromium, served, width, language, scheme) as visit:
        for one in story_pages(visit.go("/regions/UA-63")) if path == "stories" else [path]:
            looks_right(visit, one)


@pytest.mark.parametrize("path", ["/", "/regions/UA-63"])
def test_the_first_pages_fit_every_width(chromium, served, path):
    with Visit(chromium, served, language="uk") as visit:
        page = visit.go(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


@pytest.mark.nightly
@pytest.mark.parametrize(("width", "language", "scheme"), LOOKS)
def test_every_page_in_every_look(chromium, served, width, language, scheme):
    with Visit(chromium, served, width, language, scheme) as visit:
        stories = story_pages(visit.go("/regions/UA-63"))
        for path in [*PAGES, "/regions/UA-63/card", *stories]:
            looks_right(visit, path)


@pytest.mark.nightly
@pytest.mark.parametrize(("width", "language", "scheme"), LOOKS)
def test_every_form_its_errors_and_the_desk_in_every_look(chromium, own, width, language, scheme):
    own.app.config.update(MAIL_FROM="a@outages.example", SMTP_HOST="127.0.0.1")
    name, password = own.moderator()
    with Visit(chromium, own, width, language, scheme) as visit:
        for path in ("/notices", "/reports/new"):
            page = visit.go(path)
            is_good(visit)
            page.locator("main button").click()
            page.locator("#errors").wait_for()
            is_good(visit)
        page.select_option("#region", "UA-46")
        page.check("#service-1")
        page.check("#kind-0")
        page.locator("main button").click()
        page.locator(".ref").wait_for()
        is_good(visit)
        visit.go("/login")
        page.fill("#name", name)
        page.fill("#password", password)
        page.locator("main button").click()
        page.locator("form.group").wait_for()
        is_good(visit)


@pytest.mark.parametrize("script", [True, False])
def test_a_report_goes_from_the_form_over_a_moderator_to_the_page(chromium, own, script):
    name, password = own.moderator()
    with Visit(chromium, own, 320, script=script) as visit:
        page = visit.go("/reports/new?region=UA-46")
        page.get_by_label("Water").check()
        page.get_by_label("There is none").check()
        page.get_by_role("button", name="Send the report").click()
        assert "It waits for a moderator." in page.inner_text("main")
        assert "No reports" in visit.go("/regions/UA-46").inner_text("main")
        page = visit.go("/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        assert "Would change: Lviv Oblast, water" in page.inner_text("main")
        if script:
            assert found_by_axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the desk does not fit"
            page.locator("form.group").focus()
            page.keyboard.press("a")
        else:
            page.get_by_role("button", name="Approve").click()
        page.get_by_text("Nothing waits.").wait_for()
        assert "Lviv Oblast: water supply outage." in visit.go("/regions/UA-46?fresh").inner_text("main")


def test_wrong_answers_are_led_back_to(chromium, own):
    with Visit(chromium, own, 320) as visit:
        page = visit.go("/reports/new")
        page.get_by_label("Town or district").fill("Atlantis")
        page.get_by_role("button", name="Send the report").click()
        assert page.title().startswith("Error: ")
        assert page.evaluate("document.activeElement.id") == "errors"
        assert found_by_axe(page) == []
        page.get_by_role("link", name="Choose the region.").click()
        assert page.evaluate("location.hash") == "#region"
        assert page.get_by_label("Town or district").input_value() == "Atlantis"


@pytest.mark.parametrize("script", [True, False])
def test_the_service_switch_needs_no_script(chromium, served, script):
    with Visit(chromium, served, script=script) as visit:
        page = visit.go("/en/")
        tile = page.locator(".tiles .t63")
        assert "No reports" not in tile.inner_text() and "Disrupted" in tile.inner_text()
        page.locator("label[for=g]").click()
        assert "No reports" in tile.inner_text()


def test_the_keyboard_alone_suffices(chromium, served):
    with Visit(chromium, served) as visit:
        page = visit.go("/en/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.id"))
        assert {"code", "here", "e", "/en/history"} <= reached
        assert "/en/regions/UA-63" in reached
        page.locator("#e").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.querySelector('#w').checked")


def test_my_region_is_remembered_in_this_browser_alone(chromium, served):
    with Visit(chromium, served) as visit:
        visit.go("/en/regions/UA-63").get_by_role("button", name="Make this my region").click()
        page = visit.go("/en/")
        assert "Kharkiv Oblast" in page.inner_text("#mine") and "Electricity" in page.inner_text("#mine")
        assert found_by_axe(page) == []
        assert visit.context.cookies() == []
        page.get_by_role("button", name="Forget").click()
        assert page.locator("#code").is_visible()


def test_find_me_works_on_our_own_map(chromium, served):
    with Visit(chromium, served) as visit:
        visit.context.grant_permissions(["geolocation"])
        visit.context.set_geolocation({"latitude": 49.99, "longitude": 36.23})
        page = visit.go("/en/")
        page.get_by_role("button", name="Find me").click()
        page.locator("#mine h2").wait_for()
        assert "Kharkiv Oblast" in page.inner_text("#mine")


def test_the_saved_copy_says_how_old_it_is(chromium, own):
    with Visit(chromium, own, 320, workers="allow") as visit:
        page = visit.go("/en/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        assert not page.locator("#copy").is_visible()
        visit.context.set_offline(True)
        own.stop()
        page.reload()
        page.locator("#copy").wait_for()
        assert re.search(r"Saved copy\s+0 minutes ago|in 0 minutes", page.inner_text("#copy"))
        assert "Kharkiv Oblast" in page.inner_text("main")
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('#copy b')).fontSize)")
        assert size >= 32


def test_the_first_view_is_there_in_three_seconds_on_2g_and_does_not_shift(chromium, served):
    with Visit(chromium, served, 320, "uk") as visit:
        wire = visit.context.new_cdp_session(visit.page)
        wire.send("Network.enable")
        slow = {"offline": False, "latency": 800, "downloadThroughput": 280_000 / 8, "uploadThroughput": 256_000 / 8}
        wire.send("Network.emulateNetworkConditions", slow)
        visit.page.add_init_script(
            "window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(one => shifts += one.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        page = visit.go("/uk/")
        page.wait_for_timeout(300)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        size = page.evaluate("performance.getEntriesByType('navigation')[0].transferSize")
        assert paint <= 3000
        assert size <= 14 * 1024
        assert page.evaluate("shifts") == 0
        assert page.evaluate("document.images.length") == 0


def test_a_device_shows_what_a_push_service_brings_and_a_repetition_once(chromium, own):
    own.app.config["PUSH_SERVICES"] = "push.example"
    with Visit(chromium, own, 320, workers="allow") as visit:
        visit.context.grant_permissions(["notifications"])
        wire = visit.context.new_cdp_session(visit.page)
        found = []
        wire.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
        wire.send("ServiceWorker.enable")
        page = visit.go("/en/subscribe?region=UA-63")
        assert page.get_by_role("button", name="Tell me on this device").is_visible()
        is_good(visit)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        told = {"title": "Electricity, Kharkiv Oblast: Out", "body": "no light", "tag": "one", "url": own.address}
        given = {"origin": own.address, "registrationId": found[0]["registrationId"], "data": json.dumps(told)}
        for _ in range(2):
            wire.send("ServiceWorker.deliverPushMessage", given)
        shown, expected = [], [[told["title"], told["body"]]]
        for _ in range(50):
            shown = page.evaluate(
                "navigator.serviceWorker.ready.then(worker => worker.getNotifications())"
                ".then(all => all.map(one => [one.title, one.body]))"
            )
            if shown == expected:
                break
            page.wait_for_timeout(100)
        assert shown == expected
