"""Prudence against false all-clears: a return that its own text limits or takes back is no full one.

"Вода пошла, но напор слабый" is a part of it, "свет дали и снова забрали" none; "свет вернули, а отопления нет" and
"power is back in Kyiv, but not in Boryspil" leave the return whole, since they speak of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tracker.domain import Kind, Service
from tracker.language.clauses import Clause, Mark
from tracker.language.gazetteer import Level
from tracker.language.predicates import Predicate
from tracker.language.turning import lasts

CONCEDING = (
    "хотя", "хоча", "хоть", "although", "though", "even though", "несмотря на", "попри", "попри те", "despite",
    "while", "whereas",
)  # fmt: skip
MEANWHILE = ("while", "whereas")
PAST = re.compile(r"\b(?:был|была|было|были|жил|жила|жило|жили|сидел|сидела|сидели|був|була|було|були|жив|сидів|сиділа|"
                  r"сиділи|was|were|had|spent)\b", re.IGNORECASE)  # fmt: skip
"""Verbs beside "without" that tell of what is over: "без него город жил двое суток"."""
NOW = re.compile(r"\b(?:нет|нема|немає|так и|так і)\b", re.IGNORECASE)
PLAIN = {"out", "lack", "low", "cut"}
"""States that, behind "but", take something off a return, whether or not they name their service."""
OPENING = 12
"""How far from its beginning a sentence's "but" may stand for it to limit the sentence before."""
BESIDE = 20
"""How near behind "without" the place stands that is left out: "без посёлка Донецкого"."""
BEFORE_PLACE = {"на", "on"}
"""Quarters are told with "на": "на Салтовке"; towns with "в"."""


@dataclass(slots=True)
class Piece:
    """A stretch of text behind a return. `contrast`: behind a "but" or a "though"; `aside`: a relative or "after"."""

    marks: list[Mark]
    said: list[Predicate]
    contrast: bool
    aside: bool = False


def hold_back(whole: str, clauses: list[Clause], said: list[list[Predicate]]) -> None:
    """Makes the returns of one sentence partial, or silent, that it limits or takes back itself."""
    for number, clause in enumerate(clauses):
        for made in said[number]:
            made.over = _over(whole, clause, made)
            if made.kind is not Kind.RESTORED or made.silenced:
                continue
            if _only_said(clauses, said, number, made):
                made.silenced = "taken back by the loss before it"
                continue
            services = frozenset(made.services) or _spoken_of(clauses[: number + 1], made)
            doubt = _doubt(whole, _behind(whole, clauses, said, number, made), clause.marks, made, services)
            _apply(made, doubt or ("part" if _limited(clause, made) else ""))


def look_back(whole: str, earlier: list[list[Predicate]], marks: list[Mark], start: int) -> None:
    """Lets a sentence that opens with "but" or an exception, or tells of a new loss, limit the returns before it."""
    returns = [p for clause in earlier for p in clause if p.kind is Kind.RESTORED and not p.silenced]
    first = next((mark for mark in marks if mark.group in ("break", "cue", "unit")), None)
    if not returns or first is None:
        return
    opens = first.start - start <= OPENING
    contrast = opens and (first.value == "strong" or (first.value == "customers" and first.group == "unit"))
    anew = any(mark.get("form") == "anew" for mark in marks)
    if contrast or anew or (opens and first.value == "reserve"):
        made = returns[-1]
        doubt = _doubt(whole, iter([Piece(marks, [], contrast)]), [], made, frozenset(made.services))
        if contrast or doubt == "again" or not anew:
            _apply(made, doubt)


def _spoken_of(clauses: list[Clause], made: Predicate) -> frozenset[Service]:
    """The service that a return without one of its own means: the last one named before it."""
    named = [m.value for clause in clauses for m in clause.of("service") if m.start < made.start]
    return frozenset(Service(name) for name in named[-1:])


def _over(whole: str, clause: Clause, made: Predicate) -> bool:
    """Whether a lack is told as past: "её не было с вечера", "без газа город жил двое суток"."""
    if made.rule != "lack" or any(mark.group == "cue" and mark.value == "still" for mark in clause.marks):
        return False
    return _of_the_past(whole[clause.start : clause.end])


@lru_cache(64)
def _of_the_past(said: str) -> bool:
    return PAST.search(said) is not None and NOW.search(said) is None


def _limited(clause: Clause, made: Predicate) -> bool:
    """Whether words of the return's own clause limit it: "временно", "до третьего этажа", "to the hospital"."""
    whole = any(mark.group == "extent" and mark.value == "whole" for mark in clause.marks)
    joints = [mark.start for mark in clause.marks if mark.group in ("break", "comma") and mark.start >= made.end]
    until = min(joints, default=clause.end)
    for mark in clause.marks:
        if mark.start >= until:
            break
        reserve = mark.group == "cue" and mark.value == "reserve"
        if reserve and (not whole if mark.get("form") == "site" else mark.start < made.end):
            return True
        if mark.group == "state" and mark.value == "low" and mark.get("fits"):
            return True
        if mark.group == "cue" and mark.value == "own" and not whole and Service.ELECTRICITY in made.services:
            return True
    return False


def _apply(made: Predicate, doubt: str) -> None:
    if doubt == "again":
        made.silenced = "lost again"
    elif doubt and not made.rule.endswith(", limited"):
        made.extent = "part"
        made.rule += ", limited"


def _only_said(clauses: list[Clause], said: list[list[Predicate]], number: int, made: Predicate) -> bool:
    """ "Света нет, хотя отчитались, что восстановили": conceded behind the loss of the same service."""
    conceding = [
        mark.start
        for clause in clauses[: number + 1]
        for mark in clause.marks
        if mark.start < made.start and _concedes(mark) and _spelled(mark) not in MEANWHILE
    ]
    losses = [p for other in said[: number + 1] for p in other if p.kind is Kind.OUTAGE and not p.silenced]
    return any(
        p.start < max(conceding, default=-1) and (not p.services or not made.services or _same(p, made)) for p in losses
    )


def _same(one: Predicate, other: Predicate) -> bool:
    return bool(set(one.services) & set(other.services))


def _concedes(mark: Mark) -> bool:
    return mark.group == "break" and _spelled(mark) in CONCEDING


def _spelled(mark: Mark) -> str:
    return mark.word.phrase if mark.word else ""


def _behind(
    whole: str, clauses: list[Clause], said: list[list[Predicate]], number: int, made: Predicate
) -> Iterator[Piece]:
    """The stretches behind a return, cut at clauses and at words like "but"."""
    contrast = any(_concedes(mark) and mark.start < made.start for mark in clauses[number].marks)
    for at in range(number, len(clauses)):
        inside = [mark for mark in clauses[at].marks if at > number or mark.start >= made.end]
        if at > number:
            contrast = contrast or (clauses[at].joint == "strong" and _turns(inside))
        aside = at > number and (clauses[at].joint == "relative" or afterwards(clauses[at]))
        piece = Piece([], [], contrast, aside)
        for mark in inside:
            if mark.group == "break" and mark.value == "strong":
                yield _filled(whole, piece, clauses[at], said[at])
                contrast = True
                piece = Piece([], [], True)
            piece.marks.append(mark)
        yield _filled(whole, piece, clauses[at], said[at])


def _turns(marks: list[Mark]) -> bool:
    """Whether a clause behind a semicolon turns: a "but", or those who live there ("; residents say taps are dry")."""
    first = marks[0] if marks else None
    return first is not None and (first.group == "break" or (first.group == "unit" and first.value == "customers"))


def afterwards(clause: Clause) -> bool:
    """Whether a clause is only "after the morning's outage"."""
    first = clause.marks[0] if clause.marks else None
    return first is not None and first.word is not None and first.word.phrase in ("после", "після", "after")


def _filled(whole: str, piece: Piece, clause: Clause, said: list[Predicate]) -> Piece:
    if piece.marks:
        first, last = piece.marks[0].start, piece.marks[-1].end
        piece.said = [made for made in said if first <= made.start < last and not _over(whole, clause, made)]
    return piece


def _doubt(whole: str, pieces: Iterator[Piece], own: list[Mark], made: Predicate, services: frozenset[Service]) -> str:
    """What the stretches behind `made` say against it: "again" (lost anew), "part", or nothing."""
    for number, piece in enumerate(pieces):
        if number and any(p.kind is Kind.RESTORED and not p.silenced for p in piece.said):
            return ""
        senses = {mark.value for mark in piece.marks if mark.group == "cue"}
        excepted = any(mark.get("form") == "except" for mark in piece.marks) or _left_out(piece)
        if (_elsewhere(whole, piece, own) and not excepted) or _otherwise(piece, services):
            if piece.contrast:
                return ""
            continue
        if senses & {"advice", "possible", "condition", "own"} and not piece.said:
            continue
        doubt = _of_piece(piece, senses, made, services)
        if doubt:
            return doubt
    return ""


def _left_out(piece: Piece) -> bool:
    """Whether a stretch leaves a place out by "without": "подключили всех, правда, без Помярок"."""
    lacks = [m for m in piece.marks if m.group == "state" and m.value == "lack" and m.get("form") != "finite"]
    return any(m.group == "place" and 0 < m.start - lack.end <= BESIDE for lack in lacks for m in piece.marks)


def _of_piece(piece: Piece, senses: set[str], made: Predicate, services: frozenset[Service]) -> str:
    states = [mark for mark in piece.marks if mark.group == "state" and mark.value in PLAIN]
    anew = any(mark.get("form") == "anew" for mark in piece.marks)
    losses = [p for p in piece.said if p.kind is Kind.OUTAGE and not p.silenced]
    if anew and (states or losses or (piece.contrast and made.rule == "cuts cancelled")):
        return "again"
    if any(mark.value == "reserve" and mark.get("form") != "site" for mark in piece.marks):
        return "part"
    if any(mark.group == "extent" and mark.value == "rest" for mark in piece.marks):
        return "part"
    if services and Service.ELECTRICITY not in services and any(m.value == "plan" for m in piece.marks):
        return "part"  # "воду включили, подают раз в трое суток"
    if piece.contrast:
        limited = any(mark.group == "extent" and mark.value == "partly" for mark in piece.marks)
        if states or losses or anew or limited or senses & {"not", "pending"}:
            return "part"
    if piece.aside:
        return ""
    if any(p.rule.startswith(("lack", "not ")) or lasts(p.word) for p in losses):
        return "part"
    return "part" if losses and "still" in senses else ""


def _elsewhere(whole: str, piece: Piece, own: list[Mark]) -> bool:
    """Whether a stretch names another town or oblast than the return; quarters ("на Салтовке") are its own."""
    mine = {(p.region, p.name) for mark in own if mark.mention is not None for p in mark.mention.places[:1]}
    for mark in piece.marks:
        if mark.group == "area" or (mark.group == "anaphor" and mark.value in ("region", "regions")):
            return True
        if mark.group != "place" or mark.value != "place" or mark.mention is None or not mark.mention.places:
            continue
        place = mark.mention.places[0]
        before = whole[max(0, mark.start - 3) : mark.start].lower().split()
        town = place.level not in (Level.REGION, Level.COUNTRY)
        quarter = place.level is Level.DISTRICT or (town and bool(before) and before[-1] in BEFORE_PLACE)
        if not quarter and (place.region, place.name) not in mine:
            return True
    return False


def _otherwise(piece: Piece, services: frozenset[Service]) -> bool:
    """Whether a stretch speaks of another service: "свет дали, отопления нет"."""
    named = {mark.value for mark in piece.marks if mark.group == "service" and mark.get("as") != "topic"}
    named |= {mark.get("service") for mark in piece.marks if mark.group == "state" and mark.get("service")}
    return bool(named) and bool(services) and named.isdisjoint(services)
