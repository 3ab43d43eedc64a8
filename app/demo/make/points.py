"""Payment points of the town as an import file would carry them: python -m app.demo.make.points EXTRACT.osm.pbf OUT.csv"""

import csv
import re
import sys
from pathlib import Path

import shapely

from app.demo.make.streets import STREETS
from app.demo.make.town import FRAME, TOWN, Feature, metres, read

KINDS = {
    "amenity": {"bank", "atm", "post_office"},
    "shop": {"supermarket", "convenience", "kiosk", "newsagent", "mobile_phone", "telecommunication"},
    "office": {"government", "telecommunication", "property_management"},
}
COLUMNS = ["osm_type", "osm_id", "kind", "name", "lon", "lat", "opening_hours", "brand", "operator", "addr", "phone", "atm", "payment"]
HAN = re.compile(r"[\u4e00-\u9fff]")


def kind(tags: dict[str, str]) -> str | None:
    return next((f"{key}={tags[key]}" for key, of in KINDS.items() if tags.get(key) in of), None)


def called(it: Feature, roads: list[Feature]) -> str:
    """The Chinese name the map has, or that of the company; else what it is, with its brand or the street it stands at."""
    says, name = TOWN["points"], it.tags.get("name:zh") or it.tags.get("name", "")
    if HAN.search(name) or name in says["companies"]:
        return str(says["companies"].get(name, name))
    word = says["words"][kind(it.tags)]
    if brand := it.tags.get("brand"):
        return f"{brand}{word}"
    if it.tags.get("opening_hours") == "24/7":
        word = says["day_and_night"].format(word=word)
    at = metres(it.shape.centroid)
    street = min(roads, key=lambda road: at.distance(road.shape)).tags["name"]
    return str(says["at_street"].format(word=word, street=street))


def named(road: Feature) -> bool:
    return road.tags.get("highway") in STREETS and "name" in road.tags and shapely.get_dimensions(road.shape) == 1


def row(it: Feature, roads: list[Feature]) -> dict[str, str]:
    at, tags = it.shape.centroid, it.tags
    street = (tags.get(key) for key in ("addr:full", "addr:street", "addr:housenumber"))
    pays = (key.removeprefix("payment:") for key, is_so in tags.items() if key.startswith("payment:") and is_so == "yes")
    return {
        "osm_type": it.osm_type,
        "osm_id": str(it.osm_id),
        "kind": kind(tags) or "",
        "name": called(it, roads),
        "lon": f"{at.x:.7f}",
        "lat": f"{at.y:.7f}",
        "addr": "".join(filter(None, street)),
        "payment": ";".join(sorted(pays)),
    } | {key: tags.get(key, "") for key in ("opening_hours", "brand", "operator", "phone", "atm")}


def main(extract: Path, out: Path) -> None:
    town = list(read(extract))
    roads = [road._replace(shape=metres(road.shape)) for road in town if named(road)]
    found = {(it.osm_type, it.osm_id): row(it, roads) for it in town if kind(it.tags) and FRAME.contains(it.shape.centroid)}
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(found.values(), key=lambda it: (it["kind"], int(it["osm_id"]))))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
