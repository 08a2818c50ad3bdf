"""/feed.* tells each incident as one entry that grows; /updates.* tells each step as an entry of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, abort, current_app, request

from tracker import incidents, regions, store, times
from tracker.domain import Incident, State
from tracker.language.gazetteer import place_name
from tracker.web import feeds_filter, feeds_words, told, voices, words
from tracker.web.feeds_filter import Filter
from tracker.web.feeds_json import MEDIA_TYPE, json_feed
from tracker.web.feeds_story import Entry, Feed, Teller, significant, state_of, tag
from tracker.web.feeds_xml import atom, rss
from tracker.web.replies import keepable

ENTRIES = 50
BEFORE_ANYTHING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed of nothing was last changed."""

FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "rss": ("application/rss+xml; charset=utf-8", rss),
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "json": (MEDIA_TYPE, json_feed),
}

blueprint = Blueprint("feeds", __name__)


def init_app(app: Flask) -> None:
    """Adds the feeds to the site."""
    app.register_blueprint(blueprint)


@blueprint.get("/feed.<any(rss, atom, json):form>")
def incident_feed(form: str) -> Response:
    """Incidents, the last developed first."""
    return _answer("feed", form)


@blueprint.get("/updates.<any(rss, atom, json):form>")
def update_feed(form: str) -> Response:
    """Steps of incidents, the last learnt first."""
    return _answer("updates", form)


def links(region: str | None = None, service: str | None = None, language: str = "uk") -> list[tuple[str, str, str]]:
    """Media type, title and address of the feeds that belong to a page, for its head."""
    query = "&".join(f"{name}={value}" for name, value in (("region", region), ("service", service)) if value)
    found = []
    for form, name in (("rss", "RSS"), ("atom", "Atom"), ("json", "JSON Feed")):
        address = f"/feed.{form}?" + (f"{query}&" if query else "") + f"lang={language}"
        title = f"{feeds_words.sentence(feeds_words.TITLE, language)} ({name})"
        found.append((FORMATS[form][0].partition(";")[0], title, address))
    return found


def teller(language: str, now: datetime) -> Teller:
    """Who tells the incidents in `language`, with our public address and the sources' names."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    titles = {source.name: voices.titled(source, language) for source in store.sources.all()}
    return Teller(base, language, titles, now, place_name)


def _answer(name: str, form: str) -> Response:
    try:
        wanted, language = feeds_filter.read(request.args), feeds_filter.language(request.args)
        with store.reading():
            feed, modified = build(name, form, wanted, language, request.args.get("cursor"), times.now())
    except ValueError as error:
        abort(400, str(error))
    media_type, write = FORMATS[form]
    answer = keepable(write(feed), media_type, modified)
    answer.headers["Content-Language"] = language
    related = [f'<{link["href"]}>; rel="{relation}"' for relation, link in feed.relations(media_type)]
    answer.headers["Link"] = ", ".join(related)
    return answer


def build(
    name: str, form: str, wanted: Filter, language: str, cursor: str | None, now: datetime
) -> tuple[Feed, datetime | None]:
    """The feed and when it last changed. `name` is "feed" or "updates"; a wrong cursor raises ValueError."""
    page = told.page(now, **wanted.arguments(), cursor=cursor, limit=ENTRIES)
    tells = teller(language, now)
    if name == "feed":
        entries = tuple(tells.entry(incident) for incident in page.items)
    else:
        entries = _steps(tells, page.items, wanted, complete=page.next is None)
    _, changed = store.events.changes()
    address = f"{tells.base}/{name}.{form}?"
    feed = Feed(
        id=tag(tells.base, f"{name}?{wanted.query(language)}"),
        title=_title(name, wanted, language),
        about=feeds_words.sentence(feeds_words.ABOUT if name == "feed" else feeds_words.STEPS_ABOUT, language),
        home=f"{tells.base}/{language}/",
        self_url=address + wanted.query(language, cursor=cursor),
        language=language,
        author=tells.site,
        licence=feeds_words.rights(language),
        updated=max((entry.updated for entry in entries), default=BEFORE_ANYTHING),
        entries=entries,
        hub=str(current_app.config["WEBSUB_HUB"]),
        next_url=address + wanted.query(language, cursor=page.next) if page.next else "",
    )
    turned = [
        incident.spoken + incidents.TIME_TO_LIVE[incident.service] for incident in page.items if _aged(incident, now)
    ]
    moved = [moment for moment in (changed, *turned) if moment]
    return feed, min(max(moved), now) if moved else None


def _aged(incident: Incident, now: datetime) -> bool:
    """Whether time alone has changed what the feed says of it: nobody spoke of it for too long."""
    return state_of(incident, now) is State.UNCONFIRMED


def _steps(tells: Teller, found: tuple[Incident, ...], wanted: Filter, complete: bool) -> tuple[Entry, ...]:
    """The steps of the incidents on one page, newest first.

    Of further pages nothing is newer than the page's oldest change, so steps behind that wait for their own page.
    """
    floor = min((incident.updated for incident in found), default=BEFORE_ANYTHING)
    steps = [
        tells.step(incident, update)
        for incident in found
        for update in incident.updates
        if significant(update) and wanted.wants_step(update) and (complete or update.known >= floor)
    ]
    once = {step.id: step for step in steps}
    return tuple(sorted(once.values(), key=lambda entry: (entry.updated, entry.id), reverse=True)[: 4 * ENTRIES])


def _title(name: str, wanted: Filter, language: str) -> str:
    """“Outages in Ukraine: Kharkiv Oblast, water”."""
    title = feeds_words.sentence(feeds_words.TITLE if name == "feed" else feeds_words.STEPS_TITLE, language)
    named = [regions.require(code).name(language) for code in wanted.regions]
    named += [words.service(service, language) for service in wanted.services]
    named += [words.kind(kind, language) for kind in wanted.kinds]
    return f"{title}: {', '.join(named)}" if named else title
