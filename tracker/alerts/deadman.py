"""The sign of life: an address elsewhere is asked every minute while all is well, and raises the alarm when it is not.

Nothing on this machine can tell that the machine is gone; whoever misses the sign can.
"""

from __future__ import annotations

import urllib3

from tracker.alerts.webhooks import pool


class Unheard(Exception):  # noqa: N818  reads as what it is
    """The sign of life did not arrive; the message says why."""


def sign(url: str) -> None:
    """Asks the address once. Raises Unheard unless it answers 2xx."""
    try:
        status = pool.request("GET", url, redirect=False).status
    except urllib3.exceptions.HTTPError as error:
        raise Unheard(f"TRACKER_DEADMAN_URL cannot be reached: {type(error).__name__}.") from None
    if not 200 <= status < 300:
        raise Unheard(f"TRACKER_DEADMAN_URL answered {status}.")
