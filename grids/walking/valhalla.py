"""A Valhalla server that the operator runs already, asked for its matrix of walks over HTTP.

Valhalla counts from the nearest edge, not from the door: where it says how far off that is, the way there is added as on our own network.
"""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from scipy.spatial import cKDTree

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.walking import metres
from grids.walking.metres import Floats, Ints
from grids.walking.on_network import HALF_A_BUILDING, LONGER, LONGER_M, SHORTER, SHORTER_M
from grids.walking.walks import Found, Places, Walks, joined

# What a server answers at once, unless its owner has set it otherwise: 2,500 pairs.
AT_ONCE = 50


class Valhalla(msgspec.Struct, frozen=True):
    """Asks for squares of places that are near each other, in batches that a server with its own limits answers."""

    url: str
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise Refused(_("The address of the Valhalla server must begin with http:// or https://."))

    @property
    def name(self) -> str:
        return "valhalla"

    def find(self, points: Places, homes: Places, *, within: float) -> Found:
        parts = [self._ask(points, homes, some, near, within) for some, near in _batches(points, homes, within)]
        return Found(joined(parts), np.ones(len(points), dtype=bool), np.ones(len(homes), dtype=bool))

    def _ask(self, points: Places, homes: Places, some: Ints, near: Ints, within: float) -> Walks:
        said = self._matrix({"sources": _located(points, some), "targets": _located(homes, near), "costing": "pedestrian"})
        pairs = [pair for row in said["sources_to_targets"] for pair in row if pair.get("distance") is not None]
        point, home = (np.array([pair[name] for pair in pairs], dtype=np.int64) for name in ("from_index", "to_index"))
        walk = np.array([pair["distance"] * 1000.0 for pair in pairs])
        off = _off(points, some, said.get("sources"))[point] + _off(homes, near, said.get("targets"))[home]
        found = Walks(near[home], some[point], walk + off, np.maximum(walk * SHORTER - SHORTER_M, 0), (walk + off) * LONGER + LONGER_M)
        return found.take(walk <= within)

    def _matrix(self, question: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(question).encode()
        request = urllib.request.Request(f"{self.url.rstrip('/')}/sources_to_targets", body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                told: dict[str, Any] = json.load(answer)
        except (OSError, ValueError) as error:
            raise Refused(_("The Valhalla server did not answer as it should: %(why)s", why=str(error))) from error
        return told


def _batches(points: Places, homes: Places, within: float) -> Iterator[tuple[Ints, Ints]]:
    """Points that lie near each other, each time with the homes within reach of one of them."""
    scale = np.array(metres.of_a_degree(float(np.median(points.lat)))) if len(points) else np.ones(2)
    places, doors = (np.column_stack((one.lon, one.lat)) * scale for one in (points, homes))
    tree = cKDTree(doors)
    order = np.lexsort((places[:, 1], np.floor(places[:, 0] / within)))
    for start in range(0, len(order), AT_ONCE):
        some = order[start : start + AT_ONCE]
        near = np.unique(np.concatenate([np.array(one, dtype=np.int64) for one in tree.query_ball_point(places[some], within * 1.01)]))
        for first in range(0, len(near), AT_ONCE):
            yield some, near[first : first + AT_ONCE]


def _located(places: Places, which: Ints) -> list[dict[str, float]]:
    return [{"lon": float(places.lon[number]), "lat": float(places.lat[number])} for number in which]


def _off(places: Places, which: Ints, set_on: Any) -> Floats:
    """The metres from the doors of places to where Valhalla says that it set them on its network; none where it does not say."""
    lon, lat = places.lon[which], places.lat[which]
    if not isinstance(set_on, list) or not all(isinstance(one, dict) and "lon" in one for one in set_on):
        return np.zeros(len(which))
    there = (np.array([one[name] for one in set_on], dtype=np.float64) for name in ("lon", "lat"))
    return np.maximum(metres.between(lon, lat, *there) - HALF_A_BUILDING, 0)
