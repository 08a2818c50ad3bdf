"""Ties predicates to places and services: inside a clause first, then from ever wider surroundings.

A missing place comes from the clause before, the sentence before, the line's lead, the heading, the title; a missing
service likewise. Lists under a line that ends in a colon take that line's predicate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark, negated, shares
from tracker.language.dates import Day
from tracker.language.gazetteer import Level, Sense
from tracker.language.lending import (
    FIXED,
    copy,
    counts,
    joined,
    opposite,
    points_to,
    resolve,
    sentence_ground,
    service_of,
    supplied,
    topic,
)
from tracker.language.lexicon import Hit
from tracker.language.numbers import Number
from tracker.language.places import (
    SOME_REGIONS,
    Ground,
    ground_of,
    names_place,
)  # fmt: skip
from tracker.language.predicates import SPOKEN_OF, Predicate
from tracker.language.story import Story, lent_days, still_holds
from tracker.language.text import Role, Text

if TYPE_CHECKING:
    from tracker.language.reading import Read


@dataclass(slots=True)
class Frame:
    """A predicate with everything tied to it; a claim a service and place comes of it."""

    predicate: Predicate
    services: tuple[Service, ...]
    ground: Ground
    clause: Clause
    sentence: tuple[int, int]
    marks: list[Mark]
    role: Role
    rule: str
    elliptic: bool = False
    still: bool = False
    old: bool = False
    """Whether it belongs to a story of long ago: no day of its own, and the last one named is stale."""
    near: list[Day] = field(default_factory=list)
    """The days that its sentence or its line lends it."""
    told: date | None = None
    """The day that the story has come to."""
    rivals: list[int] = field(default_factory=list)
    """Where the other predicates of its clause begin."""
    counted: bool = False
    """Whether the sentence before counted customers, so that a bare number counts them here too."""
    extra: list[Number] = field(default_factory=list)
    """Customers counted behind it without a predicate: "…, в общей сложности 26 тысяч абонентов"."""


@dataclass(slots=True)
class Scene:
    """What a stretch of text has been about: lent to what follows it."""

    ground: Ground = field(default_factory=Ground)
    services: tuple[Service, ...] = ()
    predicates: list[Predicate] = field(default_factory=list)


TALLY = 70
"""How long a sentence may be that only counts the customers of the one before it."""
SHORT, LONG = 110, 200
"""How long a clause and a list item without a predicate may be that takes over another's."""


class Ties:
    """Walks through a report and lends each sentence what it leaves out."""

    def __init__(self, text: Text, published: date, hits: list[Hit], signed: Ground) -> None:
        self.text = text
        self.published = published
        self.signed = signed
        self.title = Scene()
        self.title_marks: list[Mark] = []
        self.section = Scene()
        self.lead = Scene()
        self.previous = Scene()
        self.carry: Scene | None = None
        self.line = self.block = -1
        self.carry_block = -1
        self.standing: list[Predicate] = []
        self.standing_block = -1
        self.sibling = Scene()
        self.last: list[Frame] = []
        self.last_line = -1
        self.counted = False
        self.fresh_block = False
        self.story = Story(published)
        self.topic = topic(text, hits)
        self.unspoken = not any(hit.word.group == "service" for hit in hits)

    def take(self, one: Read) -> list[Frame]:
        """The frames of the next sentence."""
        self._step(one)
        frames: list[Frame] = []
        scene = Scene()
        whole_ground = ground_of(one.marks)
        old = self.story.hears(one, self.text)
        told = self.story.told(self.text.lines[one.sentence.line].block)
        self.story.tells(one, self.text)
        counted = any(mark.group == "figure" and mark.value == "customers" for mark in one.marks)
        for number, clause in enumerate(one.clauses):
            said = one.said[number]
            elliptic = False
            if not said:
                said = self._borrowed(one, number, clause, frames)
                elliptic = bool(said)
            said = [
                made
                for made in said
                if not made.rule.endswith(", of cuts")
                or points_to(made, self._told(frames) or self._standing(made, one), self.previous.services)
            ]
            for predicate in said:
                ground, how = self._ground(one, number, clause, predicate, scene.ground)
                services, lent = self._services(one, number, clause, predicate, frames)
                if not ground and predicate.kind is Kind.SCHEDULED and predicate.rule == "schedule":
                    ground, how = self._national(one)
                if (
                    lent == "service before"
                    and predicate.kind is Kind.OUTAGE
                    and frames[-1].predicate.kind is Kind.SCHEDULED
                ):
                    predicate.silenced = predicate.silenced or "says the hours of a schedule"
                if lent == "service before" and predicate.word == "none" and frames[-1].clause.of("figure"):
                    predicate.silenced = predicate.silenced or "none of those that are counted"
                rule = "+".join(part for part in (predicate.rule, how, lent) if part)
                frame = Frame(
                    predicate, services, ground, clause, (one.sentence.start, one.sentence.end), one.marks,
                    one.sentence.role, rule, elliptic, still_holds(clause), old,
                    lent_days(one, number, predicate, self.story.lead), told,
                    [p.start for p in said if p is not predicate], self.counted or counted,
                )  # fmt: skip
                frames.append(frame)
                if ground:
                    scene.ground = ground
        self._count_on(one, frames)
        self._remember(one, frames, scene, whole_ground)
        if frames:
            self.last = [frame for frame in frames if not frame.predicate.silenced]
            self.last_line = one.sentence.line
        return frames

    def _count_on(self, one: Read, frames: list[Frame]) -> None:
        """Gives customers that a clause or a sentence counts, saying nothing else, to what was told right before."""
        if not frames and any(mark.group in ("place", "anaphor", "area", "cue", "service") for mark in one.marks):
            return
        short = one.sentence.end - one.sentence.start < TALLY and self.last_line == one.sentence.line
        earlier = self.last[-1:] if short else []
        for number, clause in enumerate(one.clauses):
            told = [frame for frame in frames if frame.clause.start < clause.start] or earlier
            counts = [m.number for m in clause.marks if m.group == "figure" and m.value == "customers" and m.number]
            if one.said[number] or names_place(clause) or not told or not counts:
                continue
            if not any(frame.clause is clause for frame in frames):
                told[-1].extra.extend(n for n in counts if not n.percent)

    @property
    def lends(self) -> bool:
        """Whether the next sentence may take over a predicate: of a list's head, or of the sentence before."""
        return self.carry is not None or bool(self.previous.predicates)

    def _step(self, one: Read) -> None:
        """Enters the line and block of the next sentence, forgetting what does not reach over."""
        line = self.text.lines[one.sentence.line]
        if one.sentence.line != self.line:
            self.line = one.sentence.line
            self.lead = Scene()
            if line.block != self.block:
                self.block = line.block
                self.fresh_block = True
                if self.carry is not None and line.block > self.carry_block + 1:
                    self.carry = None
            if line.role is not Role.ITEM or not self.sibling.predicates:
                self.sibling = Scene()
            if line.role in (Role.ITEM, Role.CLOCK):
                self.sibling = self.previous if line.role is Role.ITEM and self.previous.predicates else self.sibling
                self.previous = Scene(Ground(), self.previous.services)
            if line.role is Role.CLOCK:
                self.section = Scene()

    def _remember(self, one: Read, frames: list[Frame], scene: Scene, whole: Ground) -> None:
        """Keeps what this sentence lends to the next ones."""
        line = self.text.lines[one.sentence.line]
        scene.ground = scene.ground if scene.ground.places else whole
        told = [frame for frame in frames if not frame.predicate.silenced]
        services: list[Service] = []
        named = {m.value for m in one.marks if m.group == "service" and m.get("as") != "thing"}
        things = {m.value for m in one.marks if m.group == "service"} - named
        for frame in told or frames:
            services.extend(s for s in frame.services if s not in services and (told or s not in things))
        if not services:
            services = list(dict.fromkeys(Service(m.value) for m in one.marks if m.value in named))
        scene.services = tuple(services)
        scene.predicates = [frame.predicate for frame in told]
        if told or line.role is Role.HEADING:
            self.standing, self.standing_block = scene.predicates, line.block
        customers = any(mark.group == "figure" and mark.value == "customers" for mark in one.marks)
        self.counted = bool(told) and (customers or (self.counted and all(frame.elliptic for frame in told)))
        if line.role is Role.TITLE:
            self.title = Scene(
                scene.ground or self.title.ground, scene.services or self.title.services, scene.predicates
            )
            self.title_marks = [*self.title_marks, *one.marks]
            return
        opening = self._opening(one)
        if one.sentence.first and opening:
            self.lead = Scene(opening, scene.services, [])
        if line.role is Role.HEADING:
            has_own = bool(told) and bool(whole.places)
            self.section = Scene(whole, scene.services, [])
            self.previous = Scene()
            if told and (line.colon or not has_own):
                self.carry, self.carry_block = scene, line.block
            elif not has_own:
                self.carry = None if not line.colon else self.carry
            return
        if line.colon and told and one.sentence.end >= line.end - 1:
            self.carry, self.carry_block = scene, line.block
        if scene.ground or scene.services:
            self.fresh_block = self.fresh_block and not scene.ground
            self.previous = Scene(
                scene.ground or self.previous.ground, scene.services or self.previous.services, scene.predicates
            )

    def _opening(self, one: Read) -> Ground | None:
        """The places that a line begins with, before a full stop, a dash or a colon: "Донеччина. …", "Izium – …"."""
        line = self.text.lines[one.sentence.line]
        places = [mark for mark in one.marks if mark.mention and mark.mention.sense is Sense.PLACE]
        if not places or places[0].start - line.lead > 12:
            return None
        end = places[0].end
        lead = [places[0]]
        for mark in places[1:]:
            between = self.text.whole[end : mark.start]
            if len(between) > 6 or any(sign in between for sign in ":.—–"):
                break
            lead.append(mark)
            end = mark.end
        after = self.text.whole[end : end + 3].lstrip(" *)")
        short = one.sentence.end - end <= 2
        if short or after[:1] in (":", "–", "—", "-", "|", "(") or after[:1] == "." or after.startswith(", "):
            return ground_of(lead) if short or after[:1] in (":", "–", "—", "-", "|") else None
        return None

    def _borrowed(self, one: Read, number: int, clause: Clause, frames: list[Frame]) -> list[Predicate]:
        """The predicates that a clause without any takes over: from its own sentence, or from the list's head."""
        if frames and negated(clause):
            return opposite(frames[-1].predicate, clause.of("service"))
        if not names_place(clause):
            return []
        service = [mark for mark in clause.marks if mark.group == "service" and mark.get("as") != "topic"]
        counts = {mark.value for mark in clause.marks if mark.group == "figure"}
        bare = counts <= {"customers", ""} and bool(counts)
        length = one.sentence.end - one.sentence.start
        if frames:
            if clause.end - clause.start < SHORT and (bare or shares(clause) or (service and not counts)):
                return [copy(frames[-1].predicate, service)]
            return []
        role = self.text.lines[one.sentence.line].role
        if self.carry is not None and role is not Role.TITLE and not any(one.said) and length < LONG:
            return [copy(p, service) for p in self.carry.predicates]
        if role is Role.ITEM and bare and "customers" in counts and length < SHORT and self.sibling.predicates:
            return [copy(p, service) for p in self.sibling.predicates[-1:]]
        counted = bare and ("customers" in counts or self.counted)
        if self.previous.predicates and not any(one.said) and length < SHORT and counted:
            return [copy(p, service) for p in self.previous.predicates[-1:]]
        return []

    def _standing(self, made: Predicate, one: Read) -> list[Predicate]:
        """What "the figure is" takes up again: told last, with no more than a paragraph between."""
        near = self.text.lines[one.sentence.line].block - self.standing_block <= 1
        return self.standing if near and made.rule.startswith("same") else []

    def _told(self, frames: list[Frame]) -> list[Predicate]:
        """What was told last: in this sentence, else in the one before."""
        return [frame.predicate for frame in frames if not frame.predicate.silenced] or self.previous.predicates

    def _ground(self, one: Read, number: int, clause: Clause, predicate: Predicate, told: Ground) -> tuple[Ground, str]:
        """The places of a clause, and how it came by them; `told` are those of the frame before in its sentence."""
        own = ground_of(clause.marks)
        named = names_place(clause)
        if own.abroad or (own.places and named):
            return self._with_city(one, clause, joined(clause, own)), ""
        anaphor = next((mark for mark in clause.marks if mark.group == "anaphor" and mark.value not in SPOKEN_OF), None)
        if anaphor is not None and anaphor.value in FIXED:
            return FIXED[anaphor.value], f"the {anaphor.value}"
        near = sentence_ground(one.clauses, number, contrast=predicate.kind is Kind.RESTORED)
        if near is None and own.places and any(m.mention and m.mention.sense is Sense.PEOPLE for m in clause.marks):
            return own, "people"
        wider = near or told or self._wider_ground(one)
        if anaphor is not None and wider:
            resolved = resolve(anaphor, wider, self._wider_ground(one), self.title.ground)
            if resolved:
                return resolved, anaphor.value
        if near is not None:
            return near, "same sentence"
        if own.places:
            return own, "whose utility"
        return wider, "lent"

    def _with_city(self, one: Read, clause: Clause, own: Ground) -> Ground:
        """Adds the city itself to the regions that share its loss: "the city lost power with half the country"."""
        city = next((m for m in clause.marks if m.group == "anaphor" and m.value in ("city", "region")), None)
        if city is None or not own.places or any(place.level is not Level.COUNTRY for place in own.places):
            return own
        wider = self._wider_ground(one)
        found = resolve(city, wider, wider, self.title.ground)
        return Ground([*found.places, *own.places]) if found and not found.abroad else own

    def _national(self, one: Read) -> tuple[Ground, str]:
        """The country, for schedules that a national voice announces without naming a place."""
        spoken = [*one.marks, *self.title_marks]
        if any(mark.mention is not None and mark.mention.sense is Sense.ORIGINATOR for mark in spoken):
            return Ground([SOME_REGIONS]), "national voice"
        if any(mark.group == "voice" and mark.value == "ministry of energy" for mark in spoken):
            return Ground([SOME_REGIONS]), "national voice"
        return Ground(), ""

    def _wider_ground(self, one: Read) -> Ground:
        """The places lent by the line's lead, the sentence before, the heading or the title."""
        role = self.text.lines[one.sentence.line].role
        prose = (self.lead, self.previous, self.section, self.title)
        order = (self.lead, self.section, self.title) if role is Role.ITEM and one.sentence.first else prose
        if self.fresh_block and len(self.title.ground.places) == 1:
            order = (self.lead, self.section, self.title, self.previous)
        for scene in order:
            if scene.ground:
                return scene.ground
        return self.signed

    def _services(
        self, one: Read, number: int, clause: Clause, predicate: Predicate, frames: list[Frame]
    ) -> tuple[tuple[Service, ...], str]:
        """The services of a predicate, and how it came by them."""
        if predicate.services:
            return predicate.services, ""
        if predicate.leans and (frames or predicate.narrow):
            return (frames[-1].services, "service before") if frames else ((), "")
        if predicate.narrow and predicate.rule == "schedule" and frames:
            return (), ""
        for frame in reversed(frames):
            if frame.services and (not predicate.fits or set(frame.services) <= set(predicate.fits)):
                return frame.services, "service before"
        direct = [
            mark
            for mark in one.marks
            if mark.group == "service"
            and (not predicate.narrow or predicate.fits or mark.get("as") != "topic")
            and (not predicate.fits or mark.value in predicate.fits)
        ]
        if direct:
            nearest = min(direct, key=lambda m: abs(m.start - predicate.start))
            return (Service(nearest.value),), "service near"
        supplies = supplied(clause)
        if supplies is not None and not predicate.fits:
            return (supplies,), "its utility"
        if predicate.narrow and not predicate.fits:
            return (), ""
        spoken = next((mark.mention.voice for mark in one.marks if mark.mention is not None and mark.mention.voice), "")
        own = service_of(spoken) if spoken else None
        if own is not None and not predicate.fits:
            return (own,), "whose utility"
        for scene in (self.lead, self.previous, self.section, self.title):
            fitting = tuple(s for s in scene.services if not predicate.fits or s in predicate.fits)
            if len(fitting) == 1:
                return fitting, "service lent"
            if scene.services:
                break
        if self.topic is not None and (not predicate.fits or self.topic in predicate.fits):
            return (self.topic,), "the report's topic"
        if self.unspoken and not predicate.fits and counts(clause, "customers"):
            return (Service.ELECTRICITY,), "customers alone"
        return (), ""
