"""Homes, found again however their building and room are written."""

import re
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.tables import Building, Estate
from tickets.tables import Household


def at(session: Session, estate: Estate, *, building: str, room: str) -> Household | None:
    """The household there, made at its first question. None where neither building nor room is known."""
    building, room = building_name(session, estate.id, building), _room(room)
    if not building and not room:
        return None
    wanted = sa.select(Household).where(Household.estate_id == estate.id, Household.building == building, Household.room == room)
    found = session.scalar(wanted)
    if found is None:
        found = Household(estate_id=estate.id, building=building, room=room)
        try:
            with session.begin_nested():
                session.add(found)
        except sa.exc.IntegrityError:  # Two neighbours' phones at the same moment.
            found = session.scalars(wanted).one()
    return found


def building_name(session: Session, estate_id: int, said: str) -> str:
    """The building as the estate's list has it, where exactly one fits; else as it was said, tidied."""
    said = _tidy(said)
    if not said:
        return ""
    names = session.scalars(sa.select(Building.name).where(Building.estate_id == estate_id)).all()
    like = [name for name in names if _key(name) == _key(said)]
    return said if said in names or len(like) != 1 else like[0]


def identifies(household: Household | None) -> bool:
    """A building alone is shared by hundreds; only a room tells who asked."""
    return household is not None and bool(household.room)


def _room(said: str) -> str:
    return _key(_tidy(said))


def _tidy(said: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))


def _key(said: str) -> str:
    """The numbers and letters alone, so that 3-501 is found however the unit and the room are called."""
    return "-".join(re.findall(r"[0-9A-Z]+", said.upper())) or said
