"""Measures how often extraction errs, for the quality page; `python -m tracker.web.measure GOLD…` writes it.

The gold files themselves are not shipped; the page tells how many labelled reports the figures rest on, and when.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tracker import times
from tracker.language import extract
from tracker.language.quality import Row, Tally, score

FILE = Path(__file__).parent / "quality.json"


def measure(gold: Iterable[Row], day: str) -> dict[str, object]:
    """The figures of the page: a line a language and a line a kind, errors that hurt counted on their own."""
    made = score(gold, extract)
    return {
        "measured": day,
        "languages": {name: figures(tally) for name, tally in sorted(made.languages.items())},
        "kinds": {name: figures(tally) for name, tally in made.kinds.items()},
    }


def figures(tally: Tally) -> dict[str, float | int]:
    """One line of the table; shares are cut to three places."""
    return {
        "reports": tally.counts["reports"],
        "precision": round(tally.precision, 3),
        "recall": round(tally.recall, 3),
        "f1": round(tally.f1, 3),
        "false_all_clears": tally.counts["false_all_clear"],
        "false_alarms": tally.counts["false_alarm"],
        "without_claims": tally.counts["empty"],
    }


if __name__ == "__main__":
    rows = [json.loads(line) for path in sys.argv[1:] for line in Path(path).read_text("utf-8").splitlines() if line]
    FILE.write_text(json.dumps(measure(rows, times.kyiv_day(times.now()).isoformat()), indent=1) + "\n", "utf-8")
