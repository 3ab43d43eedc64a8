"""Who is within the circle: surely, perhaps, or not. At one hour, or in all 672 quarters of a week at once.

A home is surely covered by a place that is surely open and surely within reach (`most`); perhaps by one that may be open, or whose walk
may be short enough (`least`).
"""

import msgspec
import numpy as np

from grids.coverage.questions import QUARTERS, Asked
from grids.coverage.town import Pairs, Town
from grids.walking.metres import Bools, Floats, Ints

AT_ONCE = 4_096


class Covered(msgspec.Struct, frozen=True):
    """Homes at one hour, with their households: one truth value a home."""

    homes: Ints
    households: Ints
    surely: Bools
    perhaps: Bools


class Strip(msgspec.Struct, frozen=True):
    """Households covered in each of the 672 quarters of the week."""

    surely: Ints
    perhaps: Ints
    households: int

    @property
    def share(self) -> Floats:
        shares: Floats = self.surely / max(self.households, 1)
        return shares


def covered(town: Town, asked: Asked) -> Covered:
    """At one hour."""
    pairs, offers = town.pairs, town.offering(asked.need)
    there = offers[pairs.point] if len(pairs) else np.zeros(0, dtype=bool)
    quarter = asked.quarter
    surely = np.array([week.open[quarter] for week in town.weeks], dtype=bool)
    perhaps = np.array([week.perhaps[quarter] for week in town.weeks], dtype=bool)
    return Covered(
        town.homes,
        town.households,
        _any(pairs, there & (pairs.most <= asked.seconds) & surely[pairs.week]),
        _any(pairs, there & (pairs.least <= asked.seconds) & perhaps[pairs.week]),
    )


def week(town: Town, asked: Asked) -> Strip:
    """The whole week, for this pace and these needs."""
    pairs, offers = town.pairs, town.offering(asked.need)
    there = offers[pairs.point] if len(pairs) else np.zeros(0, dtype=bool)
    surely = there & (pairs.most <= asked.seconds)
    perhaps = there & (pairs.least <= asked.seconds)
    open_, may_be_open = (
        np.array([getattr(one, name) for one in town.weeks], dtype=bool).reshape(-1, QUARTERS) for name in ("open", "perhaps")
    )
    return Strip(_strip(town, surely, open_), _strip(town, perhaps, may_be_open), int(town.households.sum()))


def _any(pairs: Pairs, good: Bools) -> Bools:
    """Of each home, whether one of its walks is good."""
    so_far = np.concatenate([[0], np.cumsum(good)])
    counts = so_far[pairs.starts[1:]] - so_far[pairs.starts[:-1]]
    found: Bools = counts > 0
    return found


def _strip(town: Town, good: Bools, is_open: Bools) -> Ints:
    """Homes that reach places of the same weeks share their fate: so only the different sets of weeks are looked at hour by hour."""
    sets, households = _sets(town, good)
    total = np.zeros(QUARTERS, dtype=np.int64)
    hours = is_open.astype(np.float32)
    for start in range(0, len(sets), AT_ONCE):
        some = sets[start : start + AT_ONCE]
        words = [(some[:, word, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1) for word in range(some.shape[1])]
        members = np.concatenate(words, axis=1)[:, : len(hours)].astype(np.float32)
        total += households[start : start + AT_ONCE] @ (members @ hours > 0)
    return total


def _sets(town: Town, good: Bools) -> tuple[np.ndarray, Ints]:
    """The different sets of weeks within reach of a home, a bit a week in words of 64, and the households of the homes that have it."""
    pairs, homes = town.pairs, len(town.homes)
    words = max(1, -(-len(town.weeks) // 64))
    masks = np.zeros((homes, words), dtype=np.uint64)
    home, numbers = pairs.home[good], pairs.week[good].astype(np.uint64)
    for word in range(words):
        mine = (numbers >> np.uint64(6)) == word
        bits = np.uint64(1) << (numbers[mine] & np.uint64(63))
        where = home[mine]
        if len(where):
            begins = np.flatnonzero(np.concatenate([[True], where[1:] != where[:-1]]))
            masks[where[begins], word] = np.bitwise_or.reduceat(bits, begins)
    if words == 1:
        different, which = np.unique(masks[:, 0], return_inverse=True)
        different = different[:, None]
    else:
        different, which = np.unique(masks, axis=0, return_inverse=True)
    return different, np.bincount(which.ravel(), weights=town.households, minlength=len(different)).astype(np.int64)
