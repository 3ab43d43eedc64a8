"""The map of the payment circle as a drawing: streets, water and green, the grid's edge, home, numbered places, the ring.

Only shapes and positions are found here, in the drawing's own units; the template draws them and the style sheet colours them.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from grids.circle import circle
from grids.circle.circle import Way
from grids.reaching.tables import EstateGate, Home
from grids.tables import MapFeature

WIDTH, HEIGHT = 358, 300
# Metres a degree of latitude, near enough for a drawing.
DEGREE = 111_200
# What is drawn beyond the edge, so that no clipped outline is seen.
BLEED = 12
# Where the map ends, the drawing comes nearer: down to such a part of the ring, and so far from what must be seen.
LEAST, MARGIN = 0.55, 34
LOOKS = {
    "green": "green", "water": "water", "rail": "rail", "primary": "street", "secondary": "street", "tertiary": "lane",
    "residential": "path", "service": "path",
}  # fmt: skip
FILLED = ("green", "water")
NAMED = ("street", "lane")
# So many street names at most, and half the width of one of their signs: names must not touch.
LABELS, LETTER = 4, 9
# Where along a street its name is tried.
ALONG = (0.5, 0.35, 0.65, 0.2, 0.8)
# A numbered dot is so many units wide, and keeps so far from the edge. Where it is crowded, it steps aside.
DOT, EDGE = 25, 14
ROUND = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1)]


class Mark(msgspec.Struct, frozen=True):
    """A place in the drawing. `look` is its class, `words` a number or a name."""

    x: int
    y: int
    words: str
    look: str = ""


class Sketch(msgspec.Struct, frozen=True):
    home: Mark
    name: Mark
    ring: int
    edge: str
    layers: list[tuple[str, str]]
    dots: list[Mark]
    names: list[Mark]
    walked: str = ""
    gates: list[Mark] = []
    beyond: list[str] = []
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def shows_ring(self) -> bool:
        """Where the drawing is near, the ring lies all outside; where the walked paths are drawn, it is not needed."""
        if self.walked:
            return True
        corners = [(x, y) for x in (0, self.width) for y in (0, self.height)]
        return max(math.dist(corner, (self.home.x, self.home.y)) for corner in corners) > self.ring


class Frame(msgspec.Struct, frozen=True):
    """How places become units: north is up, `lat` and `lon` are the middle, and all that must be seen fits."""

    lat: float
    lon: float
    scale: float

    def put(self, lon: float, lat: float) -> tuple[int, int]:
        east = (lon - self.lon) * DEGREE * math.cos(math.radians(self.lat))
        return round(WIDTH / 2 + east * self.scale), round(HEIGHT / 2 - (lat - self.lat) * DEGREE * self.scale)

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is drawn."""
        high = (HEIGHT / 2 + BLEED) / self.scale / DEGREE
        wide = (WIDTH / 2 + BLEED) / self.scale / DEGREE / max(math.cos(math.radians(self.lat)), 0.01)
        return self.lon - wide, self.lat - high, self.lon + wide, self.lat + high


def draw(
    session: Session, lat: float, lon: float, ways: Sequence[Way], *, pace: float, boundary: dict[str, Any] | None = None, name: str = "",
    outline: Sequence[Sequence[float]] = (), gates: Sequence[EstateGate] = (),
) -> Sketch:  # fmt: skip
    """The surroundings of a home. A place too far away to be drawn is left to the list below, and named in `beyond`.

    `outline` is how far one comes on the paths; where none are known, a ring is drawn as far as the line may be.
    """
    ring = circle.reach(pace)
    frame = _frame(session, lat, lon, [way for way in ways if way.distance_m <= 2 * ring], ring)
    features = _features(session, frame)
    home = Mark(*frame.put(lon, lat), name)
    dots = _dots(ways, frame, home)
    label = _label(home, dots)
    return Sketch(
        home=home,
        name=label,
        ring=round(ring * frame.scale),
        edge=_path([_clipped(boundary, frame)], frame) if boundary else "",
        layers=_layers(features, frame),
        dots=dots,
        walked=_path([shapely.Polygon(outline)], frame) if len(outline) > 3 else "",
        gates=[Mark(*frame.put(one.lon, one.lat), one.name) for one in gates if _inside(*frame.put(one.lon, one.lat))],
        names=_names(features, frame, [label, *dots]),
        beyond=[str(n) for n in range(1, len(ways) + 1) if str(n) not in {dot.words for dot in dots}],
    )


# An estate is drawn so far round its middle: metres from there to the upper edge.
ESTATE_M = 330.0


def estate(session: Session, middle: tuple[float, float] | None, gates: Sequence[EstateGate], homes: Sequence[Home]) -> Sketch:
    """An estate to pin gates on: always the same piece of the map, so that a tap says a place."""
    frame = _estate_frame(middle or (0.0, 0.0))
    features = _features(session, frame)
    spots = [frame.put(one.lon, one.lat) for one in homes]
    pinned = [Mark(*frame.put(one.lon, one.lat), one.name) for one in gates]
    return Sketch(
        home=Mark(WIDTH // 2, HEIGHT // 2, ""), name=Mark(0, 0, ""), ring=0, edge="", layers=_layers(features, frame),
        dots=[Mark(x, y, "") for x, y in spots if _inside(x, y)], names=_names(features, frame, pinned),
        gates=[mark for mark in pinned if _inside(mark.x, mark.y)],
    )  # fmt: skip


def tapped(middle: tuple[float, float], across: float, down: float) -> tuple[float, float]:
    """The latitude and longitude of a tap, by its share of the estate's drawing from the left and from the top."""
    frame = _estate_frame(middle)
    high = (0.5 - down) * HEIGHT / frame.scale / DEGREE
    wide = (across - 0.5) * WIDTH / frame.scale / DEGREE / math.cos(math.radians(frame.lat))
    return round(frame.lat + high, 6), round(frame.lon + wide, 6)


def _estate_frame(middle: tuple[float, float]) -> Frame:
    return Frame(*middle, HEIGHT / 2 / ESTATE_M)


def _inside(x: int, y: int) -> bool:
    return EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE


def outline(area: BaseGeometry, frame: Frame) -> str:
    return _path([shapely.clip_by_rect(area, *frame.box())], frame)


def ground(session: Session, frame: Frame) -> list[tuple[str, str]]:
    """The streets, water and green of a frame: (look, path), areas first."""
    return _layers(_features(session, frame), frame)


def _frame(session: Session, lat: float, lon: float, ways: Sequence[Way], ring: float) -> Frame:
    """The whole ring; but where the drawn map ends within it, nearer and to the side, down to what must be seen."""
    whole = Frame(lat, lon, HEIGHT / 2 / max(ring * 1.06, max((way.distance_m for way in ways), default=0) * 1.15))
    known = _known(session, whole)
    if known is None:
        return whole
    east, north = DEGREE * math.cos(math.radians(lat)), DEGREE
    sides = [
        ([0, *((way.point.lon - lon) * east for way in ways)], [(side - lon) * east for side in known[::2]], WIDTH),
        ([0, *((way.point.lat - lat) * north for way in ways)], [(side - lat) * north for side in known[1::2]], HEIGHT),
    ]
    nearest = min(HEIGHT / 2 / (LEAST * ring), *((size - 2 * MARGIN) / max(max(seen) - min(seen), 1) for seen, _edges, size in sides))
    covered = max(size / max(edges[1] - edges[0], 1) for _seen, edges, size in sides)
    scale = max(whole.scale, min(covered, nearest))
    across, up = (_middle(seen, edges, size / scale, MARGIN / scale) for seen, edges, size in sides)
    return Frame(lat + up / north, lon + across / east, scale)


def _middle(seen: Sequence[float], edges: Sequence[float], size: float, margin: float) -> float:
    """As near to home as can be without showing what lies beyond the map's edges; what must be seen goes first."""
    low, high = edges[0] + size / 2, edges[1] - size / 2
    middle = min(max(0, low), high) if low <= high else (low + high) / 2
    return min(max(middle, max(seen) + margin - size / 2), min(seen) - margin + size / 2)


def _known(session: Session, frame: Frame) -> tuple[float, float, float, float] | None:
    """How far the drawn map reaches within a frame: west, south, east, north."""
    west, south, east, north = frame.box()
    within = (MapFeature.south <= north, MapFeature.north >= south, MapFeature.west <= east, MapFeature.east >= west)
    sides = (MapFeature.west, sa.func.min), (MapFeature.south, sa.func.min), (MapFeature.east, sa.func.max), (MapFeature.north, sa.func.max)
    found = session.execute(sa.select(*(most(side) for side, most in sides)).where(*within)).one()
    if found[0] is None:
        return None
    return max(found[0], west), max(found[1], south), min(found[2], east), min(found[3], north)


def _features(session: Session, frame: Frame) -> list[tuple[str, str, BaseGeometry]]:
    """What is drawn under the places: its look, its name and the part of it within the frame."""
    west, south, east, north = frame.box()
    wanted = sa.select(MapFeature.what, MapFeature.name, MapFeature.shape).where(
        MapFeature.south <= north, MapFeature.north >= south, MapFeature.west <= east, MapFeature.east >= west
    )
    rows = session.execute(wanted.order_by(MapFeature.id))
    found = [(LOOKS[row.what], row.name, _clipped(row.shape, frame)) for row in rows if row.what in LOOKS]
    return [one for one in found if not one[2].is_empty]


def _clipped(geometry: dict[str, Any], frame: Frame) -> BaseGeometry:
    """Cut to the frame, without what is smaller than a unit."""
    clipped: BaseGeometry = shapely.clip_by_rect(shape(geometry), *frame.box())
    return clipped.simplify(0.8 / frame.scale / DEGREE)


def _layers(features: Iterable[tuple[str, str, BaseGeometry]], frame: Frame) -> list[tuple[str, str]]:
    """One path a look, areas first and wide streets last."""
    drawn = []
    for look in dict.fromkeys(LOOKS.values()):
        shapes = [geometry for one, _name, geometry in features if one == look]
        areas = [part for part in _parts(shapes) if isinstance(part, shapely.Polygon)] if look in FILLED else []
        lines = [part for part in _parts(shapes) if isinstance(part, shapely.LineString)]
        drawn += [(f"{look} fill", _path(areas, frame)), (look, _path(lines, frame))]
    order = ["green fill", "water fill", "water", "path", "lane", "street", "rail"]
    return sorted(((look, path) for look, path in drawn if path and look in order), key=lambda one: order.index(one[0]))


def _parts(shapes: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    return [part for geometry in shapes for part in shapely.get_parts(geometry)]


def _path(shapes: Iterable[BaseGeometry], frame: Frame) -> str:
    """Lines and outlines as one `d`, each step from the last: that is the shortest to send."""
    said = ""
    for part in _parts(shapes):
        closed = isinstance(part, shapely.Polygon)
        for line in [part.exterior, *part.interiors] if closed else [part]:
            said += _steps([frame.put(*place[:2]) for place in line.coords], closed=closed)
    return said


def _steps(places: list[tuple[int, int]], *, closed: bool) -> str:
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(places)]
    steps = [step for step in steps if step != (0, 0)]
    if not steps:
        return ""
    said = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{places[0][0]} {places[0][1]}l{said}{'z' if closed else ''}".replace(" -", "-")


def _dots(ways: Sequence[Way], frame: Frame, home: Mark) -> list[Mark]:
    """The numbers, none hiding another or home."""
    marks: list[Mark] = []
    for number, way in enumerate(ways, 1):
        x, y = frame.put(way.point.lon, way.point.lat)
        if _inside(x, y):
            x, y = _beside(x, y, [home, *marks])
            marks.append(Mark(x, y, str(number), {True: "open", None: "unsure", False: "closed"}[way.open]))
    return marks


def _beside(x: int, y: int, marks: Sequence[Mark]) -> tuple[int, int]:
    """As near to the true place as there is room: two numbers on one spot could not be read."""
    spots = [(x, y)] + [(x + far * dx, y + far * dy) for far in (DOT, 2 * DOT) for dx, dy in ROUND]
    inside = [spot for spot in spots if _inside(*spot)]
    return max(inside, key=lambda spot: (min([DOT, *(math.dist(spot, (one.x, one.y)) for one in marks)]), -math.dist(spot, (x, y))))


def _label(home: Mark, dots: Sequence[Mark]) -> Mark:
    """The home's name below it, or above where a number would hide it."""
    wide = len(home.words) * LETTER + DOT / 2
    hidden = [dot for dot in dots if abs(dot.x - home.x) < wide]
    below, above = home.y + 28, home.y - 16
    room = {y: min((abs(dot.y + 6 - y) for dot in hidden), default=HEIGHT) for y in (below, above)}
    half = min(len(home.words) * LETTER + EDGE // 2, WIDTH // 2)
    across = min(max(home.x, half), WIDTH - half)
    return Mark(across, below if room[below] >= min(DOT, room[above]) else above, home.words)


def _names(features: Iterable[tuple[str, str, BaseGeometry]], frame: Frame, taken: list[Mark]) -> list[Mark]:
    """The names of the longest streets, where they hide nothing."""
    lines = [(part.length, name, part) for look, name, geometry in features if look in NAMED and name for part in _parts([geometry])]
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
        inside = wide <= x <= WIDTH - wide and 20 <= y <= HEIGHT - 8
        if inside and all(abs(x - one.x) > wide + len(one.words) * LETTER + 6 or abs(y - one.y) > 30 for one in taken):
            return [Mark(x, y + 6, name)]
    return []
