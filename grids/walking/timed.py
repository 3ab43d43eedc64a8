"""Walks that somebody has walked: timed by the manager's phone from a home to a place. Nothing is better known."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from grids.walking.walks import ORDINARY_PACE, Found, Places, Walks

# A phone's position, a red light, a greeting on the way.
SHORTER, LONGER, OF_THE_PHONE_M = 0.95, 1.05, 10.0


class TimedWalk(msgspec.Struct, frozen=True):
    """How long it took. Without metres the walker is taken to have gone at the ordinary pace."""

    home: Any
    point: Any
    seconds: float
    metres: float | None = None


class Timed(msgspec.Struct, frozen=True):
    """Of one pair walked several times the last counts."""

    timed: Sequence[TimedWalk]

    @property
    def name(self) -> str:
        return "timed"

    def find(self, points: Places, homes: Places, *, within: float) -> Found:  # noqa: ARG002 - all are given
        number_of = [{name: number for number, name in enumerate(places.ids)} for places in (homes, points)]
        last = {(number_of[0].get(one.home), number_of[1].get(one.point)): one for one in self.timed}
        known = {pair: one for pair, one in last.items() if None not in pair}
        pairs = np.array(list(known), dtype=np.int64).reshape(-1, 2)
        metres = np.array([_metres(one) for one in known.values()])
        walks = Walks(pairs[:, 0], pairs[:, 1], metres, metres * SHORTER - OF_THE_PHONE_M, metres * LONGER + OF_THE_PHONE_M)
        return Found(walks, np.zeros(len(points), dtype=bool), np.zeros(len(homes), dtype=bool))


def _metres(walk: TimedWalk) -> float:
    return walk.metres if walk.metres is not None else walk.seconds * ORDINARY_PACE / 60
