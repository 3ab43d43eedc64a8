"""The ground of a drawing: streets, water and green as paths in its units."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import shapely
import sqlalchemy as sa
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from grids.circle.frames import DEGREE, Frame
from grids.tables import MapFeature

LOOKS = {
    "green": "green", "water": "water", "rail": "rail", "primary": "street", "secondary": "street", "tertiary": "lane",
    "residential": "path", "service": "path",
}  # fmt: skip
FILLED = ("green", "water")
Feature = tuple[str, str, BaseGeometry]
"""Its look, its name, and the part of it within the frame."""


def ground(session: Session, frame: Frame) -> list[tuple[str, str]]:
    """The streets, water and green of a frame: (look, path), areas first."""
    return layers(features(session, frame), frame)


def outline(area: BaseGeometry, frame: Frame) -> str:
    return path([shapely.clip_by_rect(area, *frame.box())], frame)


def features(session: Session, frame: Frame) -> list[Feature]:
    """What is drawn under the places: its look, its name and the part of it within the frame."""
    west, south, east, north = frame.box()
    wanted = sa.select(MapFeature.what, MapFeature.name, MapFeature.shape).where(
        MapFeature.south <= north, MapFeature.north >= south, MapFeature.west <= east, MapFeature.east >= west
    )
    rows = session.execute(wanted.order_by(MapFeature.id))
    found = [(LOOKS[row.what], row.name, clipped(row.shape, frame)) for row in rows if row.what in LOOKS]
    return [one for one in found if not one[2].is_empty]


def clipped(geometry: dict[str, Any], frame: Frame) -> BaseGeometry:
    """Cut to the frame, without what is smaller than a unit."""
    cut: BaseGeometry = shapely.clip_by_rect(shape(geometry), *frame.box())
    return cut.simplify(0.8 / frame.scale / DEGREE)


def layers(features: Iterable[Feature], frame: Frame) -> list[tuple[str, str]]:
    """One path a look, areas first and wide streets last."""
    drawn = []
    for look in dict.fromkeys(LOOKS.values()):
        shapes = [geometry for one, _name, geometry in features if one == look]
        areas = [part for part in parts(shapes) if isinstance(part, shapely.Polygon)] if look in FILLED else []
        lines = [part for part in parts(shapes) if isinstance(part, shapely.LineString)]
        drawn += [(f"{look} fill", path(areas, frame)), (look, path(lines, frame))]
    order = ["green fill", "water fill", "water", "path", "lane", "street", "rail"]
    return sorted(((look, lines) for look, lines in drawn if lines and look in order), key=lambda one: order.index(one[0]))


def parts(shapes: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    return [part for geometry in shapes for part in shapely.get_parts(geometry)]


def path(shapes: Iterable[BaseGeometry], frame: Frame) -> str:
    """Lines and outlines as one `d`, each step from the last: that is the shortest to send."""
    said = ""
    for part in parts(shapes):
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
