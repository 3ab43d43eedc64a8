"""Who moved in says so at the own address, by one tap. What was asked before stays with the former; a colleague looks at it.

A stranger who only gives a room may tap as well: so nothing of the former's is shown, moved to them or called off by it.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts import limits
from grids import grids
from grids.staff.staff import Me
from tickets import threads
from tickets.appointments import appointments
from tickets.households import claims, households, merging, removals
from tickets.households.tables import Household, Reach, Removal
from tickets.tables import Address, Ticket

MOST, WITHIN = 2, timedelta(days=1)


class Moving(msgspec.Struct, frozen=True):
    """What an address may say of it: whether it is asked there, and what was said."""

    asked: bool
    said: Removal | None


class Told(msgspec.Struct, frozen=True):
    """An asker's word that nobody has looked at yet, with the question at which it was said."""

    removal: Removal
    ticket: Ticket
    denied: bool
    """The former was in touch again since."""


def at(session: Session, ticket: Ticket, token: str) -> Moving:
    """Only where a thread began, and where nobody came into it later."""
    if ticket.household_id is None or not _is_their_own(session, ticket, token):
        return Moving(asked=False, said=None)
    last = session.scalar(sa.select(Removal).where(Removal.came_id == ticket.household_id).order_by(Removal.id.desc()).limit(1))
    if last is not None and _began(session, ticket):
        return Moving(asked=False, said=last if last.by_id is None and last.undone_at is None else None)
    return Moving(asked=_others_asked(session, ticket), said=None)


def say(session: Session, ticket: Ticket, *, token: str) -> Removal:
    """From now on they are a household of their own. Tapped twice it is said once."""
    grids.hold(session, ticket.grid_id)
    threads.hold(session, ticket)
    moving = at(session, ticket, token)
    if moving.said is not None:
        return moving.said
    if not moving.asked:
        raise Refused(_("There is nothing to part here. Please simply write what you need."))
    home = households.of(session, ticket)
    why = _("Somebody said today already who moved in here. Please call your manager.")
    limits.allow(session, "moves of a home", f"{home.estate_id}/{home.building}/{home.room}", most=MOST, within=WITHIN, why=why)
    return removals.move(session, ticket, by=None, who=removals.Who.into)


def confirm(session: Session, removal_id: int, *, by: Me) -> Removal:
    """A colleague knows that it is so: nobody comes to the former at that door any more. Tapped twice it is done once."""
    found = removals.find(session, removal_id, by=by)
    if found.seen_at is None and found.undone_at is None:
        found.seen_at, found.seen_by_id = clock.now(), by.id
        session.flush()
        appointments.call_off(session, {found.gone_id, *removals.gave_up(session, [found.gone_id])}, by=by, removal_id=found.id)
        audit.record(session, "households.confirm_move", f"household/{found.gone_id}", by=by.id, came=found.came_id)
    return found


def untold(session: Session, grid_ids: Collection[int], *, limit: int = 8) -> Sequence[Told]:
    """What askers said of it in these grids, and nobody has looked at."""
    first = sa.select(sa.func.min(Ticket.id)).where(Ticket.household_id == Removal.came_id).correlate(Removal).scalar_subquery()
    waiting = sa.select(Removal, Ticket).join(Ticket, Ticket.id == first).where(*claims.UNTOLD, Ticket.grid_id.in_(grid_ids))
    rows = waiting.order_by(Removal.id).limit(limit)
    home = joinedload(Ticket.household).joinedload(Household.estate)
    found = session.execute(rows.options(home, joinedload(Ticket.estate), joinedload(Ticket.grid))).all()
    return [Told(claim, ticket, claims.denied(session, claim)) for claim, ticket in found]


def _is_their_own(session: Session, ticket: Ticket, token: str) -> bool:
    later = sa.select(Address.ticket_id).where(Address.ticket_id == ticket.id, Address.after_entry_id > 0)
    return threads.later(session, token) is None and session.scalar(later.limit(1)) is None


def _began(session: Session, ticket: Ticket) -> bool:
    return session.scalar(sa.select(sa.func.min(Ticket.id)).where(Ticket.household_id == ticket.household_id)) == ticket.id


def _others_asked(session: Session, ticket: Ticket) -> bool:
    """Whether somebody with another number asked from this home before."""
    own = households.of(session, ticket)
    if own.estate_id is None or not own.room:
        return False
    mine = session.scalar(sa.select(Reach.mark).where(Reach.id == ticket.reach_id)) if ticket.reach_id else ""
    before = sa.select(Ticket.id).join(Ticket.reach).where(Ticket.id < ticket.id, Reach.mark != mine)
    return session.scalar(before.where(Ticket.household_id.in_(merging.family(session, own.id))).limit(1)) is not None
