"""The shapes of the regions, ready to be drawn into a page; `build_map.py` makes the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shape:
    """A region's outline as SVG path data, and the point where its sign stands."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Map:
    """All outlines, the size of the picture, and how a longitude and latitude become a point of it."""

    width: int
    height: int
    west: float
    north: float
    x_scale: float
    y_scale: float
    shapes: dict[str, Shape]


@cache
def load() -> Map:
    """The map, read once."""
    data = json.loads((Path(__file__).parent / "map.json").read_text("utf-8"))
    shapes = {code: Shape(**shape) for code, shape in data.pop("regions").items()}
    data.pop("credit")
    return Map(shapes=shapes, **data)
