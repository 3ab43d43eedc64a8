"""A look at the town's files together: python -m app.demo.make.picture OUT.svg"""

import csv
import json
import sys
from html import escape
from pathlib import Path
from typing import Any

from app.demo.make.blocks import estates
from app.demo.make.town import HERE, NORTH, WEST, degrees

DATA = HERE.parent
WIDTH, HEIGHT, EAST_PX, NORTH_PX = 1500, 1530, 65_000.0, 84_600.0
STREETS = {
    "primary": "#e8a33d;7", "secondary": "#eebd6a;6", "tertiary": "#d9cfae;4", "residential": "#c9c9c9;2",
    "service": "#dddddd;1.2", "water": "#8fb8d8;3", "green": "#cfe5c5;0", "rail": "#b48ead;1.5",
}  # fmt: skip
GRIDS = ["#7aa6c2", "#c2977a", "#8fbf8f", "#b79bd1", "#d1c17a", "#d18f9b"]


def at(lon: float, lat: float) -> str:
    return f"{(lon - WEST) * EAST_PX + 30:.1f},{(NORTH - lat) * NORTH_PX + 30:.1f}"


def drawn(shape: dict[str, Any], style: str) -> str:
    deep = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[shape["type"]]
    rings = [shape["coordinates"]]
    for _ in range(deep):
        rings = [ring for part in rings for ring in part]
    return f'<path {style} d="{" ".join("M" + " ".join(at(*spot) for spot in ring) for ring in rings)}"/>'


def dot(lon: float, lat: float, size: float, colour: str, label: str = "") -> str:
    x, y = at(lon, lat).split(",")
    text = f'<text x="{x}" y="{y}" dx="7" dy="-4" fill="{colour}" font-size="13">{escape(label)}</text>' if label else ""
    return f'<circle cx="{x}" cy="{y}" r="{size}" fill="{colour}"/>{text}'


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def features(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))["features"]
    return found


def layers() -> list[str]:
    parts = []
    for colour, it in zip(GRIDS, features("grids.geojson"), strict=True):
        parts.append(drawn(it["geometry"], f'fill="{colour}" fill-opacity=".28" stroke="{colour}" stroke-width="5"'))
    for it in features("streets.geojson"):
        colour, width = STREETS[it["properties"]["what"]].split(";")
        fill = colour if "Polygon" in it["geometry"]["type"] else "none"
        parts.append(drawn(it["geometry"], f'fill="{fill}" stroke="{colour}" stroke-width="{width}"'))
    parts += [dot(float(it["lon"]), float(it["lat"]), 3.5, "#777" if it["osm_way"] else "#e77") for it in rows("buildings.csv")]
    for estate in estates(DATA / "estates.csv"):
        where = degrees(estate.at)
        parts.append(dot(where.x, where.y, 6, "#0b4f8a", estate.name))
    parts += [dot(float(it["lon"]), float(it["lat"]), 6, "#b3261e", it["name"] or it["kind"]) for it in rows("points.csv")]
    return parts


def main(out: Path) -> None:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="Noto Sans CJK SC">'
    out.write_text(f'{head}<rect width="100%" height="100%" fill="#fbf9f4"/>{"".join(layers())}</svg>', encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
