"""Homes: the doors from which walks begin. They follow the estates and buildings that are brought in."""

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.errors import Missing
from app.core.words import phrase as _
from grids.reaching.tables import Home
from grids.tables import Building, Estate

Values = dict[str, Any]
NEAR_M = 250.0
"""From further off, what a home's walks say is no longer worth more than the straight line."""


def settle(session: Session) -> int:
    """Add, move and take away homes until they are those of the estates and buildings; how many that were."""
    gone = _gone(session)
    if gone:
        session.execute(sa.delete(Home).where(Home.id.in_(gone)))
    new, moved = _wanted(session)
    if new:
        session.execute(sa.insert(Home), new)
    if moved:
        session.execute(sa.update(Home), moved)
    return len(gone) + len(new) + len(moved)


def settled(session: Session) -> bool:
    return not _gone(session) and _wanted(session) == ([], [])


def of_estate(session: Session, estate_id: int) -> list[Home]:
    """An estate's homes with their buildings, by the buildings' order."""
    wanted = sa.select(Home).where(Home.estate_id == estate_id).options(joinedload(Home.building))
    return list(session.scalars(wanted.order_by(Home.building_id)))


def find(session: Session, home_id: int, *, estate: Estate) -> Home:
    home = session.get(Home, home_id) if 0 < home_id < 2**63 else None
    if home is None or home.estate_id != estate.id:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return home


def near(session: Session, lat: float, lon: float) -> Home | None:
    """The reckoned home nearest to where somebody stands, if one is."""
    # Imported here: a worker that only keeps homes in order never measures.
    from geopy.distance import geodesic

    high = NEAR_M / 110_500
    wide = high / max(math.cos(math.radians(lat)), 0.05)
    box = (Home.lat.between(lat - high, lat + high), Home.lon.between(lon - wide, lon + wide))
    away = (Home.lat - lat) * (Home.lat - lat) + (Home.lon - lon) * (Home.lon - lon) * (high / wide) ** 2
    found = session.scalars(sa.select(Home).where(*box, Home.network != "").order_by(away, Home.id).limit(1)).first()
    return found if found and geodesic((found.lat, found.lon), (lat, lon)).m <= NEAR_M else None


def middle(homes: list[Home]) -> Home | None:
    """The home from which an estate is spoken of where nobody said which building: the one nearest to the middle of all."""
    if not homes:
        return None
    lat, lon = (sum(getattr(one, name) for one in homes) / len(homes) for name in ("lat", "lon"))
    return min(homes, key=lambda one: ((one.lat - lat) ** 2 + (0.77 * (one.lon - lon)) ** 2, one.id))


def _placed() -> sa.Select[Any]:
    """Whatever households walk from, as it should stand in the table."""
    building = sa.select(
        Building.estate_id, Building.id.label("building_id"), Building.households, Building.lat, Building.lon,
    ).where(Building.lat.is_not(None), Building.lon.is_not(None))  # fmt: skip
    some = sa.exists().where(Building.estate_id == Estate.id, Building.lat.is_not(None), Building.lon.is_not(None))
    estate = sa.select(
        Estate.id.label("estate_id"), sa.null().label("building_id"), Estate.households, Estate.lat, Estate.lon,
    ).where(Estate.lat.is_not(None), Estate.lon.is_not(None), ~some)  # fmt: skip
    both = sa.union_all(building, estate).subquery()
    return sa.select(both)


def _gone(session: Session) -> list[int]:
    placed = _placed().subquery()
    same = _same(placed)
    return list(session.scalars(sa.select(Home.id).where(~sa.exists(sa.select(1).select_from(placed).where(same)))))


def _wanted(session: Session) -> tuple[list[Values], list[Values]]:
    """Homes that are not there yet, and those that stand elsewhere or hold other households now."""
    placed = _placed().subquery()
    differs = sa.or_(Home.id.is_(None), Home.lat != placed.c.lat, Home.lon != placed.c.lon, Home.households != placed.c.households)
    wanted = sa.select(placed, Home.id, Home.lat.label("was_lat"), Home.lon.label("was_lon"), Home.reckoned_at)
    rows = session.execute(wanted.select_from(sa.outerjoin(placed, Home, _same(placed))).where(differs)).mappings()
    new: list[Values] = []
    moved: list[Values] = []
    for row in rows:
        values = {name: row[name] for name in ("estate_id", "building_id", "households", "lat", "lon")}
        if row["id"] is None:
            new.append(values)
        else:
            # Who moved is reckoned again; to count other households needs no walking.
            stays = (row["was_lat"], row["was_lon"]) == (row["lat"], row["lon"])
            moved.append({"id": row["id"], **values, "reckoned_at": row["reckoned_at"] if stays else None})
    return new, moved


def _same(placed: Any) -> sa.ColumnElement[bool]:
    """A home is known by its building; one without, by its estate."""
    whole = sa.and_(Home.building_id.is_(None), placed.c.building_id.is_(None), Home.estate_id == placed.c.estate_id)
    return sa.or_(Home.building_id == placed.c.building_id, whole)
