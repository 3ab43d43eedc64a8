"""They moved: the home is another household's from then on, with a memory of its own. What was asked before stays with those who asked.

The former household keeps its threads, numbers, papers and its right to a copy, and gives up the address alone. Where it was a
mistake, both are seen as one again: nothing is moved back, so that whatever was asked in between is theirs too.
"""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids.staff import Me
from tickets import households, merging
from tickets.privacy.tables import DataRequest
from tickets.procedure_tables import PaperSeen
from tickets.removal_tables import Removal
from tickets.tables import Household, Reach, Ticket


class Who(StrEnum):
    out = "out"
    """Who asks in this thread has left."""
    into = "into"
    """Who asks in this thread is new there."""


def move(session: Session, ticket: Ticket, *, by: Me, who: Who) -> Removal:
    """Tapped twice it is done once."""
    by.must_look_after(ticket.grid_id)
    gone = merging.root(session, households.of(session, ticket))
    session.refresh(gone, ["estate_id", "building", "room"], with_for_update=True)
    if (done := _done(session, gone, ticket, who)) is not None:
        return done
    family = merging.family(session, gone.id)
    came = _handed_on(session, gone, family)
    if who is Who.into:
        _goes_along(session, ticket, family, came)
    merging.differ(session, gone, came, by=by)
    made = Removal(gone_id=gone.id, came_id=came.id, by_id=by.id, at=clock.now(), undone_at=None)
    session.add(made)
    session.flush()
    audit.record(session, "households.move", f"household/{gone.id}", by=by.id, came=came.id, who=who)
    return made


def undo(session: Session, removal_id: int, *, by: Me) -> Removal:
    """Nobody had moved. Tapped twice it is done once."""
    found = session.get(Removal, removal_id, with_for_update=True) if 0 < removal_id < 2**63 else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    gone, came = session.get_one(Household, found.gone_id), session.get_one(Household, found.came_id)
    by.must_look_after(gone.grid_id or 0)
    if found.undone_at is None:
        found.undone_at, found.undone_by_id = clock.now(), by.id
        merging.merge(session, came, gone, by=by)
        audit.record(session, "households.stay", f"household/{gone.id}", by=by.id, came=came.id)
    return found


def of(session: Session, ticket: Ticket) -> tuple[Removal | None, Removal | None]:
    """Since when they live there, where somebody else did before; and when they left."""
    if ticket.household_id is None:
        return None, None
    family = merging.family(session, ticket.household_id)
    newest = _standing().order_by(Removal.id.desc()).limit(1)
    return session.scalar(newest.where(Removal.came_id.in_(family))), session.scalar(newest.where(Removal.gone_id.in_(family)))


def _done(session: Session, household: Household, ticket: Ticket, who: Who) -> Removal | None:
    if who is Who.out:
        return session.scalar(_standing().where(Removal.gone_id == household.id)) if household.estate_id is None else None
    known = session.scalar(_standing().where(Removal.came_id == household.id).order_by(Removal.id.desc()).limit(1))
    first = session.scalar(sa.select(sa.func.min(Ticket.id)).where(Ticket.household_id.in_(merging.family(session, household.id))))
    return known if first == ticket.id else None


def _standing() -> sa.Select[Removal]:
    return sa.select(Removal).where(Removal.undone_at.is_(None))


def _handed_on(session: Session, gone: Household, family: Sequence[int]) -> Household:
    """The same door, for whoever comes; under whatever name the former had it."""
    if gone.estate_id is None or not gone.room:
        raise Refused(_("It is not known in which home they live, so nobody else can have moved in there."))
    estate_id, building, room = gone.estate_id, gone.building, gone.room
    same = (Household.id.in_(family), Household.estate_id == estate_id, Household.room == room)
    session.execute(sa.update(Household).where(*same).values(estate_id=None, building="", room=""))
    came = Household(grid_id=gone.grid_id, estate_id=estate_id, building=building, room=room)
    session.add(came)
    session.flush()
    return came


def _goes_along(session: Session, ticket: Ticket, family: Sequence[int], came: Household) -> None:
    """This thread is the newcomer's, and each later one; their numbers, where the former household did not use them."""
    theirs = (Ticket.household_id.in_(family), Ticket.id >= ticket.id)
    ids = session.scalars(sa.select(Ticket.id).where(*theirs)).all()
    reached = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.id.in_(ids), Ticket.reach_id.is_not(None))))
    session.execute(sa.update(Ticket).where(Ticket.id.in_(ids)).values(household_id=came.id))
    for table in (PaperSeen, DataRequest):
        session.execute(sa.update(table).where(table.ticket_id.in_(ids)).values(household_id=came.id))
    before = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.household_id.in_(family))))
    session.execute(sa.update(Reach).where(Reach.id.in_(reached - before)).values(household_id=came.id))
    session.expire_all()
