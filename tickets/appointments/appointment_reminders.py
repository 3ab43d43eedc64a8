"""The day before: a word in the thread, and an errand for the manager where no page brings it home."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock, words
from app.core.jobs import Work
from app.core.words import say
from grids.staff.staff import on_duty
from grids.tables import Duty, Part
from tickets import threads, ways
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.households.tables import Way
from tickets.tables import Errand, Ticket


def sweep(work: Work) -> None:
    with work.database.reading() as session:
        due = session.scalars(sa.select(Appointment.id).where(*_due(clock.now())).order_by(Appointment.remind_at)).all()
    for appointment_id in due:
        if work.stopping.is_set():
            return
        with work.database.writing() as session:
            remind(session, appointment_id)


def remind(session: Session, appointment_id: int) -> None:
    """Once, however often it is asked for. Who comes too late, when it has begun, says nothing."""
    now = clock.now()
    held = sa.select(Appointment).where(Appointment.id == appointment_id, *_due(now)).with_for_update()
    one = session.scalar(held.execution_options(populate_existing=True))
    if one is None:
        return
    one.reminded_at = now
    author = one.by_id or _manager(session, one.grid_id)
    if one.starts_at <= now or author is None:
        return
    around = (joinedload(Ticket.reach), joinedload(Ticket.household))
    ticket = session.scalars(sa.select(Ticket).where(Ticket.id == one.ticket_id).options(*around)).one()
    told = say("A reminder: we come %(time)s. If it does not suit you, move it here or call.", time=words.span(one.starts_at, one.ends_at))
    entry = threads.say(session, ticket, author, told)
    one.reminder_id = entry.id
    way = ways.way(ticket.channel, ticket.reach.kind if ticket.reach else None, ticket.household.prefers if ticket.household else None)
    if way is not Way.page:
        session.add(Errand(ticket_id=ticket.id, entry_id=entry.id, update_id=None, way=way, at=now, done_at=None, done_by_id=None))
    session.flush()


def calls(session: Session, appointments: list[int]) -> dict[int, Errand]:
    """The errands that are still to be done, by the appointment."""
    wanted = sa.select(Appointment.id, Errand).join(Errand, Errand.entry_id == Appointment.reminder_id)
    rows = session.execute(wanted.where(Appointment.id.in_(appointments), Errand.done_at.is_(None)))
    return {row[0]: row[1] for row in rows}


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Appointment.state == AppointmentState.booked, Appointment.reminded_at.is_(None), Appointment.remind_at <= now


def _manager(session: Session, grid_id: int) -> int | None:
    """In whose name it is said."""
    holding = sa.select(Duty.person_id).where(Duty.grid_id == grid_id, *on_duty())
    return session.scalar(holding.order_by(Duty.part != Part.manager, Duty.since_at.desc()).limit(1))


def left(session: Session, grid_ids: Collection[int]) -> int:
    """How many of these grids' coming appointments are still to be told by a colleague."""
    wanted = sa.select(sa.func.count()).select_from(Appointment).join(Errand, Errand.entry_id == Appointment.reminder_id)
    coming = (Appointment.grid_id.in_(grid_ids), Appointment.state == AppointmentState.booked, Appointment.starts_at > clock.now())
    return session.scalar(wanted.where(*coming, Errand.done_at.is_(None))) or 0
