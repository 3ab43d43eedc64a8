"""A week of coverage as a strip of shades: seven days below each other, a quarter of an hour wide."""

import msgspec
import numpy as np

from grids.coverage.counting import Strip
from grids.coverage.questions import QUARTERS

SHADES = 5
DAY = QUARTERS // 7


class Run(msgspec.Struct, frozen=True):
    """Quarters of one day with the same shade, 0 (nobody) to 5 (nearly all)."""

    day: int
    start: int
    length: int
    shade: int


class Picture(msgspec.Struct, frozen=True):
    runs: list[Run]
    now: tuple[int, int]
    worst: float
    best: float


def strip(week: Strip, quarter: int) -> Picture:
    shades = np.ceil(week.share * SHADES).astype(int).clip(0, SHADES)
    runs: list[Run] = []
    for day, of_day in enumerate(shades.reshape(7, DAY)):
        begins = np.flatnonzero(np.concatenate([[True], of_day[1:] != of_day[:-1]]))
        lengths = np.diff(np.append(begins, DAY))
        runs += [Run(day, int(start), int(length), int(of_day[start])) for start, length in zip(begins, lengths, strict=True)]
    return Picture(runs, (quarter // DAY, quarter % DAY), float(week.share.min()), float(week.share.max()))
