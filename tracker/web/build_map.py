"""Makes `map.json` of a GeoJSON of the 27 regions: projected, simplified (shared borders stay shared), whole numbers.

Run by hand when the shapes change: `python -m tracker.web.build_map oblasts.geojson`. The shapes are Natural Earth
1:10m, public domain, chosen by ISO code; all 27 units are Ukraine.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

WIDTH = 600
WEST, EAST, SOUTH, NORTH = 22.1, 40.25, 44.35, 52.4
SQUEEZE = math.cos(math.radians(48.4))
SCALE = (WIDTH - 4) / ((EAST - WEST) * SQUEEZE)
TOLERANCE = 1.5

Point = tuple[int, int]
Ring = list[Point]


def project(longitude: float, latitude: float) -> Point:
    """Where a point lies on the map: an equirectangular picture, true to scale at the middle of the country."""
    return round((longitude - WEST) * SQUEEZE * SCALE + 2), round((NORTH - latitude) * SCALE + 2)


def rings(feature: dict[str, dict[str, list[object]]]) -> list[Ring]:
    """Every closed line of a feature, holes included, in map coordinates, without the repeated last point."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if str(shape["type"]) == "MultiPolygon" else [shape["coordinates"]]
    found = []
    for polygon in polygons:
        for line in polygon:  # type: ignore[attr-defined]
            points = [project(*point) for point in line]
            found.append(
                [point for point, before in zip(points, [None, *points], strict=False) if point != before][:-1]
            )
    return found


def corners(all_rings: list[Ring]) -> set[Point]:
    """Points where borders meet: those with more than two neighbours over all rings. They never move."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in all_rings:
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            neighbours[here].add(there)
            neighbours[there].add(here)
    return {point for point, others in neighbours.items() if len(others) > 2}


def simplify(line: Ring) -> Ring:
    """Douglas and Peucker's way: leave out points nearer than TOLERANCE to the chord of their neighbours."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.hypot(bx - ax, by - ay)

    def distance(point: Point) -> float:
        x, y = point
        if not length:
            return math.hypot(x - ax, y - ay)
        return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length

    far = max(range(1, len(line) - 1), key=lambda index: distance(line[index]))
    if distance(line[far]) < TOLERANCE:
        return [line[0], line[-1]]
    return simplify(line[: far + 1])[:-1] + simplify(line[far:])


def simplify_ring(ring: Ring, fixed: set[Point]) -> Ring:
    """The ring with each border between two corners simplified from the same end, so that neighbours still touch."""
    stops = [index for index, point in enumerate(ring) if point in fixed]
    if len(stops) < 2:
        start = stops[0] if stops else ring.index(min(ring))
        turned = ring[start:] + ring[:start]
        half = max(range(len(turned)), key=lambda index: math.dist(turned[0], turned[index]))
        stops, ring = [0, half], turned
    done: Ring = []
    for start, stop in zip(stops, [*stops[1:], stops[0] + len(ring)], strict=True):
        border = [ring[index % len(ring)] for index in range(start, stop + 1)]
        forward = border[0] <= border[-1]
        line = simplify(border if forward else border[::-1])
        done += (line if forward else line[::-1])[:-1]
    return done


def path(shapes: list[Ring]) -> str:
    """SVG path data, relative and without spare characters."""
    text = ""
    for ring in shapes:
        (x, y), steps = ring[0], ""
        for nx, ny in ring[1:]:
            dx, dy = nx - x, ny - y
            steps += f"{'' if dx < 0 or not steps else ' '}{dx}{'' if dy < 0 else ' '}{dy}"
            x, y = nx, ny
        text += f"M{ring[0][0]} {ring[0][1]}l{steps}z"
    return text


def middle(every: list[Ring]) -> Point:
    """A point well inside the shape and outside its holes, for its sign: the one farthest from every border."""
    xs, ys = [x for ring in every for x, _ in ring], [y for ring in every for _, y in ring]
    edges = [edge for ring in every for edge in zip(ring, ring[1:] + ring[:1], strict=True)]

    def inside(x: float, y: float) -> bool:
        crossings = ((ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax for (ax, ay), (bx, by) in edges)
        return sum(crossings) % 2 == 1

    def room(point: Point) -> float:
        x, y = point
        return min(_to_edge(x, y, a, b) for a, b in edges) if inside(x + 0.01, y + 0.01) else -1.0

    return max(((x, y) for x in range(min(xs), max(xs) + 1) for y in range(min(ys), max(ys) + 1)), key=room)


def _to_edge(x: float, y: float, a: Point, b: Point) -> float:
    (ax, ay), (bx, by) = a, b
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 or 1)
    along = min(1.0, max(0.0, along))
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def build(geojson: dict[str, list[dict[str, dict[str, list[object]]]]]) -> dict[str, object]:
    """Everything the page needs to draw the map and to find a place on it."""
    shapes = {str(feature["properties"]["iso"]): rings(feature) for feature in geojson["features"]}
    fixed = corners([ring for every in shapes.values() for ring in every])
    regions = {}
    for code, every in sorted(shapes.items()):
        simple = [ring for ring in (simplify_ring(ring, fixed) for ring in every) if len(ring) > 2]
        x, y = middle(every)
        regions[code] = {"path": path(simple), "x": x, "y": y}
    return {
        "credit": "Made with Natural Earth (public domain)",
        "width": WIDTH,
        "height": project(WEST, SOUTH)[1] + 2,
        "west": WEST,
        "north": NORTH,
        "x_scale": round(SQUEEZE * SCALE, 4),
        "y_scale": round(SCALE, 4),
        "regions": regions,
    }


if __name__ == "__main__":
    made = build(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    (Path(__file__).parent / "map.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")
