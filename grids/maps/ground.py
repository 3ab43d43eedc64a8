"""What the map editor draws under the line: our own streets, water and buildings, and what lies there, as GeoJSON."""

from collections.abc import Iterator
from typing import Any

import shapely
import sqlalchemy as sa
from shapely.geometry import box, mapping, shape
from sqlalchemy.orm import Session

from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.reaching.tables import EstateGate
from grids.staff.staff import Me
from grids.tables import Building, Estate, Grid, MapFeature, PaymentPoint

Box = tuple[float, float, float, float]
"""West, south, east, north."""
WIDEST = 0.25
"""Degrees: about a city. Whoever looks at more needs no single houses."""
MOST = 6_000
FINE = 0.000005


def within(session: Session, area: Box, *, for_: Me) -> dict[str, Any]:
    """All that is drawn in a box. Households are only those of grids that this colleague sees."""
    west, south, east, north = area
    if not (west < east <= west + WIDEST and south < north <= south + WIDEST):
        raise Mistaken(_("This piece of the map is too large. Please come nearer."))
    found = [*_drawn(session, area), *_grids(session, area, for_), *_places(session, area, for_)]
    return {"type": "FeatureCollection", "features": found}


def _feature(what: str, name: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"what": what, "name": name}, "geometry": geometry}


def _drawn(session: Session, area: Box) -> Iterator[dict[str, Any]]:
    west, south, east, north = area
    wanted = sa.select(MapFeature.what, MapFeature.name, MapFeature.shape).where(
        MapFeature.south <= north, MapFeature.north >= south, MapFeature.west <= east, MapFeature.east >= west
    )
    for row in session.execute(wanted.order_by(MapFeature.id).limit(MOST)):
        cut = shapely.clip_by_rect(shape(row.shape), *area).simplify(FINE)
        if not cut.is_empty:
            yield _feature(row.what, row.name, mapping(shapely.transform(cut, lambda places: places.round(6))))


def _grids(session: Session, area: Box, me: Me) -> Iterator[dict[str, Any]]:
    """The neighbours' lines, along which a new one should run."""
    ground = box(*area)
    for row in session.execute(sa.select(Grid.name, Grid.boundary).where(Grid.id.in_(me.seen))):
        if shape(row.boundary).intersects(ground):
            yield _feature("grid", row.name, row.boundary)


def _places(session: Session, area: Box, me: Me) -> Iterator[dict[str, Any]]:
    """Places as points. A gate or a house is shown to those who see its estate; where one pays, everybody may know."""
    mine: sa.ColumnElement[bool] = Estate.grid_id.in_(me.seen)
    if me.administers:
        mine = sa.or_(mine, Estate.grid_id.is_(None))
    kinds: tuple[tuple[str, Any, list[Any]], ...] = (
        ("building", Building, [Building.estate.has(mine)]),
        ("estate", Estate, [mine]),
        ("gate", EstateGate, [EstateGate.estate_id.in_(sa.select(Estate.id).where(mine)), EstateGate.removed_at.is_(None)]),
        ("point", PaymentPoint, []),
    )
    west, south, east, north = area
    for what, table, which in kinds:
        here = (table.lat.between(south, north), table.lon.between(west, east), *which)
        for name, lat, lon in session.execute(sa.select(table.name, table.lat, table.lon).where(*here).limit(MOST)):
            yield _feature(what, name, {"type": "Point", "coordinates": [lon, lat]})
