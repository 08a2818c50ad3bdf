"""What a clause says of which services: state words, their services, and the words that turn them round.

"не відновлено" is an outage, "не буде води" a cut to come, "скасовано аварійні відключення" a restoration.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark

NEAR = 14
"""How many characters may lie between a negation and what it denies: "не було", "not been"."""
LACK_REACH = 70
"""How far "without" reaches over a list: "without electricity, running water and heat"."""


@dataclass(slots=True)
class Predicate:
    """One state of one or more services. No `services` means: those that the text spoke of before."""

    start: int
    end: int
    kind: Kind | None
    services: tuple[Service, ...]
    rule: str
    extent: str = ""
    future: bool = False
    silenced: str = ""
    anchors: list[Mark] = field(default_factory=list)
    carries: bool = False
    """Whether the word itself names the service, so that nothing is guessed."""


def predicates(whole: str, clause: Clause) -> list[Predicate]:
    """What `clause` says, before context is asked whether it may be believed."""
    states = clause.of("state")
    services = [mark for mark in clause.of("service") if mark.get("as") != "topic"]
    values = {state.value for state in states}
    found: list[Predicate] = []
    free = list(services)
    for state in states:
        if state.value == "lack":
            made = _lack(whole, clause, state, free, bool(values & {"out", "low"}))
            if made is not None:
                found.append(made)
                free = [mark for mark in free if mark not in made.anchors]
    found.extend(_schedule(whole, clause, states, free))
    for state in states:
        if state.value in ("out", "back", "low", "flow", "crisis"):
            made = _change(whole, clause, state, free, found)
            if made is not None:
                found.append(made)
    return _settled(found)


def _lack(whole: str, clause: Clause, state: Mark, services: list[Mark], helped: bool) -> Predicate | None:
    """ "без світла й води", "no water", "water – none": the lack of services that stand beside it."""
    own = state.get("service")
    if own:
        chosen: list[Mark] = []
        names: tuple[Service, ...] = (Service(own),)
    else:
        chosen = _listed(whole, clause, state, services)
        if not chosen and state.get("form") == "finite":
            chosen = services
        if not chosen:
            return None
        names = _names(chosen)
    start = min([state.start, *(mark.start for mark in chosen)])
    end = max([state.end, *(mark.end for mark in chosen)])
    made = Predicate(
        start, end, Kind.OUTAGE, names, "lack", state.get("extent"), anchors=[state, *chosen], carries=True
    )
    _turn(clause, state, made)
    return made


def _listed(whole: str, clause: Clause, state: Mark, services: list[Mark]) -> list[Mark]:
    """The services of the list that follows `state` directly."""
    out: list[Mark] = []
    at = state.end
    for mark in services:
        if mark.start < state.end:
            continue
        gap = whole[at : mark.start]
        words = len(gap.split())
        barred = any(at <= other.start < mark.start and other.group in ("place", "state") for other in clause.marks)
        if barred or words > (4 if not out else 5) or mark.start - state.end > LACK_REACH:
            break
        out.append(mark)
        at = mark.end
    return out


def _names(marks: list[Mark]) -> tuple[Service, ...]:
    return tuple(dict.fromkeys(Service(mark.value) for mark in marks))


def _schedule(whole: str, clause: Clause, states: list[Mark], services: list[Mark]) -> list[Predicate]:
    """Cuts by timetable, emergency cuts, and the end of either."""
    plans = [state for state in states if state.value == "plan"]
    cuts = [state for state in states if state.value == "cut"]
    ends = [state for state in states if state.value == "end"]
    out: list[Predicate] = []
    if plans:
        first = plans[0]
        own = first.get("service")
        names = (Service(own),) if own else _names(services) or (Service.ELECTRICITY,)
        if not own and Service.ELECTRICITY in names:
            names = (Service.ELECTRICITY,)
        if not own and not services and not cuts and first.get("needs") == "service":
            names = ()
        if names:
            made = Predicate(first.start, plans[-1].end, Kind.SCHEDULED, names, "schedule", anchors=[*plans, *services])
            made.carries = True
            if ends and not any(cut.get("form") == "emergency" for cut in cuts):
                made.silenced = "the schedules end"
            _turn(clause, first, made)
            out.append(made)
    for cut in cuts:
        emergency = cut.get("form") == "emergency"
        if plans and not emergency:
            continue
        own = cut.get("service")
        names = (Service(own),) if own else _near_services(whole, cut, services) or (Service.ELECTRICITY,)
        made = Predicate(cut.start, cut.end, Kind.OUTAGE, names, "cut", cut.get("extent"), anchors=[cut, *services])
        made.carries = True
        if ends:
            made.kind, made.rule = Kind.RESTORED, "cuts cancelled"
            made.start, made.end = min(cut.start, ends[0].start), max(cut.end, ends[-1].end)
            if plans and not emergency:
                made.silenced = "the schedules end"
            _turn(clause, ends[0], made)
        else:
            _turn(clause, cut, made)
        out.append(made)
    return out


def _near_services(whole: str, cut: Mark, services: list[Mark]) -> tuple[Service, ...]:
    """The services of an "outage": "water and power outages", "відключення води"."""
    out = [
        mark
        for mark in services
        if mark.get("as") != "thing" and (0 <= cut.start - mark.end < 40 or 0 <= mark.start - cut.end < 40)
    ]
    return _names(out)


def _change(whole: str, clause: Clause, state: Mark, services: list[Mark], found: list[Predicate]) -> Predicate | None:
    """Something lost, back, degraded or running."""
    own, fits = state.get("service"), state.get("fits").replace("[", "").replace("]", "").replace("'", "").split(", ")
    fits = [name for name in fits if name]
    chosen = [mark for mark in services if not fits or mark.value in fits]
    if own:
        names: tuple[Service, ...] = (Service(own),)
        chosen = [mark for mark in chosen if mark.value == own]
    elif chosen:
        names = _names(_closest(state, chosen, clause))
    elif state.get("needs") in ("service", "") or fits:
        return None
    else:
        names = ()
    if state.value == "flow" and not names:
        return None
    kinds = {
        "out": Kind.OUTAGE,
        "low": Kind.OUTAGE,
        "crisis": Kind.OUTAGE,
        "back": Kind.RESTORED,
        "flow": Kind.RESTORED,
    }
    start = min([state.start, *(mark.start for mark in chosen)])
    end = max([state.end, *(mark.end for mark in chosen)])
    made = Predicate(start, end, kinds[state.value], names, state.value, state.get("extent"), anchors=[state, *chosen])
    made.carries = bool(names)
    if state.value in ("low", "crisis"):
        made.extent = made.extent or ("part" if state.value == "low" else "")
    made.future = state.get("form") == "future"
    _turn(clause, state, made)
    if state.value == "flow" and made.kind is Kind.RESTORED and not made.silenced:
        if any(mark.group == "cue" and mark.value == "again" for mark in clause.marks):
            made.rule = "runs again"
        else:
            made.silenced = "only says that it works"
    if made.future and not made.silenced:
        _ahead(clause, made)
    return made


def _closest(state: Mark, services: list[Mark], clause: Clause) -> list[Mark]:
    """The services of a state: all of its clause, unless other states stand between."""
    others = [
        m for m in clause.marks if m.group == "state" and m is not state and m.value in ("out", "back", "low", "lack")
    ]
    if not others:
        return services
    near = [
        mark
        for mark in services
        if not any(min(state.start, mark.start) < other.start < max(state.start, mark.start) for other in others)
    ]
    return near or services


def _turn(clause: Clause, state: Mark, made: Predicate) -> None:
    """Lets a negation, a future or a "yet to be" beside `state` turn `made` round or silence it."""
    for mark in clause.marks:
        if mark.group != "cue" or mark.value not in ("not", "future", "pending"):
            continue
        reach = int(mark.get("scope") == "near") * 6 + NEAR
        before = 0 <= state.start - mark.end <= reach
        after = mark.get("scope") in ("before", "clause") and 0 <= mark.start - state.end <= 40
        if not before and not after:
            continue
        if mark.value == "future":
            made.future = True
            _ahead(clause, made)
        elif made.kind is Kind.RESTORED and made.rule in ("back", "flow", "cuts cancelled"):
            if mark.value == "pending" or made.rule != "flow" or mark.value == "not":
                made.kind, made.rule = Kind.OUTAGE, "not " + made.rule
        elif mark.value == "not":
            made.silenced = made.silenced or f"denied by “{mark.word.phrase if mark.word else ''}”"


def _ahead(clause: Clause, made: Predicate) -> None:
    """A loss still to come is a planned cut where the text gives its day or hours; a return to come is a promise."""
    if made.kind is Kind.OUTAGE and not made.rule.startswith("not "):
        made.kind, made.rule = Kind.SCHEDULED, "cut to come"
    elif made.kind is Kind.RESTORED:
        made.silenced = made.silenced or "promised"


def _settled(found: list[Predicate]) -> list[Predicate]:
    """One clause says one thing of a service: a return outweighs the loss that it ends."""
    out: list[Predicate] = []
    returns = [p for p in found if p.kind is Kind.RESTORED and not p.silenced]
    lasting = [p for p in found if p.rule in ("lack",) and not p.silenced]
    for made in found:
        if made.kind is Kind.OUTAGE and made.rule in ("out", "cut") and not made.silenced:
            if any(set(made.services) & set(other.services) or not other.services for other in returns):
                made.silenced = "told only as what came back"
            elif any(made.services and set(made.services) <= set(other.services) for other in lasting) or (
                not made.services and lasting
            ):
                made.silenced = "said by the lack beside it"
        out.append(made)
    return out
