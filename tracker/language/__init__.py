"""Text → claims: `extract(report)` is the one name that the rest of the program needs."""

from __future__ import annotations

from tracker.domain import Claim, Report
from tracker.language.explain import Explanation, explain, shortened
from tracker.language.passages import guess_language
from tracker.language.reading import read
from tracker.language.text import unread

__all__ = ["Explanation", "explain", "extract", "guess_language", "shortened", "unread"]


def extract(report: Report) -> tuple[Claim, ...]:
    """What `report` asserts, by the rules of the claims contract: one claim a region, service, kind and place.

    Pure. Text that cannot be read gives no claims; the evidence of each claim is `report.whole[start:end]`.
    """
    return read(report).claims
