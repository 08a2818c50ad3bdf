"""The verdicts of docs/asvs.md: one for each requirement, each with a reason or a test that exists."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "asvs.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (\w+) \| (.*?) \| (?:`(.+?)::(\w+)`)? ?\|$", PAGE, re.M)
LEVELS_1_AND_2 = 253


def test_every_requirement_has_one_verdict_and_the_counts_are_true():
    assert len(ROWS) == len({number for number, *_ in ROWS}) == LEVELS_1_AND_2
    counts = Counter(verdict for _, verdict, *_ in ROWS)
    assert {
        verdict: int(number) for verdict, number in re.findall(r"^\| (\w+) \| .+ \| (\d+) \|$", PAGE, re.M)
    } == counts


def test_every_verdict_has_a_reason_or_a_test_that_exists():
    for number, _verdict, reason, file, name in ROWS:
        assert reason or file, number
        assert not file or f"def {name}(" in (ROOT / file).read_text("utf-8"), number
