"""How often one network may send or try: counted without keeping an address.

The key is a keyed hash of the network or name with a secret that lives in memory for a day; it is never written.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

MOST = 20_000
"""Networks counted at once; beyond it the longest unseen is forgotten, so that a flood cannot fill memory."""


def network(address: str) -> str:
    """The part of an address that is counted: one IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


class Limit:
    """So many acts within a span from one network, and so many in all."""

    def __init__(self, each: int, overall: int, within: timedelta) -> None:
        self.each, self.overall, self.within = each, overall, within
        self.acts: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self.secret, self.day = secrets.token_bytes(32), date.min
        self.lock = Lock()

    def wait(self, who: str, now: datetime) -> int:
        """Seconds until `who` (a network, a name) may act again; 0 when they may."""
        with self.lock:
            own = self._recent(self._key(who, now), now)
            everyone = self._recent(b"", now)
            until = [acts[-most] for acts, most in ((own, self.each), (everyone, self.overall)) if len(acts) >= most]
        return max((int((moment + self.within - now).total_seconds()) + 1 for moment in until), default=0)

    def note(self, who: str, now: datetime) -> None:
        """Counts one act."""
        with self.lock:
            for key in (self._key(who, now), b""):
                self.acts[key] = [*self._recent(key, now), now]
                self.acts.move_to_end(key)
            while len(self.acts) > MOST:
                self.acts.popitem(last=False)

    def forget(self, who: str, now: datetime) -> None:
        """Takes back what is counted of `who`, after a success."""
        with self.lock:
            self.acts.pop(self._key(who, now), None)

    def _recent(self, key: bytes, now: datetime) -> list[datetime]:
        return [moment for moment in self.acts.get(key, ()) if moment > now - self.within]

    def _key(self, who: str, now: datetime) -> bytes:
        if now.date() != self.day:
            self.secret, self.day = secrets.token_bytes(32), now.date()
            self.acts.clear()
        return hmac.digest(self.secret, who.encode(), hashlib.sha256)
