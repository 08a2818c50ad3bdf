"""Imported once, by the small process from which the cage's children are forked: what each would load by itself.

The word lists stand in memory once for all children, and one that replaces a killed child is ready at once.
"""

import gc
from datetime import UTC, datetime

import feedparser  # noqa: F401

from tracker.domain import Report
from tracker.ingest import claims, feeds, pages, telegram  # noqa: F401

claims.extracted([Report("nursery", "", datetime(2022, 9, 12, tzinfo=UTC), "", "Сьогодні у Харкові немає світла.")])
gc.freeze()
