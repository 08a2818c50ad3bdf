"""Which predicates are not to be believed: the cue, its sense and how far it reaches (the idea of ConText).

A cue silences what stands in its scope: "may be applied" the rest of its clause, "For the exercise, …" the whole
report. Words that end a scope are the strong breaks ("but", "проте").
"""

from __future__ import annotations

from tracker.language.clauses import Clause, Mark
from tracker.language.predicates import Predicate

SILENCING = {
    "possible", "condition", "promise", "intent", "rhetoric", "history", "drill", "elsewhere", "hoax", "facility",
    "industry", "recap", "question", "danger", "advice",
}  # fmt: skip


def silence(clauses: list[Clause], said: list[list[Predicate]]) -> None:
    """Silences, in one sentence, each predicate that a cue colours; the cue's words are the reason."""
    for number, clause in enumerate(clauses):
        for mark in clause.marks:
            if mark.group != "cue" or mark.value not in SILENCING:
                continue
            scope = mark.get("scope") or "clause"
            if scope in ("clause", "near"):
                _mute(said[number], mark, lambda p: True)
            elif scope == "after":
                _mute(said[number], mark, lambda p, at=mark.start: p.end > at)
                for other in range(number + 1, len(clauses)):
                    if clauses[other].joint == "strong":
                        break
                    _mute(said[other], mark, lambda p: True)
            elif scope == "before":
                _mute(said[number], mark, lambda p, at=mark.end: p.start < at)
                for other in range(number - 1, -1, -1):
                    if clauses[other + 1].joint == "strong":
                        break
                    _mute(said[other], mark, lambda p: True)
            else:
                for made in said:
                    _mute(made, mark, lambda p: True)


def wide(marks: list[Mark]) -> tuple[Mark | None, Mark | None]:
    """The cues of a sentence that colour the rest of its paragraph, and the rest of the report."""
    paragraph = document = None
    for mark in marks:
        if mark.group == "cue" and mark.value in SILENCING:
            if mark.get("scope") == "paragraph":
                paragraph = mark
            elif mark.get("scope") == "document":
                document = mark
    return paragraph, document


def _mute(made: list[Predicate], cue: Mark, covers: object) -> None:
    for predicate in made:
        if not predicate.silenced and covers(predicate):  # type: ignore[operator]
            if cue.value == "possible" and predicate.rule == "schedule" and cue.get("scope") == "near":
                continue
            predicate.silenced = f"{cue.value}: “{cue.word.phrase if cue.word else ''}”"
