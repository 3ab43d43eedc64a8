"""Homes and those who live in them, found again however building and room are written, and merged when they prove to be one."""

import re
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, twins
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from grids.tables import Building, Estate, Grid
from tickets.households import claims, merging, reaches
from tickets.households.tables import Household, Reach, Way
from tickets.tables import Ticket


def who(session: Session, grid: Grid, *, estate: Estate | None, building: str, room: str, contact: str, heard: bool) -> Household | None:
    """The household that asks: by its room, else by how it is to be reached. Nobody in particular where neither is known.

    A room and a telephone number that are `heard` together prove that the number's owner lives there; written on the web they do not.
    """
    home = at_door(session, estate, building=building, room=room, contact=contact) if estate and _room(room) else None
    known = by_contact(session, grid.id, contact, heard=heard) if contact else []
    if home is None and contact:
        return known[0] if len(known) == 1 else _alone(session, grid)
    if home is not None and heard:
        for other in known:
            if other.estate_id is None and not claims.lived_there(session, home, other):
                merging.prove(session, home, other)
    return home


def at_door(session: Session, estate: Estate, *, building: str, room: str, contact: str) -> Household:
    """The household there; where somebody only claims that they moved in, the former by the number that was heard of it."""
    home = at(session, estate, building=building, room=room)
    return (claims.former(session, home, contact) if contact else None) or home


def at(session: Session, estate: Estate, *, building: str, room: str) -> Household:
    """The household there, made at its first question."""
    building, room = building_name(session, estate.id, building), _room(room)
    wanted = sa.select(Household).where(Household.estate_id == estate.id, Household.building == building, Household.room == room)
    found = session.scalar(wanted)
    if found is None:
        found = Household(grid_id=estate.grid_id, estate_id=estate.id, building=building, room=room)
        if not twins.first(session, found):
            found = session.scalars(wanted).one()
    return found


def by_contact(session: Session, grid_id: int, contact: str, *, heard: bool) -> Sequence[Household]:
    """Those of the grid from whom it was heard that they are reached so; of several that are one, that one.

    Where it is only written now, those without a home, who are known by nothing else: it leads nobody into a home.
    """
    wanted = sa.select(Household).join(Reach).where(Reach.mark == reaches.mark_of(session, contact), Household.grid_id == grid_id)
    found = session.scalars(wanted.where(Reach.heard_at.is_not(None)) if heard else wanted).all()
    roots = {one.id: one for one in (merging.root(session, household) for household in found)}
    return [one for one in roots.values() if heard or one.estate_id is None]


def building_name(session: Session, estate_id: int, said: str) -> str:
    """The building as the estate's list has it, where exactly one fits; else as it was said, tidied."""
    said = _tidy(said)
    if not said:
        return ""
    names = session.scalars(sa.select(Building.name).where(Building.estate_id == estate_id)).all()
    like = [name for name in names if _key(name) == _key(said)]
    return said if said in names or len(like) != 1 else like[0]


def of(session: Session, ticket: Ticket) -> Household:
    """Who asks there. Raises where it is nobody in particular."""
    if ticket.household_id is None:
        raise Refused(_("It is not known who asked this."))
    return session.get_one(Household, ticket.household_id)


def find(session: Session, household_id: int, *, for_: Me) -> Household:
    found = session.get(Household, household_id) if 0 < household_id < 2**63 else None
    if found is None or not (for_.sees(found.grid_id) or merging.may_look_after(session, found, by=for_)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def prefer(session: Session, ticket: Ticket, *, by: Me, way: Way | None) -> Household:
    """How they like to be reached from now on."""
    by.must_look_after(ticket.grid_id)
    household = of(session, ticket)
    if household.prefers is not way:
        household.prefers = way
        session.flush()
        audit.record(session, "households.prefer", f"household/{household.id}", by=by.id, way=way)
    return household


def _alone(session: Session, grid: Grid) -> Household:
    household = Household(grid_id=grid.id)
    session.add(household)
    session.flush()
    return household


def _room(said: str) -> str:
    return _key(_tidy(said))


def _tidy(said: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))


def _key(said: str) -> str:
    """The numbers and letters alone, so that 3-501 is found however the unit and the room are called."""
    return "-".join(re.findall(r"[0-9A-Z]+", said.upper())) or said
