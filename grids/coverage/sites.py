"""The next best places: which candidate, then which beside it, brings most households into the circle.

Choosing greedily, each time what adds most, is the usual way for such a question and at most 1 - 1/e behind the best choice there is
(Nemhauser, Wolsey, Fisher 1978).
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from grids.walking.metres import Bools, Ints


class Site(msgspec.Struct, frozen=True):
    """A candidate by its number, and the households that it adds to those before it."""

    candidate: int
    adds: int


def best(candidate: Ints, home: Ints, households: Ints, outside: Bools, most: int = 10) -> list[Site]:
    """`candidate` and `home` are the pairs within reach, one entry each; `outside` says of each home whether it still needs a place."""
    needs = outside[home] & (households[home] > 0)
    candidate, home = candidate[needs], home[needs]
    return list(_greedy(candidate, home, households.astype(np.float64), most)) if len(home) else []


def _greedy(candidate: Ints, home: Ints, households: np.ndarray, most: int) -> Iterator[Site]:
    gains = np.bincount(candidate, weights=households[home])
    by_candidate, by_home = _starts(candidate), _starts(home)
    still = np.ones(len(households), dtype=bool)
    for _ in range(most):
        chosen = int(np.argmax(gains))
        adds = round(float(gains[chosen]))
        if adds <= 0:
            return
        yield Site(chosen, adds)
        served = home[by_candidate(chosen)]
        served = np.unique(served[still[served]])
        still[served] = False
        rows = np.concatenate([by_home(one) for one in served.tolist()])
        gains -= np.bincount(candidate[rows], weights=households[home[rows]], minlength=len(gains))


class _starts:  # noqa: N801 - asked like a function: the rows of one number
    def __init__(self, numbers: Ints) -> None:
        self.order = np.argsort(numbers, kind="stable")
        self.begins = np.searchsorted(numbers[self.order], np.arange(int(numbers.max()) + 2))

    def __call__(self, number: int) -> Ints:
        rows: Ints = self.order[self.begins[number] : self.begins[number + 1]]
        return rows
