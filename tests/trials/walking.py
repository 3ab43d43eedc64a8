"""How right and how quick walking reach is, against Valhalla on real extracts: python -m tests.trials.walking [EXTRACT.osm.pbf …]

Without arguments it takes the extracts of ../shared/data and writes their table into docs/walking.md; with arguments it only prints.
Homes are estates or buildings, places to pay those that the extract has, filled up with nodes of ways; all drawn with one fixed seed.
"""

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import osmium
import valhalla

from grids.datum import Datum, to_wgs84
from grids.walking import graphs, metres, reading
from grids.walking.on_line import Line
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.snapping import snap
from grids.walking.walks import Places, Reach
from tests.trials import valhalla as oracle

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
EXTRACTS = ("beijing_wangjing", "beijing_tsinghua", "beijing_bupt", "hangzhou_zijingang", "guixi")
DOCS = ROOT / "docs" / "walking.md"
MOST_HOMES, POINTS, PACES = 600, 40, (80.0, 48.0)
PAID_AT = {
    "amenity": {"bank", "atm", "post_office", "payment_centre", "bureau_de_change"},
    "shop": {"convenience", "supermarket", "mobile_phone", "kiosk", "department_store"},
    "office": {"government", "telecommunication", "energy_supplier"},
}
BEGIN, END = "<!-- trial -->", "<!-- /trial -->"


class Score(msgspec.Struct):
    """Against the walk that Valhalla found, at one pace."""

    wrong: int
    circle_wrong: int
    clear: float
    clear_within_reach: float
    homes_wrong: int
    circle_homes_wrong: int
    homes_clear: float


class Outcome(msgspec.Struct):
    name: str
    homes: int
    points: int
    scores: dict[float, Score]
    network_error: tuple[float, float]
    door_error: tuple[float, float]
    valhalla_s: float
    ours_s: float
    reading_s: float

    @property
    def ratio(self) -> float:
        return self.valhalla_s / self.ours_s


def main(files: Sequence[Path]) -> None:
    outcomes = [outcome for name, pbf, homes, points in cases(files) for outcome in [tried(name, pbf, homes, points)]]
    told = "\n".join([*accuracy(outcomes), "", *speed(outcomes)])
    print(told)
    if not files:
        text = DOCS.read_text("utf-8")
        before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
        DOCS.write_text(f"{before}\n{told}\n{after}", "utf-8")


def cases(files: Sequence[Path]) -> Iterator[tuple[str, Path, Places, Places]]:
    for pbf in files or [SHARED / "osm" / f"{name}.osm.pbf" for name in EXTRACTS]:
        name = pbf.name.removesuffix(".osm.pbf")
        buildings, points = drawn(pbf)
        if not files and name == "beijing_wangjing":
            yield f"{name}, the reference's pairs", pbf, *referred()
        estates = estates_in(buildings) if not files else None
        if estates is not None:
            yield f"{name}, estates", pbf, estates, points
        yield f"{name}, buildings", pbf, buildings, points


def drawn(pbf: Path) -> tuple[Places, Places]:
    """Buildings as homes, and places to pay."""
    buildings, pois, nodes = [], [], []
    for one in osmium.FileProcessor(str(pbf)).with_locations():
        if one.is_node() and any(one.tags.get(key) in kinds for key, kinds in PAID_AT.items()):
            pois.append((one.lon, one.lat))
        elif one.is_way() and ("building" in one.tags or "highway" in one.tags):
            spots = [(at.lon, at.lat) for at in one.nodes if at.location.valid()]
            if "building" in one.tags and len(spots) > 3:
                buildings.append(tuple(np.mean(spots[:-1], axis=0)))
            elif "building" not in one.tags:
                nodes += spots
    random = np.random.default_rng(20)
    homes = random.permutation(buildings)[:MOST_HOMES]
    low, high = homes.min(axis=0), homes.max(axis=0)
    inside = [spot for spot in nodes if (low <= spot).all() and (spot <= high).all()]
    points = [*random.permutation(pois)[:POINTS].tolist(), *random.permutation(inside).tolist()][:POINTS]
    return places(homes), places(np.array(points))


def estates_in(buildings: Places) -> Places | None:
    """The Lianjia estates among these buildings, where there are enough to speak of."""
    with (SHARED / "estates" / "beijing_lianjia_estates_bd09.csv").open(encoding="utf-8") as file:
        spots = [to_wgs84(float(row["latitude"]), float(row["longitude"]), Datum.bd09)[::-1] for row in csv.DictReader(file)]
    west, east, south, north = buildings.lon.min(), buildings.lon.max(), buildings.lat.min(), buildings.lat.max()
    inside = [(lon, lat) for lon, lat in spots if west <= lon <= east and south <= lat <= north]
    return places(np.array(inside)) if len(inside) >= 10 else None


def referred() -> tuple[Places, Places]:
    with (SHARED / "reference" / "wangjing_walk_matrix.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    estates, points = ({(float(row[f"{what}_lon"]), float(row[f"{what}_lat"])): 0 for row in rows} for what in ("estate", "point"))
    return places(np.array(list(estates))), places(np.array(list(points)))


def places(spots: np.ndarray) -> Places:
    return Places(list(range(len(spots))), np.ascontiguousarray(spots[:, 0]), np.ascontiguousarray(spots[:, 1]))


def tried(name: str, pbf: Path, homes: Places, points: Places) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        actor = valhalla.Actor(oracle.tiles(pbf, Path(folder)))
        true, _warm = oracle.matrix(actor, points, homes)
        theirs = statistics.median(oracle.matrix(actor, points, homes)[1] for _run in range(3))
    start = time.process_time()
    walked = OnNetwork(reading.read(pbf).network)
    found = reach(points, homes, [walked, Line()])
    first = time.process_time() - start
    ours = statistics.median(timed(lambda: reach(points, homes, [walked, Line()])) for _run in range(9))
    near = true <= 1200
    return Outcome(
        name, len(homes), len(points), {pace: score(found, true, pace) for pace in PACES},
        off_by(on_the_network(walked, points, homes), true, near), off_by(door_to_door(found), true, near), theirs, ours, first - ours,
    )  # fmt: skip


def timed(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def score(found: Reach, true: np.ndarray, pace: float) -> Score:
    far = pace * 10
    answers = np.full(true.shape, "no", dtype="<U5")
    answers[found.walks.point, found.walks.home] = found.answers(pace)
    yes, no, truth = answers == "yes", answers == "no", true <= far
    one, other = np.meshgrid(np.arange(len(found.homes)), np.arange(len(found.points)))
    line = metres.between(found.homes.lon[one], found.homes.lat[one], found.points.lon[other], found.points.lat[other])
    circle = line <= far
    home_yes, home_no, home_truth = yes.any(axis=0), no.all(axis=0), truth.any(axis=0)
    near = (true <= 1200) | ~no
    return Score(
        int(((yes & ~truth) | (no & truth)).sum()), int((circle != truth).sum()), float((yes | no).mean()), float((yes | no)[near].mean()),
        int(((home_yes & ~home_truth) | (home_no & home_truth)).sum()), int((circle.any(axis=0) != home_truth).sum()),
        float((home_yes | home_no).mean()),
    )  # fmt: skip


def on_the_network(walked: OnNetwork, points: Places, homes: Places) -> np.ndarray:
    feet = (snap(walked.network, some.lon, some.lat) for some in (points, homes))
    return graphs.walks(walked.strict, *feet, limit=3000)


def door_to_door(found: Reach) -> np.ndarray:
    walks = np.full((len(found.points), len(found.homes)), np.nan)
    walks[found.walks.point, found.walks.home] = found.walks.metres
    return walks


def off_by(walks: np.ndarray, true: np.ndarray, near: np.ndarray) -> tuple[float, float]:
    """The median and the ninth tenth of the error in seconds at 80 m/min."""
    both = near & np.isfinite(walks)
    error = np.abs(walks - true)[both] * 60 / 80
    return float(np.median(error)), float(np.quantile(error, 0.9))


def accuracy(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield (
        "| extract | homes × points | pace | wrong pairs: circle | ours | clear pairs | of those within reach "
        "| wrong homes: circle | ours | clear homes |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in outcomes:
        for pace, told in one.scores.items():
            clear = f"{told.clear:.1%} | {told.clear_within_reach:.1%}"
            homes = f"{told.circle_homes_wrong} | {told.homes_wrong} | {told.homes_clear:.1%}"
            yield f"| {one.name} | {one.homes} × {one.points} | {pace:.0f} | {told.circle_wrong} | {told.wrong} | {clear} | {homes} |"


def speed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield (
        "| extract | pairs | error on the network: median | p90 | door to door: median | p90 "
        "| Valhalla's matrix | our table | ratio | reading the map, once |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for one in outcomes:
        errors = " | ".join(f"{error:.0f} s" for error in (*one.network_error, *one.door_error))
        times = f"{one.valhalla_s * 1e3:.0f} ms | {one.ours_s * 1e3:.1f} ms | {one.ratio:.0f}× | {one.reading_s * 1e3:.0f} ms"
        yield f"| {one.name} | {one.homes * one.points} | {errors} | {times} |"
    yield ""
    whole = [one.ratio for one in outcomes if one.name.endswith("buildings")]
    yield f"Median over the extracts, each with all its buildings: {statistics.median(whole):.0f}×."


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
