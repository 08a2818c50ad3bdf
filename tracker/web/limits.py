"""How often one network may send or try: counted by all processes together, without keeping an address.

The key is a hash of the network or name, keyed with our secret and the day; what no longer counts is deleted.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from flask import current_app

from tracker import store


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


@dataclass(frozen=True, slots=True)
class Limit:
    """So many acts within a span from one network, and so many in all (None: any number)."""

    name: str
    each: int
    overall: int | None
    within: timedelta

    def wait(self, who: str, now: datetime) -> int:
        """Seconds until `who` (a network, a name) may act again; 0 when they may.

        While the database is away nothing can be done that a limit is for, so nobody has to wait.
        """
        try:
            full = [
                acts[-1]
                for acts, most in ((self._last(self._key(who, now), self.each, now), self.each), self._everyone(now))
                if most and len(acts) >= most
            ]
        except Exception as error:
            if store.is_silent(error):
                return 0
            raise
        return max((int((moment + self.within - now).total_seconds()) + 1 for moment in full), default=0)

    def note(self, who: str, now: datetime) -> None:
        """Counts one act."""
        store.acts.note(self.name, self._key(who, now), now, now + self.within)

    def forget(self, who: str, now: datetime) -> None:
        """Takes back what is counted of `who`, after a success."""
        store.acts.forget(self.name, self._key(who, now))

    def _everyone(self, now: datetime) -> tuple[tuple[datetime, ...], int]:
        return (self._last(None, self.overall, now), self.overall) if self.overall else ((), 0)

    def _last(self, key: str | None, most: int, now: datetime) -> tuple[datetime, ...]:
        return store.acts.last(self.name, key, most, now)

    def _key(self, who: str, now: datetime) -> str:
        secret = str(current_app.config["SECRET_KEY"]).encode()
        return hmac.digest(secret, f"{now.date()} {self.name} {who}".encode(), hashlib.sha256).hex()
