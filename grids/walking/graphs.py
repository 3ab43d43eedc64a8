"""Two readings of the network. Strict: private ways lead out of and into where one is, never through. Generous: whatever may be walked.

A walk is no longer than the strict reading says and no shorter than the generous one, as far as the map knows.
"""

from typing import Any

import msgspec
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from grids.walking import metres
from grids.walking.metres import Bools, Floats, Ints
from grids.walking.network import Network, pieces
from grids.walking.snapping import Feet
from grids.walking.ways import Trust

# What scipy takes for an edge at all.
NEARLY_NOTHING = 1e-6


class Graph(msgspec.Struct, frozen=True):
    """A matrix of metres, and for each edge the nodes at which a walk from it sets out and a walk to it arrives.

    `junction` tells where each node is.
    """

    matrix: csr_array
    out_tail: Ints
    out_head: Ints
    in_tail: Ints
    in_head: Ints
    junction: Ints


def generous(network: Network, far: float) -> Graph:
    """Every way counts, and beyond the map's edge there may be a straight one between two cut roads."""
    tail, head, length = network.tail, network.head, network.length
    lon, lat = network.junction_lon, network.junction_lat
    pairs = cKDTree(network.flat(lon[network.cut], lat[network.cut])).query_pairs(far, output_type="ndarray")
    a, b = network.cut[pairs[:, 0]], network.cut[pairs[:, 1]]
    line = metres.between(lon[a], lat[a], lon[b], lat[b])
    both = _both_ways(np.append(tail, a), np.append(head, b), np.append(length, line))
    return Graph(_matrix(*both, network.size), tail, head, tail, head, np.arange(network.size))


def strict(network: Network) -> Graph:
    """Three storeys: private ways as one sets out, the open network, private ways as one arrives."""
    certain = network.trust != Trust.perhaps
    public = _public(network, certain)
    private = certain & ~public
    tail, head, junction = _gates_shut(network, public)
    indoors = np.unique(np.concatenate((network.tail[private], network.head[private])))
    storey = np.full(network.size, -1, dtype=np.int64)
    storey[indoors] = np.arange(len(indoors))
    out, in_ = len(junction), len(junction) + len(indoors)
    stubs = np.flatnonzero(storey[junction] >= 0)
    link = storey[junction[stubs]]
    free = np.full(len(stubs), NEARLY_NOTHING)
    a, b, length = storey[network.tail[private]], storey[network.head[private]], network.length[private]
    parts = [
        _both_ways(tail[public], head[public], network.length[public]),
        _both_ways(a + out, b + out, length), _both_ways(a + in_, b + in_, length),
        (link + out, stubs, free), (stubs, link + in_, free),
    ]  # fmt: skip
    from_, to, weights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    size = len(junction) + 2 * len(indoors)

    def ends(floor: int) -> tuple[Ints, Ints]:
        return np.where(private, storey[network.tail] + floor, tail), np.where(private, storey[network.head] + floor, head)

    return Graph(_matrix(from_, to, weights, size), *ends(out), *ends(in_), np.concatenate((junction, indoors, indoors)))


def _public(network: Network, certain: Bools) -> Bools:
    """The edges of the largest piece that is left when private ways and private gates are shut. What lies behind them is private too."""
    open_: Bools = certain & (network.trust == Trust.open)
    tail, head, junction = _gates_shut(network, open_)
    if not open_.any():
        return open_
    piece = pieces(tail[open_], head[open_], len(junction))
    largest = np.bincount(piece[tail[open_]]).argmax()
    reached: Bools = open_ & (piece[tail] == largest)
    return reached


def _gates_shut(network: Network, edges: Bools) -> tuple[Ints, Ints, Ints]:
    """The ends of the edges, where at a private gate each edge has an end of its own; and the junction of each such end."""
    tail, head, size = network.tail.copy(), network.head.copy(), network.size
    junction = [np.arange(size)]
    for ends in (tail, head):
        at_gate = np.flatnonzero(edges & network.private_gate[ends])
        junction.append(ends[at_gate])
        ends[at_gate] = size + np.arange(len(at_gate))
        size += len(at_gate)
    return tail, head, np.concatenate(junction)


def _both_ways(tail: Ints, head: Ints, length: Floats) -> tuple[Ints, Ints, Floats]:
    return np.concatenate((tail, head)), np.concatenate((head, tail)), np.concatenate((length, length))


def _matrix(tail: Ints, head: Ints, length: Floats, size: int) -> csr_array:
    """Of several edges between the same two nodes the shortest."""
    order = np.lexsort((length, head, tail))
    order = order[tail[order] != head[order]]
    tail, head, length = tail[order], head[order], np.maximum(length[order], NEARLY_NOTHING)
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    indptr = np.searchsorted(tail[first], np.arange(size + 1))
    return csr_array((length[first], head[first].astype(np.int32), indptr.astype(np.int32)), shape=(size, size))


def walks(graph: Graph, points: Feet, homes: Feet, *, limit: float) -> Floats:
    """The metres on the network from each point (row) to each home (column), infinite beyond the limit."""
    size, count = len(graph.junction), len(points)
    found: Any = dijkstra(with_points(graph, points), indices=np.arange(size, size + count), limit=limit)
    metres_: Floats = np.minimum(found[:, graph.in_tail[homes.edge]] + homes.to_tail, found[:, graph.in_head[homes.edge]] + homes.to_head)
    here, there = np.nonzero(points.edge[:, None] == homes.edge[None, :])
    metres_[here, there] = np.minimum(metres_[here, there], np.abs(points.to_tail[here] - homes.to_tail[there]))
    return metres_


def with_points(graph: Graph, points: Feet) -> csr_array:
    """The matrix with a row for each point, from which one steps on to the two ends of its edge. Nothing leads back."""
    matrix, size, count = graph.matrix, len(graph.junction), len(points)
    data = np.column_stack((points.to_tail, points.to_head)).ravel() + NEARLY_NOTHING
    ends = np.column_stack((graph.out_tail[points.edge], graph.out_head[points.edge])).ravel()
    indptr = np.append(matrix.indptr, matrix.indptr[-1] + 2 * np.arange(1, count + 1))
    parts = (np.append(matrix.data, data), np.append(matrix.indices, ends), indptr.astype(np.int32))
    return csr_array(parts, shape=(size + count, size + count))


def cropped(graph: Graph, junctions: Ints) -> Graph:
    """The part of a graph at some junctions. What leads out of it leads to a node from which nothing leads on."""
    inside = np.zeros(graph.junction.max(initial=0) + 1, dtype=bool)
    inside[junctions] = True
    kept = np.flatnonzero(inside[graph.junction])
    nowhere = len(kept)
    number = np.full(len(graph.junction), nowhere, dtype=np.int64)
    number[kept] = np.arange(nowhere)
    part = graph.matrix[kept][:, kept]
    matrix = csr_array((part.data, part.indices, np.append(part.indptr, part.indptr[-1])), shape=(nowhere + 1, nowhere + 1))
    out_tail, out_head, in_tail, in_head = (number[at] for at in (graph.out_tail, graph.out_head, graph.in_tail, graph.in_head))
    return Graph(matrix, out_tail, out_head, in_tail, in_head, np.append(graph.junction[kept], -1))
