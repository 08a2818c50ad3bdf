"""When a source is asked again: after its interval with a little jitter, later after failures, or when it says."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tracker.ingest.fetch import LONGEST_WAIT

LONGEST_BACK_OFF = timedelta(hours=1)
"""However broken a source is: in a blackout it may be back any minute."""

JITTER = 0.05
ANYWAY_AFTER = timedelta(hours=24)
"""Once a day a source is asked without conditions: an ETag that never changes is a lie that only this finds out."""


def after_success(now: datetime, minutes: int) -> datetime:
    """The next time for a source that answered."""
    return now + timedelta(minutes=minutes) * _jitter()


def after_failure(now: datetime, minutes: int, failures: int, retry_after: timedelta | None = None) -> datetime:
    """The next time for a source that failed, `failures` times in a row before this one.

    The interval doubles with each failure up to an hour. A source that names a time is never asked before it,
    nor left alone for more than a day.
    """
    interval = timedelta(minutes=minutes)
    doubled: timedelta = interval * 2 ** min(failures, 10)
    wait = max(interval, min(doubled, LONGEST_BACK_OFF)) * _jitter()
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT))
    return now + wait


def conditional(now: datetime, full_at: datetime | None) -> bool:
    """Whether the source may be asked “only if it changed”."""
    return full_at is not None and now - full_at < ANYWAY_AFTER


def _jitter() -> float:
    return random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
