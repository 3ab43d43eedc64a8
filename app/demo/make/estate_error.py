"""How far the estates' table falls from the same names in OSM, under each assumption about its datum:
python -m app.demo.make.estate_error ESTATES.csv EXTRACT.osm.pbf [EXTRACT.osm.pbf ...]

The same name is the same text after brackets and a closing word such as "residential quarter" are taken away, on both
sides. Only what can be an estate counts: a named area of housing or trade, a building, a place, the place of an address.
Two distances, because an area's middle and the table's point (often a gate) are not the same thing: to the centroid,
and to the area itself (0 inside).
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import shapely
from geopy.distance import geodesic
from shapely import Geometry, Point
from shapely.ops import nearest_points

from app.demo.make.town import TOWN, Feature, read
from grids.datum import Datum, to_wgs84

ELSEWHERE_M = 3_000.0  # the same name in another part of town, or in another town
LAND = {"residential", "commercial", "retail"}
NOT_HOUSING = {"university", "school", "kindergarten", "hospital"}
BRACKETS = re.compile(r"[\s(\uff08].*$")
CLOSING_WORD = re.compile(f"(?:{'|'.join(TOWN['estates']['closing_words'])})$")


class Same(NamedTuple):
    name: str
    to_centroid_m: float
    to_area_m: float


def plain(name: str) -> str:
    return CLOSING_WORD.sub("", BRACKETS.sub("", name))


def called(it: Feature) -> str:
    tags = it.tags
    address = tags.get("addr:place", "") or tags.get("addr:housename", "")
    if tags.get("landuse") in LAND or "place" in tags or tags.get("building", "school") not in NOT_HOUSING:
        return tags.get("name", "") or address
    return address


def named(extracts: Iterable[Path]) -> dict[str, Geometry]:
    """What OSM draws under one name in one extract is one thing; an outline says more than its line or a point."""
    found: dict[str, list[Geometry]] = defaultdict(list)
    for extract in extracts:
        for it in read(extract):
            if name := plain(called(it)):
                found[name].append(it.shape)
    return {name: _one(shapes) for name, shapes in found.items()}


def _one(shapes: list[Geometry]) -> Geometry:
    areas = [it for it in shapes if it.area]
    return shapely.unary_union(areas or shapes)


def distance_m(one: Point, other: Point) -> float:
    return float(geodesic((one.y, one.x), (other.y, other.x)).meters)


def compare(source: Path, there: dict[str, Geometry], datum: Datum) -> list[Same]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = [it for it in csv.DictReader(file) if plain(it["NAME"]) in there]
    found = []
    for row in rows:
        shape = there[plain(row["NAME"])]
        lat, lon = to_wgs84(float(row["latitude"]), float(row["longitude"]), datum)
        here = Point(lon, lat)
        nearest, _ = nearest_points(shape, here)
        found.append(Same(row["NAME"], distance_m(here, shape.centroid), distance_m(here, nearest)))
    return [it for it in found if it.to_area_m < ELSEWHERE_M]


def main(source: Path, *extracts: Path) -> None:
    there = named(extracts)
    for datum in reversed(Datum):
        same = compare(source, there, datum)
        if not same:
            sys.exit("No name is in both.")
        to_centroid, to_area = median(it.to_centroid_m for it in same), median(it.to_area_m for it in same)
        print(f"{datum}: n = {len(same)}, median {to_centroid:.0f} m to the centroid, {to_area:.0f} m to the area")
        if datum is Datum.bd09:
            for it in same:
                print(f"  {it.name}: {it.to_centroid_m:.0f} m, {it.to_area_m:.0f} m")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
