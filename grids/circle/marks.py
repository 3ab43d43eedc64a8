"""Numbers and names in a drawing, none hiding another."""

import math
from collections.abc import Iterable, Sequence

import msgspec
from shapely.geometry.base import BaseGeometry

from grids.circle.circle import Way
from grids.circle.frames import EDGE, HEIGHT, WIDTH, Frame, inside
from grids.circle.strokes import Feature, parts

NAMED = ("street", "lane")
# So many street names at most, and half the width of one of their signs: names must not touch.
LABELS, LETTER = 4, 9
# Where along a street its name is tried.
ALONG = (0.5, 0.35, 0.65, 0.2, 0.8)
# A numbered dot is so many units wide. Where it is crowded, it steps aside.
DOT = 25
ROUND = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1)]


class Mark(msgspec.Struct, frozen=True):
    """A place in the drawing. `look` is its class, `words` a number or a name."""

    x: int
    y: int
    words: str
    look: str = ""


def dots(ways: Sequence[Way], frame: Frame, home: Mark) -> list[Mark]:
    """The numbers, none hiding another or home."""
    marks: list[Mark] = []
    for number, way in enumerate(ways, 1):
        x, y = frame.put(way.point.lon, way.point.lat)
        if inside(x, y):
            x, y = _beside(x, y, [home, *marks])
            marks.append(Mark(x, y, str(number), {True: "open", None: "unsure", False: "closed"}[way.open]))
    return marks


def _beside(x: int, y: int, marks: Sequence[Mark]) -> tuple[int, int]:
    """As near to the true place as there is room: two numbers on one spot could not be read."""
    spots = [(x, y)] + [(x + far * dx, y + far * dy) for far in (DOT, 2 * DOT) for dx, dy in ROUND]
    free = [spot for spot in spots if inside(*spot)]
    return max(free, key=lambda spot: (min([DOT, *(math.dist(spot, (one.x, one.y)) for one in marks)]), -math.dist(spot, (x, y))))


def label(home: Mark, dots: Sequence[Mark]) -> Mark:
    """The home's name below it, or above where a number would hide it."""
    wide = len(home.words) * LETTER + DOT / 2
    hidden = [dot for dot in dots if abs(dot.x - home.x) < wide]
    below, above = home.y + 28, home.y - 16
    room = {y: min((abs(dot.y + 6 - y) for dot in hidden), default=HEIGHT) for y in (below, above)}
    half = min(len(home.words) * LETTER + EDGE // 2, WIDTH // 2)
    across = min(max(home.x, half), WIDTH - half)
    return Mark(across, below if room[below] >= min(DOT, room[above]) else above, home.words)


def names(features: Iterable[Feature], frame: Frame, taken: list[Mark]) -> list[Mark]:
    """The names of the longest streets, where they hide nothing."""
    lines = [(part.length, name, part) for look, name, geometry in features if look in NAMED and name for part in parts([geometry])]
    marks: list[Mark] = []
    for _length, name, line in sorted(lines, key=lambda one: -one[0]):
        if len(marks) < LABELS and name not in {one.words for one in marks}:
            marks += _named(name, line, frame, [*taken, *marks])
    return marks


def _named(name: str, line: BaseGeometry, frame: Frame, taken: list[Mark]) -> list[Mark]:
    """The name somewhere on its street, or nowhere."""
    wide = len(name) * LETTER
    for share in ALONG:
        spot = line.interpolate(share, normalized=True)
        x, y = frame.put(spot.x, spot.y)
        fits = wide <= x <= WIDTH - wide and 20 <= y <= HEIGHT - 8
        if fits and all(abs(x - one.x) > wide + len(one.words) * LETTER + 6 or abs(y - one.y) > 30 for one in taken):
            return [Mark(x, y + 6, name)]
    return []
