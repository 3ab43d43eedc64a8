"""The walking network: junctions and the edges between them, kept as arrays, with the metres of each edge."""

from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from grids.walking import metres
from grids.walking.lines import Lines
from grids.walking.metres import Bools, Floats, Ints
from grids.walking.ways import Trust

# A piece of the map with fewer junctions hangs on nothing: nobody's walk starts there (Valhalla's own figure).
LEAST_JUNCTIONS = 50


class Network(msgspec.Struct, frozen=True, dict=True):
    """Edge by edge: the junctions `tail` and `head`, `length` metres, the shape `begin`..`end` among the places `lon`, `lat`.

    `cut` are the junctions at which a main road ends at nothing: beyond them the map was cut off.
    """

    lon: Floats
    lat: Floats
    begin: Ints
    end: Ints
    tail: Ints
    head: Ints
    length: Floats
    trust: Ints
    junction_lon: Floats
    junction_lat: Floats
    private_gate: Bools
    cut: Ints

    @property
    def size(self) -> int:
        return len(self.junction_lon)

    @cached_property
    def scale(self) -> Floats:
        """Metres of a degree in the middle of the network: good enough to tell which edge is nearest."""
        return np.array(metres.of_a_degree(float(np.median(self.junction_lat))))

    def flat(self, lon: Floats, lat: Floats) -> Floats:
        return np.column_stack((lon, lat)) * self.scale

    @cached_property
    def snappable(self) -> "Snappable":
        """The edges to which a home or a point may be joined: those that the map says are walked."""
        return Snappable(self)


class Snappable:
    """The edges as shapely lines on the flat map, with a tree to find the nearest."""

    def __init__(self, network: Network) -> None:
        self.edge: Ints = np.flatnonzero(network.trust != Trust.perhaps)
        begin, count = network.begin[self.edge], (network.end - network.begin)[self.edge]
        which = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(which)) + np.repeat(begin - np.cumsum(count) + count, count)
        self.shapes: Any = shapely.linestrings(network.flat(network.lon[place], network.lat[place]), indices=which)
        self.tree = shapely.STRtree(self.shapes)


def build(lines: Lines, *, least: int = LEAST_JUNCTIONS) -> Network:
    """Cut the lines where they meet, leave out the pieces that hang on nothing, number the junctions."""
    name, where, times = np.unique(lines.node, return_inverse=True, return_counts=True)
    begin, end = _cut_where_they_meet(lines, (times[where] > 1) | np.isin(lines.node, lines.private_gates))
    trust = lines.trust[np.searchsorted(lines.start, begin, side="right") - 1]
    kept = _hang_together(where[begin], where[end - 1], trust, len(name), least)
    begin, end, trust = begin[kept], end[kept], trust[kept]
    used, numbers = np.unique(np.concatenate((where[begin], where[end - 1])), return_inverse=True)
    tail, head = numbers[: len(begin)], numbers[len(begin) :]
    place = np.empty(len(name), dtype=np.int64)
    place[where] = np.arange(len(where))
    steps = metres.between(lines.lon[:-1], lines.lat[:-1], lines.lon[1:], lines.lat[1:])
    along = np.concatenate(([0.0], np.cumsum(steps)))
    main = lines.main[np.searchsorted(lines.start, begin, side="right") - 1]
    return Network(
        lines.lon, lines.lat, begin, end, tail, head, along[end - 1] - along[begin], trust,
        lines.lon[place[used]], lines.lat[place[used]], np.isin(name[used], lines.private_gates), _ends(tail, head, main),
    )  # fmt: skip


def _cut_where_they_meet(lines: Lines, breaks: Bools) -> tuple[Ints, Ints]:
    """Where each edge begins and ends (exclusive) among the places."""
    breaks[lines.start] = breaks[lines.last] = True
    at = np.flatnonzero(breaks)
    within = np.ones(len(at), dtype=bool)
    within[np.searchsorted(at, lines.last)] = False
    return at[within], at[np.flatnonzero(within) + 1] + 1


def _hang_together(tail: Ints, head: Ints, trust: Ints, size: int, least: int) -> Bools:
    """The edges of the pieces that are large enough (the largest always is), and the doubtful ones that touch them."""
    sure = trust != Trust.perhaps
    piece = pieces(tail[sure], head[sure], size)
    used = np.zeros(size, dtype=bool)
    used[tail[sure]] = used[head[sure]] = True
    sizes = np.bincount(piece[used], minlength=piece.max(initial=0) + 1)
    large = (sizes >= min(least, sizes.max(initial=0))) & (sizes > 0)
    kept: Bools = large[piece[tail]] | large[piece[head]]
    return kept


def pieces(tail: Ints, head: Ints, size: int) -> Ints:
    """The number of the connected piece in which each junction lies."""
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(size, size))
    found: Ints = connected_components(graph, directed=False)[1]
    return found


def _ends(tail: Ints, head: Ints, main: Bools) -> Ints:
    """Where a main road ends at nothing."""
    degree = np.bincount(np.concatenate((tail, head)))
    ends = np.unique(np.concatenate((tail[main], head[main])))
    single: Ints = ends[degree[ends] == 1]
    return single
