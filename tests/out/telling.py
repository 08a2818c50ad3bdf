"""Reports with chosen claims, taken in by the one road: what goes out is tested on what came in."""

from dataclasses import replace

import make

from tracker import store
from tracker.ingest import accept


def tell(*claims, at="10:00", title="News", text=None, source="radio", seen=None, key=None, **given):
    """Takes in a report of `source` that makes `claims`; its text is made of their evidence unless it is given."""
    words = text if text is not None else " ".join(claim.evidence for claim in claims) or "There is news."
    listened = store.sources.get(source) or make.source(source, title=f"Title of {source}")
    report = make.report(words, title, at, source, key=key, **given)
    placed = tuple(_placed(claim, report.whole) for claim in claims)
    now = make.moment(seen) if seen else report.published
    accept.accept_all([report], listened, now, claims={report.id: placed})
    return report


def _placed(claim, whole):
    start = max(whole.find(claim.evidence), 0)
    return replace(claim, start=start, end=start + len(claim.evidence))
