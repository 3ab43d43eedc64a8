"""The map of the payment circle as a drawing: streets, water and green, the grid's edge, home, numbered places, the ring.

Only shapes and positions are found here, in the drawing's own units; the template draws them and the style sheet colours them.
"""

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import shapely
from sqlalchemy.orm import Session

from grids.circle import circle, frames, marks, strokes
from grids.circle.circle import Way
from grids.circle.frames import DEGREE, HEIGHT, WIDTH
from grids.circle.marks import Mark
from grids.reaching.tables import EstateGate, Home


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


def draw(
    session: Session, lat: float, lon: float, ways: Sequence[Way], *, pace: float, boundary: dict[str, Any] | None = None, name: str = "",
    outline: Sequence[Sequence[float]] = (), gates: Sequence[EstateGate] = (),
) -> Sketch:  # fmt: skip
    """The surroundings of a home. A place too far away to be drawn is left to the list below, and named in `beyond`.

    `outline` is how far one comes on the paths; where none are known, a ring is drawn as far as the line may be.
    """
    ring = circle.reach(pace)
    frame = frames.of_ways(session, lat, lon, [way for way in ways if way.distance_m <= 2 * ring], ring)
    features = strokes.features(session, frame)
    home = Mark(*frame.put(lon, lat), name)
    dots = marks.dots(ways, frame, home)
    label = marks.label(home, dots)
    return Sketch(
        home=home,
        name=label,
        ring=round(ring * frame.scale),
        edge=strokes.path([strokes.clipped(boundary, frame)], frame) if boundary else "",
        layers=strokes.layers(features, frame),
        dots=dots,
        walked=strokes.path([shapely.Polygon(outline)], frame) if len(outline) > 3 else "",
        gates=[Mark(*frame.put(one.lon, one.lat), one.name) for one in gates if frames.inside(*frame.put(one.lon, one.lat))],
        names=marks.names(features, frame, [label, *dots]),
        beyond=[str(n) for n in range(1, len(ways) + 1) if str(n) not in {dot.words for dot in dots}],
    )


def estate(session: Session, middle: tuple[float, float] | None, gates: Sequence[EstateGate], homes: Sequence[Home]) -> Sketch:
    """An estate to pin gates on: always the same piece of the map, so that a tap says a place."""
    frame = frames.of_estate(middle or (0.0, 0.0))
    features = strokes.features(session, frame)
    spots = [frame.put(one.lon, one.lat) for one in homes]
    pinned = [Mark(*frame.put(one.lon, one.lat), one.name) for one in gates]
    return Sketch(
        home=Mark(WIDTH // 2, HEIGHT // 2, ""), name=Mark(0, 0, ""), ring=0, edge="", layers=strokes.layers(features, frame),
        dots=[Mark(x, y, "") for x, y in spots if frames.inside(x, y)], names=marks.names(features, frame, pinned),
        gates=[mark for mark in pinned if frames.inside(mark.x, mark.y)],
    )  # fmt: skip


def tapped(middle: tuple[float, float], across: float, down: float) -> tuple[float, float]:
    """The latitude and longitude of a tap, by its share of the estate's drawing from the left and from the top."""
    frame = frames.of_estate(middle)
    high = (0.5 - down) * HEIGHT / frame.scale / DEGREE
    wide = (across - 0.5) * WIDTH / frame.scale / DEGREE / math.cos(math.radians(frame.lat))
    return round(frame.lat + high, 6), round(frame.lon + wide, 6)
