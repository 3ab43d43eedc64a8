"""Walks on the network of paths: from the door to the nearest edge in line, along the network, and to the other door.

How sure that is: at least the generous reading of the map without the way to the network (the door may be at the street); at most the
strict reading with all of it. Lines run through the middle of streets and people choose a way by more than its length:
hence the hundredths, which leave room for what docs/walking.md measures.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from grids.walking import gates, graphs
from grids.walking.gates import Gate, WaysOut
from grids.walking.graphs import Graph
from grids.walking.metres import Ints
from grids.walking.network import Network
from grids.walking.snapping import Feet, snap
from grids.walking.walks import Found, Places, Walks, joined, shortest

# Places stand on the map in the middle of their building; its outline is so much nearer to the street (the median of 1,172 buildings).
HALF_A_BUILDING = 15.0
# Further off, the map has not drawn the paths there are.
OFF_THE_MAP = 1_000.0
# Paths inside an estate bend.
BENDS, MOST_BENDS = 1.15, 1.4
SHORTER, SHORTER_M = 0.99, 5.0
LONGER, LONGER_M = 1.015, 8.0
# A larger network, with more junctions, is walked window by window.
SMALL = 20_000
WINDOW = 2_000.0
AT_ONCE = 256


class OnNetwork:
    """The network with both its readings, made once. `gates` are those that colleagues have pinned."""

    name = "network"

    def __init__(self, network: Network, gates: Sequence[Gate] = (), *, far: float = 1_200.0) -> None:
        self.network, self.gates = network, gates
        self.strict, self.generous = graphs.strict(network), graphs.generous(network, far)

    def find(self, points: Places, homes: Places, *, within: float) -> Found:
        ways = gates.ways_out(homes, self.gates)
        to, out = snap(self.network, points.lon, points.lat), snap(self.network, ways.lon, ways.lat)
        parts = [self._walk(ways, to, out, *window, within) for window in self._windows(points, to, ways, out, within)]
        walks = joined(parts)
        known = np.ones(len(homes), dtype=bool)
        known[ways.home[out.off > OFF_THE_MAP]] = False
        return Found(shortest(walks) if ways.gated.any() else walks, to.off <= OFF_THE_MAP, known)

    def _windows(self, points: Places, to: Feet, ways: WaysOut, out: Feet, within: float) -> Iterator[tuple[Graph, Graph, Ints, Ints]]:
        """The two graphs, points and ways out that have to do with one another: all of a small town, else square by square."""
        near_points, near_ways = np.flatnonzero(to.off <= OFF_THE_MAP), np.flatnonzero(out.off <= OFF_THE_MAP)
        if self.network.size <= SMALL:
            for start in range(0, len(near_points), AT_ONCE):
                yield self.strict, self.generous, near_points[start : start + AT_ONCE], near_ways
            return
        places, doors = self.network.flat(points.lon, points.lat), self.network.flat(ways.lon, ways.lat)
        junctions = self.network.flat(self.network.junction_lon, self.network.junction_lat)
        squares, of = np.unique(np.floor(places[near_points] / WINDOW), axis=0, return_inverse=True)
        for number, square in enumerate(squares):
            low, high = square * WINDOW - within - OFF_THE_MAP, (square + 1) * WINDOW + within + OFF_THE_MAP
            inside = ((junctions >= low) & (junctions <= high)).all(axis=1)
            strict, generous = graphs.cropped(self.strict, inside), graphs.cropped(self.generous, inside)
            here, there = near_points[of == number], near_ways[((doors[near_ways] >= low) & (doors[near_ways] <= high)).all(axis=1)]
            for start in range(0, len(here), AT_ONCE):
                yield strict, generous, here[start : start + AT_ONCE], there

    def _walk(self, ways: WaysOut, to: Feet, out: Feet, strict: Graph, generous: Graph, points: Ints, doors: Ints, within: float) -> Walks:
        """Door to door: the bounds, and between them the strict reading where there is one."""
        to, out = to.take(points), out.take(doors)
        least = graphs.walks(generous, to, out, limit=within)
        row, column = np.nonzero(least <= within)
        least = least[row, column]
        most = graphs.walks(strict, to, out, limit=within)[row, column]
        inside = ways.inside[doors][column]
        off = np.maximum(to.off - HALF_A_BUILDING, 0)[row] + np.maximum(out.off - HALF_A_BUILDING, 0)[column]
        metres = np.where(np.isfinite(most), most, least) + off + BENDS * inside
        return Walks(
            ways.home[doors[column]], points[row], metres,
            np.maximum(SHORTER * least - SHORTER_M, 0) + inside, LONGER * (most + off) + LONGER_M + MOST_BENDS * inside,
        )  # fmt: skip
