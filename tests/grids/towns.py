"""Small towns made by hand, in metres from a corner of Wangjing."""

from collections.abc import Iterable, Sequence

import numpy as np

from grids.walking import metres
from grids.walking.gates import Gate
from grids.walking.lines import Drawn
from grids.walking.network import Network, build
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.walks import Places, Row
from grids.walking.ways import Trust

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
