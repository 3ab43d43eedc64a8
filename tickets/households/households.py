"""Homes and those who live in them, found again by their door or their number, and merged when they prove to be one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids import dwellings
from grids.staff.staff import Me
from grids.tables import Estate, Grid
from tickets.households import claims, doors, merging, reaches
from tickets.households.tables import Household, Reach, Way
from tickets.tables import Ticket


def who(session: Session, grid: Grid, *, estate: Estate | None, building: str, room: str, contact: str, heard: bool) -> Household | None:
    """The household that asks: by its door, else by how it is to be reached. Nobody in particular where neither is known.

    A door and a telephone number that are `heard` together prove that the number's owner lives there; written on the web they do not.
    """
    known = by_contact(session, grid.id, contact, heard=heard)
    if estate is None or not dwellings.room(room):
        return (known[0] if len(known) == 1 else _alone(session, grid)) if contact else None
    home = doors.at(session, estate, building=building, room=room, contact=contact, heard=heard)
    for other in known if heard else ():
        if other.estate_id is None and not claims.lived_there(session, home, other):
            merging.prove(session, home, other)
    return home


def by_contact(session: Session, grid_id: int, contact: str, *, heard: bool) -> Sequence[Household]:
    """Those of the grid from whom it was heard that they are reached so; of several that are one, that one. A name is many people's.

    Where it is only written now, those without a home, who are known by nothing else: it leads nobody into a home.
    """
    if not reaches.identifies(contact):
        return []
    wanted = sa.select(Household).join(Reach).where(Reach.mark == reaches.mark_of(session, contact), Household.grid_id == grid_id)
    found = session.scalars(wanted.where(Reach.heard_at.is_not(None)) if heard else wanted).all()
    roots = {one.id: one for one in (merging.root(session, household) for household in found)}
    return [one for one in roots.values() if heard or one.estate_id is None]


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
