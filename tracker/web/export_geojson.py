"""The board as GeoJSON (RFC 7946): a feature for each region, its id the ISO code, its services as properties."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tracker import regions
from tracker.domain import Board, Service, Status
from tracker.times import iso
from tracker.web import feeds_words

MEDIA_TYPE = "application/geo+json"


@cache
def shapes() -> dict[str, dict[str, Any]]:
    """The outlines of the regions by code: longitude first, outer rings counter-clockwise, as the RFC has it."""
    found: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "shapes.json").read_text("utf-8"))["shapes"]
    return found


def collection(board: Board) -> dict[str, object]:
    """The board as a feature collection; what the RFC does not name stands beside the features, as it allows."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(region, board) for region in regions.REGIONS],
        "at": iso(board.at),
        "licence": feeds_words.LICENCE,
        "credit": "Outlines: Natural Earth, public domain",
    }


def _feature(region: regions.Region, board: Board) -> dict[str, object]:
    properties: dict[str, object] = {"code": region.code, "name_en": region.en, "name_uk": region.uk}
    for service in Service:
        cell = board.cells.get((region.code, service))
        if cell:
            properties |= _cell(service, cell)
    return {"type": "Feature", "id": region.code, "geometry": shapes()[region.code], "properties": properties}


def _cell(service: Service, cell: Status) -> dict[str, object]:
    """A service's state in flat properties, which map programs can colour by."""
    return {
        service.value: cell.state.value,
        f"{service.value}_since": iso(cell.since) if cell.since else None,
        f"{service.value}_confirmed": iso(cell.confirmed) if cell.confirmed else None,
        f"{service.value}_places": list(cell.places),
        f"{service.value}_customers": cell.customers,
        f"{service.value}_incident": cell.incident,
    }
