"""A notice in words: what happened, where it stands now, who says so, and where to read on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker import store
from tracker.domain import Development, Incident
from tracker.store.events import Event
from tracker.web import told, words
from tracker.web.feeds import teller
from tracker.web.feeds_story import Teller
from tracker.web.feeds_text import one_line
from tracker.web.words import _, count, say

REGIONS_NAMED = 3

GONE = _("An outage that we told of is told no more: the report behind it was taken back.")
WHY_MAIL = _("You asked for these notices. To end them, and have your address deleted:")


@dataclass(frozen=True, slots=True)
class Words:
    """A notice's subject and text."""

    subject: str
    text: str


def compose(events: tuple[Event, ...], language: str, now: datetime) -> Words:
    """The notice of `events`: each incident once, with its present state and the steps that are new."""
    tells = teller(language, now)
    titles: dict[str, str] = {}
    texts: list[str] = []
    for identity in dict.fromkeys(event.incident for event in events):
        own = [event for event in events if event.incident == identity]
        incident = _present(identity, now)
        if incident is None:
            titles[identity] = f"{words.service(own[0].service, language)}: {say(language, GONE)}"
            texts.append(titles[identity])
        else:
            titles[incident.id] = tells.entry(incident).title
            texts.append(_incident(incident, own, tells))
    subject = next(iter(titles.values())) if len(titles) == 1 else _several(len(titles), events, language)
    return Words(one_line(subject, 150), "\n\n".join(texts))


def _present(identity: str, now: datetime) -> Incident | None:
    """The incident as it stands, or the one that it went on as."""
    found = told.incident(identity, now)
    if found is None:
        successor = store.incidents.successor(identity)
        found = told.incident(successor, now) if successor else None
    return found


def _incident(incident: Incident, events: list[Event], tells: Teller) -> str:
    new = {event.at for event in events}
    entry = tells.entry(incident)
    lines = [entry.title, entry.url]
    for update in incident.updates:
        if update.at in new and update.what is not Development.REPEATED:
            lines += [f"  {line}" for line in (tells.line(incident, update), *tells.said(update))]
    return "\n".join(lines)


def _several(changed: int, events: tuple[Event, ...], language: str) -> str:
    from tracker import regions

    codes = list(dict.fromkeys(event.region for event in events))
    named = ", ".join(regions.require(code).short(language) for code in codes[:REGIONS_NAMED])
    more = f" +{len(codes) - REGIONS_NAMED}" if len(codes) > REGIONS_NAMED else ""
    changes = count(language, "%(n)d change", "%(n)d changes", changed)
    return f"{changes}: {named}{more}"
