"""From a place to the network: the nearest edge, how far along it, and how far off it the place lies."""

import msgspec
import shapely

from grids.walking import metres
from grids.walking.metres import Floats, Ints
from grids.walking.network import Network


class Feet(msgspec.Struct, frozen=True):
    """Places set on the network: the edge, the metres along it to its two ends, the metres from the place to the edge."""

    edge: Ints
    to_tail: Floats
    to_head: Floats
    off: Floats

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, which: Ints) -> "Feet":
        return Feet(self.edge[which], self.to_tail[which], self.to_head[which], self.off[which])


def snap(network: Network, lon: Floats, lat: Floats) -> Feet:
    """Each place on the edge that is nearest in a straight line."""
    places = shapely.points(network.flat(lon, lat))
    found = network.snappable.tree.query_nearest(places, all_matches=False)[1]
    shapes = network.snappable.shapes[found]
    share = shapely.line_locate_point(shapes, places, normalized=True)
    on = shapely.get_coordinates(shapely.line_interpolate_point(shapes, share, normalized=True)) / network.scale
    edge = network.snappable.edge[found]
    to_tail = share * network.length[edge]
    return Feet(edge, to_tail, network.length[edge] - to_tail, metres.between(lon, lat, on[:, 0], on[:, 1]))
