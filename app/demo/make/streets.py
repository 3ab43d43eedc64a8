"""Streets, water, green and rail for the sketch the server draws: python -m app.demo.make.streets EXTRACT.osm.pbf OUT.geojson"""

import sys
from collections import defaultdict
from pathlib import Path

import shapely
from shapely import Geometry

from app.demo.make.town import FRAME, degrees, metres, read, write_geojson

SMOOTH_M = 4.0
MARGIN_M = 80.0
SMALLEST_GREEN_M2 = 1_500.0
STREETS = {
    "motorway": "primary", "trunk": "primary", "primary": "primary", "secondary": "secondary", "tertiary": "tertiary",
    "residential": "residential", "unclassified": "residential", "living_street": "residential", "service": "service",
}  # fmt: skip
NAMED = {"primary", "secondary", "tertiary", "residential", "water", "rail", "green"}
ORDER = ["green", "water", "rail", "service", "residential", "tertiary", "secondary", "primary"]
GREEN = {"leisure": {"park", "garden"}, "landuse": {"grass", "recreation_ground", "forest"}, "natural": {"wood"}}


def what(tags: dict[str, str], shape: Geometry) -> str | None:
    if shape.geom_type == "MultiPolygon":
        if tags.get("natural") == "water":
            return "water"
        return "green" if any(tags.get(key) in kinds for key, kinds in GREEN.items()) else None
    if tags.get("highway"):
        return STREETS.get(tags["highway"].removesuffix("_link"))
    if tags.get("waterway") in {"river", "canal", "stream"}:
        return "water"
    return "rail" if tags.get("railway") in {"rail", "subway", "light_rail"} else None


def collect(extract: Path) -> dict[tuple[str, str, bool], list[Geometry]]:
    near = metres(FRAME).buffer(MARGIN_M, join_style="mitre")
    found: dict[tuple[str, str, bool], list[Geometry]] = defaultdict(list)
    for it in read(extract):
        if it.shape.geom_type == "Point" or not (kind := what(it.tags, it.shape)):
            continue
        shape = metres(it.shape).intersection(near)
        if not shape.is_empty and (kind != "green" or shape.area > SMALLEST_GREEN_M2):
            name = it.tags.get("name", "") if kind in NAMED else ""
            found[kind, name, shape.area > 0].append(shape)
    return found


def joined(shapes: list[Geometry]) -> Geometry:
    whole = shapely.unary_union(shapes)
    return (shapely.line_merge(whole) if whole.length and not whole.area else whole).simplify(SMOOTH_M)


def main(extract: Path, out: Path) -> None:
    found = sorted(collect(extract).items(), key=lambda it: (ORDER.index(it[0][0]), it[0][1]))
    write_geojson(
        out,
        [(degrees(joined(shapes)), {"what": kind} | ({"name": name} if name else {})) for (kind, name, _), shapes in found],
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
