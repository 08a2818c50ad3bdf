"""What words that lean on others stand for: "there", "the city", "the same picture", a number without its words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark
from tracker.language.gazetteer import Level, Mention, Place, Sense
from tracker.language.lexicon import Hit
from tracker.language.places import CRIMEA, KYIV, Ground, centres, ground_of, names_place, towns_only, widened
from tracker.language.predicates import Predicate
from tracker.language.text import Text

FIXED = {
    "capital": Ground([Place(KYIV, None, Level.REGION, (), 0)]),
    "peninsula": Ground([Place(CRIMEA, None, Level.REGION, (), 0)]),
}
"""What stands for one place everywhere: "the capital", "the peninsula"."""


def counts(clause: Clause, what: str) -> bool:
    """Whether a clause counts customers, or places."""
    return any(mark.group == "figure" and mark.value == what for mark in clause.marks)


def topic(text: Text, hits: list[Hit]) -> Service | None:
    """The service that three in four words of service in a report mean; the title counts thrice."""
    counts: Counter[str] = Counter()
    title = text.lines[0].end if text.lines else 0
    for hit in hits:
        if hit.word.group == "service":
            counts[hit.word.value] += 3 if hit.start < title else 1
    if not counts:
        return None
    name, most = counts.most_common(1)[0]
    return Service(name) if most * 4 >= sum(counts.values()) * 3 else None


def signed(text: Text, mentions: list[Mention]) -> Ground:
    """The place of the utility that signs a report in its last line, if no other region is named."""
    if not mentions or not text.lines or mentions[-1].start < text.lines[-1].end - SIGNATURE:
        return Ground()
    regions = {place.region for mention in mentions for place in mention.places[:1]}
    last = mentions[-1]
    if last.sense is not Sense.OPERATOR or not last.places or len(regions) != 1:
        return Ground()
    return Ground([last.places[0]])


SIGNATURE = 60
"""How long the end of a report may be that only says who writes."""
UTILITIES = (
    ("vodokanal", Service.WATER), ("voda", Service.WATER), ("teplo", Service.HEATING), ("_tm", Service.HEATING),
    ("gas", Service.GAS), ("haz", Service.GAS), ("gaz", Service.GAS), ("nergo", Service.ELECTRICITY),
    ("nerho", Service.ELECTRICITY), ("dtek", Service.ELECTRICITY), ("kyivstar", Service.COMMUNICATIONS),
    ("vodafone", Service.COMMUNICATIONS), ("lifecell", Service.COMMUNICATIONS), ("telecom", Service.COMMUNICATIONS),
)  # fmt: skip
"""What a utility supplies, by a piece of its name; the first that fits holds."""


def service_of(voice: str) -> Service | None:
    """What the utility supplies that speaks: "ДТЕК: 98 тис. клієнтів повернуто"."""
    return next((service for piece, service in UTILITIES if piece in voice), None)


def supplied(clause: Clause) -> Service | None:
    """What the utility that a clause names supplies: "Житомироблэнерго включило оба посёлка" is electricity."""
    for mark in clause.marks:
        if mark.mention is not None and mark.mention.voice and mark.mention.sense is Sense.OPERATOR:
            return service_of(mark.mention.voice)
    return None


def copy(predicate: Predicate, services: list[Mark]) -> Predicate:
    """`predicate` said again of another place, and of another service where one is named."""
    names = tuple(dict.fromkeys(Service(mark.value) for mark in services)) or predicate.services
    return replace(predicate, services=names, rule=f"{predicate.rule}, taken over")


def opposite(predicate: Predicate, services: list[Mark]) -> list[Predicate]:
    """What "hot water is not" says behind a return: that it is still out. Behind a loss it says nothing."""
    if predicate.kind is not Kind.RESTORED or predicate.silenced not in ("", "only says that it works"):
        return []
    made = copy(predicate, services)
    return [replace(made, kind=Kind.OUTAGE, rule="not back", silenced="", extent="")]


def resolve(anaphor: Mark, near: Ground, wider: Ground, title: Ground) -> Ground | None:
    """What "the region", "the city", "there" stand for."""
    if anaphor.value in ("there", "both", "same"):
        return near
    if anaphor.value in ("region", "regions"):
        return widened(near)
    if anaphor.value == "centre":
        return centres(near)
    for ground in (near, wider, title):
        towns = towns_only(ground)
        if towns.places:
            return towns
    return near


def joined(clause: Clause, own: Ground) -> Ground:
    """Adds "and the region" to the city before it."""
    out = own
    for mark in clause.marks:
        if mark.group == "anaphor" and mark.value in FIXED and not own.abroad:
            out = Ground([*FIXED[mark.value].places, *out.places])
        if mark.group == "anaphor" and mark.value == "region" and mark.get("joins") == "yes" and own.places:
            before = [m.mention for m in clause.marks if m.mention and m.end <= mark.start and m.mention.places]
            nearest = Ground([before[-1].places[0]]) if before else own
            out = Ground([*out.places, *widened(nearest).places])
    return out


def sentence_ground(clauses: list[Clause], number: int, contrast: bool = False) -> Ground | None:
    """The places of the nearest clause of the same sentence: before, else after.

    With `contrast` the places behind a "but" are not lent to what stands before it: "отменили, но в Сумах действуют".
    """
    for other in [*range(number - 1, -1, -1), *range(number + 1, len(clauses))]:
        clause = clauses[other]
        if contrast and other > number and clause.joint == "strong":
            break
        ground = ground_of(clause.marks)
        if ground.abroad or (ground.places and names_place(clause)):
            return ground
        fixed = next((FIXED[m.value] for m in clause.marks if m.group == "anaphor" and m.value in FIXED), None)
        if fixed is not None:
            return fixed
    return None


def points_to(made: Predicate, told: list[Predicate], services: tuple[Service, ...]) -> bool:
    """Gives a predicate that points back the one that it means: the last one told, cuts only for their end."""
    if made.rule.startswith("wait"):
        if not told or told[-1].kind is not Kind.RESTORED:
            return False
        made.services = told[-1].services or services
        return bool(made.services)
    same = made.rule.startswith("same")
    cuts = [p for p in told if same or p.rule.startswith(("cut", "schedule"))]
    if not cuts:
        return False
    last = cuts[-1]
    made.services = last.services or services
    if same:
        made.kind, made.extent = last.kind, last.extent
    elif last.rule.startswith("schedule"):
        if made.kind is Kind.RESTORED:
            return False
        made.kind = Kind.SCHEDULED
    return bool(made.services)
