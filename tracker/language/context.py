"""Which predicates are not to be believed: the cue, its sense and how far it reaches (the idea of ConText).

A cue silences what stands in its scope: "may be applied" the rest of its clause, "For the exercise, …" the whole
report. Words that end a scope are the strong breaks ("but", "проте"). A promise silences only returns: "still dark,
power is promised by night" stays an outage.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark
from tracker.language.gazetteer import Sense
from tracker.language.predicates import Predicate

SILENCING = {
    "possible", "condition", "promise", "intent", "rhetoric", "history", "drill", "elsewhere", "hoax", "facility",
    "plant", "own", "industry", "recap", "danger", "advice",
}  # fmt: skip
MILD = {"possible", "promise", "advice"}
"""Senses that leave a fact before their comma alone: "water is back, it may be cloudy"."""
PURPOSE = ("чтобы", "щоб", "аби")
"""Words that, at the head of a sentence, colour their own clause and not what was done to that end."""
WIDE = {"paragraph", "document"}
COUNTED = 16
"""How near behind the loss the works stand that have lost their own supply: "без света осталась насосная станция"."""


def silence(clauses: list[Clause], said: list[list[Predicate]]) -> None:
    """Silences, in one sentence, each predicate that a cue colours; the cue's words are the reason."""
    for number, clause in enumerate(clauses):
        for mark in clause.marks:
            if mark.group != "cue" or mark.value not in SILENCING:
                continue
            if mark.value == "facility" and _settled_place(clause):
                continue
            for made in _reached(clauses, said, number, mark):
                if mark.value == "promise" and made.kind is not Kind.RESTORED and not _awaited(mark, made):
                    continue
                if mark.get("form") == "told" and made.kind is Kind.SCHEDULED:
                    continue  # "the company said that outages would apply from 8:00"
                if mark.value == "own" and not _own_supply(clause, mark, made):
                    continue
                made.silenced = made.silenced or reason(mark)


def _reached(clauses: list[Clause], said: list[list[Predicate]], number: int, mark: Mark) -> Iterable[Predicate]:
    """The predicates in the scope of `mark`, which stands in clause `number`."""
    scope = mark.get("scope") or "clause"
    if scope in ("clause", "near"):
        commas = [m for m in clauses[number].marks if m.group == "comma"]
        breaks = [m.start for m in clauses[number].marks if m.group == "break" and m.value == "strong"]
        for made in said[number]:
            behind = mark.value in MILD and any(c.group == "comma" and made.end <= c.start < mark.start for c in commas)
            if behind and made.rule not in ("cut", "schedule", "cut to come"):
                continue
            if not any(min(mark.start, made.start) < at < max(mark.start, made.start) for at in breaks):
                yield made
    elif scope == "after":
        opens = number == 0 and mark.word is not None and mark.word.phrase in PURPOSE and mark.start == clauses[0].start
        ends = clauses[0].inner_start if opens else 0  # "Щоб утримати тепло, воду подаватимуть за графіком"
        yield from (made for made in said[number] if made.end > mark.start and not (ends and made.start >= ends))
        if number == 0 and mark.word is not None and mark.word.phrase in PURPOSE and mark.start == clauses[0].start:
            return  # "Чтобы не случилось взрыва, газ перекрыли"
        for other in range(number + 1, len(clauses)):
            if clauses[other].joint == "strong":
                break
            yield from said[other]
    elif scope == "before":
        yield from (made for made in said[number] if made.start < mark.end)
        for other in range(number - 1, -1, -1):
            if clauses[other + 1].joint == "strong":
                break
            yield from said[other]
    else:
        for every in said:
            yield from every


def _awaited(mark: Mark, made: Predicate) -> bool:
    """Whether a word says of cuts that they are still to come: "emergency cuts are expected in Kharkiv"."""
    spelled = mark.word.phrase if mark.word else ""
    return made.rule == "cut" and spelled.endswith(" expected") and made.end <= mark.start


def _own_supply(clause: Clause, mark: Mark, made: Predicate) -> bool:
    """Whether the power that a facility lost is only its own: "Pumping stations lost power", not "and 900 homes"."""
    works = {m.value for m in clause.marks if m.group == "service" and m.start < mark.end and mark.start < m.end}
    lost = set(made.services)
    if (
        (made.fits and Service.ELECTRICITY not in made.fits)
        or (lost and Service.ELECTRICITY not in lost)
        or lost - works - {Service.ELECTRICITY}
        or made.rule not in ("lack", "out", "back", "cut")
    ):
        return False
    if any(m.group == "service" and 0 <= mark.start - m.end <= 1 for m in clause.marks):
        return True  # "электроснабжение шахты"
    behind = made.end < mark.start
    if behind and (made.rule == "back" or mark.start - made.end > COUNTED):
        return False
    first, last = (made.end, mark.start) if behind else (mark.end, made.end)
    between = [m for m in clause.marks if first <= m.start < last]
    bars = ("break", "comma", "place") if behind else ("break",)
    return not any(m.group in bars or (m.group == "figure" and m.value in ("customers", "houses")) for m in between)


def _settled_place(clause: Clause) -> bool:
    """Whether a clause speaks of a town beside the plant: "the plant's town has had no water"."""
    return any(
        (mark.mention is not None and mark.mention.sense is Sense.PLACE)
        or (mark.group == "anaphor" and mark.value == "city")
        for mark in clause.marks
    )


def wide(marks: list[Mark]) -> tuple[Mark | None, Mark | None]:
    """The cues of a sentence that colour the rest of its paragraph, and the whole report."""
    paragraph = document = None
    for mark in marks:
        if mark.group == "cue" and mark.value in SILENCING and mark.get("scope") in WIDE:
            if mark.get("scope") == "paragraph":
                paragraph = mark
            else:
                document = mark
    return paragraph, document


def reason(cue: Mark) -> str:
    """Why a predicate is silent, for `tracker explain`."""
    return f"{cue.value}: “{cue.word.phrase if cue.word else ''}”"
