"""They moved: the home is another household's from then on, with a memory of its own. What was asked before stays with those who asked.

The former household keeps its threads, numbers, papers and its right to a copy, and gives up the address alone. Where it was a
mistake, both are seen as one again: nothing is moved back, so that whatever was asked in between is theirs too.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids import grids
from grids.staff.staff import Me
from tickets.appointments import appointments
from tickets.households import households, merging
from tickets.households.tables import Household, Reach, Removal
from tickets.privacy.tables import DataRequest, LookUp
from tickets.procedures.tables import PaperSeen
from tickets.tables import Ticket

ADDRESS = ("estate_id", "building", "room")


class Who(StrEnum):
    out = "out"
    """Who asks in this thread has left."""
    into = "into"
    """Who asks in this thread is new there."""


def move(session: Session, ticket: Ticket, *, by: Me | None, who: Who) -> Removal:
    """Tapped twice it is done once. Without `by` the asker says so (moving_in.py): no visit is called off for it."""
    if by is not None:
        by.must_look_after(ticket.grid_id)
    own = households.of(session, ticket)
    grids.hold(session, own.grid_id)
    known_as = merging.root(session, own)
    session.refresh(known_as, ADDRESS, with_for_update=True)
    session.refresh(own, ADDRESS)
    family = merging.family(session, own.id)
    if (done := _done(session, own, family, ticket, who)) is not None:
        return done
    gone = own if own.estate_id is not None else known_as
    came, names = _handed_on(session, gone, family)
    if who is Who.into:
        _goes_along(session, ticket, family, came)
    merging.differ(session, gone, came, by=by)
    made = Removal(gone_id=gone.id, came_id=came.id, by_id=by.id if by else None, at=clock.now(), seen_at=None, undone_at=None)
    session.add(made)
    session.flush()
    if by is not None:
        appointments.call_off(session, {own.id, *names, *gave_up(session, names)}, by=by, removal_id=made.id)
    audit.record(session, "households.move", f"household/{gone.id}", by=made.by_id, came=came.id, who=who)
    return made


def find(session: Session, removal_id: int, *, by: Me) -> Removal:
    """Held, for whoever looks after the former household."""
    found = session.get(Removal, removal_id, with_for_update=True) if 0 < removal_id < 2**63 else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    merging.must_look_after(session, session.get_one(Household, found.gone_id), by=by)
    return found


def undo(session: Session, removal_id: int, *, by: Me) -> Removal:
    """Nobody had moved. Tapped twice it is done once."""
    found = find(session, removal_id, by=by)
    gone, came = session.get_one(Household, found.gone_id), session.get_one(Household, found.came_id)
    if found.undone_at is None:
        _must_be_alone(session, found)
        found.undone_at, found.undone_by_id = clock.now(), by.id
        merging.join(session, came, gone, by=by)
        appointments.restore(session, found.id, by=by)
        audit.record(session, "households.stay", f"household/{gone.id}", by=by.id, came=came.id)
    return found


def of(session: Session, ticket: Ticket) -> tuple[Removal | None, Removal | None]:
    """Since when they live there, where somebody else did before; and when they left."""
    if ticket.household_id is None:
        return None, None
    family = merging.family(session, ticket.household_id)
    newest = _standing().order_by(Removal.id.desc()).limit(1)
    left = family if not _have_a_home(session, family) else [ticket.household_id]
    return session.scalar(newest.where(Removal.came_id.in_(family))), session.scalar(newest.where(Removal.gone_id.in_(left)))


def _have_a_home(session: Session, family: Sequence[int]) -> bool:
    """Whoever moved within the grid lives at the new home: gone are they where they asked from the old one."""
    homes = sa.select(Household.id).where(Household.id.in_(family), Household.estate_id.is_not(None))
    return session.scalar(homes.limit(1)) is not None


def _must_be_alone(session: Session, removal: Removal) -> None:
    """Were both seen as one, whoever asked at that door since would be mixed with those who lived there before."""
    formers, newcomers = merging.family(session, removal.gone_id), merging.family(session, removal.came_id)
    along = sa.and_(Ticket.household_id.in_(newcomers), Ticket.asked_at <= removal.at)
    of_them = sa.select(Reach.mark).join(Ticket, Ticket.reach_id == Reach.id).where(along)
    theirs = {*session.scalars(sa.select(Reach.mark).where(Reach.household_id.in_(formers))), *session.scalars(of_them)}
    since = (Ticket.household_id.in_(newcomers), Ticket.asked_at > removal.at, Reach.heard_at.is_not(None), Reach.mark.not_in(theirs))
    other = session.scalar(sa.select(Ticket.id).join(Ticket.reach).where(*since).order_by(Ticket.id).limit(1))
    if other is not None:
        why = _(
            "Somebody else told us of question %(n)s from this home since, with another number: seen as one, they would be mixed. It stays "
            "as it is. If nobody moved, note the former's next question with room and number.",
            n=other,
        )
        raise Refused(why)


def gave_up(session: Session, household_ids: Collection[int]) -> Sequence[int]:
    """Under which other names these had the same door, before somebody said by mistake that they had moved."""
    undone = sa.select(Removal.gone_id).where(Removal.came_id.in_(household_ids), Removal.undone_at.is_not(None))
    return session.scalars(undone).all()


def _done(session: Session, own: Household, family: Sequence[int], ticket: Ticket, who: Who) -> Removal | None:
    newest = _standing().order_by(Removal.id.desc()).limit(1)
    if who is Who.out:
        return session.scalar(newest.where(Removal.gone_id.in_(family))) if own.estate_id is None else None
    first = session.scalar(sa.select(sa.func.min(Ticket.id)).where(Ticket.household_id == own.id))
    return session.scalar(newest.where(Removal.came_id == own.id)) if first == ticket.id else None


def _standing() -> sa.Select[Removal]:
    return sa.select(Removal).where(Removal.undone_at.is_(None))


def _handed_on(session: Session, gone: Household, family: Sequence[int]) -> tuple[Household, Sequence[int]]:
    """The same door, for whoever comes; and the names under which the former had it. Another home of theirs stays theirs."""
    if gone.estate_id is None or not gone.room:
        raise Refused(_("It is not known in which home they live, so nobody else can have moved in there."))
    estate_id, room = gone.estate_id, gone.room
    alike = sa.select(Household).where(Household.id.in_(family), Household.estate_id == estate_id, Household.room == room)
    rooms = session.scalars(alike).all()
    named = {one.building for one in rooms} - {""}
    building = gone.building or (named.pop() if len(named) == 1 else "")
    names = [one.id for one in rooms if one.building in ("", building)]
    door = next((one.door for one in rooms if one.building == building), None)
    session.execute(sa.update(Household).where(Household.id.in_(names)).values(estate_id=None, building="", room="", door=None))
    came = Household(grid_id=gone.grid_id, estate_id=estate_id, building=building, room=room, door=door)
    session.add(came)
    session.flush()
    return came, names


def _goes_along(session: Session, ticket: Ticket, family: Sequence[int], came: Household) -> None:
    """This thread is the newcomer's, and each later one that is not the former's; what hangs on them; their own numbers."""
    ids = _newcomers(session, ticket, family)
    reached = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.id.in_(ids), Ticket.reach_id.is_not(None))))
    session.execute(sa.update(Ticket).where(Ticket.id.in_(ids)).values(household_id=came.id))
    for table in (PaperSeen, DataRequest, LookUp):
        session.execute(sa.update(table).where(table.ticket_id.in_(ids)).values(household_id=came.id))
    before = set(session.scalars(sa.select(Ticket.reach_id).where(Ticket.household_id.in_(family))))
    session.execute(sa.update(Reach).where(Reach.id.in_(reached - before)).values(household_id=came.id))
    session.expire_all()


def _newcomers(session: Session, ticket: Ticket, family: Sequence[int]) -> list[int]:
    """Not the threads of whoever was reached so before, nor those of another home of the former."""
    asked = sa.select(Ticket.id, Reach.mark, Household.estate_id).join(Ticket.household).join(Ticket.reach, isouter=True)
    rows = session.execute(asked.where(Ticket.household_id.in_(family)).order_by(Ticket.id)).all()
    formers = {row.mark for row in rows if row.id < ticket.id and row.mark}
    mine = next((row.mark for row in rows if row.id == ticket.id), None)
    later = [row for row in rows if row.id > ticket.id and row.mark not in formers]
    return [ticket.id, *(row.id for row in later if row.estate_id is None or (row.mark and row.mark == mine))]
