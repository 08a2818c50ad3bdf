"""Tables of sentences: text → claims, each claim's false twin in the next row (cases/*.toml)."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.domain import Report
from tracker.language import extract
from tracker.language.quality import claim_row, folded

PUBLISHED = datetime(2025, 11, 12, 8, 0, tzinfo=UTC)
CASES = Path(__file__).parent / "cases"


def rows():
    for path in sorted(CASES.glob("*.toml")):
        for row in tomllib.loads(path.read_text("utf-8"))["row"]:
            yield pytest.param(row, id=f"{path.stem}: {row['text'][:60]}")


def read(row):
    return extract(Report("test", "1", PUBLISHED, row.get("title", ""), row["text"]))


@pytest.mark.parametrize("row", list(rows()))
def test_a_sentence_claims_what_its_row_says(row):
    made = [claim_row(claim) for claim in read(row)]
    wanted = [claim.split(" ", 3) for claim in row["claims"]]
    assert sorted({(c["region"], c["service"], c["kind"]) for c in made}) == sorted({tuple(w[:3]) for w in wanted})


@pytest.mark.parametrize("row", [param for param in list(rows()) if any("=" in c for c in param.values[0]["claims"])])
def test_a_claim_states_what_its_row_says(row):
    made = [claim_row(claim) for claim in read(row)]
    for claim in row["claims"]:
        region, service, kind, *rest = claim.split(" ", 3)
        for pair in _pairs(rest[0] if rest else ""):
            name, value = pair
            said = {str(c.get(name)) for c in made if (c["region"], c["service"], c["kind"]) == (region, service, kind)}
            assert folded(value) in {folded(one) for one in said} if name == "place" else value in said, (name, said)


def _pairs(text):
    """The "name=value" pairs of a row; values may hold spaces ("place=Bila Tserkva district")."""
    pairs = []
    for word in text.split():
        if "=" in word:
            pairs.append(word.split("=", 1))
        else:
            pairs[-1][1] += f" {word}"
    return pairs


@pytest.mark.parametrize("row", list(rows()))
def test_evidence_is_an_exact_piece_of_the_report(row):
    report = Report("test", "1", PUBLISHED, row.get("title", ""), row["text"])
    for claim in extract(report):
        assert claim.evidence and claim.rule
        assert report.whole[claim.start : claim.end] == claim.evidence


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_claim_is_followed_by_a_false_twin_somewhere(path):
    table = tomllib.loads(path.read_text("utf-8"))["row"]
    assert sum(not row["claims"] for row in table) * 3 >= len(table)
