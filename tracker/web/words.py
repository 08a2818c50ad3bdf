"""What the pages, feeds and tables call things, in Ukrainian and English: one place, so that all say the same.

Every function is pure and takes the language ("uk" or "en"); English is the key of the catalogue.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

from tracker.domain import Confidence, Development, Ending, Kind, Service, SourceKind, Standing, State, Track

LANGUAGES = ("uk", "en")
FOLDER = Path(__file__).parent.parent / "translations"


def _(text: str) -> str:
    """Marks `text` for the catalogue; it is translated where it is used."""
    return text


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of `language`; English, and whatever we do not speak, stays as written."""
    return Translations.load(str(FOLDER), [language])


def say(language: str, text: str, **values: object) -> str:
    """`text` in `language`, its %(name)s filled in."""
    found = catalogue(language).gettext(text)
    return found % values if values else found


def count(language: str, one: str, many: str, number: int, **values: object) -> str:
    """The form of a phrase that fits `number` (1 регіон, 2 регіони, 5 регіонів); %(n)s is the number."""
    return catalogue(language).ngettext(one, many, number) % {"n": number, **values}


QUOTES = {"uk": ("«", "»"), "en": ("“", "”")}

SIGNS = {
    State.OUT: "✕",
    State.DISRUPTED: "◐",
    State.RECOVERING: "↗",
    State.RESTORED: "✓",
    State.SCHEDULED: "◷",
    State.UNCONFIRMED: "!?",
    State.NONE: "–",
    State.UNKNOWN: "?",
}

STATES = {
    State.OUT: _("Out"),
    State.DISRUPTED: _("Disrupted"),
    State.RECOVERING: _("Coming back"),
    State.RESTORED: _("Restored"),
    State.SCHEDULED: _("Scheduled cuts"),
    State.UNCONFIRMED: _("Not confirmed"),
    State.NONE: _("No reports"),
    State.UNKNOWN: _("Unknown"),
}

MEANINGS = {
    State.OUT: _("The whole region is reported to be without the service."),
    State.DISRUPTED: _("Part of the region, or some places, are reported to be without the service."),
    State.RECOVERING: _("Still an outage, but a partial return is reported, or some places have the service back."),
    State.RESTORED: _("Within the last 24 hours somebody said that the service is back."),
    State.SCHEDULED: _("Cuts by schedule are in force or announced for today; no other outage is reported."),
    State.UNCONFIRMED: _("An outage was reported and nobody has said that it ended, but the last word is old."),
    State.NONE: _("No outage is reported. This is not proof that all is well: not everything gets reported."),
    State.UNKNOWN: _("We hear nothing: no source that covers this region is answering."),
}

SERVICES = {
    Service.ELECTRICITY: _("Electricity"),
    Service.WATER: _("Water"),
    Service.HEATING: _("Heating"),
    Service.GAS: _("Gas"),
    Service.COMMUNICATIONS: _("Communications"),
}

KINDS = {
    Kind.OUTAGE: _("outage"),
    Kind.SCHEDULED: _("scheduled cuts"),
    Kind.PARTLY_RESTORED: _("partly restored"),
    Kind.RESTORED: _("restored"),
}

DEVELOPMENTS = {
    Development.BEGAN: _("Outage began"),
    Development.REPEATED: _("Said again"),
    Development.WIDENED: _("Spread wider"),
    Development.PARTLY_BACK: _("Partly back"),
    Development.BACK: _("Back"),
    Development.LAPSED: _("Nobody spoke of it for 30 days; its end is not known"),
    Development.OVER: _("The announced cuts are over"),
    Development.CORRECTED: _("Corrected"),
    Development.DISPUTED: _("Disputed: kept and shown, but too weak to change anything"),
}

CUTS = _("Cuts by schedule")
"""What the first step of announced cuts is called: nothing broke, and it may lie ahead."""

ENDINGS = {
    Ending.RESTORED: _("restored"),
    Ending.NOT_REPORTED: _("end not reported"),
    Ending.OVER: _("the announced time is over"),
}

STANDINGS = {
    Standing.OFFICIAL: _("official"),
    Standing.MEDIA: _("media"),
    Standing.CHANNEL: _("channel"),
    Standing.PUBLIC: _("public report"),
}

CONFIDENCES = {
    Confidence.OFFICIAL: _("by an official source"),
    Confidence.CONFIRMED: _("by two or more independent sources"),
    Confidence.REPORTED: _("by one source only"),
}

TRACKS = {Track.OUTAGE: _("outage"), Track.SCHEDULED: _("scheduled cuts")}

SOURCE_KINDS = {
    SourceKind.FEED: _("feed"),
    SourceKind.PAGE: _("web page"),
    SourceKind.TELEGRAM: _("Telegram channel"),
    SourceKind.FOLDER: _("folder of files"),
    SourceKind.PUSH: _("sent to us"),
    SourceKind.FORM: _("report form"),
    SourceKind.ARCHIVE: _("archive"),
}


def state(value: State, language: str) -> str:
    """The word for a state: never shown without it, whatever the colour."""
    return say(language, STATES[value])


def meaning(value: State, language: str) -> str:
    """A sentence that says what a state means and what it does not."""
    return say(language, MEANINGS[value])


def service(value: Service, language: str) -> str:
    """The name of a service."""
    return say(language, SERVICES[value])


def kind(value: Kind, language: str) -> str:
    """The name of what a claim says."""
    return say(language, KINDS[value])


def development(value: Development, language: str, on: Track = Track.OUTAGE) -> str:
    """What one step of an incident's story brought."""
    planned = value is Development.BEGAN and on is Track.SCHEDULED
    return say(language, CUTS if planned else DEVELOPMENTS[value])


def ending(value: Ending, language: str) -> str:
    """How an incident ended."""
    return say(language, ENDINGS[value])


def standing(value: Standing, language: str) -> str:
    """What kind of voice a source is."""
    return say(language, STANDINGS[value])


def confidence(value: Confidence, language: str) -> str:
    """How well a state is vouched for."""
    return say(language, CONFIDENCES[value])


def track(value: Track, language: str) -> str:
    """Unplanned loss, or cuts by schedule."""
    return say(language, TRACKS[value])


def source_kind(value: SourceKind, language: str) -> str:
    """By which road a source's reports come in."""
    return say(language, SOURCE_KINDS[value])
