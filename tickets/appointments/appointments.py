"""Appointments: one slot for one asker, moved and cancelled by either, with a word the day before.

Whoever books holds the grid's row, so that two who tap the same slot at the same moment come one after the other; that no two have
the same seat of a slot is the database's own law.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock, words
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from app.core.words import say
from broadcasts import limits
from grids import grids
from grids.staff.staff import Me
from tickets import conversation, threads
from tickets.appointments import booked, diary, seats
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.tables import Ticket, TicketState

MOST_AN_HOUR = 30


def book(session: Session, ticket: Ticket, *, at: datetime, by: Me | None = None, token: str | None = None, kind: str = "") -> Appointment:
    """This slot is theirs; the one that they had is free again. Tapped twice it is booked once. Without `by` the asker books.

    At an address (`token`) only what was made there is known and moved.
    """
    _may(ticket, by)
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed. Reopen it first, then choose a time."))
    grids.hold(session, ticket.grid_id)
    before = diary.of(session, ticket, token=token)
    if before is not None and before.starts_at == at:
        return before
    slot = seats.free(session, ticket.grid_id, at)
    if by is None:
        why = _("Very many are booking at this moment. Please try again later, or call your manager.")
        limits.allow(session, "appointments of a grid", str(ticket.grid_id), most=MOST_AN_HOUR, within=timedelta(hours=1), why=why)
    if before is not None:
        told = say("Moved: instead of %(before)s, we come %(time)s.", before=_span(before), time=words.span(slot.starts_at, slot.ends_at))
        _tell(session, ticket, before, by, told)
        seats.leave(session, before, AppointmentState.moved, by)
    address = threads.later(session, token) if token else before.address if before else None
    return seats.take(session, ticket, slot, by=by, address=address, kind=kind or (before.kind if before else ""))


def begin(session: Session, ticket: Ticket, *, at: datetime, token: str, kind: str, by: Me | None = None) -> Appointment:
    """By the form that asked as well. However late it is sent again it is done once: what came after it is not undone."""
    before = diary.history(session, ticket, token=token)
    if any(one.starts_at == at for one in before):
        return before[-1]
    return book(session, ticket, at=at, by=by, token=token, kind=kind)


def cancel(session: Session, ticket: Ticket, *, by: Me | None = None, token: str | None = None) -> Appointment:
    """Nobody comes. Cancelled twice it is cancelled once."""
    _may(ticket, by)
    grids.hold(session, ticket.grid_id)
    current = diary.of(session, ticket, token=token)
    if current is not None:
        if current.starts_at <= clock.now():
            raise Refused(_("This appointment has begun. Please call your manager."))
        return _called_off(session, ticket, current, by)
    last = diary.history(session, ticket, token=token)
    if token is not None and not last:
        raise Missing(_("No time was chosen yet."))
    if not last or last[-1].state is not AppointmentState.cancelled:
        raise Refused(_("There is no appointment to cancel."))
    return last[-1]


def call_off(session: Session, household_ids: Collection[int], *, by: Me, removal_id: int) -> None:
    """They live there no more: nobody comes to them at that door, at whichever address of a thread it was booked."""
    coming = (Appointment.state == AppointmentState.booked, Appointment.starts_at > clock.now())
    theirs = sa.select(Appointment).join(Appointment.ticket).where(Ticket.household_id.in_(household_ids), *coming)
    for one in session.scalars(theirs.options(joinedload(Appointment.ticket)).order_by(Appointment.id)).all():
        grids.hold(session, one.grid_id)
        session.refresh(one, ["state"])
        if one.state is AppointmentState.booked:
            _called_off(session, one.ticket, one, by).removal_id = removal_id
    session.flush()


def restore(session: Session, removal_id: int, *, by: Me) -> None:
    """They live there after all: what was called off for it is booked again; where its time is taken it is to be agreed on anew."""
    called_off = sa.select(Appointment).where(Appointment.removal_id == removal_id).order_by(Appointment.id)
    for one in session.scalars(called_off).all():
        grids.hold(session, one.grid_id)
        ticket = threads.read(session, one.ticket_id)
        if ticket.state is TicketState.closed or ticket.grid_id != one.grid_id or diary.of(session, ticket) is not None:
            continue
        slot = seats.still_open(session, one.grid_id, one.starts_at, lead=timedelta())
        if slot is None:
            booked.owe(session, one, by=by)
            continue
        made = seats.take(session, ticket, slot, by=by, address=one.address, kind=one.kind)
        _tell(session, ticket, made, by, say("Booked again, it was a mistake of ours: we come %(time)s.", time=_span(made)))
        booked.bring(session, made)


def give_up(session: Session, ticket: Ticket, *, by: Me) -> None:
    """Another grid's people look after this question from now on, and these slots are not theirs: its visits are to be agreed on anew.

    Raises Refused where one has begun, and nobody has said what became of it.
    """
    standing = (Appointment.ticket_id == ticket.id, Appointment.state == AppointmentState.booked)
    for one in session.scalars(sa.select(Appointment).where(*standing).order_by(Appointment.id)).all():
        if one.starts_at <= clock.now():
            raise Refused(_("The visit %(time)s has begun. Say first what became of it, then hand the question over.", time=_span(one)))
        told = say(
            "The colleagues of another area take this over, so nobody comes %(time)s. They agree on another time with you.", time=_span(one)
        )
        _withdrawn(session, ticket, one, by, told)
        booked.bring(session, one)


def settle(session: Session, appointment: Appointment, *, by: Me, came: bool) -> Appointment:
    """We were there; or nobody was at home, and we still owe it."""
    by.must_look_after(appointment.grid_id)
    grids.hold(session, appointment.grid_id)
    session.refresh(appointment, ["state"])
    became = AppointmentState.done if came else AppointmentState.missed
    if appointment.state is became:
        return appointment
    if appointment.state is not AppointmentState.booked:
        raise Refused(_("This appointment is over already."))
    if appointment.starts_at > clock.now():
        raise Refused(_("This appointment is still to come."))
    seats.leave(session, appointment, became, by)
    seats.record(session, "appointments.settle", appointment, by)
    if not came:
        booked.miss(session, appointment, by=by)
    return appointment


def _may(ticket: Ticket, by: Me | None) -> None:
    if by is not None:
        conversation.must_note_for(by, ticket.grid_id)


def _span(appointment: Appointment) -> str:
    return words.span(appointment.starts_at, appointment.ends_at)


def _tell(session: Session, ticket: Ticket, appointment: Appointment, by: Me | None, told: str) -> None:
    """It stands in the thread, for both sides."""
    appointment.told_id = threads.say(session, ticket, by.id if by else None, told).id


def _called_off(session: Session, ticket: Ticket, current: Appointment, by: Me | None) -> Appointment:
    _withdrawn(session, ticket, current, by, say("Cancelled: nobody comes %(time)s.", time=_span(current)))
    booked.take_back(session, ticket, current, by=by)
    return current


def _withdrawn(session: Session, ticket: Ticket, current: Appointment, by: Me | None, told: str) -> None:
    _tell(session, ticket, current, by, told)
    seats.leave(session, current, AppointmentState.cancelled, by)
    seats.record(session, "appointments.cancel", current, by)
