"""What is booked, and what became of it: at one thread, at one address of a thread, and in the grids' days."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.errors import Missing
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.households.tables import Household
from tickets.tables import Ticket


def of(session: Session, ticket: Ticket, *, token: str | None = None) -> Appointment | None:
    """The one that is booked: at this address, or the newest of all."""
    here = sa.select(Appointment).where(*_made_at(session, ticket, token), Appointment.state == AppointmentState.booked)
    return session.scalar(here.order_by(Appointment.id.desc()).limit(1).execution_options(populate_existing=True))


def history(session: Session, ticket: Ticket, *, token: str | None = None) -> Sequence[Appointment]:
    """All of them, the first one first."""
    wanted = sa.select(Appointment).where(*_made_at(session, ticket, token)).order_by(Appointment.id)
    return session.scalars(wanted.options(joinedload(Appointment.by))).all()


def told_elsewhere(session: Session, ticket: Ticket, token: str) -> set[int]:
    """The entries that tell of visits made at another address of this thread."""
    here = {one.id for one in history(session, ticket, token=token)}
    others = (one for one in history(session, ticket) if one.id not in here)
    return {entry for one in others for entry in (one.reminder_id, one.told_id) if entry is not None}


def find(session: Session, appointment_id: int, *, for_: Me) -> Appointment:
    found = session.scalar(_whole().where(Appointment.id == appointment_id)) if 0 < appointment_id < 2**63 else None
    if found is None or not for_.sees(found.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def listed(session: Session, grid_ids: Collection[int], *, first: date, days: int) -> Sequence[Appointment]:
    """What is booked from that day on, and what became of the others: in the order of the day. Nothing vanishes silently."""
    start = clock.as_utc(datetime.combine(first, time()))
    within = Appointment.starts_at.between(start, start + timedelta(days=days, microseconds=-1))
    wanted = _whole().where(Appointment.grid_id.in_(grid_ids), within)
    return session.scalars(wanted.order_by(Appointment.starts_at, Appointment.id).limit(500)).all()


def unsettled(session: Session, grid_ids: Collection[int]) -> Sequence[Appointment]:
    """Over, and nobody has said what became of them."""
    over = (Appointment.state == AppointmentState.booked, Appointment.ends_at < clock.now())
    return session.scalars(_whole().where(Appointment.grid_id.in_(grid_ids), *over).order_by(Appointment.starts_at).limit(50)).all()


def _whole() -> sa.Select[Appointment]:
    of_ticket = joinedload(Appointment.ticket)
    home = of_ticket.joinedload(Ticket.household).joinedload(Household.estate)
    around = (of_ticket.joinedload(Ticket.estate), of_ticket.joinedload(Ticket.grid), of_ticket.joinedload(Ticket.reach))
    return sa.select(Appointment).options(home, *around, joinedload(Appointment.by))


def _made_at(session: Session, ticket: Ticket, token: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Who came into the thread later, with whatever number, does not see when somebody comes to whoever asked before; nor they to them."""
    here = (Appointment.ticket_id == ticket.id,)
    return here if token is None else (*here, Appointment.address.is_not_distinct_from(threads.later(session, token)))
