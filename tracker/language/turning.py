"""Words beside a state that turn it round: "не відновлено" is an outage, "не буде води" a cut to come.

Negation, future and "yet to be" reach only to the state that they stand beside; all other context is `context.py`'s.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.domain import Kind
from tracker.language.clauses import Clause, Mark

if TYPE_CHECKING:
    from tracker.language.predicates import Predicate

NEAR = 20
"""How many characters may lie between such a word and the state: "не було", "not been fully"."""
BEHIND = 160
"""How far behind a noun its denial may stand: "графіки погодинних відключень сьогодні не діють"."""
LACKS = ("no", "neither", "nor", "ні", "ни", "жодн*", "without any", "none of")
"""Words that are a lack themselves: "neither gas nor light" denies nothing."""
PROMISED = "promised"
NOT_OWN = ("не ", "not ", "ні ")
LASTING = re.compile(
    r"(?:are |is )?(?:still|remain|stay|await|wait|have none|has none)|"
    r"(?:все ещё|все еще|остают|остаёт|остает|ждут|ждет|ждёт|ожида|не дождал)|"
    r"(?:досі|все ще|усе ще|залиша|лиша|чека)"
)
"""How the states begin that say by themselves that they last: "remain without", "остаются отключены"."""


def lasts(word: str) -> bool:
    """Whether a state's own word says that it still holds."""
    return LASTING.match(word) is not None


def turn(clause: Clause, state: Mark, made: Predicate) -> None:
    """Lets a negation, a future or a "yet to be" beside `state` turn `made` round, or silence it."""
    still = lasts(made.word) or any(goes_on(mark) for mark in clause.marks)
    if state.get("form") == "future":
        _ahead(made, still or _until(clause, state))
    for mark in clause.marks:
        if mark.group != "cue" or mark.value not in ("not", "future", "pending"):
            continue
        spread = mark.get("scope") == "clause" and made.rule in ("lack", "out")
        if not (spread or _before(clause, mark, state) or _behind(clause, mark, state, made)):
            continue
        if made.rule == "lack" and mark.word is not None and mark.word.phrase in LACKS:
            continue
        if mark.value == "future":
            _ahead(made, still)
        elif mark.value == "pending" or mark.value == "not":
            if still and spread and made.kind is Kind.OUTAGE and _none_left(clause, mark, made):
                made.kind, made.rule, made.extent = Kind.RESTORED, "none left", "whole"
                break
            _deny(made, mark)


def goes_on(mark: Mark) -> bool:
    """Whether a word says that a state goes on even beside an old date: "досі", "since"; "for days" does not."""
    return mark.group == "cue" and mark.value == "still" and not _duration(mark)


def _duration(mark: Mark) -> bool:
    return mark.word is not None and mark.word.phrase.startswith("for ") and mark.word.phrase not in FOR_EVER


FOR_EVER = ("for good", "for now", "for the time being")


def _until(clause: Clause, state: Mark) -> bool:
    """Whether a lack to come lasts already: "the suburb will not have water until its pump is replaced"."""
    lacking = state.word is not None and state.word.phrase.startswith(("will not", "will have no", "will be without"))
    return lacking and any(
        m.group == "break" and m.word is not None and m.word.phrase in ("until", "before") and m.start > state.end
        for m in clause.marks
    )


def _none_left(clause: Clause, mark: Mark, made: Predicate) -> bool:
    """Whether nobody is left without: "nobody in Izium is without power any longer", not "nobody knows who is"."""
    return mark.end <= made.start and not any(
        mark.end <= other.start < made.start and other.group in ("break", "comma", "state") for other in clause.marks
    )


def _before(clause: Clause, mark: Mark, state: Mark) -> bool:
    """Whether `mark` stands before `state` with nothing but small words between."""
    if mark.get("scope") == "before" and not (mark.word and mark.word.phrase.startswith(NOT_OWN)):
        return False  # "taps do not work, radiators are cold"
    if not 0 <= state.start - mark.end <= NEAR:
        return False
    return not any(
        mark.end <= other.start < state.start and other.group in ("break", "place", "state") for other in clause.marks
    )


def _behind(clause: Clause, mark: Mark, state: Mark, made: Predicate) -> bool:
    """Whether a denial stands behind the noun that it denies, with no other state between."""
    spelled = mark.word.phrase if mark.word else ""
    if mark.get("scope") != "before" and " " not in spelled:
        return False
    if made.rule not in ("schedule", "cut", "lack", "cuts cancelled", "low"):
        return False
    if not 0 <= mark.start - state.end <= (BEHIND if made.rule in ("low", "cut", "schedule") else NEAR):
        return False
    return not any(
        o.group == "state" and o.value not in ("cut", "plan") and state.end <= o.start < mark.start
        for o in clause.marks
    )


def _deny(made: Predicate, mark: Mark) -> None:
    if made.kind is Kind.RESTORED and made.word.startswith(NOT_OWN):
        made.silenced = made.silenced or "never stopped"
    elif made.kind is Kind.RESTORED:
        made.kind, made.rule = Kind.OUTAGE, f"not {made.rule}"
    elif mark.value == "not" and not made.rule.startswith("not ") and not made.word.startswith(NOT_OWN):
        made.silenced = made.silenced or f"denied by “{mark.word.phrase if mark.word else ''}”"


def _ahead(made: Predicate, still: bool) -> None:
    """A loss still to come is a planned cut; "will remain cold" is an outage already; a return to come a promise."""
    if made.kind is Kind.OUTAGE and not made.rule.startswith("not "):
        if not still:
            made.kind, made.rule = Kind.SCHEDULED, "cut to come"
    elif made.kind is Kind.RESTORED:
        made.silenced = made.silenced or PROMISED
