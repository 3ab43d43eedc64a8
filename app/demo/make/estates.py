"""Estates and their buildings: python -m app.demo.make.estates EXTRACT.osm.pbf LIANJIA.csv OUT_ESTATES.csv OUT_BUILDINGS.csv

Places are real where the extract has outlines. Floors are real where tagged. Households, and buildings of estates
that are not mapped, are invented: the same ones on every run.
"""

import csv
import sys
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from shapely import Geometry, Point

from app.demo.make.blocks import NUMBER, Estate, estates, settle
from app.demo.make.town import FRAME, TOWN, Feature, degrees, metres, read

WORDS = TOWN["estates"]
APART_M = 42.0
FROM_STREET_M = 24.0
LIVED_IN = 0.72  # of a floor's area; stairs, lifts and walls take the rest


class Building(NamedTuple):
    name: str
    at: Geometry
    floors: int
    households: int
    osm_id: str


def floors(outline: Feature | None, year: int, seed: str) -> int:
    if outline and outline.tags.get("building:levels", "").isdigit():
        return int(outline.tags["building:levels"])
    heights = [5, 6, 6] if year < 1995 else [6, 12, 18, 21] if year < 2003 else [12, 18, 22, 26]
    return heights[crc32(seed.encode()) % len(heights)]


def households(area: float, storeys: int, year: int) -> int:
    home = 62 if year < 1995 else 98 if year < 2003 else 118
    return storeys * min(24, max(2, round(area * LIVED_IN / home)))


def places(estate: Estate, taken: list[Geometry], everyone: list[Estate]) -> list[Geometry]:
    """Free spots around the estate's centre, nearest first: off the streets, off other houses, nearer to it than to others."""
    free = estate.block.intersection(metres(FRAME)).buffer(-FROM_STREET_M)
    steps = range(-8, 9)
    x, y = estate.at.x, estate.at.y
    spots = [Point(x + (i + (j % 2) / 2) * APART_M, y + j * APART_M) for i in steps for j in steps]
    return [
        spot
        for spot in sorted(spots, key=estate.at.distance)
        if free.contains(spot)
        and all(estate.at.distance(spot) <= other.at.distance(spot) for other in everyone)
        and all(spot.distance(other) > APART_M / 2 for other in taken)
    ]


def numbered(outlines: list[Feature]) -> dict[str, Feature]:
    """By the number on the map; of two outlines with one number the larger stands for both."""
    by_size = sorted(outlines, key=lambda it: it.shape.area)
    return {found[1]: it for it in by_size if (found := NUMBER.search(it.tags.get("name", "")))}


def build(estate: Estate, taken: list[Geometry], everyone: list[Estate]) -> list[Building]:
    known = numbered(estate.outlines)
    unnamed = [it for it in estate.outlines if not NUMBER.search(it.tags.get("name", ""))]
    unnamed.sort(key=lambda it: (-round(it.shape.centroid.y, 3), it.shape.centroid.x))
    wanted = WORDS["invented_buildings"].get(estate.name, 0) - len(known) - len(unnamed)
    spots = places(estate, taken, everyone)[: max(0, wanted)]
    numbers = count(WORDS["first_number"].get(estate.name, 1))
    names = (name for n in numbers if (name := WORDS["building"].format(n)) not in known)
    stand: list[tuple[str, Feature | None, Geometry]] = [
        *((name, it, metres(it.shape).centroid) for name, it in sorted(known.items())),
        *((next(names), it, metres(it.shape).centroid) for it in unnamed),
        *((next(names), None, spot) for spot in spots),
    ]
    return sorted((_built(estate, *it) for it in stand), key=lambda it: (len(it.name), it.name))


def _built(estate: Estate, name: str, outline: Feature | None, at: Geometry) -> Building:
    year, seed = int(estate.row["BUILDTIME"]), estate.row["ID"] + name
    area = metres(outline.shape).area if outline else 560.0 + crc32(seed.encode()) % 300
    storeys = floors(outline, year, seed)
    return Building(name, at, storeys, households(area, storeys, year), str(outline.osm_id) if outline else "")


def written(estate: Estate, stood: list[Building]) -> dict[str, Any]:
    kept = ("ID", "NAME", "longitude", "latitude", "DISTRICT", "BUILDTIME")
    note = "invented" if estate.name in WORDS["invented_buildings"] else "counted"
    return {key: estate.row[key] for key in kept} | {
        WORDS["buildings"]: WORDS["count_buildings"].format(len(stood)),
        WORDS["households"]: WORDS["count_households"].format(sum(it.households for it in stood)),
        WORDS["note"]: WORDS[note],
    }


def address(estate: Estate, it: Building) -> dict[str, Any]:
    where = degrees(it.at)
    return {
        "estate": estate.name,
        "building": it.name,
        "lon": f"{where.x:.6f}",
        "lat": f"{where.y:.6f}",
        "floors": it.floors,
        "households": it.households,
        "osm_way": it.osm_id,
    }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(extract: Path, source: Path, out_estates: Path, out_buildings: Path) -> None:
    features, everyone = list(read(extract)), estates(source)
    settle(features, everyone)
    outlines = [metres(it.shape) for it in features if "building" in it.tags]
    stood: dict[Estate, list[Building]] = {}
    for estate in everyone:
        taken = [*outlines, *(it.at for others in stood.values() for it in others)]
        stood[estate] = build(estate, taken, everyone)
    write(out_estates, [written(estate, its) for estate, its in stood.items()])
    write(out_buildings, [address(estate, it) for estate, its in stood.items() for it in its])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
