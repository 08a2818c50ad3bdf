"""An incident as an entry of a feed: one entry that tells the whole story, or one entry for each step of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from tracker import incidents, regions
from tracker.domain import Development, Ending, Incident, State, Testimony, Track, Update, short_hash
from tracker.web import feeds_words, words
from tracker.web.feeds_text import clean, kyiv_day, kyiv_time, one_line, paragraphs, web_address

LONGEST_STORY = 120
"""Steps that one entry shows; of a longer story the middle is left to the incident's page."""


@dataclass(frozen=True, slots=True)
class Category:
    """One label of an entry: `name` says what it labels, `term` is for programs, `label` for people."""

    name: str
    term: str
    label: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one incident, or of one step of it. `id` never changes while the story goes on."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    text: str
    published: datetime
    updated: datetime
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed in one language, before it is written as RSS, Atom or JSON."""

    id: str
    title: str
    about: str
    home: str
    self_url: str
    language: str
    author: str
    licence: str
    updated: datetime
    entries: tuple[Entry, ...]
    hub: str = ""
    next_url: str = ""

    def relations(self, media_type: str) -> list[tuple[str, dict[str, str]]]:
        """The links that RSS and Atom carry about the feed itself: self, the hub, and where older entries follow."""
        own = [("self", {"type": media_type, "href": self.self_url})]
        hub = [("hub", {"href": self.hub})] if self.hub else []
        following = [("next", {"type": media_type, "href": self.next_url})] if self.next_url else []
        return [*own, *hub, *following]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells incidents in one language. `base` is the public address, `titles` the sources' names for readers."""

    base: str
    language: str
    titles: Mapping[str, str]
    now: datetime
    place_name: Callable[[str, str, str], str]

    def entry(self, incident: Incident) -> Entry:
        """The incident as one entry: its state in the title, every step with its words in the body, newest first."""
        lines = self.story(incident)
        return Entry(
            id=tag(self.base, f"incident/{incident.id}"),
            url=f"{self.base}/{self.language}/incidents/{incident.id}",
            title=self.title(incident, state_word(incident, self.now, self.language)),
            summary=lines[0],
            html=paragraphs(lines, addresses(incident.updates)),
            text="\n\n".join(lines),
            published=min(update.known for update in incident.updates),
            updated=incident.updated,
            categories=self.categories(incident),
        )

    def step(self, incident: Incident, update: Update) -> Entry:
        """One step of the incident as an entry of its own, for readers who want to be told of each."""
        lines = [self.line(incident, update), *self.said(update)]
        mark = mark_of(incident, update)
        brought = words.development(update.what, self.language, incident.track)
        development = self.category("development", update.what.value, brought)
        return Entry(
            id=tag(self.base, f"update/{incident.id}/{mark}"),
            url=f"{self.base}/{self.language}/incidents/{incident.id}#{mark}",
            title=self.title(incident, brought),
            summary=lines[0],
            html=paragraphs(lines, addresses((update,))),
            text="\n\n".join(lines),
            published=update.known,
            updated=update.known,
            categories=(*self.labels(incident), development),
        )

    @property
    def site(self) -> str:
        """What we call ourselves."""
        return feeds_words.sentence(feeds_words.SITE, self.language)

    def service(self, incident: Incident) -> str:
        """The service's name."""
        return words.service(incident.service, self.language)

    def title(self, incident: Incident, ending: str) -> str:
        """“Electricity, Kharkiv Oblast (Izium): partly back”; cuts by schedule name their day."""
        region = regions.require(incident.region).name(self.language)
        places = self.places(incident)
        where = f"{region} ({places})" if places else region
        if incident.track is Track.SCHEDULED:
            where += f", {kyiv_day(incident.opened, self.language)}"
        return one_line(f"{self.service(incident)}, {where}: {ending}", 200)

    def places(self, incident: Incident, most: int = 3) -> str:
        """The named spots of the incident, unless it is told of the whole region."""
        named = [part.place for part in incident.parts if part.place is not None]
        if len(named) < len(incident.parts) or not named:
            return ""
        shown = [self.place_name(incident.region, place, self.language) for place in named[:most]]
        return ", ".join(shown) + (f" +{len(named) - most}" if len(named) > most else "")

    def story(self, incident: Incident) -> list[str]:
        """The whole story in lines: where it stands, then each step with the words behind it, newest first."""
        state = state_word(incident, self.now, self.language)
        last = feeds_words.sentence(feeds_words.LAST_WORD, self.language)
        lines = [self.title(incident, f"{state}; {last}: {self.clock(incident.spoken)}")]
        steps = sorted(incident.updates, key=lambda update: update.at, reverse=True)
        left_out = len(steps) - LONGEST_STORY
        if left_out > 0:
            steps = [*steps[: LONGEST_STORY // 2], *steps[-(LONGEST_STORY // 2) :]]
        for update in steps:
            lines.append(" ".join([self.line(incident, update), *self.said(update)]))
        return lines

    def line(self, incident: Incident, update: Update) -> str:
        """“12 September 2022, 18:00 Kyiv time: partly back.”"""
        return f"{self.clock(update.at)}: {words.development(update.what, self.language, incident.track)}."

    def said(self, update: Update) -> list[str]:
        """The words behind a step, and where it is disputed, the words that say otherwise."""
        kept = tuple(word for word in update.against if word.until is None)
        other = self.quotes(kept) if update.what is Development.DISPUTED else []
        against = feeds_words.sentence(feeds_words.AGAINST, self.language)
        return [*self.quotes(update.standing), *(f"{against}: {quote}" for quote in other)]

    def quotes(self, testimonies: tuple[Testimony, ...]) -> list[str]:
        """Each word behind a step, quoted once, with who said it and where to read it."""
        said: dict[str, None] = {}
        opening, closing = words.QUOTES[self.language]
        for testimony in testimonies:
            source = one_line(self.titles.get(testimony.source, testimony.source), 80)
            address = web_address(testimony.url)
            quote = one_line(testimony.claim.evidence, 600)
            said[f"{opening}{quote}{closing} — {source}" + (f" {address}" if address else "")] = None
        return list(said)

    def clock(self, moment: datetime) -> str:
        """“12 September 2022, 18:00 Kyiv time”: a feed is read far from here, and its lines are quoted singly."""
        return words.say(self.language, "%(time)s Kyiv time", time=kyiv_time(moment, self.language))

    def categories(self, incident: Incident) -> tuple[Category, ...]:
        """State, service, region and track: what a reader's filter can ask for."""
        word = state_word(incident, self.now, self.language)
        return (self.category("state", state_term(incident, self.now), word), *self.labels(incident))

    def labels(self, incident: Incident) -> tuple[Category, ...]:
        """What never changes about the incident: its service, its region, and whether it was announced."""
        return (
            self.category("service", incident.service.value, self.service(incident)),
            self.category("region", incident.region, regions.require(incident.region).name(self.language)),
            self.category("track", incident.track.value, words.track(incident.track, self.language)),
        )

    def category(self, name: str, term: str, label: str) -> Category:
        """A label, with the address that says what kind of label it is."""
        return Category(name, term, clean(label), tag(self.base, f"scheme/{name}"))


def addresses(updates: Iterable[Update]) -> set[str]:
    """Where the words behind these steps can be read."""
    return {web_address(said.url) for update in updates for said in (*update.testimonies, *update.against)}


def tag(base: str, rest: str) -> str:
    """A `tag:` name (RFC 4151): it names the thing for good, and does not change with ports or https."""
    return f"tag:{urlsplit(base).hostname},2026:{rest}"


def state_of(incident: Incident, now: datetime) -> State:
    """The state that the incident alone gives its cell at `now`; NONE once it is over otherwise than by a return."""
    if incident.ended is not None and incident.ended <= now:
        return State.RESTORED if incident.ending is Ending.RESTORED else State.NONE
    if incident.track is Track.SCHEDULED:
        return State.SCHEDULED
    return incidents.status((incident,), incident.region, incident.service, now, covered=True).state


def ending_of(incident: Incident) -> Ending:
    """How an incident ended; one that nobody spoke of for too long has lapsed, whether that was noted or not."""
    return incident.ending or Ending.NOT_REPORTED


def state_term(incident: Incident, now: datetime) -> str:
    """The state for programs; an incident that is over by silence or by schedule says so, not `none`."""
    state = state_of(incident, now)
    return ending_of(incident).value if state is State.NONE else state.value


def state_word(incident: Incident, now: datetime, language: str) -> str:
    """The state for people, in the words of the board."""
    state = state_of(incident, now)
    return words.ending(ending_of(incident), language) if state is State.NONE else words.state(state, language)


def mark_of(incident: Incident, update: Update) -> str:
    """What a step is called for good: by what it says and when we learnt it, never by its place in the story."""
    first = update.testimonies[0].key if update.testimonies else ""
    return short_hash(incident.id, update.what, update.at.isoformat(), update.known.isoformat(), first)


def significant(update: Update) -> bool:
    """Whether the step changed anything: being told the same again does not."""
    return update.what is not Development.REPEATED
