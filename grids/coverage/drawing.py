"""The map of coverage: streets and water, the grid's edge, each building by what it has, the places that are open then."""

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import shape
from sqlalchemy.orm import Session

from grids.circle import strokes
from grids.circle.frames import HEIGHT, WIDTH, Frame
from grids.circle.marks import Mark
from grids.coverage.counting import Covered
from grids.coverage.questions import Asked
from grids.coverage.town import Town
from grids.reaching.tables import Home
from grids.tables import Grid

MARGIN = 1.08
ROUND = 0.002
"""Degrees about the homes of a grid that is not drawn yet."""


class Drawing(msgspec.Struct, frozen=True):
    """`homes` carry their look: in, perhaps or out; each has a shape of its own, for whoever sees no colours."""

    layers: list[tuple[str, str]]
    edge: str
    homes: list[Mark]
    places: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT


def draw(session: Session, grid: Grid, town: Town, seen: Covered, asked: Asked) -> Drawing | None:
    """None of a grid that is not drawn yet and has no home on the map."""
    boundary = shape(grid.boundary)
    homes = session.scalars(sa.select(Home).where(Home.id.in_(town.homes.tolist()))).all()
    if boundary.is_empty and not homes:
        return None
    frame = _frame(boundary if not boundary.is_empty else shapely.MultiPoint([(home.lon, home.lat) for home in homes]).buffer(ROUND))
    looks = {
        home: "in" if surely else "perhaps" if perhaps else "out"
        for home, surely, perhaps in zip(town.homes.tolist(), seen.surely.tolist(), seen.perhaps.tolist(), strict=True)
    }
    marks = [Mark(*frame.put(home.lon, home.lat), "", looks[home.id]) for home in homes]
    return Drawing(strokes.ground(session, frame), strokes.outline(boundary, frame), marks, _places(town, asked, frame))


def _frame(boundary: shapely.Geometry) -> Frame:
    west, south, east, north = boundary.bounds
    lat, lon = (south + north) / 2, (west + east) / 2
    whole = Frame(lat, lon, 1.0)
    right, top = whole.put(east, north)
    left, bottom = whole.put(west, south)
    return Frame(lat, lon, min(WIDTH / max(right - left, 1), HEIGHT / max(bottom - top, 1)) / MARGIN)


def _places(town: Town, asked: Asked, frame: Frame) -> list[Mark]:
    """Those that are surely open then and offer what is needed."""
    offers, quarter = town.offering(asked.need), asked.quarter
    week_of = dict(zip(town.pairs.point.tolist(), town.pairs.week.tolist(), strict=True))
    found = [(n, point) for n, point in enumerate(town.points) if offers[n] and town.weeks[week_of[n]].open[quarter]]
    spots = [(frame.put(point.lon, point.lat), point) for _n, point in found]
    return [Mark(x, y, point.name) for (x, y), point in spots if 0 <= x <= WIDTH and 0 <= y <= HEIGHT]
