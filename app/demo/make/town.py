"""What every maker of the demo town shares: its words and box, metres, and reading an OSM extract."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import osmium
import shapely
from osmium.geom import WKBFactory
from osmium.osm.types import Area, Node, Way
from shapely import Geometry

HERE = Path(__file__).parent
TOWN: dict[str, Any] = tomllib.loads((HERE / "town.toml").read_text(encoding="utf-8"))
WEST, SOUTH, EAST, NORTH = BOX = tuple(TOWN["box"])
FRAME = shapely.box(*BOX)
METRES_NORTH = 111_050.0
METRES_EAST = 85_400.0  # at 40 degrees north


class Feature(NamedTuple):
    osm_type: str
    osm_id: int
    tags: dict[str, str]
    shape: Geometry


def read(path: Path) -> Iterator[Feature]:
    """Every tagged node, way and area; an area stands under the id of the way or relation it was drawn as."""
    wkb = WKBFactory()
    for it in osmium.FileProcessor(str(path)).with_locations().with_areas():
        tags = dict(it.tags) if isinstance(it, (Node, Way, Area)) else {}
        if not tags:
            continue
        if isinstance(it, Node):
            yield Feature("node", it.id, tags, shapely.Point(it.lon, it.lat))
        elif isinstance(it, Area):
            kind = "way" if it.from_way() else "relation"
            yield Feature(kind, it.orig_id(), tags, shapely.from_wkb(wkb.create_multipolygon(it)))
        elif isinstance(it, Way):
            line = [(node.lon, node.lat) for node in it.nodes if node.location.valid()]
            if len(line) > 1:
                yield Feature("way", it.id, tags, shapely.LineString(line))


def metres(shape: Geometry) -> Geometry:
    """The shape on a flat plane in metres, good to a few decimetres within the town."""
    return shapely.transform(shape, lambda xy: (xy - (WEST, SOUTH)) * (METRES_EAST, METRES_NORTH))


def degrees(shape: Geometry) -> Geometry:
    return shapely.transform(shape, lambda xy: xy / (METRES_EAST, METRES_NORTH) + (WEST, SOUTH))


def write_geojson(path: Path, features: list[tuple[Geometry, dict[str, Any]]]) -> None:
    """One feature a line, five decimals (a metre): a change can be read in a diff."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": told, "geometry": _rounded(shape)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for shape, told in features
    ]
    path.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def _rounded(shape: Geometry) -> Any:
    def five(it: Any) -> Any:
        return round(it, 5) if isinstance(it, float) else [five(inner) for inner in it]

    drawn = shapely.geometry.mapping(shape)
    return {"type": drawn["type"], "coordinates": five(drawn["coordinates"])}
