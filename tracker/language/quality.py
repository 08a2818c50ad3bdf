"""How well the rules read: claims compared with labelled reports, by the rules of the claims contract.

Per report, claims are sets of (region, service, kind); optional gold claims neither help nor hurt. Two failures that
hurt people are counted on their own, with the report's name: false all-clears and false alarms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain import Claim, Report
from tracker.times import parse_iso

Row = Mapping[str, Any]
Key = tuple[str, str, str]
ATTRIBUTES = ("when", "customers", "place")
SORTS = {"district", "raion", "rayon", "community", "hromada", "city"}


@dataclass(slots=True)
class Tally:
    """Counts of one group of reports."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return ratio(self.counts["hit"], self.counts["hit"] + self.counts["extra"])

    @property
    def recall(self) -> float:
        return ratio(self.counts["hit"], self.counts["hit"] + self.counts["miss"])

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def attribute(self, name: str) -> float:
        """The share of stated `name`s that were read right, on matched claims."""
        return ratio(self.counts[f"{name}_right"], self.counts[f"{name}_stated"])

    @property
    def false_alarm_share(self) -> float:
        """The share of empty reports that were given an outage."""
        return self.counts["false_alarm"] / self.counts["empty"] if self.counts["empty"] else 0.0


@dataclass(slots=True)
class Score:
    """The tallies by language, kind and service, and every error by name."""

    languages: dict[str, Tally]
    kinds: dict[str, Tally]
    services: dict[str, Tally]
    errors: list[str]
    false_all_clears: list[str]
    false_alarms: list[str]


def ratio(part: int, whole: int) -> float:
    """`part` of `whole`; 1 where there is nothing to get wrong."""
    return part / whole if whole else 1.0


def report_of(row: Row) -> Report:
    """The report of one line of gold or of `tracker extract`'s input; ValueError names what is missing."""
    missing = [name for name in ("id", "published") if not row.get(name)]
    if missing or not (row.get("title") or row.get("text")):
        raise ValueError(f"lacks {', '.join(missing) or 'title and text'}")
    return Report(
        source="", key=str(row["id"]), published=parse_iso(str(row["published"])), title=str(row.get("title") or ""),
        text=str(row.get("text") or ""), language=row.get("lang") or None,
    )  # fmt: skip


def claim_row(claim: Claim) -> dict[str, Any]:
    """A claim in the record shape of the claims contract; what the text does not state is left out."""
    row: dict[str, Any] = {"region": claim.region, "service": str(claim.service), "kind": str(claim.kind)}
    extra = {
        "place": claim.place, "within": list(claim.within) or None, "customers": claim.customers,
        "extent": str(claim.extent) if claim.extent else None, "when": claim.when.isoformat() if claim.when else None,
        "originator": claim.originator,
    }  # fmt: skip
    row.update({name: value for name, value in extra.items() if value is not None})
    row.update({"evidence": claim.evidence, "rule": claim.rule})
    return row


def score(gold: Iterable[Row], read: Callable[[Report], Sequence[Claim]]) -> Score:
    """Scores what `read` makes of the `gold` reports."""
    made = Score({}, {}, {}, [], [], [])
    for row in gold:
        _score_report(made, row, [claim_row(claim) for claim in read(report_of(row))])
    return made


def _score_report(made: Score, row: Row, claims: list[dict[str, Any]]) -> None:
    want = {_key(claim) for claim in row["claims"]}
    free = {_key(claim) for claim in row.get("optional", [])} - want
    got = {_key(claim) for claim in claims} - free
    all_clears = [claim for claim in claims if is_false_all_clear(claim, row)]
    alarm = not want and any(kind == "outage" for _, _, kind in got)
    for group in (str(row["lang"]), "all"):
        tally = made.languages.setdefault(group, Tally()).counts
        tally["reports"] += 1
        tally["exact"] += want == got
        tally["false_all_clear"] += len(all_clears)
        tally["false_alarm"] += alarm
        tally["empty"] += not want
        _count(tally, want, got)
        for key in want & got:
            _attributes(tally, key, row, claims)
    for table, position in ((made.services, 1), (made.kinds, 2)):
        for value in sorted({key[position] for key in want | got}):
            tally = table.setdefault(value, Tally()).counts
            _count(tally, {k for k in want if k[position] == value}, {k for k in got if k[position] == value})
    made.errors += [f"missed {row['id']} {' '.join(key)}" for key in sorted(want - got)]
    made.errors += [f"made up {row['id']} {' '.join(key)}" for key in sorted(got - want)]
    made.false_all_clears += [f"{row['id']} {' '.join(_key(c))}: “{c.get('evidence', '')}”" for c in all_clears]
    if alarm:
        made.false_alarms.append(f"{row['id']} {', '.join(' '.join(k) for k in sorted(got) if k[2] == 'outage')}")


def _count(tally: Counter[str], want: set[Key], got: set[Key]) -> None:
    tally["hit"] += len(want & got)
    tally["miss"] += len(want - got)
    tally["extra"] += len(got - want)


def _attributes(tally: Counter[str], key: Key, row: Row, claims: list[dict[str, Any]]) -> None:
    for name in ATTRIBUTES:
        stated = {c[name] for c in [*row["claims"], *row.get("optional", [])] if _key(c) == key and c.get(name)}
        if not stated:
            continue
        said = {c.get(name) for c in claims if _key(c) == key and c.get(name)}
        if name == "place":
            stated, said = {folded(one) for one in stated}, {folded(one) for one in said}
        tally[f"{name}_stated"] += 1
        tally[f"{name}_right"] += bool(stated & said)


def _key(claim: Row) -> Key:
    return claim["region"], claim["service"], claim["kind"]


def folded(name: str | None) -> str:
    """A place's name without case, punctuation and the words that only say what sort of place it is."""
    return "".join(word for word in re.findall(r"[^\W\d_]+", (name or "").lower()) if word not in SORTS)


def is_false_all_clear(claim: Row, row: Row) -> bool:
    """Whether `claim` says that all is well where the gold `row` says that it is out, and not that it is back."""
    same = [g for g in [*row["claims"], *row.get("optional", [])] if _key(g)[:2] == _key(claim)[:2]]
    out = {folded(g.get("place")) for g in same if g in row["claims"] and g["kind"] in ("outage", "scheduled")}
    back = {folded(g.get("place")) for g in same if g["kind"] == "restored"}
    place = folded(claim.get("place"))
    if claim["kind"] != "restored" or not out or "" in back or place in back:
        return False
    return not out <= back if not place else bool(out & {"", place})
