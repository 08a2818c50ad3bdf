"""Words, places, figures and dates of a sentence put in one row of marks."""

from __future__ import annotations

from tracker.language.clauses import Mark
from tracker.language.dates import Day
from tracker.language.gazetteer import Mention, Sense
from tracker.language.lexicon import Hit
from tracker.language.numbers import Number

WITHIN = 12


def marks_of(hits: list[Hit], mentions: list[Mention], figures: list[Number], dates: list[Day]) -> list[Mark]:
    """Words, places, figures and dates of one stretch in order; a place hides the words inside its name."""
    mentions = _unhidden(hits, mentions)
    marks = [Mark(m.start, m.end, "place", m.sense.value, None, m) for m in mentions if m.sense is not Sense.NAME]
    covered = [(m.start, m.end) for m in mentions]
    at = 0
    for hit in hits:
        while at < len(covered) and covered[at][1] <= hit.start:
            at += 1
        if at < len(covered) and covered[at][0] < hit.end and hit.word.group not in ("number", "day", "month"):
            continue
        if hit.word.group == "cue" and any(day.start <= hit.start < day.end for day in dates):
            continue  # "on 12 May" is no possibility
        marks.append(Mark(hit.start, hit.end, hit.word.group, hit.word.value, hit.word))
    _with_service(marks)
    marks.extend(Mark(n.start, n.end, "figure", n.counts, number=n) for n in figures)
    marks.extend(Mark(d.start, d.end, "date", "exact" if d.exact else "loose", day=d) for d in dates)
    marks.sort(key=lambda mark: mark.start)
    return marks


def _unhidden(hits: list[Hit], mentions: list[Mention]) -> list[Mention]:
    """`mentions` without the names inside a longer word: "Ukraine's capital" is Kyiv, "Vodafone service" a service."""
    longer = [(hit.start, hit.end) for hit in hits if hit.word.group in ("anaphor", "area", "service", "extent")]
    return [
        mention
        for mention in mentions
        if not any(
            start <= mention.start and mention.end <= end and end - start > mention.end - mention.start
            for start, end in longer
        )
    ]


def _with_service(marks: list[Mark]) -> None:
    """Makes "зі світлом" a service where a word of trouble stands before it: "перебої зі світлом"."""
    marks.sort(key=lambda mark: mark.start)
    troubled = -1
    for mark in marks:
        if mark.group == "state" and mark.value in ("low", "cut", "lack"):
            troubled = mark.end
        elif troubled < 0 or mark.start - troubled > WITHIN:
            continue
        elif mark.value == "flow" and mark.get("service"):
            mark.group, mark.value, mark.word, troubled = "service", mark.get("service"), None, mark.end
        elif mark.group == "service":
            troubled = mark.end
