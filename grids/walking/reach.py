"""The table of reach: for every pair of home and place to pay, the walk by the best method that knows it."""

from collections.abc import Sequence

import numpy as np

from grids.walking.metres import Bools, Ints
from grids.walking.walks import ORDINARY_PACE, TEN_MINUTES, Found, Method, Places, Reach, Walks, joined


def reach(points: Places, homes: Places, methods: Sequence[Method], *, seconds: float = 900, pace: float = ORDINARY_PACE) -> Reach:
    """All pairs whose walk takes so many seconds at the ordinary pace, and those that may be ten minutes at the given one.

    Methods are named best first; the first that settles a pair wins and is named with it.
    """
    ten_minutes = pace * TEN_MINUTES / 60
    far = max(seconds * ORDINARY_PACE / 60, ten_minutes)
    parts: list[Walks] = []
    by: list[Ints] = []
    settled = _Settled(len(points))
    for number, method in enumerate(methods):
        if settled.everything:
            break
        found = method.find(points, homes, within=far)
        walks = found.walks.take(~settled.has(found.walks))
        settled.add(found, walks)
        # Far off the paths the walk may be long and ten minutes still not be out of the question.
        walks = walks.take((walks.metres <= far) | (walks.least <= ten_minutes))
        parts.append(walks)
        by.append(np.full(len(walks), number))
    method_of = np.concatenate([*by, np.empty(0, dtype=np.int64)])
    return Reach(points, homes, joined(parts), method_of, [method.name for method in methods])


class _Settled:
    """Which pairs are known already: those given, and all pairs of places that a method knows."""

    def __init__(self, points: int) -> None:
        self.points = points
        self.known: list[tuple[Bools, Bools]] = []
        self.given = np.empty(0, dtype=np.int64)

    @property
    def everything(self) -> bool:
        return any(points.all() and homes.all() for points, homes in self.known)

    def add(self, found: Found, walks: Walks) -> None:
        self.known.append((found.knows_points, found.knows_homes))
        if not self.everything:
            self.given = np.append(self.given, self._number(walks))

    def has(self, walks: Walks) -> Bools:
        had = np.isin(self._number(walks), self.given) if len(self.given) else np.zeros(len(walks), dtype=bool)
        for points, homes in self.known:
            had |= points[walks.point] & homes[walks.home]
        return had

    def _number(self, walks: Walks) -> Ints:
        return walks.home * self.points + walks.point
