"""Maps for walkers: what OpenStreetMap and the operator's own lines say."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.errors import Refused
from grids.walking import reading
from grids.walking.gates import Gate, candidates
from grids.walking.walks import Answer
from grids.walking.ways import Trust
from tests.grids.towns import STREET, Spot, at, walk

OSM = """<?xml version='1.0'?><osm version='0.6'>{}</osm>"""


def osm(path: Path, nodes: dict[int, tuple[Spot, dict[str, str]]], ways: Sequence[tuple[Sequence[int], dict[str, str]]]) -> reading.Town:
    def tags(said: dict[str, str]) -> str:
        return "".join(f"<tag k='{key}' v='{value}'/>" for key, value in said.items())

    parts = [
        f"<node id='{number}' version='1' lon='{at(spot)[0]:.7f}' lat='{at(spot)[1]:.7f}'>{tags(said)}</node>"
        for number, (spot, said) in nodes.items()
    ]
    for number, (refs, said) in enumerate(ways, start=1):
        inner = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        parts.append(f"<way id='{number}' version='1'>{inner}{tags(said)}</way>")
    file = path / "town.osm"
    file.write_text(OSM.format("".join(parts)), "utf-8")
    return reading.read(file)


@pytest.mark.parametrize(
    ("tags", "trust"),
    [
        ({"highway": "footway"}, Trust.open),
        ({"highway": "steps"}, Trust.open),
        ({"highway": "trunk"}, Trust.open),
        ({"highway": "footway", "access": "no"}, None),
        ({"highway": "path", "access": "no", "foot": "yes"}, Trust.open),
        ({"highway": "residential", "access": "private"}, Trust.private),
        ({"highway": "service", "service": "driveway"}, Trust.private),
        ({"highway": "service", "access": "permissive"}, Trust.open),
        ({"highway": "cycleway"}, Trust.perhaps),
        ({"highway": "cycleway", "foot": "yes"}, Trust.open),
        ({"highway": "pedestrian", "area": "yes"}, Trust.perhaps),
        ({"highway": "motorway"}, None),
        ({"highway": "motorway", "foot": "yes"}, Trust.open),
        ({"highway": "construction"}, None),
        ({"highway": "elevator"}, Trust.open),
        ({"highway": "platform", "foot": "yes"}, Trust.perhaps),
        ({"highway": "path", "sac_scale": "hiking"}, Trust.open),
        ({"highway": "path", "sac_scale": "mountain_hiking"}, Trust.perhaps),
        ({"highway": "residential", "oneway": "yes"}, Trust.open),
        ({"highway": "steps", "oneway": "yes"}, Trust.private),
        ({"highway": "footway", "oneway": "yes", "oneway:foot": "no"}, Trust.open),
        ({"highway": "service", "oneway:foot": "yes"}, Trust.private),
        ({"highway": "secondary", "foot": "no"}, None),
        ({"waterway": "river"}, None),
    ],
)
def test_who_may_walk_where(tags: dict[str, str], trust: Trust | None) -> None:
    assert reading.ways.trust(tags) is trust


LOOP = {1: ((0.0, 0.0), {}), 2: ((150.0, 0.0), {}), 3: ((300.0, 0.0), {}), 4: ((300.0, 400.0), {}), 5: ((0.0, 400.0), {})}
ROUND = [([1, 2, 3], {"highway": "footway"}), ([3, 4, 5, 1], {"highway": "residential"})]


@pytest.mark.parametrize(
    ("gate", "answer", "pinned"),
    [
        ({}, Answer.yes, 0),
        ({"barrier": "gate"}, Answer.yes, 1),
        ({"barrier": "bollard"}, Answer.yes, 0),
        ({"barrier": "gate", "access": "private"}, Answer.about, 1),
        ({"barrier": "gate", "access": "no"}, Answer.no, 0),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, Answer.yes, 1),
    ],
)
def test_a_gate_on_the_way(tmp_path: Path, gate: dict[str, str], answer: Answer, pinned: int) -> None:
    read = osm(tmp_path, {**LOOP, 2: (LOOP[2][0], gate)}, ROUND)
    assert walk(read.network, (10, 0), (290, 0), pace=100).answer is answer
    assert len(read.gates) == pinned


def test_steps_are_walked(tmp_path: Path) -> None:
    read = osm(tmp_path, LOOP, [([1, 2, 3], {"highway": "steps"}), ROUND[1]])
    assert walk(read.network, (0, 0), (300, 0)).seconds == 225


def test_gates_on_the_map_are_offered_nearest_first() -> None:
    far, near, away = Gate(*at((300, 0))), Gate(*at((100, 0))), Gate(*at((900, 0)))
    assert candidates([far, near, away], *at((0, 0))) == [near, far]
    assert candidates([], *at((0, 0))) == []


def geojson(path: Path, *lines: Sequence[Spot], **more: object) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [at(spot) for spot in line]}}
        for line in lines
    ]
    gate = {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [*at((0, 0)), 31.5]}}
    file = path / "paths.geojson"
    file.write_text(
        json.dumps({"type": "FeatureCollection", "features": [*features, gate, {"type": "Feature", "geometry": None}], **more}), "utf-8"
    )
    return file


def test_the_operator_s_own_lines_are_walked(tmp_path: Path) -> None:
    read = reading.read(geojson(tmp_path, STREET, [(600.0, 0.0), (600.0, 200.0)]))
    assert walk(read.network, (0, 0), (600, 200)).seconds == 600
    assert [(gate.lon, gate.lat) for gate in read.gates] == [at((0, 0))]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"type": "FeatureCollection"}', '{"type": "LineString", "coordinates": [[500, 3], [1, 2]]}']
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "paths.geojson"
    file.write_text(text, "utf-8")
    with pytest.raises(Refused, match="GeoJSON"):
        reading.read(file)


def test_a_map_without_paths_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有可以步行的路"):
        osm(tmp_path, LOOP, [([1, 2], {"waterway": "river"})])
