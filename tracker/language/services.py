"""Which services a state word speaks of: those that stand beside it, that it lists, that reach up to it."""

from __future__ import annotations

from tracker.domain import Service
from tracker.language.clauses import Clause, Mark

LACK_REACH = 70
"""How far "without" reaches over a list: "without electricity, running water and heat"."""
OWNED, HAVING = 5, frozenset(("has", "have", "had", "got", "get", "gets", "receives", "receive"))
"""How many words may stand before the last of them: "neither town has had power", "no house in the row has heat"."""
RELATING = frozenset(
    ("on", "for", "from", "in", "at", "about", "with", "by", "на", "для", "про", "від", "от", "о", "об")
)
"""Small words behind which a service is not what is lacking: "no restriction on communications"."""
SMALL = 2
"""How many words may stand before that place: "а в"; more of them are what there is none of."""
NEXT = 14
"""How near a place stands before the "no" that is said of it alone: "а в Ромнах пока нет"."""
BESIDE = 24
"""How near a service stands to "outage" or "interruption" that speaks of it."""
JOINED = 6
"""How near to it another service stands before it: "power and water outages"."""


def outlet(whole: str, thing: Mark, named: list[Mark]) -> bool:
    """Whether a tap is only where another service comes from: "hot water has vanished from the taps"."""
    if thing.get("as") != "thing" or not any(m.get("as") != "thing" and m.end < thing.start for m in named):
        return False
    before = whole[max(0, thing.start - 12) : thing.start].casefold().split()
    return any(word in OUTLETS for word in before[-2:])


OUTLETS = frozenset(("from", "in", "of", "из", "в", "из-под", "з", "із", "у", "по"))


def listed(whole: str, clause: Clause, state: Mark, services: list[Mark]) -> list[Mark]:
    """The services of the list that follows `state` directly."""
    out: list[Mark] = []
    at = state.end
    for mark in services:
        if mark.start < state.end:
            continue
        gap = whole[at : mark.start].split()
        barred = not RELATING.isdisjoint(gap) or any(
            at <= other.start < mark.start and other.group in ("place", "state") for other in clause.marks
        )
        far = len(gap) > (2 if not out else 4) and not (len(gap) <= OWNED and gap[-1].casefold() in HAVING)
        if barred or far or mark.start - state.end > LACK_REACH:
            break
        out.append(mark)
        at = mark.end
    return out


def reaches(whole: str, service: Mark, state: Mark) -> bool:
    """Whether "немає" speaks of a service before it: "води й тепла в домах немає", with no comma between."""
    gap = whole[service.end : state.start]
    return state.start >= service.end and len(gap) <= LACK_REACH and not any(sign in gap for sign in ",;:")


def stands_behind(whole: str, clause: Clause, state: Mark) -> bool:
    """Whether "нет" ends a clause right behind a place: "в Сумах свет дали, а в Ромнах ещё нет"."""
    places = [m for m in clause.marks if m.group == "place" and m.end <= state.start]
    alone = not clause.of("service") and len(clause.of("state")) == 1
    last = not whole[state.end : clause.end].strip(" .,!;…»")
    opens = bool(places) and len(whole[clause.start : places[-1].start].split()) <= SMALL
    return alone and last and opens and state.start - places[-1].end <= NEXT


def names_of(marks: list[Mark]) -> tuple[Service, ...]:
    return tuple(dict.fromkeys(Service(mark.value) for mark in marks))


def spelling(mark: Mark) -> str:
    return mark.word.phrase if mark.word else ""


def beside(whole: str, state: Mark, services: list[Mark]) -> list[Mark]:
    """The services of an "outage" or an "interruption": "water and power outages", "перебої зі світлом і водою"."""
    start, end = state.start, state.end
    out: list[Mark] = []
    for mark in services:
        if mark.start >= end and mark.start - end < BESIDE and ";" not in whole[end : mark.start]:
            out.append(mark)
            end = mark.end
    for mark in reversed(services):
        if mark.end <= start and start - mark.end < (JOINED if out else BESIDE) and start <= state.start:
            out.append(mark)
            start = mark.start
    return out


WAITED = ("wait for ", "waiting for ", "waits for ", "waited for ")


def priced(whole: str, service: Mark) -> bool:
    """Whether a service is only paid for: "the debt for gas remains a problem"."""
    before = whole[max(0, service.start - 12) : service.start].lower()
    return before.endswith(("for ", "за ")) and not before.endswith(WAITED)


def closest(state: Mark, services: list[Mark], clause: Clause) -> list[Mark]:
    """The services of a state: all of its clause, unless other states stand between."""
    others = [
        mark
        for mark in clause.marks
        if mark.group == "state" and mark is not state and mark.value in ("out", "back", "low", "lack", "flow")
    ]
    near = [
        mark
        for mark in services
        if not any(min(state.start, mark.start) < o.start < max(state.start, mark.start) for o in others)
    ]
    return near or services
