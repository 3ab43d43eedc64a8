"""A small drawing of where a file's places lie among our grids: a wrong datum or a wrong city is seen at once."""

import math
from collections.abc import Sequence

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from grids.tables import Grid

WIDTH, HEIGHT, MARGIN = 358, 260, 12


class Picture(msgspec.Struct, frozen=True):
    edges: list[str]
    dots: list[tuple[int, int]]
    width: int = WIDTH
    height: int = HEIGHT


class _Frame:
    """North is up; a degree of longitude is narrower than one of latitude."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self.west, self.north = west, north
        self.narrow = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * self.narrow, 0.002), max(north - south, 0.002)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
        self.left = (WIDTH - wide * self.scale) / 2
        self.top = (HEIGHT - high * self.scale) / 2

    def put(self, lon: float, lat: float) -> tuple[int, int]:
        return round(self.left + (lon - self.west) * self.narrow * self.scale), round(self.top + (self.north - lat) * self.scale)


def draw(session: Session, places: Sequence[tuple[float, float]]) -> Picture | None:
    """None where there is nothing to be drawn."""
    if not places:
        return None
    cloud = _without_strays(places)
    grids = [shape(boundary) for boundary in session.scalars(sa.select(Grid.boundary))]
    near = [grid for grid in grids if grid.intersects(cloud)]
    frame = _Frame(*shapely.union_all([cloud, *near]).bounds)
    dots = [frame.put(lon, lat) for lat, lon in places]
    inside = [(x, y) for x, y in dots if 0 <= x <= WIDTH and 0 <= y <= HEIGHT]
    return Picture([_path(part, frame) for grid in near for part in shapely.get_parts(grid)], inside)


def _without_strays(places: Sequence[tuple[float, float]]) -> BaseGeometry:
    """The box of all but the outermost fiftieth on each side: one stray would make the rest a speck."""
    lats, lons = sorted(lat for lat, _lon in places), sorted(lon for _lat, lon in places)
    cut = len(places) // 50
    return box(lons[cut], lats[cut], lons[-1 - cut], lats[-1 - cut]).buffer(0.001)


def _path(drawn: BaseGeometry, frame: _Frame) -> str:
    points = [frame.put(lon, lat) for lon, lat in drawn.exterior.coords]
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"
