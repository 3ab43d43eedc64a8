"""A Valhalla server as the engine: a real one, on the demo town's paths."""

from pathlib import Path

import numpy as np
import pytest

from app.core.errors import Refused
from grids.walking import reading
from grids.walking.on_line import Line
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.valhalla import Valhalla
from grids.walking.walks import Answer, Places

pytest.importorskip("valhalla", reason="pyvalhalla-weekly is not installed")
DEMO = Path(__file__).parents[2] / "app" / "demo" / "wangjing.osm.pbf"
RANDOM = np.random.default_rng(7)


def some(count: int) -> Places:
    return Places(list(range(count)), RANDOM.uniform(116.462, 116.480, count), RANDOM.uniform(39.989, 40.002, count))


def test_a_valhalla_server_and_our_network_walk_alike(tmp_path: Path) -> None:
    from tests.trials import valhalla

    points, homes = some(60), some(70)
    with valhalla.server(DEMO, tmp_path) as url:
        theirs = reach(points, homes, [Valhalla(url), Line()])
    ours = reach(points, homes, [OnNetwork(reading.read(DEMO).network), Line()])
    told, walked = ({(row.home, row.point): row for row in found.rows()} for found in (theirs, ours))
    assert {row.method for row in told.values()} == {"valhalla"}
    assert len(told.keys() & walked.keys()) > 0.9 * len(walked) > 900
    apart = [abs(told[pair].seconds - walked[pair].seconds) for pair in told.keys() & walked.keys()]
    assert np.median(apart) < 5
    against = [pair for pair in told.keys() & walked.keys() if {told[pair].answer, walked[pair].answer} == {Answer.yes, Answer.no}]
    assert len(against) < len(walked) / 200


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(Refused, match="Valhalla"):
        reach(some(1), some(1), [Valhalla("http://127.0.0.1:9", timeout=1)])
