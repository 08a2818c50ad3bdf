"""What a clause says of which services: state words, the services tied to them, and returns beside losses.

"Без світла й води лишилися три громади" is two losses by one "без"; "скасовано аварійні відключення" is a return.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark, points_back
from tracker.language.running import WORKS, by_the_clock, leans_back, running
from tracker.language.turning import NOT_OWN, PROMISED, turn

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
CLOSE = 6
"""How near a return stands behind the cuts that return."""
SPOKEN_OF = ("it", "supply")
"""What stands for the service that was spoken of: "it", "the supply"."""
BESIDE = 24
"""How near a service stands to "outage" or "interruption" that speaks of it."""


JOINED = 6
"""How near to it another service stands before it: "power and water outages"."""


@dataclass(slots=True)
class Predicate:
    """One state of one or more services. No `services` means: those that the text spoke of before.

    `narrow` says that they must be spoken of in the same sentence; `fits` which ones the word can be said of.
    """

    start: int
    end: int
    kind: Kind
    services: tuple[Service, ...]
    rule: str
    extent: str = ""
    silenced: str = ""
    narrow: bool = False
    leans: bool = False
    """Whether it goes on with the clause before it: "світло з'явилося і знову зникло"."""
    fits: tuple[str, ...] = ()
    word: str = ""
    at: int = 0
    """Where the state word itself stands."""
    over: bool = False
    """Whether it is a lack told as past: "её не было с вечера"."""


def predicates(whole: str, clause: Clause) -> list[Predicate]:
    """What `clause` says, before context is asked whether it may be believed."""
    states = clause.of("state")
    named = [mark for mark in clause.of("service") if mark.get("as") != "topic"]
    services = [mark for mark in named if not _outlet(whole, mark, named)]
    found: list[Predicate] = []
    free = list(services)
    for state in states:
        if state.value == "lack":
            made, used = _lack(whole, clause, state, free)
            if made is not None:
                found.append(made)
                free = [mark for mark in free if mark not in used]
    found.extend(_schedule(whole, clause, states, free))
    scheduled = any(made.kind is Kind.SCHEDULED for made in found)
    for state in states:
        if _of_cuts(whole, clause, state, services):
            for made in found if state.value == "out" else ():
                if made.rule in ("cut", "schedule") and made.start < state.start:
                    made.silenced = made.silenced or f"denied by “{_spelling(state)}”"
            continue
        if state.value in ("out", "back", "low", "flow"):
            made = _change(whole, clause, state, free, scheduled)
            if made is not None:
                if state.value == "low" and any(s.value == "lack" and s.start > state.end for s in states):
                    made.silenced = made.silenced or "denied by the lack behind it"
                found.append(made)
    if not found and not PLAINLY.intersection(state.value for state in states) and points_back(clause):
        found.extend(_taken_back(clause, states))
    return _settled(found)


def _outlet(whole: str, thing: Mark, named: list[Mark]) -> bool:
    """Whether a tap is only where another service comes from: "hot water has vanished from the taps"."""
    if thing.get("as") != "thing" or not any(m.get("as") != "thing" and m.end < thing.start for m in named):
        return False
    before = whole[max(0, thing.start - 12) : thing.start].casefold().split()
    return any(word in OUTLETS for word in before[-2:])


OUTLETS = frozenset(("from", "in", "of", "из", "в", "из-под", "з", "із", "у", "по"))
PLAINLY = {"out", "back", "low", "flow", "lack", "plan", "cut"}


def _taken_back(clause: Clause, states: list[Mark]) -> list[Predicate]:
    """ "На Одещині їх скасували", "в Харькове они продолжаются", "the same in Sumy": of cuts told before (ties.py)."""
    for state in states:
        if state.value in ("hold", "end"):
            kind = Kind.OUTAGE if state.value == "hold" else Kind.RESTORED
            rule = "same" if state.get("form") == "same" else "goes on" if state.value == "hold" else "cuts cancelled"
            made = Predicate(state.start, state.end, kind, (), f"{rule}, of cuts", word=_spelling(state))
            made.at = state.start
            turn(clause, state, made)
            return [made]
    return []


def _lack(whole: str, clause: Clause, state: Mark, services: list[Mark]) -> tuple[Predicate | None, list[Mark]]:
    """ "без світла й води", "no water", "water – none": the lack of services that stand beside it."""
    if any(s.value in ("low", "cut") and s.start < state.start for s in clause.of("state")) and state.get("form"):
        return None, []  # "Проблем зі світлом немає" denies the problems, not the light
    answer = _bare_no(whole, clause, state)
    finite = state.get("form") == "finite" or answer
    chosen = [] if answer else _listed(whole, clause, state, services)
    if chosen and any(s.value in ("cut", "low") and 0 <= s.start - chosen[-1].end <= 2 for s in clause.of("state")):
        return None, []  # "No water outages were recorded" denies the outages
    if not chosen and finite:
        chosen = [mark for mark in services if _reaches(whole, mark, state)]
        chosen = _row(whole, services, chosen) if chosen else chosen
    pronoun = any(
        m.group == "anaphor"
        and m.value in SPOKEN_OF
        and (0 <= m.start - state.end < 6 or (state.get("form") == "finite" and 0 <= state.start - m.end < 20))
        for m in clause.marks
    )
    missing = state.get("form") == "finite" and _stands_behind(whole, clause, state)
    if not chosen and not pronoun and not missing:
        return None, []
    if chosen and any(s.value == "cut" and 0 <= s.start - chosen[-1].end <= 2 for s in clause.of("state")):
        return None, []  # "no power outages" denies the outages
    start = min([state.start, *(mark.start for mark in chosen)])
    end = max([state.end, *(mark.end for mark in chosen)])
    made = Predicate(start, end, Kind.OUTAGE, _names(chosen), "lack", state.get("extent"), word=_spelling(state))
    made.narrow = not chosen and not pronoun
    turn(clause, state, made)
    return made, chosen


def _bare_no(whole: str, clause: Clause, state: Mark) -> bool:
    """Whether "no" ends what it answers: "Kherson: water – yes, heat – no"."""
    return _spelling(state) == "no" and whole[state.end : clause.end].strip(" \n")[:1] in ("", ",", ".", ";", "!")


def _listed(whole: str, clause: Clause, state: Mark, services: list[Mark]) -> list[Mark]:
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


def _reaches(whole: str, service: Mark, state: Mark) -> bool:
    """Whether "немає" speaks of a service before it: "води й тепла в домах немає", with no comma between."""
    gap = whole[service.end : state.start]
    return state.start >= service.end and len(gap) <= LACK_REACH and not any(sign in gap for sign in ",;:")


def _row(whole: str, services: list[Mark], chosen: list[Mark]) -> list[Mark]:
    """`chosen` with the list that they end: "газ, тепло, світло і зв'язок відсутні"."""
    out = list(chosen)
    for mark in reversed([m for m in services if m.end <= chosen[0].start]):
        if whole[mark.end : out[0].start].strip() not in (",", "і", "й", "та", "и", "and"):
            break
        out.insert(0, mark)
    return out


def _stands_behind(whole: str, clause: Clause, state: Mark) -> bool:
    """Whether "нет" ends a clause right behind a place: "в Сумах свет дали, а в Ромнах ещё нет"."""
    places = [m for m in clause.marks if m.group == "place" and m.end <= state.start]
    alone = not clause.of("service") and len(clause.of("state")) == 1
    last = not whole[state.end : clause.end].strip(" .,!;…»")
    opens = bool(places) and len(whole[clause.start : places[-1].start].split()) <= SMALL
    return alone and last and opens and state.start - places[-1].end <= NEXT


def _names(marks: list[Mark]) -> tuple[Service, ...]:
    return tuple(dict.fromkeys(Service(mark.value) for mark in marks))


def _spelling(mark: Mark) -> str:
    return mark.word.phrase if mark.word else ""


def _schedule(whole: str, clause: Clause, states: list[Mark], services: list[Mark]) -> list[Predicate]:
    """Cuts by timetable, emergency cuts, and the end of either."""
    plans = [state for state in states if state.value == "plan"]
    cuts = [state for state in states if state.value == "cut"]
    ends = [state for state in states if state.value == "end"]
    emergency = any(cut.get("form") == "emergency" for cut in cuts)
    out: list[Predicate] = []
    degraded = any(state.value == "low" for state in states)
    if plans and not (degraded and all(plan.get("needs") == "service" for plan in plans)):
        first = plans[0]
        own = next((plan.get("service") for plan in plans if plan.get("service")), "")
        runs = [Service(s.get("service")) for s in states if s.value == "flow" and s.get("service")]
        names = (Service(own),) if own else _names(_closest(first, services, clause)) or tuple(dict.fromkeys(runs))
        if not names and cuts:
            names = (Service.ELECTRICITY,)
        spoken = any(mark.group == "anaphor" and mark.value in SPOKEN_OF for mark in clause.marks)
        if names or spoken or not PLAINLY.intersection(state.value for state in states if state.value != "plan"):
            made = Predicate(first.start, plans[-1].end, Kind.SCHEDULED, names, "schedule", word=_spelling(first))
            made.narrow = not names and not spoken
            if first.get("needs") == "service" and set(names) == {Service.HEATING} and _flows(states):
                made.silenced = WORKS
            if ends and not emergency:
                made.silenced = "the schedules end"
            turn(clause, first, made)
            out.append(made)
    for cut in cuts:
        if plans and cut.get("form") != "emergency":
            continue
        own = cut.get("service")
        names = (Service(own),) if own else _names(_beside(whole, cut, services)) or _ended(states, services)
        made = Predicate(cut.start, cut.end, Kind.OUTAGE, names, "cut", cut.get("extent"), word=_spelling(cut))
        if ends:
            made.kind, made.rule = Kind.RESTORED, "cuts cancelled"
            made.start, made.end = min(cut.start, ends[0].start), max(cut.end, ends[-1].end)
        turn(clause, ends[0] if ends else cut, made)
        if any(s.value == "lack" and (0 <= s.start - cut.end < BESIDE or 0 <= cut.start - s.end < 12) for s in states):
            made.silenced = made.silenced or "denied by the lack beside it"
        out.append(made)
    return out


def _ended(states: list[Mark], services: list[Mark]) -> tuple[Service, ...]:
    """What a bare "outage" is of: electricity, but in "heating is back in homes hit by the outage" what came back."""
    names = _names(services)
    back = any(state.value == "back" for state in states)
    return names if back and len(names) == 1 else (Service.ELECTRICITY,)


def _of_cuts(whole: str, clause: Clause, state: Mark, services: list[Mark]) -> bool:
    """Whether a return or a "will not be" speaks of the cuts themselves.

    "Планові відключення повернулися" brings no light back, "відключень світла не буде" takes none away.
    """
    cuts = [mark for mark in clause.of("state") if mark.value in ("cut", "plan")]
    after = any(mark.start >= state.end for mark in services)
    if state.value == "back" and not state.get("service"):
        for cut in cuts:
            parted = any(state.end <= mark.start < cut.start for mark in services)
            if 0 <= cut.start - state.end < BESIDE and not parted:
                return True
            if 0 <= state.start - cut.end < CLOSE and not after:
                return True
    if state.value == "out" and state.get("form") == "future" and _spelling(state).startswith(NOT_OWN) and not after:
        for cut in cuts:
            between = [mark for mark in services if cut.end <= mark.start < state.start]
            if cut.end <= state.start and all(mark in _beside(whole, cut, services) for mark in between):
                return True
    return False


def _flows(states: list[Mark]) -> bool:
    """Whether a service only runs by its timetable: "опалення подається за графіком" is no cut of heat."""
    return any(s.value == "flow" for s in states) and not any(s.value in ("cut", "out", "lack") for s in states)


def _beside(whole: str, state: Mark, services: list[Mark]) -> list[Mark]:
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


def _change(whole: str, clause: Clause, state: Mark, services: list[Mark], scheduled: bool) -> Predicate | None:
    """Something lost, back, degraded or running."""
    own = state.get("service")
    fits = tuple(state.get("fits").split())
    chosen = [mark for mark in services if not fits or mark.value in fits]
    narrow = leans = False
    counted = any(
        (mark.group == "figure" and mark.value in ("customers", "places"))
        or (mark.group == "break" and _spelling(mark) == "leaving")
        for mark in clause.marks
    )
    if own and state.get("needs") == "unit" and not counted:
        return None
    if own:
        names: tuple[Service, ...] = (Service(own),)
        chosen = [mark for mark in chosen if mark.value == own]
    elif chosen:
        if state.value == "low":
            chosen = [mark for mark in chosen if not _priced(whole, mark)]
            chosen = _beside(whole, state, chosen) or (chosen if _alone(clause, state, chosen) else [])
        chosen = _closest(state, chosen, clause)
        if not chosen:
            return None
        names = _names(chosen)
    elif fits == ("heating",) and counted:
        names = (Service.HEATING,)  # "остигли 64 багатоповерхівки"
    else:
        names, narrow = (), state.get("needs") != "none"
        leans = narrow and not fits and state.value in ("out", "back") and leans_back(whole, clause, state)
        if any(mark.group == "anaphor" and mark.value in SPOKEN_OF for mark in clause.marks):
            narrow = False
        elif state.get("needs") == "unit":
            narrow = False
            if counted:
                leans = False
            elif leans:
                narrow = True
            else:
                return None
        elif (
            narrow
            and not fits
            and state.get("needs") != "sentence"
            and not leans
            and state.value != "flow"
            and not _anew(clause)
        ):
            return None
    start = min([state.start, *(mark.start for mark in chosen)])
    end = max([state.end, *(mark.end for mark in chosen)])
    kind = Kind.RESTORED if state.value in ("back", "flow") else Kind.OUTAGE
    extent = state.get("extent") or ("part" if state.value == "low" else "")
    made = Predicate(
        start, end, kind, names, state.value, extent, narrow=narrow, fits=fits, word=_spelling(state), at=state.start
    )
    made.leans = leans
    turn(clause, state, made)
    if state.value == "flow" and made.kind is Kind.RESTORED and (not made.silenced or made.silenced == PROMISED):
        if chosen and not scheduled and by_the_clock(whole, clause, made):
            made.kind, made.rule, made.silenced = Kind.SCHEDULED, "by the clock", ""
        elif narrow:
            made.silenced = made.silenced or WORKS
        elif not made.silenced:
            running(clause, made, scheduled)
    return made


def _anew(clause: Clause) -> bool:
    """Whether something is said to happen again, to what the sentence spoke of: "а через час снова пропал"."""
    return any(mark.group == "cue" and mark.get("form") == "anew" for mark in clause.marks)


def _priced(whole: str, service: Mark) -> bool:
    """Whether a service is only paid for: "the debt for gas remains a problem"."""
    return whole[max(0, service.start - 4) : service.start].lower().endswith(("for ", "за "))


def _alone(clause: Clause, state: Mark, services: list[Mark]) -> bool:
    """Whether nothing but "disrupted" is said of one service: "зв'язок операторів працює з перебоями"."""
    others = [m for m in clause.of("state") if m is not state and m.value not in ("flow", "low", "plan")]
    return not others and len({mark.value for mark in services}) == 1


def _closest(state: Mark, services: list[Mark], clause: Clause) -> list[Mark]:
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


def _settled(found: list[Predicate]) -> list[Predicate]:
    """One clause says one thing of a service: a return outweighs the loss that it ends."""
    returns = [p for p in found if p.kind is Kind.RESTORED and not p.silenced]
    lasting = [p for p in found if p.rule == "lack" and not p.silenced]
    hours = {s for p in found if p.rule == "schedule" and not p.silenced for s in p.services}
    for made in found:
        if made.rule == "lack" and not made.silenced and made.services and set(made.services) <= hours:
            made.silenced = "says the hours of a schedule"
        if made.kind is Kind.OUTAGE and made.rule in ("out", "cut", "low") and not made.silenced:
            if made.rule == "out" and made.services and set(made.services) <= hours:
                made.silenced = "says the hours of a schedule"
            elif any(set(made.services) & set(other.services) or not other.services for other in returns):
                made.silenced = "told only as what came back"
            elif any(set(made.services) <= set(other.services) for other in lasting):
                made.silenced = "said by the lack beside it"
    return found
