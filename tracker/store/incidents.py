"""Incidents as they stand folded: their stories, and what to find them by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tracker.domain import Incident, Kind, Service, Testimony
from tracker.store.engine import reading, writing
from tracker.store.paging import Page


def replace(
    region: str,
    service: Service,
    incidents: Sequence[Incident],
    now: datetime,
    start: datetime | None = None,
    moved: Iterable[str] = (),
) -> None:
    """Makes `incidents` the whole story of a cell from `start` on (from the beginning without it).

    What is the same stays untouched. An id that is no longer told keeps its row, with the incident that took its
    place as successor. Every change is appended to the events. Incidents named in `moved` get a `corrected` event
    even where their story reads as before (a moderator's action touched them).
    """
    raise NotImplementedError


def get(identity: str) -> Incident | None:
    """The incident with this id, whole; None when there is none, or none any more (then ask `successor`)."""
    raise NotImplementedError


def successor(identity: str) -> str | None:
    """The id of the incident that took the place of one that is no longer told."""
    raise NotImplementedError


def headlines(region: str, service: Service) -> tuple[Incident, ...]:
    """Every incident of one cell without updates and parts, oldest first: cheap, and enough to see where it was quiet."""
    raise NotImplementedError


def around(at: datetime, region: str | None = None) -> dict[tuple[str, Service], tuple[Incident, ...]]:
    """The incidents that the board as of `at` needs, by cell: open, ended within a day, or announced for later."""
    raise NotImplementedError


def between(
    start: datetime,
    end: datetime,
    region: str | Sequence[str] | None = None,
    service: Service | Sequence[Service] | None = None,
) -> tuple[Incident, ...]:
    """The incidents that were open at some moment from `start` to `end`, whole, oldest first."""
    raise NotImplementedError


def page(
    region: str | Sequence[str] | None = None,
    service: Service | Sequence[Service] | None = None,
    kind: Kind | Sequence[Kind] | None = None,
    source: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    since: datetime | None = None,
    open: bool | None = None,  # noqa: A002  read as `open=True`
    order: str = "updated",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Incident]:
    """Incidents, whole, the last updated first; with `order="opened"` the last opened first.

    `kind` are incidents in whose story some claim of that kind stands, `source` those of whose words some are its;
    `start` and `end` bound when they were open, `since` when we last learnt something about them.
    Raises BadCursor (a ValueError) for a mark that is not ours.
    """
    raise NotImplementedError


def of_claims(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The ids of the incidents that rest on each of these claims, by claim key."""
    raise NotImplementedError
