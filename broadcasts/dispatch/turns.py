"""Light that goes and comes several times on one day: each start with the end behind it."""

from broadcasts.dispatch import hours
from broadcasts.dispatch.said import Point
from broadcasts.dispatch.shapes import Window


def windows(points: list[Point], starts: list[Point], ends: list[Point]) -> list[Window]:
    """早上7点停、9点来;下午3点再停、5点再来. None where one of them is left open."""
    days = {point.day for point in points if point.day}
    if len(starts) < 2 or len(days) != 1 or not _alternate(starts, ends):
        return []
    day = days.pop()
    found = [hours.between(day, start.clock, None, end.clock) for start, end in zip(starts, ends, strict=True)]
    return [Window(one.start, one.end) for one in found] if all(one.start and one.end and not one.doubt for one in found) else []


def _alternate(starts: list[Point], ends: list[Point]) -> bool:
    told = sorted([*starts, *ends], key=lambda point: point.lo)
    return told[::2] == starts and told[1::2] == ends
