"""Reads a report sentence by sentence and keeps the whole reasoning, for `extract` and for `explain`."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain import Claim, Kind, Report, Service
from tracker.language import gazetteer
from tracker.language.claims import claims_of
from tracker.language.clauses import Clause, Mark, split
from tracker.language.context import reason, silence, wide
from tracker.language.dates import days
from tracker.language.gazetteer import Mention
from tracker.language.lending import signed
from tracker.language.lexicon import Hit, lexicon
from tracker.language.marks import marks_of
from tracker.language.numbers import numbers
from tracker.language.passages import guess_language, passages
from tracker.language.places import names_place, oblasts, told_one_by_one, without_dateline
from tracker.language.predicates import Predicate, predicates
from tracker.language.prudence import afterwards, hold_back, look_back
from tracker.language.running import WORKS
from tracker.language.text import Sentence, Text, cut
from tracker.language.ties import Frame, Ties
from tracker.language.turning import NEAR, lasts
from tracker.times import kyiv_day

STATIVE = ("у ", "в ", "без", "поза ", "при ", "in ", "off", "without", "вне ")
"""How words begin that are no participles: ", у темряві тепер 30 тисяч містян"."""
PARTICIPLE = 16
"""How soon after its comma a participle comes: ", interrupted overnight,"."""


@dataclass(slots=True)
class Read:
    """One sentence as it was understood."""

    sentence: Sentence
    clauses: list[Clause] = field(default_factory=list)
    said: list[list[Predicate]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    note: str = ""


@dataclass(slots=True)
class Reading:
    """A whole report as it was understood."""

    text: Text
    language: str
    sentences: list[Read]
    frames: list[Frame]
    claims: tuple[Claim, ...] = ()
    others: tuple[str, ...] = ()
    """The further languages of its passages."""


def read(report: Report) -> Reading:
    """Everything that `report` says of services, and why."""
    text = cut(report.whole)
    language = report.language if report.language in ("en", "uk", "ru") else guess_language(text.whole)
    published = kyiv_day(report.published)
    pieces = passages(text, language)
    hits = [hit for start, end, tongue, sure in pieces for hit in lexicon().find(text.keyed, tongue, start, end, sure)]
    reading = Reading(text, language, [], [], others=tuple({piece[2]: 0 for piece in pieces if piece[2] != language}))
    if not any(hit.word.group == "state" for hit in hits):
        return reading
    mentions = gazetteer.find(text.whole)
    _walk(reading, hits, mentions, published)
    claims = claims_of(text, reading.frames, report.published)
    reading.claims = tuple(replace(claim, evidence=report.whole[claim.start : claim.end]) for claim in claims)
    return reading


def _walk(reading: Reading, hits: list[Hit], mentions: list[Mention], published: date) -> None:
    """Takes the sentences in order, so that each may lean on what stands before it."""
    text = reading.text
    hit_starts = [hit.start for hit in hits]
    mention_starts = [mention.start for mention in mentions]
    ties = Ties(text, published, hits, signed(text, mentions))
    skipped_line = skipped_block = -1
    silent_block: tuple[int, Mark] | None = None
    silent: Mark | None = None
    for sentence in text.sentences:
        line = text.lines[sentence.line]
        if sentence.line == skipped_line or line.block == skipped_block:
            continue
        own = hits[bisect_left(hit_starts, sentence.start) : bisect_left(hit_starts, sentence.end)]
        noise = next((hit for hit in own if hit.word.group == "noise" and _opens(text, hit, sentence)), None)
        if noise is not None and sentence.first:
            if noise.word.value == "rest":
                break
            skipped_line = sentence.line
            if noise.word.value == "section":
                skipped_block = line.block
            reading.sentences.append(Read(sentence, note=f"noise: “{noise.word.phrase}”"))
            continue
        named = mentions[bisect_left(mention_starts, sentence.start) : bisect_left(mention_starts, sentence.end)]
        if sentence.first:
            named = without_dateline(text.whole, sentence.start, named)
        one = understand(text, sentence, own, named, published, ties.lends)
        paragraph, document = wide(one.marks)
        if paragraph is not None:
            silent_block = (line.block, paragraph)
        silent = silent or document
        cue = silent or (silent_block[1] if silent_block and silent_block[0] == line.block else None)
        if cue is not None:
            _hush(one, cue)
        before = reading.sentences[-1] if reading.sentences else None
        if before is not None and before.sentence.line == sentence.line:
            look_back(text.whole, before.said, one.marks, sentence.start)
        if one.clauses or one.marks:
            reading.sentences.append(one)
        reading.frames.extend(ties.take(one))
    if silent is not None:
        for frame in reading.frames:
            frame.predicate.silenced = frame.predicate.silenced or reason(silent)


def understand(
    text: Text, sentence: Sentence, hits: list[Hit], mentions: list[Mention], published: date, lent: bool
) -> Read:
    """One sentence by itself: its marks, clauses and predicates, those that a cue silences marked so."""
    groups = {hit.word.group for hit in hits}
    telling = "state" in groups
    if not hits and not mentions:
        return Read(sentence)
    ahead = telling and _looks_ahead(hits)
    elliptic = not telling and bool(mentions) and (lent or "service" in groups)
    figures = numbers(text.whole, sentence.start, sentence.end, hits) if telling or elliptic else []
    dated = days(text.whole, sentence.start, sentence.end, hits, published, ahead)
    dated = [d for d in dated if not any(m.start <= d.start and d.end <= m.end for m in mentions)]
    if figures and dated:
        figures = [n for n in figures if not any(d.start < n.end and n.start < d.end for d in dated)]
    marks = told_one_by_one(text.whole, marks_of(hits, oblasts(text.whole, mentions), figures, dated))
    one = Read(sentence, marks=marks)
    if telling or elliptic:
        one.clauses = split(text.whole, sentence.start, sentence.end, marks)
        one.said = [predicates(text.whole, clause) if clause.predicative else [] for clause in one.clauses]
        silence(one.clauses, one.said)
        hold_back(text.whole, one.clauses, one.said)
        _only_what_came_back(one)
        _only_what_was_taken(one)
        _runs_again(one)
        hold_back(text.whole, one.clauses, one.said)
        if text.whole[sentence.start : sentence.end].rstrip("»”\"') ").endswith("?"):
            for made in one.said:
                for predicate in made:
                    predicate.silenced = predicate.silenced or "a question"
    return one


def _looks_ahead(hits: list[Hit]) -> bool:
    """Whether a sentence announces: "will be shut off on Friday" means the Friday to come."""
    future = -1
    for hit in hits:
        if hit.word.get("form") == "future" or hit.word.value == "plan":
            return True
        if hit.word.value == "future":
            future = hit.end
        elif hit.word.group == "state" and future >= 0 and hit.start - future <= NEAR:
            return True
    return False


def _only_what_came_back(one: Read) -> None:
    """Silences losses told as a participle or a relative clause about what is back.

    "Водопостачання в Сумах, припинене вночі, відновлено": the loss is not asserted for itself.
    """
    backs = [
        (number, made)
        for number, said in enumerate(one.said)
        for made in said
        if made.kind is Kind.RESTORED and not made.silenced
    ]
    for number, said in enumerate(one.said):
        clause = one.clauses[number]
        for made in said:
            ended = made.kind is Kind.OUTAGE and _nominal(made) and afterwards(clause)
            if ended and any(abs(at - number) == 1 and set(made.services) <= set(b.services) for at, b in backs):
                made.silenced = made.silenced or "told only as what came back"
            if made.kind is not Kind.OUTAGE or made.rule != "out" or made.silenced:
                continue
            participle = clause.inner in ("comma", "open") and made.at - clause.inner_start < PARTICIPLE
            participle = participle and not made.word.startswith(STATIVE)
            lasting = lasts(made.word) or any(m.group == "cue" and m.value == "still" for m in clause.marks)
            relative = clause.inner == "relative"
            if not relative and (not participle or lasting):
                continue
            if any(
                at != number
                and (set(made.services) & set(b.services) or not b.services or (relative and not made.services))
                for at, b in backs
            ):
                made.silenced = "told only as what came back"


def _runs_again(one: Read) -> None:
    """Believes "is on" behind the loss of the same: "electricity was off for an hour in Sumy and is on"."""
    for number in range(1, len(one.clauses)):
        clause = one.clauses[number]
        lost = [
            p for p in one.said[number - 1] if p.kind is Kind.OUTAGE and not p.silenced and p.rule in ("out", "cut")
        ]
        if not lost or clause.inner not in ("weak", "comma") or any(m.group == "place" for m in clause.marks):
            continue
        for made in one.said[number]:
            own = set(made.services) or set(lost[-1].services)
            if made.silenced == WORKS and own == set(lost[-1].services) and Service.COMMUNICATIONS not in own:
                made.silenced, made.rule = "", "runs again"
    one.said = [[p for p in made if p.services or not p.narrow or p.silenced != WORKS] for made in one.said]


def _nominal(made: Predicate) -> bool:
    """Whether a loss is a noun: "after a nine-hour blackout", but not "after the taps ran dry"."""
    return made.rule == "cut" or "blackout" in made.word


def _only_what_was_taken(one: Read) -> None:
    """Silences returns that the same sentence takes back: "Тепло дали і забрали", "світло з'явилося й знову зникло"."""
    for number, said in enumerate(one.said):
        clause = one.clauses[number]
        if (names_place(clause) and number) or any(m.group == "figure" and m.value != "other" for m in clause.marks):
            continue
        if clause.of("extent"):
            continue  # "Half have been reconnected; the rest are waiting"
        for made in said:
            if made.kind is not Kind.OUTAGE or made.rule != "out" or made.silenced or made.services:
                continue
            for back in (b for earlier in one.said[: number + 1] for b in earlier):
                same = made.leans or not made.narrow
                if back.kind is Kind.RESTORED and back.at < made.at and same and back.extent != "part":
                    back.silenced = back.silenced or "taken back in the same breath"


def _opens(text: Text, hit: Hit, sentence: Sentence) -> bool:
    """Whether a noise word stands at the very beginning of its line."""
    return hit.start - text.lines[sentence.line].lead <= 2


def _hush(one: Read, cue: Mark) -> None:
    for made in one.said:
        for predicate in made:
            predicate.silenced = predicate.silenced or reason(cue)
