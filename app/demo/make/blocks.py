"""The town's blocks between streets, its estates, and which building outline belongs to which estate."""

import csv
import re
from pathlib import Path

import shapely
from shapely import Geometry, Point, Polygon

from app.demo.make.grids import is_street
from app.demo.make.town import FRAME, Feature, degrees, metres
from grids.datum import Datum, to_wgs84

NEXT_DOOR_M = 80.0
SAME_ESTATE_M = 260.0
HOUSING = {"apartments", "residential", "yes"}
OUTLINE_M2 = (120.0, 4_500.0)
NUMBER = re.compile(r"(\d{3}\D{2}(?:[A-Z]\D)?)$")


class Estate:
    def __init__(self, row: dict[str, str]) -> None:
        self.row, self.name = row, row["NAME"]
        lat, lon = to_wgs84(float(row["latitude"]), float(row["longitude"]), Datum.bd09)
        self.at = metres(Point(lon, lat))
        self.block: Geometry = Polygon()
        self.outlines: list[Feature] = []


def estates(source: Path) -> list[Estate]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        found = [Estate(row) for row in csv.DictReader(file)]
    return [it for it in found if FRAME.contains(degrees(it.at))]


def blocks(features: list[Feature]) -> list[Polygon]:
    edge = metres(FRAME).buffer(300, join_style="mitre").exterior
    lines = [metres(it.shape) for it in features if is_street(it)]
    return list(shapely.polygonize([shapely.unary_union([edge, *lines])]).geoms)


def could_be_housing(it: Feature, named: set[str]) -> bool:
    name = it.tags.get("name", "")
    fits = not name or name in named or bool(NUMBER.search(name))
    return (
        fits
        and it.tags.get("building") in HOUSING
        and it.shape.geom_type == "MultiPolygon"
        and OUTLINE_M2[0] < metres(it.shape).area < (OUTLINE_M2[1] if name not in named else 1e6)
        and bool(FRAME.contains(it.shape.centroid))
    )


def owner(outline: Feature, all_estates: list[Estate], fences: dict[str, Geometry]) -> Estate | None:
    """The estate next door; else the one in whose mapped fence it stands; else the nearest in the same block."""
    at = outline.shape.centroid
    here = metres(at)
    near = sorted(all_estates, key=lambda it: it.at.distance(here))
    fenced = [it for it in near if it.name in fences and fences[it.name].contains(at)]
    fence = metres(fences[fenced[0].name]) if fenced else metres(FRAME)
    same_block = [it for it in near if it.block.contains(here) and it.at.distance(here) < SAME_ESTATE_M]
    next_door = [it for it in same_block if it.at.distance(here) < NEXT_DOOR_M and fence.contains(it.at)]
    return next(iter(next_door + fenced + same_block), None)


def settle(features: list[Feature], all_estates: list[Estate]) -> None:
    for estate in all_estates:
        [estate.block] = [it for it in blocks(features) if it.contains(estate.at)]
    named = {it.name for it in all_estates}
    fences = {it.tags["name"]: it.shape for it in features if "landuse" in it.tags and it.tags.get("name") in named}
    for outline in features:
        if could_be_housing(outline, named) and (its := owner(outline, all_estates, fences)):
            its.outlines.append(outline)
