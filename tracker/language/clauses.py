"""Sentences cut into clauses: one predicate each, with the places, services and numbers that belong to it.

"Світло зникло в Сумах, а в Харкові його вже повернули" is two clauses; the commas of "in Sumy, Poltava and Kharkiv"
cut nothing, because no predicate stands between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.language.dates import Day
from tracker.language.gazetteer import Mention
from tracker.language.lexicon import Word
from tracker.language.numbers import Number

PUNCTUATION = re.compile(r"[,;:—–()\[\]]|\s-\s|[?!](?=\s)")
PREDICATES = {"out", "back", "cut", "lack", "plan", "flow", "low"}
WAITING = 40
"""How short a clause is that says of others that they wait: "ще 66 тис. чекають"."""
BARE_NOT = 3
"""How long a "not" or "ні" is that stands for a whole predicate; "опровергли" is longer."""
ELLIPSIS = {"comma", "strong", "dash", "weak", "colon"}


@dataclass(slots=True)
class Mark:
    """Anything found in a sentence: a word of the lexicon, a place, a figure or a date."""

    start: int
    end: int
    group: str
    value: str
    word: Word | None = None
    mention: Mention | None = None
    number: Number | None = None
    day: Day | None = None

    def get(self, name: str) -> str:
        """The attribute `name` of the word behind the mark."""
        return self.word.get(name) if self.word else ""


@dataclass(slots=True)
class Clause:
    """A piece of a sentence. `joint` is how it is tied to what stands before it, `inner` how its predicate is."""

    start: int
    end: int
    joint: str
    marks: list[Mark] = field(default_factory=list)
    inner: str = ""
    inner_start: int = 0

    def of(self, group: str) -> list[Mark]:
        """The marks of one group, in order."""
        return [mark for mark in self.marks if mark.group == group]

    @property
    def predicative(self) -> bool:
        """Whether something is said to be out, back or planned here."""
        states = {mark.value for mark in self.marks if mark.group == "state"}
        if states & PREDICATES:
            return True
        return bool(states & {"hold", "end"}) and points_back(self)


def points_back(clause: Clause) -> bool:
    """Whether a clause says of its own place what the one before said of another: "у Харкові вони тривають"."""
    waits = any(mark.group == "state" and mark.get("form") == "wait" for mark in clause.marks)
    if waits:
        return clause.end - clause.start < WAITING
    if not any(
        (mark.group == "place" and mark.value == "place")
        or mark.group == "area"
        or (mark.group == "anaphor" and mark.value == "region")
        for mark in clause.marks
    ):
        return False
    return any(
        (mark.group == "anaphor" and mark.value == "it") or (mark.group == "state" and mark.value == "hold")
        for mark in clause.marks
    )


def split(whole: str, start: int, end: int, marks: list[Mark]) -> list[Clause]:
    """The clauses of the sentence between `start` and `end`."""
    return _merged(whole, _shared(whole, _dashed(_chunks(whole, start, end, marks))))


def _chunks(whole: str, start: int, end: int, marks: list[Mark]) -> list[Clause]:
    """The sentence cut at every comma, dash and joining word."""
    cuts: list[tuple[int, int, str]] = []
    for match in PUNCTUATION.finditer(whole, start, end):
        at, sign = match.start(), match.group().strip()
        inside = whole[at - 1 : at].isalnum() and whole[at + 1 : at + 2].isalnum()
        if inside and ((sign in ",:" and whole[at - 1].isdigit() and whole[at + 1].isdigit()) or sign in "—–"):
            continue
        cuts.append((at, match.end(), JOINTS.get(sign, "comma")))
    for mark in marks:
        if mark.group == "break":
            cuts.append((mark.start, mark.start, mark.value))
    cuts.sort()
    chunks = [Clause(start, end, "start")]
    for at, after, joint in cuts:
        last = chunks[-1]
        if not whole[last.start : at].strip(" ,—–-"):
            last.joint = _stronger(last.joint, joint)
            continue
        last.end = at
        chunks.append(Clause(after, end, joint))
    number = 0
    for mark in marks:
        while number + 1 < len(chunks) and chunks[number + 1].start <= mark.start:
            number += 1
        chunks[number].marks.append(mark)
    return chunks


JOINTS = {",": "comma", ";": "strong", ":": "colon", "—": "dash", "–": "dash", "-": "dash", "(": "open", ")": "close",
          "[": "open", "]": "close", "?": "strong", "!": "strong"}  # fmt: skip
STRENGTH = {"start": 9, "strong": 5, "relative": 4, "colon": 3, "dash": 2, "weak": 1, "comma": 0, "open": 1, "close": 0}


def _stronger(one: str, other: str) -> str:
    if one == "start":
        return one
    return one if STRENGTH[one] >= STRENGTH[other] else other


def _merged(whole: str, chunks: list[Clause]) -> list[Clause]:
    """Chunks without a predicate of their own go to the neighbour that they belong to.

    Leading ones ("За словами мера, у Сумах") go right, as does one that a strong word opens before a predicate ("а в
    Харкові, каже мер, води немає"); others go left; a place with its own number or service ("у Харкові – води") stays,
    and takes over the predicate before it.
    """
    out: list[Clause] = []
    pending: Clause | None = None
    for number, chunk in enumerate(chunks):
        if pending is not None:
            marks = pending.marks + chunk.marks
            chunk = Clause(pending.start, chunk.end, pending.joint, marks, chunk.joint, chunk.start)
            pending = None
        if out and (_continues(out[-1], chunk) or _ends_it(out[-1], chunk)):
            _absorb(out[-1], chunk)
            continue
        if chunk.predicative:
            chunk.inner, chunk.inner_start = chunk.inner or chunk.joint, chunk.inner_start or chunk.start
            out.append(chunk)
            continue
        following = next(
            (other for other in chunks[number + 1 :] if other.joint in ("strong",) or other.predicative), None
        )
        leads = following is not None and following.joint not in ("strong", "relative")
        if not any(clause.predicative for clause in out):
            if following is not None and following.predicative and following.joint not in ("strong",):
                pending = chunk
                continue
        elif (chunk.joint == "strong" and leads and following is not None and following.predicative) or (
            chunk.joint in ("comma", "strong") and _subject(chunks, number)
        ):
            pending = chunk
            continue
        elif chunk.joint in ELLIPSIS and _elliptic(chunk) and (_placed(out[-1]) or _part_of(out[-1], chunk)):
            if _opens_next(chunks, number):
                pending = chunk
            else:
                out.append(chunk)
            continue
        if out and not _aside(out[-1], chunk):
            _absorb(out[-1], chunk)
        else:
            out.append(chunk)
    if pending is not None:
        if out:
            _absorb(out[-1], pending)
        else:
            out.append(pending)
    return out


def _continues(clause: Clause, chunk: Clause) -> bool:
    """Whether a chunk only goes on with a list of lacks: "no power, no gas and no running water"."""
    if chunk.joint not in ("comma", "weak") or not any(mark.value == "lack" for mark in chunk.of("state")):
        return False
    if not any(mark.value == "lack" for mark in clause.of("state")):
        return False
    return all(mark.group in ("break", "service", "extent") or mark.value in ("lack", "not") for mark in chunk.marks)


def _ends_it(clause: Clause, chunk: Clause) -> bool:
    """Whether a chunk only brings the "немає" of what stands before: "Проблем зі світлом у Сумах і Ромнах немає"."""
    states = chunk.of("state")
    bare = bool(states) and all(mark.value == "lack" and mark.get("form") == "finite" for mark in states)
    return chunk.joint == "weak" and bare and not chunk.of("service") and clause.predicative


def _aside(clause: Clause, chunk: Clause) -> bool:
    """Whether a chunk tells something else: "…, while Mykolaiv escaped with minor damage", "…; water everywhere"."""
    if chunk.joint != "strong" or not clause.predicative or chunk.of("state"):
        return False
    first = chunk.marks[0] if chunk.marks else None
    place = any(mark.group == "place" and mark.value == "place" for mark in chunk.marks)
    if place and _placed(clause) and any(mark.value == "not" for mark in chunk.of("cue")):
        return True  # "…; у Криму наслідків не відчули"
    if first is not None and first.group == "break":
        return place
    return not place and any(m.get("as") == "" for m in chunk.of("service")) and bool(clause.of("service"))


def _absorb(clause: Clause, chunk: Clause) -> None:
    if chunk.joint in ("comma", "strong") or _and(chunk):
        clause.marks.append(Mark(chunk.start, chunk.start, "comma", ","))
    clause.end = max(clause.end, chunk.end)
    clause.marks.extend(chunk.marks)


def _and(chunk: Clause) -> bool:
    """Whether a chunk is joined by a mere "and"."""
    first = chunk.marks[0] if chunk.marks and chunk.joint == "weak" else None
    return first is not None and first.word is not None and first.word.phrase in ("and", "і", "й", "та", "и")


def _placed(clause: Clause) -> bool:
    """Whether a clause is complete: "Problems with light" still waits for "and water in Sumy"."""
    place = any(mark.group in ("place", "area", "anaphor") for mark in clause.marks)
    return place and any(
        mark.group == "service" or (mark.group == "state" and mark.get("service")) for mark in clause.marks
    )


def negated(chunk: Clause) -> bool:
    """Whether a chunk only says that it is otherwise there: "в Сумах свет есть, воды нет", "hot water is not"."""
    last = chunk.marks[-1] if chunk.marks else None
    if last is None or last.group != "cue" or last.value != "not" or last.end - last.start > BARE_NOT:
        return False
    named = any(m.group == "place" or (m.group == "service" and m.get("as") != "topic") for m in chunk.marks)
    return named and chunk.end - last.end <= 2 and not chunk.of("state")


def _elliptic(chunk: Clause) -> bool:
    """Whether a chunk says something new by itself: a place with a number, or with a service."""
    if negated(chunk):
        return True
    places = any(mark.group == "place" and mark.value == "place" for mark in chunk.marks)
    counts = any(mark.group == "figure" and mark.value != "other" for mark in chunk.marks)
    return places and (counts or bool(chunk.of("service")) or shares(chunk))


def _part_of(clause: Clause, chunk: Clause) -> bool:
    """Whether a chunk counts some of those that a clause counts: "17,100 homes, of which 12,500 in Odesa"."""
    first = chunk.marks[0] if chunk.marks else None
    counted = any(m.group == "figure" and m.value != "other" for m in chunk.marks)
    return (
        counted and clause.predicative and first is not None and first.group == "break" and first.end - first.start > 6
    )


def shares(chunk: Clause) -> bool:
    """Whether a chunk says of places only how much: "Запорізька й Сумська – частково"."""
    return chunk.inner == "share"


def _shared(whole: str, chunks: list[Clause]) -> list[Clause]:
    """Joins a list of places with the "– частково" behind it, so that they take over the predicate as a part."""
    out: list[Clause] = []
    for chunk in chunks:
        amount = {m.value for m in chunk.of("extent")}
        only = all(m.group in ("extent", "break", "cue") for m in chunk.marks)
        if chunk.joint == "weak" and out and _shared_out(out[-1], chunk):
            out.append(Clause(chunk.start, chunk.end, chunk.joint, chunk.marks, "share", chunk.start))
            continue
        if chunk.joint == "dash" and amount and only and chunk.end - chunk.start < 30:
            run = 0
            while run < len(out) - 1 and _only_places(out[-1 - run]):
                run += 1
            if run:
                first = out[-run]
                marks = [mark for piece in out[-run:] for mark in piece.marks]
                out[-run:] = [Clause(first.start, chunk.end, "comma", [*marks, *chunk.marks], "share", first.start)]
                continue
        out.append(chunk)
    return out


def _dashed(chunks: list[Clause]) -> list[Clause]:
    """Joins what a dash leaves its verb out of: "на Одещині – 15 тис.", "води – в Конотопі", "а Вінниця – ні"."""
    out: list[Clause] = []
    for chunk in chunks:
        last = out[-1] if out else None
        if last is None or len(out) < 2 or chunk.joint != "dash" or chunk.predicative or last.predicative:
            out.append(chunk)
            continue
        before, behind = ({m.group for m in one.marks} - ASIDE for one in (last, chunk))
        told = before == {"place"} and behind & {"figure", "service"} and behind <= BRIEF
        placed = before == {"service"} and behind == {"place"}
        denied = before == {"place"} and not behind and [m.value for m in chunk.marks] == ["not"]
        if (told or placed or denied) and chunk.end - last.start < 110:
            out[-1] = Clause(last.start, chunk.end, last.joint, [*last.marks, *chunk.marks], "share", last.start)
        else:
            out.append(chunk)
    return out


BRIEF = {"figure", "service", "number", "unit", "extent"}
ASIDE = {"break", "cue", "comma", "date", "day", "month"}
"""Marks that neither name a thing nor say anything of it."""


def _shared_out(clause: Clause, chunk: Clause) -> bool:
    """Whether a chunk gives another place its own share: "warm throughout Lviv and in most of Rivne"."""
    before, here = ({m.value for m in piece.of("extent")} for piece in (clause, chunk))
    only = all(m.group in ("break", "extent", "place", "cue") for m in chunk.marks)
    placed = any(m.group == "place" for m in clause.marks) and any(m.group == "place" for m in chunk.marks)
    return clause.predicative and only and placed and before == {"whole"} and bool(here) and "whole" not in here


def _only_places(chunk: Clause) -> bool:
    return bool(chunk.of("place")) and all(mark.group in ("place", "break", "cue") for mark in chunk.marks)


def _subject(chunks: list[Clause], number: int) -> bool:
    """Whether a chunk is the place or service of which a dash then speaks: "…, Житомир – без води"."""
    chunk = chunks[number]
    following = chunks[number + 1] if number + 1 < len(chunks) else None
    if following is not None and _shares_subject(chunk, following):
        return True
    return (
        following is not None
        and following.joint in ("dash", "colon")
        and following.predicative
        and chunk.end - chunk.start < 40
        and any(mark.group == "place" or (mark.group == "service" and not mark.get("as")) for mark in chunk.marks)
    )


def _shares_subject(chunk: Clause, following: Clause) -> bool:
    """Whether a place is the first of two that lost it: "Одессу запитали, Фонтанка и Крыжановка остались без света"."""
    if not _only_places(chunk) or following.joint != "weak" or not following.predicative:
        return False
    named = [mark for mark in following.marks if mark.group not in ("break", "cue")][:2]
    return len(named) == 2 and named[0].group == "place" and named[1].group == "state"


def _opens_next(chunks: list[Clause], number: int) -> bool:
    """Whether an elliptic chunk rather begins the predicate behind it: "а в Харкові 5 тис. – без світла"."""
    chunk = chunks[number]
    if number + 1 >= len(chunks):
        return False
    following = chunks[number + 1]
    has_place = any(mark.group == "place" and mark.value == "place" for mark in following.marks)
    return (
        following.predicative
        and not has_place
        and chunk.joint in ("strong", "dash")
        and following.joint in ("dash", "weak", "colon")
    )
