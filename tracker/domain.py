"""The words that all parts share: reports, claims, incidents, status. Frozen facts; nothing here reads or writes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from tracker.times import day_end, day_start, kyiv_day


class Service(StrEnum):
    """A utility service that households depend on."""

    ELECTRICITY = "electricity"
    WATER = "water"
    HEATING = "heating"
    GAS = "gas"
    COMMUNICATIONS = "communications"


class Kind(StrEnum):
    """What a claim says of a service."""

    OUTAGE = "outage"
    SCHEDULED = "scheduled"
    PARTLY_RESTORED = "partly_restored"
    RESTORED = "restored"


class Extent(StrEnum):
    """How much of its place a claim covers, where the text says so."""

    WHOLE = "whole"
    PART = "part"


class State(StrEnum):
    """Where a service stands in a region at one moment."""

    OUT = "out"
    DISRUPTED = "disrupted"
    RECOVERING = "recovering"
    RESTORED = "restored"
    SCHEDULED = "scheduled"
    UNCONFIRMED = "unconfirmed"
    NONE = "none"
    UNKNOWN = "unknown"


class Standing(IntEnum):
    """How much weight a source's word has against another's; more is weightier."""

    PUBLIC = 1
    CHANNEL = 2
    MEDIA = 3
    OFFICIAL = 4


class Ending(StrEnum):
    """How an incident ended."""

    RESTORED = "restored"
    NOT_REPORTED = "not_reported"
    OVER = "over"


class Track(StrEnum):
    """Unplanned loss, or cuts by schedule: two stories that never close each other."""

    OUTAGE = "outage"
    SCHEDULED = "scheduled"


class Development(StrEnum):
    """What one update adds to an incident's story."""

    BEGAN = "began"
    REPEATED = "repeated"
    WIDENED = "widened"
    PARTLY_BACK = "partly_back"
    BACK = "back"
    DISPUTED = "disputed"
    LAPSED = "lapsed"
    OVER = "over"
    CORRECTED = "corrected"


class Confidence(StrEnum):
    """How well a state is vouched for: by an authority, by two independent voices, or by one."""

    OFFICIAL = "official"
    CONFIRMED = "confirmed"
    REPORTED = "reported"


class Mending(StrEnum):
    """What a moderator's correction does to the incidents of a cell."""

    MERGE = "merge"
    SPLIT = "split"


class SourceKind(StrEnum):
    """By which road a source's reports come in."""

    FEED = "feed"
    PAGE = "page"
    TELEGRAM = "telegram"
    FOLDER = "folder"
    PUSH = "push"
    FORM = "form"
    ARCHIVE = "archive"


COUNTRY = "UA"
"""The region code of claims about the whole country, or about regions that the text does not name."""


def short_hash(*parts: str) -> str:
    """A stable 16-digit identity of `parts`, the same on every machine and in every order of arrival."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Source:
    """Who publishes, and where we listen.

    `regions` are the oblasts that it covers; empty means all of them. `language` is the declared language
    of its texts, if it has one. `minutes` is the wished interval between polls.
    """

    name: str
    title: str
    url: str
    kind: SourceKind = SourceKind.FEED
    standing: Standing = Standing.MEDIA
    language: str | None = None
    regions: tuple[str, ...] = ()
    minutes: int = 5
    active: bool = True
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One published text, kept as it came (as plain text).

    `key` is the entry's identity inside its source; a changed text under one key is a new version.
    `updated` orders the versions. All moments are aware UTC.
    """

    source: str
    key: str
    published: datetime
    title: str
    text: str
    url: str = ""
    language: str | None = None
    updated: datetime | None = None
    seen: datetime | None = None
    truncated: bool = False
    _hashes: tuple[str, str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def content_hash(self) -> str:
        """Identity of what was said, whoever says it and wherever it stands."""
        return self._hashed()[0]

    @property
    def id(self) -> str:
        """Stable identity of this version of the report."""
        return self._hashed()[1]

    def _hashed(self) -> tuple[str, str]:
        """Both identities, worked out once: a report is asked for them at every step of its way in."""
        known = self._hashes
        if known is None:
            known = (short_hash(self.title, self.text), short_hash(self.source, self.key, self.title, self.text))
            object.__setattr__(self, "_hashes", known)
        return known

    @property
    def whole(self) -> str:
        """Title and text in one string: what evidence offsets count in."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a report asserts about one service in one region, with the words that prove it.

    `place` is the narrower spot in official romanization ("Izium", "Nikopol district"), and `within` names the
    wider places around it inside the region, nearest first. `evidence` is `report.whole[start:end]`. `originator`
    is the voice that the text quotes ("ukrenergo"), `rule` the name of the language rule that made the claim.
    """

    region: str
    service: Service
    kind: Kind
    evidence: str
    place: str | None = None
    within: tuple[str, ...] = ()
    customers: int | None = None
    extent: Extent | None = None
    when: date | None = None
    start: int = 0
    end: int = 0
    originator: str | None = None
    rule: str = ""

    def effective(self, published: datetime) -> datetime:
        """When the claim takes effect, for a report `published` then.

        On the day of publication that is the moment of publication, for another day its end; announced cuts
        count from the start of their day. Never the time of fetching.
        """
        if self.when is None:
            return published
        if self.kind is Kind.SCHEDULED:
            return day_start(self.when)
        return published if self.when == kyiv_day(published) else day_end(self.when)


@dataclass(frozen=True, slots=True)
class Testimony:
    """A claim together with who said it, when it holds, and when we learnt it: what incidents are folded from.

    `key` is the claim's identity, equal wherever and in whatever order it was taken in. `origin` names the
    independent voice behind it. We knew it from `seen` until `until` (a newer version, a retraction), if that came.
    """

    claim: Claim
    key: str
    report: str
    source: str
    standing: Standing
    origin: str
    published: datetime
    seen: datetime
    effective: datetime
    until: datetime | None = None
    url: str = ""

    def known_at(self, moment: datetime) -> bool:
        """Whether we held this to be said at `moment`."""
        return self.seen <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Part:
    """What an incident says of one place, or of the whole region where `place` is None.

    `latest` is the last word's kind; a part is back when that is `restored`. `words` say so: the newest of each
    origin and standing. `against` are the opposite words while the part is disputed.
    """

    place: str | None
    within: tuple[str, ...]
    extent: Extent | None
    latest: Kind
    since: datetime
    spoken: datetime
    customers: int | None = None
    words: tuple[Testimony, ...] = ()
    against: tuple[Testimony, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """One step of an incident's story: what it changed, when that was so, when we knew, and on whose word.

    `against` are the opposite words that this one disputes. A `disputed` update is a word that is kept and shown,
    but that was too weak to change anything.
    """

    at: datetime
    known: datetime
    what: Development
    testimonies: tuple[Testimony, ...] = ()
    against: tuple[Testimony, ...] = ()

    @property
    def standing(self) -> tuple[Testimony, ...]:
        """The words behind it that nobody took back: the only ones that may be shown.

        A correction names the words that it takes back; whoever retold them would undo it.
        """
        return tuple(word for word in self.testimonies if word.until is None)


class Refused(ValueError):  # noqa: N818  reads as what it is
    """An act that makes no sense; the message says why, and `text` with `values` lets others say it in their words."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


@dataclass(frozen=True, slots=True)
class Correction:
    """A moderator's correction of how one cell's words were cut into incidents.

    `merge`: an outage that begins after `since` and no later than `at` goes on with the incident before it.
    `split`: the first outage word at or after `at` opens a new incident, although the old one is still open.
    It holds from `made` until `until`, when it was undone.
    """

    region: str
    service: Service
    what: Mending
    at: datetime
    made: datetime
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
    why: str = ""

    def known_at(self, moment: datetime) -> bool:
        """Whether the correction held at `moment`."""
        return self.made <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Incident:
    """One episode of one service in one region, from loss to return.

    `spoken` is the effective moment of the last word about it. `parts` is where it stands after its last update.
    `ended` is None while it is open.
    """

    id: str
    region: str
    service: Service
    track: Track
    opened: datetime
    spoken: datetime
    updates: tuple[Update, ...]
    parts: tuple[Part, ...] = ()
    ended: datetime | None = None
    ending: Ending | None = None

    @property
    def updated(self) -> datetime:
        """When we last learnt something about it: what feeds show as `updated`."""
        return max(update.known for update in self.updates)

    @property
    def testimonies(self) -> tuple[Testimony, ...]:
        """Every word behind the story, in order of effect, each once; withdrawn ones left out."""
        told = (update for update in self.updates if update.what is not Development.CORRECTED)
        return tuple({t.key: t for update in told for t in update.testimonies}.values())


@dataclass(frozen=True, slots=True)
class Status:
    """Where one service stands in one region at one moment: a cell of the board.

    `since` is when the present state began, `confirmed` the last word's moment. `places` are the named spots still
    out, `customers` the last number said to be cut off. `evidence` are the words behind the state, newest first;
    `against` the opposite words while `disputed`; `announced` the cuts said to come on a later day, and today's where
    the state does not tell of them itself.
    """

    region: str
    service: Service
    state: State
    since: datetime | None = None
    confirmed: datetime | None = None
    places: tuple[str, ...] = ()
    customers: int | None = None
    origins: int = 0
    disputed: bool = False
    standing: Standing | None = None
    incident: str | None = None
    evidence: tuple[Testimony, ...] = ()
    against: tuple[Testimony, ...] = ()
    announced: tuple[Testimony, ...] = ()
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well we listen: sources we have, those heard in the last hour, and the newest report's moment."""

    sources: int
    healthy: int
    newest_report: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """The state of all 27 × 5 cells at one moment, with the claims that name no region beside it."""

    at: datetime
    cells: dict[tuple[str, Service], Status] = field(default_factory=dict)
    unnamed: tuple[Testimony, ...] = ()
    coverage: Coverage = Coverage(0, 0, None)
