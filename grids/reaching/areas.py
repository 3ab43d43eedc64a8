"""How far one comes in ten minutes, for the drawing: a ring round the ends of the walked paths. The answers come from the table."""

from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from scipy.sparse.csgraph import dijkstra
from sqlalchemy.orm import Session

from grids.reaching.tables import Outline
from grids.reaching.ways import Ways, places
from grids.walking import gates as pinned
from grids.walking import graphs
from grids.walking.metres import Floats, Ints
from grids.walking.network import Network
from grids.walking.on_network import OFF_THE_MAP, SMALL, OnNetwork
from grids.walking.snapping import snap
from grids.walking.walks import ORDINARY_PACE, TEN_MINUTES

SLOWER_PACE = 48.0
FAR = ORDINARY_PACE * TEN_MINUTES / 60
# How closely the ring follows the paths, how far from them it stays, how straight it may be: metres, but the first.
HOLLOW, BESIDE, STRAIGHT = 0.5, 25.0, 16.0
Ring = list[list[float]]


def outlines(walked: OnNetwork | None, ways: Ways) -> dict[int, tuple[Ring, Ring]]:
    """For each home the ring at an ordinary and at a slower pace; none where there is no map of paths, or none near."""
    if walked is None or not ways.rows:
        return {}
    homes = places(ways.rows)
    out = pinned.ways_out(homes, ways.always)
    feet = snap(walked.network, out.lon, out.lat)
    found = {}
    for number, home in enumerate(homes.ids):
        mine = np.flatnonzero((out.home == number) & (feet.off <= OFF_THE_MAP))
        if len(mine):
            ends = _Ends(walked, np.array([out.lon[mine[0]], out.lat[mine[0]]]), feet.take(mine), (feet.off + out.inside)[mine])
            found[home] = (ends.ring(FAR), ends.ring(SLOWER_PACE * TEN_MINUTES / 60))
    return found


def keep(session: Session, rings: dict[int, tuple[Ring, Ring]]) -> None:
    session.execute(sa.delete(Outline).where(Outline.home_id.in_(rings)))
    if rings:
        session.execute(sa.insert(Outline), [{"home_id": home, "ring": ring, "slower": slower} for home, (ring, slower) in rings.items()])


class _Ends:
    """The junctions near a home, and how far each is."""

    def __init__(self, walked: OnNetwork, at: Floats, feet: Any, off: Floats) -> None:
        network, graph = walked.network, walked.generous
        junctions = np.arange(network.size)
        if network.size > SMALL:
            place, middle = network.flat(network.junction_lon, network.junction_lat), network.flat(at[:1], at[1:])
            junctions = np.flatnonzero((np.abs(place - middle) <= FAR + OFF_THE_MAP).all(axis=1))
            graph = graphs.cropped(graph, junctions)
        size = len(graph.junction)
        matrix = graphs.with_points(graph, feet)
        away: Any = dijkstra(matrix, indices=np.arange(size, size + len(feet)), limit=FAR)[:, :size] + off[:, None]
        self.network = network
        self.away = np.full(network.size + 1, np.inf)
        self.away[graph.junction] = away.min(axis=0)

    def ring(self, far: float) -> Ring:
        """Every path as far as one comes on it, and a hollow hull round it all."""
        network = self.network
        tail, head = np.concatenate((network.tail, network.head)), np.concatenate((network.head, network.tail))
        length = np.concatenate((network.length, network.length))
        on = np.flatnonzero(self.away[tail] < far)
        share = np.minimum((far - self.away[tail[on]]) / np.maximum(length[on], 1.0), 1.0)
        spots = _along(network, tail[on], head[on], share)
        return _hull(network, np.concatenate((spots, _along(network, tail[on], head[on], np.zeros(len(on)))))) if len(on) > 2 else []


def _along(network: Network, tail: Ints, head: Ints, share: Floats) -> Floats:
    flat = network.flat(network.junction_lon, network.junction_lat)
    along: Floats = flat[tail] + (flat[head] - flat[tail]) * share[:, None]
    return along


def _hull(network: Network, spots: Floats) -> Ring:
    hull = shapely.concave_hull(shapely.multipoints(spots), ratio=HOLLOW).buffer(BESIDE).simplify(STRAIGHT)
    if not isinstance(hull, shapely.Polygon) or hull.is_empty:
        return []
    return [[round(float(lon), 5), round(float(lat), 5)] for lon, lat in shapely.get_coordinates(hull.exterior) / network.scale]
