"""Cut the box into grids along its main streets: python -m app.demo.make.grids EXTRACT.osm.pbf OUT.geojson"""

import heapq
import sys
from collections import defaultdict
from functools import partial
from itertools import pairwise
from pathlib import Path

import shapely
from shapely import LineString, Point, Polygon

from app.demo.make.town import FRAME, TOWN, Feature, degrees, metres, read, write_geojson

CUTS = {"trunk", "primary", "secondary", "tertiary"}
SMOOTH_M = 6.0

Spot = tuple[float, float]
Network = dict[Spot, dict[Spot, float]]


def network(extract: Path) -> Network:
    roads: Network = defaultdict(dict)
    for it in read(extract):
        if is_street(it):
            for one, next_one in pairwise(metres(it.shape).coords):
                roads[one][next_one] = roads[next_one][one] = Point(one).distance(Point(next_one))
    return roads


def is_street(it: Feature) -> bool:
    kind = it.tags.get("highway")
    return it.shape.geom_type == "LineString" and (kind in CUTS or (kind == "residential" and "name" in it.tags))


def walk(roads: Network, start: Spot, goal: Spot) -> list[Spot]:
    queue, came_from = [(0.0, start, start)], {}
    while queue:
        so_far, here, before = heapq.heappop(queue)
        if here in came_from:
            continue
        came_from[here] = before
        if here == goal:
            break
        for there, length in roads[here].items():
            heapq.heappush(queue, (so_far + length, there, here))
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def seam(roads: Network, through: list[Spot]) -> LineString:
    asked = [metres(Point(spot)) for spot in through]
    met = [min(roads, key=partial(_distance, spot)) for spot in asked]
    return LineString([spot for pair in pairwise(met) for spot in walk(roads, *pair)])


def _distance(here: Point, there: Spot) -> float:
    return float(here.distance(Point(there)))


def faces(extract: Path) -> list[Polygon]:
    roads = network(extract)
    seams = [seam(roads, it["through"]) for it in TOWN["seams"]]
    frame = metres(FRAME)
    lines = shapely.unary_union([frame.exterior, *(shapely.intersection(it, frame) for it in seams)])
    return list(shapely.polygonize([lines]).geoms)


def main(extract: Path, out: Path) -> None:
    pieces = shapely.coverage_simplify(faces(extract), SMOOTH_M, simplify_boundary=False)
    told = []
    for grid in TOWN["grids"]:
        [piece] = [it for it in pieces if it.contains(metres(Point(grid["inside"])))]
        told.append((degrees(piece), {key: grid[key] for key in ("code", "name", "organisation")}))
    if len(told) != len(pieces) or not shapely.coverage_is_valid(pieces):
        sys.exit("The grids do not tile the box.")
    write_geojson(out, told)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
