"""What a clause says of which services: state words, the services tied to them, and returns beside losses.

"Без світла й води лишилися три громади" is two losses by one "без"; "скасовано аварійні відключення" is a return.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark, points_back
from tracker.language.running import WORKS, by_the_clock, leans_back, running
from tracker.language.services import (
    BESIDE,
    beside,
    closest,
    listed,
    names_of,
    outlet,
    priced,
    reaches,
    spelling,
    stands_behind,
)
from tracker.language.turning import NOT_OWN, PROMISED, turn

CLOSE = 6
"""How near a return stands behind the cuts that return."""
SPOKEN_OF = ("it", "supply")
"""What stands for the service that was spoken of: "it", "the supply"."""


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
    services = [mark for mark in named if not outlet(whole, mark, named)]
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
                    made.silenced = made.silenced or f"denied by “{spelling(state)}”"
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


PLAINLY = {"out", "back", "low", "flow", "lack", "plan", "cut"}


def _taken_back(clause: Clause, states: list[Mark]) -> list[Predicate]:
    """ "На Одещині їх скасували", "в Харькове они продолжаются", "the same in Sumy": of cuts told before (ties.py)."""
    for state in states:
        if state.value in ("hold", "end"):
            kind = Kind.OUTAGE if state.value == "hold" else Kind.RESTORED
            form = state.get("form")
            rule = form if form in ("same", "wait") else "goes on" if state.value == "hold" else "cuts cancelled"
            made = Predicate(state.start, state.end, kind, (), f"{rule}, of cuts", word=spelling(state))
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
    chosen = [] if answer else listed(whole, clause, state, services)
    if chosen and any(s.value in ("cut", "low") and 0 <= s.start - chosen[-1].end <= 2 for s in clause.of("state")):
        return None, []  # "No water outages were recorded" denies the outages
    if not chosen and finite:
        chosen = [mark for mark in services if reaches(whole, mark, state)]
        chosen = _row(whole, services, chosen) if chosen else chosen
    pronoun = any(
        m.group == "anaphor"
        and m.value in SPOKEN_OF
        and (0 <= m.start - state.end < 6 or (state.get("form") == "finite" and 0 <= state.start - m.end < 20))
        for m in clause.marks
    )
    missing = state.get("form") == "finite" and stands_behind(whole, clause, state)
    if not chosen and not pronoun and not missing:
        return None, []
    if chosen and any(s.value == "cut" and 0 <= s.start - chosen[-1].end <= 2 for s in clause.of("state")):
        return None, []  # "no power outages" denies the outages
    start = min([state.start, *(mark.start for mark in chosen)])
    end = max([state.end, *(mark.end for mark in chosen)])
    made = Predicate(start, end, Kind.OUTAGE, names_of(chosen), "lack", state.get("extent"), word=spelling(state))
    made.narrow = not chosen and not pronoun
    turn(clause, state, made)
    return made, chosen


def _bare_no(whole: str, clause: Clause, state: Mark) -> bool:
    """Whether "no" ends what it answers: "Kherson: water – yes, heat – no"."""
    return spelling(state) == "no" and whole[state.end : clause.end].strip(" \n")[:1] in ("", ",", ".", ";", "!")


def _row(whole: str, services: list[Mark], chosen: list[Mark]) -> list[Mark]:
    """`chosen` with the list that they end: "газ, тепло, світло і зв'язок відсутні"."""
    out = list(chosen)
    for mark in reversed([m for m in services if m.end <= chosen[0].start]):
        if whole[mark.end : out[0].start].strip() not in (",", "і", "й", "та", "и", "and"):
            break
        out.insert(0, mark)
    return out


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
        runs = [Service(s.get("service")) for s in states if s.value in ("flow", "out") and s.get("service")]
        names = (Service(own),) if own else names_of(closest(first, services, clause)) or tuple(dict.fromkeys(runs))
        if not names and cuts:
            names = (Service.ELECTRICITY,)
        spoken = any(mark.group == "anaphor" and mark.value in SPOKEN_OF for mark in clause.marks)
        if names or spoken or not PLAINLY.intersection(state.value for state in states if state.value != "plan"):
            made = Predicate(first.start, plans[-1].end, Kind.SCHEDULED, names, "schedule", word=spelling(first))
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
        names = (Service(own),) if own else names_of(beside(whole, cut, services)) or _ended(states, services)
        made = Predicate(cut.start, cut.end, Kind.OUTAGE, names, "cut", cut.get("extent"), word=spelling(cut))
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
    names = names_of(services)
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
    if state.value == "out" and state.get("form") == "future" and spelling(state).startswith(NOT_OWN) and not after:
        for cut in cuts:
            between = [mark for mark in services if cut.end <= mark.start < state.start]
            if cut.end <= state.start and all(mark in beside(whole, cut, services) for mark in between):
                return True
    return False


def _flows(states: list[Mark]) -> bool:
    """Whether a service only runs by its timetable: "опалення подається за графіком" is no cut of heat."""
    return any(s.value == "flow" for s in states) and not any(s.value in ("cut", "out", "lack") for s in states)


def _change(whole: str, clause: Clause, state: Mark, services: list[Mark], scheduled: bool) -> Predicate | None:
    """Something lost, back, degraded or running."""
    own = state.get("service")
    fits = tuple(state.get("fits").split())
    fitting = [mark for mark in services if not fits or mark.value in fits]
    paid = state.value in ("low", "back")
    chosen = [mark for mark in fitting if not (paid and priced(whole, mark))]
    if fitting and not chosen and not own:
        return None  # "отримали платіжки за тепло"
    narrow = leans = False
    counted = any(
        (mark.group == "figure" and mark.value in ("customers", "places"))
        or (mark.group == "break" and spelling(mark) == "leaving")
        for mark in clause.marks
    )
    if own and state.get("needs") == "unit" and not counted:
        return None
    if state.get("form") == "able" and not _able(clause, state):
        return None
    if own:
        names: tuple[Service, ...] = (Service(own),)
        chosen = [mark for mark in chosen if mark.value == own]
    elif chosen:
        if state.value == "low":
            chosen = beside(whole, state, chosen) or (chosen if _alone(clause, state, chosen) else [])
        chosen = closest(state, chosen, clause)
        if not chosen:
            return None
        names = names_of(chosen)
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
        start, end, kind, names, state.value, extent, narrow=narrow, fits=fits, word=spelling(state), at=state.start
    )
    made.leans = leans
    if (
        state.value == "out"
        and made.word in ("blackout", "blackouts")
        and any(s.value == "end" for s in clause.of("state"))
    ):
        made.kind, made.rule = Kind.RESTORED, "cuts cancelled"
    turn(clause, state, made)
    if state.value == "flow" and made.kind is Kind.RESTORED and (not made.silenced or made.silenced == PROMISED):
        if chosen and not scheduled and by_the_clock(whole, clause, made):
            made.kind, made.rule, made.silenced = Kind.SCHEDULED, "by the clock", ""
        elif narrow:
            made.silenced = made.silenced or WORKS
        elif not made.silenced:
            running(clause, made, scheduled)
    return made


def _able(clause: Clause, state: Mark) -> bool:
    """Whether an infinitive is done: "сумели в понедельник включить", unlike "готовы включить"."""
    return any(mark.end <= state.start and mark.group == "cue" and mark.value == "able" for mark in clause.marks)


def _anew(clause: Clause) -> bool:
    """Whether something is said to happen again, to what the sentence spoke of: "а через час снова пропал"."""
    return any(mark.group == "cue" and mark.get("form") == "anew" for mark in clause.marks)


def _alone(clause: Clause, state: Mark, services: list[Mark]) -> bool:
    """Whether nothing but "disrupted" is said of one service: "зв'язок операторів працює з перебоями"."""
    others = [m for m in clause.of("state") if m is not state and m.value not in ("flow", "low", "plan")]
    return not others and len({mark.value for mark in services}) == 1


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
