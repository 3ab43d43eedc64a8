"""Walks from homes to places to pay: how long, how sure, by which method; and what that means for ten minutes."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec
import numpy as np

from grids.walking.metres import Bools, Floats, Ints

ORDINARY_PACE = 80.0
"""Metres a minute. What is stored is stored at this pace; a slower walker has a smaller threshold."""
TEN_MINUTES = 600.0


class Answer(StrEnum):
    """Within ten minutes? `about` where the method cannot tell."""

    yes = "yes"
    about = "about"
    no = "no"


class Places(msgspec.Struct, frozen=True):
    """Homes or places to pay, in WGS-84. `estate` tells whose gates a home's walk goes through."""

    ids: Sequence[Any]
    lon: Floats
    lat: Floats
    estate: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.ids)


class Walks(msgspec.Struct, frozen=True):
    """Pair by pair, by number of home and point: the metres from door to door, and between what they may lie."""

    home: Ints
    point: Ints
    metres: Floats
    least: Floats
    most: Floats

    def __len__(self) -> int:
        return len(self.home)

    def take(self, which: Bools | Ints) -> "Walks":
        return Walks(self.home[which], self.point[which], self.metres[which], self.least[which], self.most[which])


class Found(msgspec.Struct, frozen=True):
    """The walks a method found, and the places it knows well enough: a pair of two such that is not found is beyond reach."""

    walks: Walks
    knows_points: Bools
    knows_homes: Bools


class Method(Protocol):
    """A way to know how long a walk is."""

    @property
    def name(self) -> str: ...

    def find(self, points: Places, homes: Places, *, within: float) -> Found:
        """The pairs that may be within so many metres on foot."""
        ...


class Row(msgspec.Struct, frozen=True):
    """One line of the table of reach. Seconds are at the pace that was asked for."""

    home: Any
    point: Any
    seconds: int
    answer: Answer
    method: str


class Reach(msgspec.Struct, frozen=True):
    """All pairs within reach, by columns; as many names of methods as methods were asked."""

    points: Places
    homes: Places
    walks: Walks
    method: Ints
    names: list[str]

    def __len__(self) -> int:
        return len(self.walks)

    def answers(self, pace: float = ORDINARY_PACE) -> np.ndarray[Any, Any]:
        return answers(self.walks.least, self.walks.most, pace)

    def rows(self, pace: float = ORDINARY_PACE) -> Iterator[Row]:
        seconds = np.rint(self.walks.metres * 60 / pace).astype(np.int64)
        columns = (self.walks.home, self.walks.point, seconds, self.answers(pace), self.method)
        for home, point, length, answer, method in zip(*(column.tolist() for column in columns), strict=True):
            yield Row(self.homes.ids[home], self.points.ids[point], length, Answer(answer), self.names[method])


def answers(least: Floats, most: Floats, pace: float) -> np.ndarray[Any, Any]:
    """Yes and no only where the whole of what the walk may be lies on one side of ten minutes."""
    far = pace * TEN_MINUTES / 60
    return np.where(most <= far, str(Answer.yes), np.where(least > far, str(Answer.no), str(Answer.about)))


def empty() -> Walks:
    none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    return Walks(none, none, nothing, nothing, nothing)


def shortest(walks: Walks) -> Walks:
    """Of several ways between the same two places the shortest, and the least of what each may be."""
    order = np.lexsort((walks.point, walks.home))
    walks = walks.take(order)
    new = np.append(True, (walks.home[1:] != walks.home[:-1]) | (walks.point[1:] != walks.point[:-1]))
    first = np.flatnonzero(new[: len(walks)])
    if len(first) == len(walks):
        return walks
    columns = (np.minimum.reduceat(column, first) for column in (walks.metres, walks.least, walks.most))
    return Walks(walks.home[first], walks.point[first], *columns)


def joined(parts: Sequence[Walks]) -> Walks:
    if len(parts) == 1:
        return parts[0]
    fields = ((part.home, part.point, part.metres, part.least, part.most) for part in [empty(), *parts])
    return Walks(*(np.concatenate(column) for column in zip(*fields, strict=True)))
