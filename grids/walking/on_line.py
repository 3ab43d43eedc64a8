"""The gate-and-line model, where there is no network: the straight line times a detour, through the estate's gates where they are known.

The figures come from 544 pairs of estate and place in Wangjing, walked by Valhalla on OpenStreetMap's paths: walked over straight metres
has the median 1.33 (a tenth is under 1.13, a tenth over 1.58; round walled estates it goes up to 3.1). Where the gates are known nobody
goes round the wall without our knowing; that its part falls away then is assumed, not measured.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.spatial import cKDTree

from grids.circle.detour import DETOUR, LEAST_DETOUR, MOST_DETOUR, ROUND_A_WALL
from grids.walking import gates, metres
from grids.walking.gates import Gate, WaysOut
from grids.walking.metres import Ints
from grids.walking.walks import Found, Places, Walks, empty, shortest


class Line(msgspec.Struct, frozen=True):
    """Always knows something, never much."""

    gates: Sequence[Gate] = ()

    @property
    def name(self) -> str:
        return "line"

    def find(self, points: Places, homes: Places, *, within: float) -> Found:
        walks = self._walks(points, homes, within) if len(points) and len(homes) else empty()
        return Found(walks, np.ones(len(points), dtype=bool), np.ones(len(homes), dtype=bool))

    def _walks(self, points: Places, homes: Places, within: float) -> Walks:
        ways = gates.ways_out(homes, self.gates)
        way, point = _near(ways, points, within / LEAST_DETOUR)
        line = metres.between(ways.lon[way], ways.lat[way], points.lon[point], points.lat[point]) + ways.inside[way]
        wall = np.where(ways.gated[way], 0.0, ROUND_A_WALL)
        return shortest(Walks(ways.home[way], point, line * DETOUR, line * LEAST_DETOUR, line * MOST_DETOUR + wall))


def _near(ways: WaysOut, points: Places, far: float) -> tuple[Ints, Ints]:
    """The pairs within so many straight metres. The flat map is off by less than a hundredth within a city."""
    scale = np.array(metres.of_a_degree(float(np.median(points.lat))))
    one, other = (cKDTree(np.column_stack(at) * scale) for at in ((ways.lon, ways.lat), (points.lon, points.lat)))
    found = one.sparse_distance_matrix(other, far * 1.01, output_type="ndarray")
    return found["i"].astype(np.int64), found["j"].astype(np.int64)
