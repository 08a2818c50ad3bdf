"""Why a report gives the claims that it gives: every mention, the cue that silenced it, the rule behind each claim."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain import Claim, Report
from tracker.language.clauses import Mark
from tracker.language.reading import Read, Reading, read
from tracker.language.text import LIMIT, unread


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasoning behind a report's claims, as lines for people."""

    language: str
    claims: tuple[Claim, ...]
    unread: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)


def explain(report: Report) -> Explanation:
    """How `report` was understood, sentence by sentence."""
    reading = read(report)
    lines = [f"language: {reading.language}{''.join(f', in places {other}' for other in reading.others)}"]
    rest = unread(report.whole)
    if rest:
        lines.append(shortened(report.whole))
    for one in reading.sentences:
        lines.extend(_sentence(reading, one))
    lines.append(f"claims: {len(reading.claims)}")
    lines.extend(_claim(claim) for claim in reading.claims)
    return Explanation(reading.language, reading.claims, rest, tuple(lines))


def shortened(whole: str) -> str:
    """What to say of a text that was not read to its end."""
    return f"cut: only the first {LIMIT:,} of {len(whole):,} characters were read"


def _sentence(reading: Reading, one: Read) -> list[str]:
    whole = reading.text.whole
    lines = ["", f"[{one.sentence.role}] {whole[one.sentence.start : one.sentence.end]}"]
    if one.note:
        return [*lines, f"  skipped, {one.note}"]
    if not one.clauses:
        named = ", ".join(_mark(whole, mark) for mark in one.marks)
        return [*lines, f"  only mentions: {named}"] if named else lines
    for number, clause in enumerate(one.clauses):
        lines.append(f"  clause ({clause.joint}): {whole[clause.start : clause.end].strip()}")
        lines.extend(f"    {_mark(whole, mark)}" for mark in clause.marks)
        for predicate in one.said[number]:
            services = ", ".join(predicate.services) or "service to be found"
            lines.append(f"    → {predicate.kind} of {services} by rule “{predicate.rule}”")
            if predicate.silenced:
                lines.append(f"      silenced: {predicate.silenced}")
    tied = [frame for frame in reading.frames if frame.sentence[0] == one.sentence.start]
    for frame in tied:
        where = ", ".join(f"{p.region} {p.name or ''}".strip() for p in frame.ground.places) or "nowhere"
        lines.append(f"    = {', '.join(frame.services) or 'no service'} in {where} ({frame.rule})")
        if frame.predicate.silenced:
            lines.append(f"      no claim: {frame.predicate.silenced}")
    return lines


def _mark(whole: str, mark: Mark) -> str:
    text = whole[mark.start : mark.end]
    if mark.mention is not None:
        where = ", ".join(f"{p.region} {p.name or ''}".strip() for p in mark.mention.places)
        return f"“{text}” {mark.mention.sense}: {where}"
    if mark.day is not None:
        return f"“{text}” date: {mark.day.day or 'vague'}"
    if mark.number is not None:
        return f"“{text}” number: {mark.number.value:g} {mark.number.counts}".rstrip()
    return f"“{text}” {mark.group}: {mark.value}"


def _claim(claim: Claim) -> str:
    more = [f"customers {claim.customers}" if claim.customers else "", f"extent {claim.extent}" if claim.extent else ""]
    more += [f"when {claim.when}" if claim.when else "", f"said by {claim.originator}" if claim.originator else ""]
    place = f" {claim.place}" if claim.place else ""
    rest = ", ".join(part for part in more if part)
    return f"  {claim.region}{place} {claim.service} {claim.kind} [{rest}] rule “{claim.rule}”: “{claim.evidence}”"
