"""The one gate for every outbound call: which addresses may be called, checked after DNS and used as checked.

A source's address comes from strangers (a form, a redirect, a feed's link), and a name may point anywhere. So the
name is resolved once, every address behind it is judged, and the connection goes to a judged address only.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urlsplit

from tracker.ingest.errors import RefusedError, SourceError

LONGEST_URL = 2048
PORTS = {"http": 80, "https": 443}

# Loopback and private networks: what TRACKER_ALLOW_PRIVATE_NETWORKS lets through, and no more than that.
# Link-local stays shut even then: cloud machines keep their secrets at 169.254.169.254.
PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)

# Not for the public although Python's `is_global` lets them pass: relays, documentation, segment routing, benchmarks.
SHUT = tuple(
    ipaddress.ip_network(block)
    for block in ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "3fff::/20", "5f00::/16", "64:ff9b:1::/48")
)
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")

# IPv6 forms that carry an IPv4 address in their last 32 bits.
TAILS = tuple(ipaddress.IPv6Network(block) for block in ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96"))

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], list[str]]
Dialler = Callable[[str, int, float], socket.socket]


def inner(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 transition form leads to: mapped, compatible, NAT64, 6to4, Teredo, ISATAP."""
    number = int(address)
    if any(address in block for block in TAILS) and number > 1:
        return (IPv4Address(number & 0xFFFFFFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if (number >> 32) & 0xFDFFFFFF == 0x00005EFE:
        return (IPv4Address(number & 0xFFFFFFFF),)
    return ()


def fault(text: str, *, allow_private: bool = False) -> str | None:
    """Why the address `text` must not be called, or None if it may be.

    A wrapped address has the verdict of the address inside: `::ffff:169.254.169.254` is link-local.
    """
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:
        return "not an address"
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return "an address of one network card"
        if wrapped := inner(address):
            return next((why for one in wrapped if (why := fault(str(one), allow_private=allow_private))), None)
    if any(address in block for block in PRIVATE if block.version == address.version):
        return None if allow_private else "a private address"
    if address.is_multicast:
        return "a multicast address"
    if any(address in block for block in SHUT if block.version == address.version):
        return "a reserved address"
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return "a reserved address"
    if not address.is_global or address.is_reserved or address.is_unspecified:
        return "a reserved address" if not address.is_link_local else "a link-local address"
    return None


def spelt_fault(place: Place, *, allow_private: bool = False) -> str | None:
    """Why a place that is written as an address must not be called; None for a name, which is judged when called."""
    return fault(place.host, allow_private=allow_private) if place.host[-1].isdigit() or ":" in place.host else None


def is_private(text: str) -> bool:
    """Whether `text` lies on loopback or in a private network."""
    return fault(text) is not None and fault(text, allow_private=True) is None


@dataclass(frozen=True, slots=True)
class Place:
    """An address in its one normal spelling, before its name was looked up."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: one server, as far as politeness and trust go."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if PORTS[self.scheme] == self.port else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        """The address as text, without user, password and fragment."""
        return self.origin + self.path


@dataclass(frozen=True, slots=True)
class Target(Place):
    """A place that may be called, with the judged addresses behind its name."""

    addresses: tuple[str, ...] = ()


def parse(url: str) -> Place:
    """`url` in its one normal spelling; raises RefusedError for what no honest address is written like."""
    if len(url) > LONGEST_URL:
        raise RefusedError(f"The address is longer than {LONGEST_URL} characters.")
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise RefusedError("The address holds spaces, backslashes or control characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedError("The address cannot be read: its host or port is malformed.") from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise RefusedError(f"The address begins with “{scheme[:20]}:”, but only http and https are fetched.")
    if "@" in parts.netloc:
        raise RefusedError("The address holds a user name or password; leave them out.")
    host = _host(parts.hostname or "")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~?')}" if parts.query else ""
    return Place(scheme, host, PORTS[scheme] if port is None else port, path + query)


def _host(given: str) -> str:
    """The host in lower case and ASCII; numbers only as a plain dotted quad (`2130706433` is 127.0.0.1 in disguise)."""
    if not given or "%" in given:
        raise RefusedError("The address names no usable host.")
    if ":" in given:
        try:
            return str(IPv6Address(given))
        except ValueError:
            raise RefusedError("The address names no usable host.") from None
    try:
        host = given.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        raise RefusedError("The address names no usable host.") from None
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", host):
        raise RefusedError("The address names no usable host.")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise RefusedError("The address is a number in disguise; write the host's name.") from None
    return host


def resolve(host: str, port: int) -> list[str]:
    """Every address that the system knows for `host`."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to one judged address."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of one installation. `resolver` and `dialler` are the system's; tests put a map of names there.

    `allow_private` lets every loopback and private address be called, `origins` exactly those that it names
    (“http://127.0.0.1:43785”, the demonstration's own server).
    """

    allow_private: bool = False
    origins: frozenset[str] = frozenset()
    resolver: Resolver = field(default=resolve)
    dialler: Dialler = field(default=dial)

    def check(self, url: str, seconds: float = 15.0) -> Target:
        """Where `url` leads, if it may be called; raises RefusedError or SourceError otherwise.

        One bad record refuses the host: a name with a public and a private address is a trap, not a mistake.
        """
        place = parse(url)
        addresses = self._addresses(place, seconds)
        private = self.allow_private or place.origin in self.origins
        for address in addresses:
            if why := fault(address, allow_private=private):
                raise RefusedError(f"{place.host} leads to {why}, which is not fetched.")
        if place.port != PORTS[place.scheme] and not all(is_private(address) for address in addresses):
            raise RefusedError(f"Port {place.port} is not fetched; only 80 for http and 443 for https.")
        return Target(place.scheme, place.host, place.port, place.path, tuple(addresses))

    def connect(self, target: Target, seconds: float) -> socket.socket:
        """A connection to the first judged address that answers."""
        trouble: OSError = OSError("no address")
        for address in target.addresses[:4]:
            try:
                return self.dialler(address, target.port, seconds / min(len(target.addresses), 4))
            except OSError as error:
                trouble = error
        raise trouble

    def _addresses(self, place: Place, seconds: float) -> list[str]:
        try:
            return [str(ipaddress.ip_address(place.host))]
        except ValueError:
            return _in_time(lambda: self.resolver(place.host, place.port), place.host, seconds)


def _in_time(look_up: Callable[[], list[str]], host: str, seconds: float) -> list[str]:
    """The look-up's answer, waited for `seconds` at most: the system's resolver knows no deadline."""
    found: list[list[str]] = []
    thread = threading.Thread(target=lambda: found.append(_quietly(look_up)), daemon=True, name=f"dns {host}")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise SourceError(f"The name {host} was not found in time.")
    if not found[0]:
        raise SourceError(f"The name {host} is not known; check its spelling.")
    return found[0]


def _quietly(look_up: Callable[[], list[str]]) -> list[str]:
    try:
        return look_up()
    except (OSError, UnicodeError):
        return []
