"""Walks on the network of paths: from the door to the nearest edge in line, along the network, and to the other door.

How sure that is: at least the generous reading of the map without the way to the network (the door may be at the street); at most the
strict reading with all of it. Lines run through the middle of streets and people choose a way by more than its length:
hence the hundredths, which leave room for what docs/walking.md measures.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from grids.walking import gates, graphs
from grids.walking.gates import Gate, WaysOut
from grids.walking.graphs import Graph
from grids.walking.metres import Bools, Floats, Ints
from grids.walking.network import Network
from grids.walking.snapping import Feet, snap
from grids.walking.walks import Found, Places, Walks, joined, shortest

# Places stand on the map in the middle of their building; its outline is so much nearer to the street (the median of 1,172 buildings).
HALF_A_BUILDING = 15.0
# Further off, the map has not drawn the paths there are.
OFF_THE_MAP = 1_000.0
# So far from a path a place may have one of its own.
OFF_THE_PATHS = 30.0
# Paths inside an estate bend.
BENDS, MOST_BENDS = 1.15, 1.4
SHORTER, SHORTER_M = 0.99, 5.0
LONGER, LONGER_M = 1.015, 8.0
# A larger network, with more junctions, is walked window by window.
SMALL = 20_000
WINDOW = 2_000.0
AT_ONCE = 256


class Standing(msgspec.Struct, frozen=True):
    """Places by their number, where they are on the flat map, and how they are set on the network."""

    number: Ints
    at: Floats
    feet: Feet

    def __len__(self) -> int:
        return len(self.number)

    def take(self, which: Any) -> "Standing":
        return Standing(self.number[which], self.at[which], self.feet.take(which))


class OnNetwork:
    """The network with both its readings, made once. `gates` are those that colleagues have pinned."""

    name = "network"

    def __init__(self, network: Network, gates: Sequence[Gate] = (), *, far: float = 1_200.0) -> None:
        self.network, self.gates = network, gates
        self.strict, self.generous = graphs.strict(network), graphs.generous(network, far)

    def find(self, points: Places, homes: Places, *, within: float) -> Found:
        ways = gates.ways_out(homes, self.gates)
        places, doors = self.network.flat(points.lon, points.lat), self.network.flat(ways.lon, ways.lat)
        far = within + 2 * OFF_THE_MAP
        to, off_points = self._set(points.lon, points.lat, places, _in_box_of(doors, places, far))
        out, off_ways = self._set(ways.lon, ways.lat, doors, _in_box_of(places, doors, far))
        walks = joined([self._walk(ways, *window, within) for window in self._windows(to, out, within)])
        return Found(
            shortest(walks) if ways.gated.any() else walks, _all_but(off_points, len(points)), _all_but(ways.home[off_ways], len(homes))
        )

    def _set(self, lon: Floats, lat: Floats, at: Floats, near: Ints) -> tuple[Standing, Ints]:
        """The places that matter, set on the network; and those of them that are off the map."""
        feet = snap(self.network, lon[near], lat[near])
        on = feet.off <= OFF_THE_MAP
        return Standing(near, at[near], feet).take(on), near[~on]

    def _windows(self, to: Standing, out: Standing, within: float) -> Iterator[tuple[Graph, Graph, Standing, Standing]]:
        """The two graphs, places to pay and ways out that have to do with one another: all of a small town, else square by square."""
        if self.network.size <= SMALL:
            yield from ((self.strict, self.generous, to.take(some), out) for some in _portions(np.arange(len(to))))
            return
        junctions = self.network.flat(self.network.junction_lon, self.network.junction_lat)
        squares, of = np.unique(np.floor(to.at / WINDOW), axis=0, return_inverse=True)
        for number, square in enumerate(squares):
            corners = np.array([square, square + 1]) * WINDOW
            inside = _in_box_of(corners, junctions, within + OFF_THE_MAP)
            strict, generous = graphs.cropped(self.strict, inside), graphs.cropped(self.generous, inside)
            there = out.take(_in_box_of(corners, out.at, within + 2 * OFF_THE_MAP))
            yield from ((strict, generous, to.take(some), there) for some in _portions(np.flatnonzero(of == number)))

    def _walk(self, ways: WaysOut, strict: Graph, generous: Graph, to: Standing, out: Standing, within: float) -> Walks:
        """Door to door: the bounds, and between them the strict reading where there is one."""
        least = np.minimum(graphs.walks(generous, to.feet, out.feet, limit=within), _off_the_paths(to, out))
        row, column = np.nonzero(least <= within)
        least = least[row, column]
        most = graphs.walks(strict, to.feet, out.feet, limit=within)[row, column]
        way = out.number[column]
        off = np.maximum(to.feet.off - HALF_A_BUILDING, 0)[row] + np.maximum(out.feet.off - HALF_A_BUILDING, 0)[column]
        metres = np.where(np.isfinite(most), most, least) + off + BENDS * ways.inside[way]
        return Walks(
            ways.home[way], to.number[row], metres,
            np.maximum(SHORTER * least - SHORTER_M, 0) + ways.inside[way], LONGER * (most + off) + LONGER_M + MOST_BENDS * ways.inside[way],
        )  # fmt: skip


def _off_the_paths(to: Standing, out: Standing) -> Floats:
    """The straight line between two places that are both further from any path than from each other: who knows what lies between."""
    line = np.full((len(to), len(out)), np.inf)
    rows, columns = np.flatnonzero(to.feet.off > OFF_THE_PATHS), np.flatnonzero(out.feet.off > OFF_THE_PATHS)
    if len(rows) and len(columns):
        between = np.hypot(*(to.at[rows, None] - out.at[columns]).transpose(2, 0, 1))
        off = to.feet.off[rows, None] + out.feet.off[columns]
        line[np.ix_(rows, columns)] = np.where(between < off, between, np.inf)
    return line


def _in_box_of(around: Floats, at: Floats, far: float) -> Ints:
    """Which places lie in the box round others, so many metres wider."""
    if not len(around):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(((at >= around.min(axis=0) - far) & (at <= around.max(axis=0) + far)).all(axis=1))


def _portions(which: Ints) -> Iterator[Ints]:
    return (which[start : start + AT_ONCE] for start in range(0, len(which), AT_ONCE))


def _all_but(which: Ints, count: int) -> Bools:
    known = np.ones(count, dtype=bool)
    known[which] = False
    return known
