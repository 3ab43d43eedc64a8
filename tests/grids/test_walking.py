"""Walking reach: over real paths, through gates and over bridges, with a clear answer only where there is one."""

import csv
import heapq
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.core.errors import Refused
from grids.datum import Datum, from_wgs84
from grids.walking import metres, on_network, reading
from grids.walking.gates import Gate, candidates
from grids.walking.lines import Drawn
from grids.walking.network import Network, build
from grids.walking.on_line import Line
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.timed import Timed, TimedWalk
from grids.walking.walks import Answer, Places, Row
from grids.walking.ways import Trust

DEMO = Path(__file__).parents[2] / "app" / "demo" / "wangjing.osm.pbf"
LON, LAT = 116.47, 39.99
WIDE, HIGH = (float(one) for one in metres.of_a_degree(LAT))

Spot = tuple[float, float]


def at(spot: Spot) -> Spot:
    """A spot in metres east and north of the town's corner, in degrees."""
    return LON + spot[0] / WIDE, LAT + spot[1] / HIGH


def places(spots: Sequence[Spot], estate: Sequence[str] = ()) -> Places:
    lon, lat = zip(*map(at, spots), strict=True)
    return Places([f"{number}" for number in range(len(spots))], np.array(lon), np.array(lat), estate)


def town(
    *lines: Sequence[Spot], perhaps: Iterable[Sequence[Spot]] = (), private: Iterable[Sequence[Spot]] = (), main: bool = False
) -> Network:
    drawn, numbers = Drawn(), {}
    for trust, some in ((Trust.open, lines), (Trust.private, private), (Trust.perhaps, perhaps)):
        for line in some:
            drawn.add([(numbers.setdefault(spot, len(numbers)), *(round(x * 1e7) for x in at(spot))) for spot in line], trust, main=main)
    return build(drawn.lines())


def walk(network: Network, home: Spot, point: Spot, *, gates: Sequence[Gate] = (), pace: float = 80.0) -> Row:
    """The one row of a home and a place to pay."""
    estate = ["梧桐苑"] if gates else ()
    (row,) = reach(places([point]), places([home], estate), [OnNetwork(network, gates)], pace=pace).rows(pace)
    return row


STREET = [(0.0, 0.0), (600.0, 0.0)]
RING = [(0.0, 0.0), (200.0, 0.0), (400.0, 0.0), (400.0, 300.0), (0.0, 300.0), (0.0, 0.0)]


def test_metres_are_the_ellipsoid_s() -> None:
    one, other = at((0, 0)), at((900, 700))
    told = metres.between(np.array(one[0]), np.array(one[1]), np.array(other[0]), np.array(other[1]))
    assert float(told) == pytest.approx(geodesic(one[::-1], other[::-1]).m, abs=0.01)


def test_the_walk_is_from_door_to_door() -> None:
    row = walk(town(STREET), (100, 40), (500, 30))
    # The door is half a building nearer to the street than the middle of the building.
    door_to_door = 400 + (40 - 15) + (30 - 15)
    assert row == Row("0", "0", round(door_to_door * 60 / 80), Answer.yes, "network")


def test_out_of_a_walled_estate_one_goes_through_its_one_gate() -> None:
    inner = [(200.0, 0.0), (200.0, 150.0), (20.0, 150.0)]
    row = walk(town(RING, inner), (20, 150), (-20, 150))
    assert row.seconds == pytest.approx((180 + 150 + 200 + 150 + 5) * 60 / 80, abs=1)


def test_gates_that_the_manager_pinned_count_where_the_map_shows_no_path() -> None:
    home, shop = (100.0, 290.0), (100.0, 320.0)
    assert walk(town(RING), home, shop).seconds < 10
    pinned = [Gate(*at((200.0, 0.0)), "梧桐苑"), Gate(*at((200.0, 0.0)), "另一个小区")]
    through = walk(town(RING), home, shop, gates=pinned)
    inside = math.hypot(100, 290)
    assert through.seconds == pytest.approx((1.15 * inside + 200 + 300 + 100 + 5) * 60 / 80, abs=2)
    assert walk(town(RING), home, shop, gates=[*pinned, Gate(*at((100.0, 300.0)), "梧桐苑")]).seconds < 30


def test_a_river_is_crossed_at_its_bridge() -> None:
    south, north = [(0.0, 0.0), (500.0, 0.0)], [(0.0, 50.0), (500.0, 50.0)]
    bridge = [(500.0, 0.0), (500.0, 50.0)]
    assert walk(town(south, north, bridge), (0, 0), (0, 50)).seconds == pytest.approx(1050 * 60 / 80, abs=1)
    assert walk(town(south, north, bridge), (0, 0), (0, 50)).answer is Answer.no


def test_a_private_road_leads_home_but_not_through() -> None:
    long = [(0.0, 0.0), (0.0, 600.0), (300.0, 600.0), (300.0, 0.0)]
    short = [(0.0, 0.0), (300.0, 0.0)]
    assert walk(town(long, short), (0, 0), (300, 0)).answer is Answer.yes
    assert walk(town(long, private=[short]), (0, 20), (300, 20)).answer is Answer.about
    assert walk(town(long, private=[short]), (150, 0), (300, 20)).answer is Answer.yes
    assert walk(town(long, private=[short]), (300, 20), (150, 0)).answer is Answer.yes


def test_a_path_that_may_be_there_makes_a_no_doubtful() -> None:
    long, square = [(0.0, 0.0), (0.0, 300.0), (300.0, 300.0), (300.0, 0.0)], [(0.0, 0.0), (300.0, 0.0)]
    assert walk(town(long), (0, 0), (300, 0)).answer is Answer.no
    assert walk(town(long, perhaps=[square]), (0, 0), (300, 0)).answer is Answer.about


def test_beyond_the_cut_edge_of_the_map_there_may_be_a_way() -> None:
    cut = [(0.0, 300.0), (0.0, 0.0), (400.0, 0.0), (400.0, 300.0)]
    assert walk(town(cut), (0, 280), (400, 280)).answer is Answer.no
    assert walk(town(cut, main=True), (0, 280), (400, 280)).answer is Answer.about


def test_what_hangs_on_nothing_is_left_out() -> None:
    streets = [[(100.0 * n, 0.0), (100.0 * n + 100, 0.0)] for n in range(60)]
    stray = [(10.0, 20.0), (60.0, 20.0)]
    network = town(*streets, stray)
    assert len(network.tail) == 60
    assert network.length.sum() == pytest.approx(6000, abs=0.1)


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


def test_what_was_timed_is_known_best_and_beyond_the_map_the_line_answers() -> None:
    homes, points = places([(0, 0), (100, 0), (20_000, 0)]), places([(500, 0), (20_300, 0)])
    timed = Timed([TimedWalk("0", "0", seconds=900), TimedWalk("0", "0", seconds=620, metres=840), TimedWalk("9", "0", 1)])
    rows = list(reach(points, homes, [timed, OnNetwork(town(STREET)), Line()]).rows())
    told = {(row.home, row.point): (row.method, row.seconds, row.answer) for row in rows}
    assert told == {
        ("0", "0"): ("timed", 630, Answer.about),
        ("1", "0"): ("network", 300, Answer.yes),
        ("2", "1"): ("line", 299, Answer.yes),
    }


def test_the_line_knows_less_and_says_so() -> None:
    homes, points = places([(0, 0)]), places([(300, 0), (600, 0), (790, 0), (1150, 0)])
    told = {row.point: row.answer for row in reach(points, homes, [Line()]).rows()}
    assert told == {"0": Answer.yes, "1": Answer.about, "2": Answer.no}


def test_the_line_goes_through_the_nearest_pinned_gate() -> None:
    gates = [Gate(*at((0, -200)), "梧桐苑"), Gate(*at((-300, 0)), "梧桐苑")]
    (row,) = reach(places([(0, 100)]), places([(0, 0)], ["梧桐苑"]), [Line(gates)]).rows()
    assert row.seconds == pytest.approx((200 + 300) * 1.33 * 60 / 80, abs=1)


def test_a_slower_walker_never_gets_a_better_answer() -> None:
    homes, points, order = places([(0, 0)]), places([(float(x), 0.0) for x in range(50, 1000, 50)]), [Answer.yes, Answer.about, Answer.no]
    found = reach(points, homes, [OnNetwork(town([(0.0, 0.0), (1000.0, 0.0)]))])
    ordinary, slower = ({row.point: row for row in found.rows(pace)} for pace in (80, 48))
    assert all(order.index(ordinary[point].answer) <= order.index(slower[point].answer) for point in ordinary)
    assert ordinary["11"].answer is Answer.yes
    assert slower["11"].answer is Answer.no
    assert slower["11"].seconds == pytest.approx(ordinary["11"].seconds * 80 / 48, abs=1)


def test_nobody_and_nowhere() -> None:
    nothing = Places([], np.empty(0), np.empty(0))
    for method in (OnNetwork(town(STREET)), Line()):
        assert not list(reach(nothing, places([(0, 0)]), [method]).rows())
        assert not list(reach(places([(0, 0)]), nothing, [method]).rows())


# Random towns against a search that knows nothing of arrays, limits or windows.

CROSSINGS = [(x, y) for x in range(5) for y in range(5)]
BLOCKS = [(a, b) for a in CROSSINGS for b in CROSSINGS if (b[0] - a[0], b[1] - a[1]) in ((1, 0), (0, 1))]
SPOTS = st.tuples(st.floats(-50, 850), st.floats(-50, 850))


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[list[Spot]], list[Spot], list[Spot]]:
    shift = {one: (draw(st.floats(-60, 60)), draw(st.floats(-60, 60))) for one in CROSSINGS}
    spot = {one: (one[0] * 200 + shift[one][0], one[1] * 200 + shift[one][1]) for one in CROSSINGS}
    gone = draw(st.sets(st.sampled_from(BLOCKS), max_size=30))
    kept = [block for block in BLOCKS if block not in gone]
    homes, points = (draw(st.lists(SPOTS, min_size=1, max_size=4)) for _ in range(2))
    return [[spot[a], spot[b]] for a, b in kept], homes, points


def brute(lines: list[list[Spot]], home: Spot, point: Spot) -> float:
    """The shortest walk in the largest piece, by a plain search."""
    roads: dict[Spot, list[tuple[Spot, float]]] = defaultdict(list)
    for a, b in lines:
        roads[a].append((b, math.dist(a, b)))
        roads[b].append((a, math.dist(a, b)))
    (edge, on, off), (end_edge, end_on, end_off) = _nearest(lines, home), _nearest(lines, point)
    if edge == end_edge:
        return math.dist(on, end_on) + off + end_off
    best = {spot: math.dist(on, spot) for spot in edge}
    queue = [(far, spot) for spot, far in best.items()]
    heapq.heapify(queue)
    while queue:
        far, spot = heapq.heappop(queue)
        for other, length in roads[spot]:
            if far + length < best.get(other, math.inf):
                best[other] = far + length
                heapq.heappush(queue, (best[other], other))
    return min(best.get(spot, math.inf) + math.dist(spot, end_on) for spot in end_edge) + off + end_off


def _nearest(lines: list[list[Spot]], spot: Spot) -> tuple[tuple[Spot, Spot], Spot, float]:
    found = []
    for a, b in lines:
        along = ((spot[0] - a[0]) * (b[0] - a[0]) + (spot[1] - a[1]) * (b[1] - a[1])) / math.dist(a, b) ** 2
        share = min(max(along, 0), 1)
        on = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
        found.append((math.dist(spot, on), (a, b), on))
    off, edge, on = min(found)
    return edge, on, max(off - on_network.HALF_A_BUILDING, 0)


def _largest(lines: list[list[Spot]]) -> list[list[Spot]] | None:
    """The lines of the largest piece, or nothing where two are equally large."""
    piece = {spot: number for number, spot in enumerate({spot for line in lines for spot in line})}
    for _round in lines:
        for a, b in lines:
            piece[a] = piece[b] = min(piece[a], piece[b])
    sizes = sorted(((list(piece.values()).count(number), number) for number in set(piece.values())), reverse=True)
    if len(sizes) > 1 and sizes[0][0] == sizes[1][0]:
        return None
    return [line for line in lines if piece[line[0]] == sizes[0][1]]


@given(towns())
@settings(max_examples=150, deadline=None)
def test_the_walks_are_those_of_a_plain_search(drawn: tuple[list[list[Spot]], list[Spot], list[Spot]]) -> None:
    lines, homes, points = drawn
    kept = _largest(lines)
    if kept is None:
        return
    found = reach(places(points), places(homes), [OnNetwork(town(*lines))])
    told = {(row.home, row.point): row for row in found.rows()}
    for home, here in enumerate(homes):
        for point, there in enumerate(points):
            true, row = brute(kept, here, there), told.get((f"{home}", f"{point}"))
            if abs(true - 1200) < 2:
                continue
            if true < 1200:
                assert row is not None
                assert row.seconds * 80 / 60 == pytest.approx(true, abs=1.5)
            # Far off the network ten minutes may do all the same: that is told, and as a doubt.
            assert true < 1200 or row is None or row.answer is Answer.about


@given(towns())
@settings(max_examples=60, deadline=None)
def test_window_by_window_is_the_same_as_all_at_once(drawn: tuple[list[list[Spot]], list[Spot], list[Spot]]) -> None:
    lines, homes, points = drawn
    network = OnNetwork(town(*lines, private=[[(0.0, 0.0), (700.0, 750.0)]]))
    with pytest.MonkeyPatch.context() as patch:
        whole = sorted(reach(places(points), places(homes), [network], seconds=300).rows(), key=repr)
        patch.setattr(on_network, "SMALL", 0)
        patch.setattr(on_network, "WINDOW", 150.0)
        assert sorted(reach(places(points), places(homes), [network], seconds=300).rows(), key=repr) == whole


# The operator's own lines, and the command.


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


HALL, BANK = (116.4693884, 39.9875165), (116.4719452, 40.0014412)
HOMES = {"望京新城": (116.464988, 39.995132), "=花家地": (116.4712, 39.9915)}


def table(path: Path, rows: dict[str, Spot], datum: Datum = Datum.wgs84, encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "lon", "lat"])
        for name, (lon, lat) in rows.items():
            there = from_wgs84(lat, lon, datum)
            writer.writerow([name, there[1], there[0]])
    return str(path)


def command(tmp_path: Path, *more: str, homes: str, points: str) -> tuple[int, str, list[dict[str, str]]]:
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(main, ["circle", "reach", "--homes", homes, "--points", points, "--out", str(out), *more])
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines())) if out.exists() else []
    return done.exit_code, done.output, rows


def test_the_command_writes_who_reaches_what_in_the_demo_town(tmp_path: Path) -> None:
    homes, points = table(tmp_path / "homes.csv", HOMES), table(tmp_path / "points.csv", {"营业厅": HALL, "银行": BANK})
    code, said, rows = command(tmp_path, "--network", str(DEMO), homes=homes, points=points)
    assert code == 0
    assert "2 处住所、2 个缴费点" in said
    told = {(row["home"], row["point"]): row for row in rows}
    # Valhalla walks 1,070 m to the bank; the way from the middle of the estate to the street comes on top.
    assert int(told["望京新城", "银行"]["seconds"]) == pytest.approx(1070 * 60 / 80, abs=60)
    assert told["望京新城", "银行"]["answer"] == "no"
    assert told["望京新城", "银行"]["method"] == "network"
    assert "'=花家地" in {row["home"] for row in rows}


def test_the_command_takes_another_datum_and_encoding(tmp_path: Path) -> None:
    plain = command(tmp_path, "--network", str(DEMO), homes=table(tmp_path / "h", HOMES), points=table(tmp_path / "p", {"厅": HALL}))
    bd09 = table(tmp_path / "hb", HOMES, Datum.bd09, "gb18030"), table(tmp_path / "pb", {"厅": HALL}, Datum.bd09, "gb18030")
    assert command(tmp_path, "--network", str(DEMO), "--datum", "bd09", homes=bd09[0], points=bd09[1])[2] == plain[2] != []


def test_the_command_knows_gates_paces_and_the_line(tmp_path: Path) -> None:
    homes, points = tmp_path / "homes.csv", table(tmp_path / "points.csv", {"厅": HALL})
    homes.write_text("id,lon,lat,estate\n1,116.4690,39.9880,梧桐苑\n", "utf-8")
    gates = tmp_path / "gates.csv"
    gates.write_text("estate,lon,lat\n梧桐苑,116.4690,39.9900\n", "utf-8")
    seconds = [
        int(command(tmp_path, *more, homes=str(homes), points=points)[2][0]["seconds"])
        for more in (["--method", "line"], ["--method", "line", "--pace", "48"], ["--method", "line", "--gates", str(gates)])
    ]
    assert seconds[1] == pytest.approx(seconds[0] * 80 / 48, abs=1)
    assert seconds[2] > seconds[0] + 400


@pytest.mark.parametrize(
    ("homes", "more", "said"),
    [
        ("id,lon\n1,2\n", ["--network", str(DEMO)], "没有“lat”这一列"),
        ("id,lon,lat\n1,116.4,39.9\n2,,39\n3,nan,39\n4,39.9,116.4\n", ["--network", str(DEMO)], "第 3, 4, 5 行"),
        ("id,lon,lat\n", ["--network", str(DEMO)], "没有数据行"),
        ("id,lon,lat\n1,116.4,39.9\n", ["--network", "nowhere.osm.pbf"], "nowhere.osm.pbf"),
        ("id,lon,lat\n1,116.4,39.9\n", ["--network", __file__], "读不出来"),
        ("id,lon,lat\n1,116.4,39.9\n", [], "--network"),
        ("id,lon,lat\n1,116.4,39.9\n", ["--valhalla", "file:///etc"], "http://"),
        ("id,lon,lat\n1,100.4,29.9\n", ["--network", str(DEMO)], "坐标系"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, homes: str, more: list[str], said: str) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(homes, "utf-8")
    code, output, _rows = command(tmp_path, *more, homes=str(file), points=table(tmp_path / "points.csv", {"厅": HALL}))
    assert said in output
    assert code == (0 if "坐标系" in said else 1)


def test_the_walked_pairs_of_wangjing_bear_it_out(shared: Path) -> None:
    """544 pairs that Valhalla walked: no clear answer is wrong, where the straight circle has one wrong in three."""
    rows = list(csv.DictReader((shared / "reference" / "wangjing_walk_matrix.csv").read_text("utf-8").splitlines()))
    spots = [{(row[f"{what}_lon"], row[f"{what}_lat"]): None for row in rows} for what in ("estate", "point")]
    homes, points = (Places(list(some), *(np.array([float(one[n]) for one in some]) for n in (0, 1))) for some in spots)
    found = reach(points, homes, [OnNetwork(reading.read(DEMO).network), Line()])
    answers = {(row.home, row.point): row.answer for row in found.rows()}
    told = [answers.get(((r["estate_lon"], r["estate_lat"]), (r["point_lon"], r["point_lat"])), Answer.no) for r in rows]
    true = [float(row["walk_m"]) <= 800 for row in rows]
    line = [float(row["straight_m"]) <= 800 for row in rows]
    assert sum(one != other for one, other in zip(line, true, strict=True)) > 80
    assert not [one for one, other in zip(told, true, strict=True) if one is (Answer.no if other else Answer.yes)]
    assert told.count(Answer.about) < len(told) / 10
