"""Doors: the home that is meant, however its building and room are written; and who is meant where that names no one door."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import twins
from broadcasts.subscribers import audiences
from grids import dwellings
from grids.tables import Estate
from tickets.households import claims, merging, reaches
from tickets.households.tables import Household, Reach


def at(session: Session, estate: Estate, *, building: str, room: str, contact: str, heard: bool) -> Household:
    """The household there, made at its first question.

    Where somebody only claims that they moved in, the former by the number that was heard of it.
    """
    names = audiences.names(session, estate.id)
    building = dwellings.meant(building, names, estate.name) or dwellings.tidy(building)
    if not _is_one(session, estate, building, names):
        return _somewhere(session, estate, building, room, contact, heard)
    home = _there(session, estate, building, dwellings.room(room), names) or _made(session, estate, building, dwellings.room(room))
    return (claims.former(session, home, contact) if contact else None) or home


def told(session: Session, estate: Estate | None, building: str, room: str) -> tuple[str, str]:
    """Building and room as they are kept: the building as the estate's list has it where one is meant, else as it was said, tidied."""
    if estate is None:
        return "", room
    names = audiences.names(session, estate.id)
    if dwellings.meant(building, names, estate.name) is None:
        building, room = dwellings.parted(dwellings.tidy(building), room)
    return dwellings.meant(building, names, estate.name) or dwellings.tidy(building), room


def _is_one(session: Session, estate: Estate, building: str, names: Collection[str]) -> bool:
    """Whether building and room name one door: not where the building may be several, or is missing where there are some."""
    if building:
        return building in names or not any(dwellings.may_be(building, name) for name in names)
    others = sa.select(Household.id).where(Household.estate_id == estate.id, Household.building != "")
    return not names and session.scalar(others.limit(1)) is None


def _there(session: Session, estate: Estate, building: str, room: str, names: Collection[str]) -> Household | None:
    wanted = sa.select(Household).where(Household.estate_id == estate.id, Household.door.is_(True), Household.room == room)
    if (found := session.scalar(wanted.where(Household.building == building))) is not None:
        return found
    like = (one for one in session.scalars(wanted.order_by(Household.id)) if one.building not in names)
    return next((one for one in like if dwellings.building(one.building) == dwellings.building(building)), None)


def _made(session: Session, estate: Estate, building: str, room: str) -> Household:
    made = Household(grid_id=estate.grid_id, estate_id=estate.id, building=building, room=room, door=True)
    if twins.first(session, made):
        return made
    wanted = sa.select(Household).where(Household.estate_id == estate.id, Household.door.is_(True), Household.room == room)
    return session.scalars(wanted.where(Household.building == building)).one()


def _somewhere(session: Session, estate: Estate, building: str, room: str, contact: str, heard: bool) -> Household:
    """No one door: whoever is known by this number in such a room, else somebody who is not known yet."""
    room = dwellings.room(room)
    mark = reaches.mark_of(session, contact) if reaches.identifies(contact) else ""
    wanted = sa.select(Household).join(Reach).where(Household.estate_id == estate.id, Household.room == room, Reach.mark == mark)
    found = [one for one in session.scalars(wanted.order_by(Household.id)) if mark and _is_theirs(session, one, building, mark, heard)]
    if len({merging.root(session, one).id for one in found}) == 1:
        return found[0]
    made = Household(grid_id=estate.grid_id, estate_id=estate.id, building=building, room=room)
    session.add(made)
    session.flush()
    return made


def _is_theirs(session: Session, home: Household, building: str, mark: str, heard: bool) -> bool:
    """Heard of them there; on the web only where no door is known, and nobody else's number."""
    if (home.door and not heard) or not dwellings.may_be(building, home.building):
        return False
    if reaches.is_theirs(session, mark, merging.family(session, home.id)):
        return True
    others = sa.select(Reach.id).where(Reach.household_id == home.id, Reach.mark != mark)
    return not home.door and session.scalar(others.limit(1)) is None
