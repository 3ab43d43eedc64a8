"""A seat of a slot: taken by one asker, and free again when that visit is over or off.

That no two have the same seat is the database's own law; whoever takes one holds the grid's row.
"""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets.appointments import booked, slots
from tickets.appointments.slots import Slot
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.tables import Ticket

REMIND = time(16, 0)
"""On the day before, in the afternoon: most are reached then, and can still move it."""


def free(session: Session, grid_id: int, at: datetime) -> Slot:
    slot = still_open(session, grid_id, at)
    if slot is None:
        raise Mistaken(
            _("Please look again at the marked fields."), {"slot": _("This time was taken a moment ago. Please choose another.")}
        )
    return slot


def still_open(session: Session, grid_id: int, at: datetime, *, lead: timedelta = slots.LEAD) -> Slot | None:
    """This slot, if somebody can still be visited in it."""
    return next((one for one in slots.coming(session, grid_id, lead=lead) if one.starts_at == at and one.free), None)


def take(session: Session, ticket: Ticket, slot: Slot, *, by: Me | None, address: str | None, kind: str) -> Appointment:
    made = Appointment(
        ticket_id=ticket.id, grid_id=ticket.grid_id, starts_at=slot.starts_at, ends_at=slot.ends_at,
        seat=_seat(session, ticket.grid_id, slot), state=AppointmentState.booked, at=clock.now(), by_id=by.id if by else None,
        ended_at=None, ended_by_id=None, remind_at=_remind_at(slot.starts_at), reminded_at=None, reminder_id=None, address=address,
        kind=kind, told_id=None, removal_id=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "appointments.book", made, by)
    booked.answer(session, ticket, made, by=by)
    return made


def leave(session: Session, appointment: Appointment, became: AppointmentState, by: Me | None) -> None:
    """Its seat is free for somebody else."""
    appointment.state, appointment.seat, appointment.remind_at = became, None, None
    appointment.ended_at, appointment.ended_by_id = clock.now(), by.id if by else None
    session.flush()


def _seat(session: Session, grid_id: int, slot: Slot) -> int:
    here = (Appointment.grid_id == grid_id, Appointment.starts_at == slot.starts_at, Appointment.seat.is_not(None))
    taken = set(session.scalars(sa.select(Appointment.seat).where(*here)))
    return next(n for n in range(1, len(taken) + 2) if n not in taken)


def _remind_at(starts_at: datetime) -> datetime | None:
    """Not for one that was booked after that time: who has just chosen knows."""
    day = clock.local(starts_at).date() - timedelta(days=1)
    at = clock.as_utc(datetime.combine(day, REMIND))
    return at if at > clock.now() else None


def record(session: Session, act: str, appointment: Appointment, by: Me | None) -> None:
    audit.record(
        session, act, f"ticket/{appointment.ticket_id}", by=by.id if by else None, appointment=appointment.id, state=appointment.state,
        starts=appointment.starts_at.isoformat(),
    )  # fmt: skip
