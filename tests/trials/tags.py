"""How right walking reach stays on maps that are drawn otherwise: python -m tests.trials.tags [EXTRACT.osm.pbf …]

A third of the ways, drawn at random with a fixed seed, get one more tag; Valhalla walks on the map so changed, and so do we.
"""

import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
import valhalla

from grids.walking import reading
from grids.walking.on_line import Line
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.walks import Places
from tests.trials import valhalla as oracle
from tests.trials.walking import SHARED, Score, drawn, score

SHARE, SEED, PACES = 1 / 3, 20, (80.0, 48.0)
KINDS = (
    "footway", "path", "pedestrian", "steps", "corridor", "elevator", "platform", "track", "bridleway", "cycleway", "living_street",
    "service", "trunk", "motorway", "busway", "construction", "proposed", "raceway",
)  # fmt: skip
TAGS: Sequence[Mapping[str, str]] = (
    {}, *({"highway": kind} for kind in KINDS),
    *({"access": said} for said in ("no", "private", "destination", "customers", "permit", "agricultural", "military", "unknown")),
    *({"foot": said} for said in ("yes", "no", "private", "permissive", "destination", "use_sidepath", "unknown")),
    *({"motor_vehicle": said} for said in ("no", "private")),
    *({"highway": "service", "service": said} for said in ("driveway", "parking_aisle", "alley", "emergency_access")),
    *({"highway": kind, "oneway": "yes"} for kind in ("residential", "footway", "steps", "cycleway")),
    *({"highway": kind, "foot": "designated"} for kind in ("cycleway", "platform", "bridleway", "motorway")),
    *({"highway": "path", "sac_scale": said} for said in ("hiking", "alpine_hiking")),
    {"access": "no", "foot": "yes"}, {"oneway:foot": "yes"}, {"oneway": "yes", "oneway:foot": "no"}, {"area": "yes"},
    {"highway": "pedestrian", "area": "yes"}, {"tunnel": "yes"}, {"bridge": "yes", "layer": "1"}, {"indoor": "yes"},
    {"access:conditional": "no @ (22:00-06:00)"}, {"smoothness": "impassable"}, {"sidewalk": "separate"}, {"motorroad": "yes"},
    {"highway": "steps", "conveying": "forward"}, {"highway": "path", "informal": "yes"}, {"junction": "roundabout"},
)  # fmt: skip


def main(files: Sequence[Path]) -> None:
    print("| map | tag | pace | wrong pairs: circle | ours | clear pairs | wrong homes: circle | ours | clear homes |")
    print("|---|---|---|---|---|---|---|---|---|")
    for pbf in files or [SHARED / "osm" / "beijing_wangjing.osm.pbf"]:
        homes, points = drawn(pbf)
        for tags in TAGS:
            with tempfile.TemporaryDirectory() as folder:
                changed = retagged(pbf, Path(folder) / "changed.osm.pbf", tags)
                for pace, told in tried(changed, homes, points).items():
                    print(line(pbf.name.partition(".")[0], tags, pace, told), flush=True)


def retagged(pbf: Path, to: Path, tags: Mapping[str, str]) -> Path:
    chance = random.Random(SEED)
    with osmium.SimpleWriter(str(to)) as out:
        for one in osmium.FileProcessor(str(pbf)):
            changes = one.is_way() and "highway" in one.tags and chance.random() < SHARE
            out.add(one.replace(tags=other(dict(one.tags), tags)) if changes else one)
    return to


def other(tags: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """A street's single direction is not that of the footway which it becomes."""
    return {**{key: value for key, value in tags.items() if key != "oneway" or "highway" not in more}, **more}


def tried(pbf: Path, homes: Places, points: Places) -> dict[float, Score]:
    with tempfile.TemporaryDirectory() as folder:
        true, _took = oracle.matrix(valhalla.Actor(oracle.tiles(pbf, Path(folder))), points, homes)
    found = reach(points, homes, [OnNetwork(reading.read(pbf).network), Line()])
    return {pace: score(found, true, pace) for pace in PACES}


def line(name: str, tags: Mapping[str, str], pace: float, told: Score) -> str:
    said = " ".join(f"{key}={value}" for key, value in tags.items()) or "as it is"
    pairs = f"{told.circle_wrong} | {told.wrong} | {told.clear:.1%}"
    return f"| {name} | {said} | {pace:.0f} | {pairs} | {told.circle_homes_wrong} | {told.homes_wrong} | {told.homes_clear:.1%} |"


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
