"""/api/v2/summary.json in the shape of Atlassian Statuspage, so that monitors made for it read us unchanged.

That shape has no word for "nobody reports": such a component is called operational there, and says in its description
what that means.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker import regions
from tracker.domain import Board, Ending, Incident, Service, State, Status, Track, Update
from tracker.times import iso
from tracker.web import words
from tracker.web.feeds_story import Teller, mark_of, significant, state_of

COMPONENT = {
    State.OUT: "major_outage",
    State.DISRUPTED: "partial_outage",
    State.RECOVERING: "degraded_performance",
    State.UNCONFIRMED: "partial_outage",
    State.SCHEDULED: "under_maintenance",
}
IMPACT = {State.OUT: "critical", State.DISRUPTED: "major", State.UNCONFIRMED: "major", State.RECOVERING: "minor"}
RANK = ("none", "minor", "major", "critical")


def summary(board: Board, found: Sequence[Incident], teller: Teller, updated: datetime) -> dict[str, object]:
    """The whole summary: page, overall status, components, and what is open."""
    unplanned = [incident for incident in found if incident.track is Track.OUTAGE]
    planned = [incident for incident in found if incident.track is Track.SCHEDULED]
    return {
        "page": page(teller, updated),
        "status": overall(board, teller),
        "components": components(board, teller),
        "incidents": [_incident(incident, teller) for incident in unplanned],
        "scheduled_maintenances": [_maintenance(incident, teller) for incident in planned],
    }


def page(teller: Teller, updated: datetime) -> dict[str, object]:
    """Whose status page this is."""
    return {
        "id": "outages-ukraine",
        "name": teller.site,
        "url": teller.base,
        "time_zone": "Europe/Kyiv",
        "updated_at": iso(updated),
    }


def overall(board: Board, teller: Teller) -> dict[str, object]:
    """The worst impact of all cells, and how many regions are affected."""
    worst = max((RANK.index(IMPACT.get(cell.state, "none")) for cell in board.cells.values()), default=0)
    hit = len({region for (region, _), cell in board.cells.items() if cell.state in IMPACT})
    some = words.count(teller.language, "%(n)d region with outages", "%(n)d regions with outages", hit)
    return {"indicator": RANK[worst], "description": some if hit else words.state(State.NONE, teller.language)}


def components(board: Board, teller: Teller) -> list[dict[str, object]]:
    """A group for each region, and in it a component for each service."""
    found = []
    for place, region in enumerate(regions.REGIONS, 1):
        cells = [board.cells[region.code, service] for service in Service if (region.code, service) in board.cells]
        own = [_component(cell, position, board.at, teller) for position, cell in enumerate(cells, 1)]
        group = _common(region.code, region.name(teller.language), place, board.at)
        worst = max(cells, key=lambda cell: RANK.index(IMPACT.get(cell.state, "none")), default=None)
        group |= {
            "status": COMPONENT.get(worst.state, "operational") if worst else "operational",
            "description": None,
            "group": True,
            "group_id": None,
            "components": [component["id"] for component in own],
        }
        found += [group, *own]
    return found


def _component(cell: Status, position: int, at: datetime, teller: Teller) -> dict[str, object]:
    changed = cell.since or at
    return _common(f"{cell.region}-{cell.service}", words.service(cell.service, teller.language), position, changed) | {
        "status": COMPONENT.get(cell.state, "operational"),
        "description": f"{words.state(cell.state, teller.language)}. {words.meaning(cell.state, teller.language)}",
        "group": False,
        "group_id": cell.region,
    }


def _common(identity: str, name: str, position: int, changed: datetime) -> dict[str, object]:
    return {
        "id": identity,
        "page_id": "outages-ukraine",
        "name": name,
        "position": position,
        "showcase": False,
        "start_date": None,
        "only_show_if_degraded": False,
        "created_at": iso(changed),
        "updated_at": iso(changed),
    }


def _incident(incident: Incident, teller: Teller) -> dict[str, object]:
    return _told(incident, teller) | {
        "status": _phase(incident),
        "impact": IMPACT.get(state_of(incident, teller.now), "none"),
        "monitoring_at": None,
        "resolved_at": iso(incident.ended) if incident.ending is Ending.RESTORED and incident.ended else None,
    }


def _maintenance(incident: Incident, teller: Teller) -> dict[str, object]:
    over = incident.ended is not None and incident.ended <= teller.now
    begun = incident.opened <= teller.now
    return _told(incident, teller) | {
        "status": "completed" if over else "in_progress" if begun else "scheduled",
        "impact": "maintenance",
        "monitoring_at": None,
        "resolved_at": iso(incident.ended) if over and incident.ended else None,
        "scheduled_for": iso(incident.opened),
        "scheduled_until": iso(incident.ended or incident.spoken),
    }


def _told(incident: Incident, teller: Teller) -> dict[str, object]:
    entry = teller.entry(incident)
    steps = sorted(filter(significant, incident.updates), key=lambda update: update.known, reverse=True)
    return {
        "id": incident.id,
        "page_id": "outages-ukraine",
        "name": entry.title,
        "created_at": iso(entry.published),
        "updated_at": iso(incident.updated),
        "started_at": iso(incident.opened),
        "shortlink": entry.url,
        "incident_updates": [_update(incident, update, teller) for update in steps],
        "components": [],
    }


def _update(incident: Incident, update: Update, teller: Teller) -> dict[str, object]:
    return {
        "id": mark_of(incident, update),
        "incident_id": incident.id,
        "status": _phase(incident),
        "body": "\n".join([teller.line(incident, update), *teller.said(update)]),
        "created_at": iso(update.known),
        "updated_at": iso(update.known),
        "display_at": iso(update.at),
        "deliver_notifications": False,
        "affected_components": None,
    }


def _phase(incident: Incident) -> str:
    """How Statuspage calls where a story stands: `identified` while it lasts, `resolved` when it ended."""
    return "resolved" if incident.ended is not None else "identified"
