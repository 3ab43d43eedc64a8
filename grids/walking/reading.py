"""Where a walking network comes from: an OpenStreetMap file (.osm.pbf, .osm), or the operator's own lines in GeoJSON."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import osmium
from osmium.osm import Node, Way

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.walking import ways
from grids.walking.gates import Gate
from grids.walking.lines import TENTH_OF_A_MICRODEGREE, Drawn, Lines
from grids.walking.network import Network, build

TAGS = ("highway", "barrier")


class Town(msgspec.Struct, frozen=True):
    """What a file says to walkers: the network, and the gates that may be an estate's."""

    network: Network
    gates: list[Gate]


def read(path: Path) -> Town:
    """The walking network of a file. Refused, with what to do, where it cannot be read or holds no way to walk."""
    if not path.is_file():
        raise Refused(_("There is no file %(name)s.", name=path.name))
    lines, gates = from_geojson(path) if path.suffix.lower() in (".geojson", ".json") else from_osm(path)
    if not (lines.trust != ways.Trust.perhaps).any():
        raise Refused(_("%(name)s holds no way that people walk.", name=path.name))
    return Town(build(lines), gates)


def from_osm(path: Path) -> tuple[Lines, list[Gate]]:
    drawn, nodes = Drawn(), _Nodes()
    try:
        for one in osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*TAGS)):
            if isinstance(one, Node):
                nodes.note(one)
            elif isinstance(one, Way) and "highway" in one.tags:
                _draw(drawn, one, nodes.blocked)
    except RuntimeError as error:
        raise Refused(_("%(name)s cannot be read as an OpenStreetMap file (.osm.pbf). Is it complete?", name=path.name)) from error
    return drawn.lines(nodes.private), nodes.gates


class _Nodes:
    """What stands on the ways: nodes that nobody passes, gates, and gates that are not for everybody."""

    def __init__(self) -> None:
        self.blocked: set[int] = set()
        self.private: set[int] = set()
        self.gates: list[Gate] = []

    def note(self, node: Node) -> None:
        tags = dict(node.tags)
        if ways.blocks(tags):
            self.blocked.add(node.id)
        elif ways.is_gate(tags):
            self.gates.append(Gate(node.lon, node.lat))
        if ways.is_private_gate(tags):
            self.private.add(node.id)


def _draw(drawn: Drawn, way: Way, blocked: set[int]) -> None:
    tags = dict(way.tags)
    trust = ways.trust(tags)
    if trust is not None:
        places = [(at.ref, at.x, at.y) for at in way.nodes if at.location.valid()]
        drawn.add(places, trust, main=tags["highway"] in ways.MAIN, blocked=blocked)


def from_geojson(path: Path) -> tuple[Lines, list[Gate]]:
    """Lines in WGS-84, as the format has it; they meet where they share a coordinate. Points are gates."""
    try:
        shapes = list(_shapes(json.loads(path.read_text("utf-8-sig"))))
        gates = [Gate(float(one["coordinates"][0]), float(one["coordinates"][1])) for one, _tags in shapes if one["type"] == "Point"]
        return _met(shapes), gates
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Refused(_("%(name)s cannot be read as GeoJSON with lines in WGS-84.", name=path.name)) from error


Shape = tuple[dict[str, Any], dict[str, str]]


def _shapes(told: dict[str, Any]) -> Iterator[Shape]:
    """The geometries with what is said of them, wherever they are in the file."""
    if told["type"] == "FeatureCollection":
        for feature in told["features"]:
            yield from _shapes(feature)
    elif told["type"] != "Feature":
        yield told, {}
    elif told["geometry"]:
        yield told["geometry"], {key: value for key, value in (told.get("properties") or {}).items() if isinstance(value, str)}


def _met(shapes: Iterable[Shape]) -> Lines:
    """Lines without a tag `highway` are taken for open paths."""
    drawn = Drawn()
    numbers: dict[tuple[int, int], int] = {}
    for shape, tags in shapes:
        trust = ways.trust(tags) if "highway" in tags else ways.Trust.open
        for line in _strings(shape) if trust is not None else []:
            places = [_counted(*at[:2]) for at in line]
            drawn.add([(numbers.setdefault(at, len(numbers)), *at) for at in places], trust or ways.Trust.open)
    return drawn.lines()


def _strings(shape: dict[str, Any]) -> list[Any]:
    if shape["type"] == "LineString":
        return [shape["coordinates"]]
    return list(shape["coordinates"]) if shape["type"] == "MultiLineString" else []


def _counted(lon: float, lat: float) -> tuple[int, int]:
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("not in degrees")
    return round(lon * TENTH_OF_A_MICRODEGREE), round(lat * TENTH_OF_A_MICRODEGREE)
