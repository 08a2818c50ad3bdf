"""The figures and the small questions that the fold, the status and the timeline share."""

from __future__ import annotations

from datetime import timedelta

from tracker.domain import COUNTRY, Claim, Extent, Kind, Service

TIME_TO_LIVE: dict[Service, timedelta] = {
    Service.ELECTRICITY: timedelta(hours=24),
    Service.COMMUNICATIONS: timedelta(hours=24),
    Service.WATER: timedelta(hours=48),
    Service.HEATING: timedelta(hours=72),
    Service.GAS: timedelta(days=7),
}
"""How long an open incident counts as confirmed after its last word."""

LAPSE = timedelta(days=30)
"""After this long without a word an open incident ends as "not reported"."""

RESTORED_FOR = timedelta(hours=24)
"""How long a cell says `restored` after its incident closed."""

DISPUTE = timedelta(hours=3)
"""Opposite words no further apart than this dispute each other; older ones are simply news."""


def restores(claim: Claim) -> bool:
    """Whether `claim` says that all of its own place is back: "power is back in part of Izium" does not."""
    return claim.kind is Kind.RESTORED and claim.extent is not Extent.PART


def covers(place: str | None, other: str | None, within: tuple[str, ...]) -> bool:
    """Whether `place` is at least as wide as `other`, which lies `within` those wider places.

    The whole region (None) covers all; Izium district covers Izium; Izium covers only itself.
    """
    return place is None or place == other or place in within


def extent_here(claim: Claim) -> Extent | None:
    """How much of its place `claim` covers, as one region sees it.

    "Emergency outages in all regions" is whole for the country: it reaches every region, and says of none that all
    of it is dark.
    """
    return None if claim.region == COUNTRY else claim.extent


def customers_here(claim: Claim) -> int | None:
    """The number that `claim` gives for its region; the country's total is nobody's own."""
    return None if claim.region == COUNTRY else claim.customers
