"""Payment points of the town as an import file would carry them: python -m app.demo.make.points EXTRACT.osm.pbf OUT.csv"""

import csv
import sys
from pathlib import Path

from app.demo.make.town import FRAME, Feature, read

KINDS = {
    "amenity": {"bank", "atm", "post_office"},
    "shop": {"supermarket", "convenience", "kiosk", "newsagent", "mobile_phone", "telecommunication"},
    "office": {"government", "telecommunication", "property_management"},
}
COLUMNS = ["osm_type", "osm_id", "kind", "name", "lon", "lat", "opening_hours", "brand", "operator", "addr", "phone", "atm", "payment"]


def kind(tags: dict[str, str]) -> str | None:
    return next((f"{key}={tags[key]}" for key, of in KINDS.items() if tags.get(key) in of), None)


def row(it: Feature) -> dict[str, str]:
    at, tags = it.shape.centroid, it.tags
    names = (tags.get(key) for key in ("name:zh", "name", "name:en", "name:ko"))
    street = (tags.get(key) for key in ("addr:full", "addr:street", "addr:housenumber"))
    pays = (key.removeprefix("payment:") for key, is_so in tags.items() if key.startswith("payment:") and is_so == "yes")
    return {
        "osm_type": it.osm_type,
        "osm_id": str(it.osm_id),
        "kind": kind(tags) or "",
        "name": next(filter(None, names), ""),
        "lon": f"{at.x:.7f}",
        "lat": f"{at.y:.7f}",
        "addr": "".join(filter(None, street)),
        "payment": ";".join(sorted(pays)),
    } | {key: tags.get(key, "") for key in ("opening_hours", "brand", "operator", "phone", "atm")}


def main(extract: Path, out: Path) -> None:
    found = {(it.osm_type, it.osm_id): row(it) for it in read(extract) if kind(it.tags) and FRAME.contains(it.shape.centroid)}
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(found.values(), key=lambda it: (it["kind"], int(it["osm_id"]))))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
