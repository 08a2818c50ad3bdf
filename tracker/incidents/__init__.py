"""Claims → incidents → status, purely: no clock, no network, no database.

`fold` tells the stories of one service in one region from all that was said of it; `status` and `timeline` say
where they stand at a moment; `as_of` shows one incident as it stood then.
"""

from tracker.incidents.confidence import confidence, hold_sweeps, sweeping_sources
from tracker.incidents.corrections import merging, splitting
from tracker.incidents.fold import fold
from tracker.incidents.hindsight import Difference, differences, known
from tracker.incidents.moment import as_of
from tracker.incidents.restart import Restart, quiet_before
from tracker.incidents.rules import DISPUTE, LAPSE, RESTORED_FOR, TIME_TO_LIVE
from tracker.incidents.scene import parts_after
from tracker.incidents.status import OPEN, status
from tracker.incidents.timeline import timeline

__all__ = [
    "DISPUTE",
    "LAPSE",
    "OPEN",
    "RESTORED_FOR",
    "TIME_TO_LIVE",
    "Difference",
    "Restart",
    "as_of",
    "confidence",
    "differences",
    "fold",
    "hold_sweeps",
    "known",
    "merging",
    "parts_after",
    "quiet_before",
    "splitting",
    "status",
    "sweeping_sources",
    "timeline",
]
