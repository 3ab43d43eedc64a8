"""Walking reach: over real paths, through gates and over bridges, with a clear answer only where there is one."""

import heapq
import math
from collections import defaultdict

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.walking import metres, on_network
from grids.walking.gates import Gate
from grids.walking.on_line import Line
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.timed import Timed, TimedWalk
from grids.walking.walks import Answer, Places, Row
from tests.grids.towns import STREET, Spot, at, places, town, walk

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


def test_between_two_places_far_from_all_paths_there_may_be_one_of_their_own() -> None:
    """Two buildings deep inside a block, side by side: the paths of the map lead round it."""
    block = [(0.0, 0.0), (900.0, 0.0), (900.0, 200.0), (0.0, 200.0), (0.0, 0.0)]
    row = walk(town(block), (450, 95), (450, 105))
    assert row.answer is Answer.about
    assert walk(town(block), (450, 20), (450, 180)).answer is Answer.no


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


def test_what_was_timed_is_known_best_and_beyond_the_map_the_line_answers() -> None:
    homes, points = places([(0, 0), (100, 0), (20_000, 0), (200, 0)]), places([(500, 0), (20_300, 0)])
    timed = Timed([
        TimedWalk("0", "0", seconds=900), TimedWalk("0", "0", seconds=620, metres=840), TimedWalk("9", "0", 1), TimedWalk("3", "0", 1000),
    ])  # fmt: skip
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
