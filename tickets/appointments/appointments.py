"""Appointments: one slot for one asker, moved and cancelled by either, with a word the day before.

Whoever books holds the grid's row, so that two who tap the same slot at the same moment come one after the other; that no two have
the same seat of a slot is the database's own law.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock, words
from app.core.errors import Missing, Mistaken, Refused
from app.core.words import phrase as _
from app.core.words import say
from broadcasts import limits
from grids.staff.staff import Me
from grids.tables import Grid
from tickets import conversation, threads
from tickets.appointments import booked, slots
from tickets.appointments.slots import Slot
from tickets.appointments.tables import Appointment, AppointmentState
from tickets.tables import Household, Ticket, TicketState

REMIND = time(16, 0)
"""On the day before, in the afternoon: most are reached then, and can still move it."""
MOST_AN_HOUR = 30


def book(session: Session, ticket: Ticket, *, at: datetime, by: Me | None = None, token: str | None = None, kind: str = "") -> Appointment:
    """This slot is theirs; the one that they had is free again. Tapped twice it is booked once. Without `by` the asker books.

    At an address (`token`) only what was made there is known and moved.
    """
    _may(ticket, by)
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed. Reopen it first, then choose a time."))
    _hold_grid(session, ticket.grid_id)
    before = of(session, ticket, token=token)
    if before is not None and before.starts_at == at:
        return before
    slot = _free(session, ticket.grid_id, at)
    if by is None:
        why = _("Very many are booking at this moment. Please try again later, or call your manager.")
        limits.allow(session, "appointments of a grid", str(ticket.grid_id), most=MOST_AN_HOUR, within=timedelta(hours=1), why=why)
    if before is not None:
        told = say("Moved: instead of %(before)s, we come %(time)s.", before=_span(before), time=words.span(slot.starts_at, slot.ends_at))
        _tell(session, ticket, before, by, told)
        _end(session, before, AppointmentState.moved, by)
    made = Appointment(
        ticket_id=ticket.id, grid_id=ticket.grid_id, starts_at=slot.starts_at, ends_at=slot.ends_at,
        seat=_seat(session, ticket.grid_id, slot), state=AppointmentState.booked, at=clock.now(), by_id=by.id if by else None,
        ended_at=None, ended_by_id=None, remind_at=_remind_at(slot.starts_at), reminded_at=None, reminder_id=None,
        address=threads.later(session, token) if token else before.address if before else None,
        kind=kind or (before.kind if before else ""), told_id=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, "appointments.book", made, by)
    booked.answer(session, ticket, made, by=by)
    return made


def cancel(session: Session, ticket: Ticket, *, by: Me | None = None, token: str | None = None) -> Appointment:
    """Nobody comes. Cancelled twice it is cancelled once."""
    _may(ticket, by)
    _hold_grid(session, ticket.grid_id)
    current = of(session, ticket, token=token)
    if current is not None:
        if current.starts_at <= clock.now():
            raise Refused(_("This appointment has begun. Please call your manager."))
        return _called_off(session, ticket, current, by)
    last = history(session, ticket, token=token)
    if token is not None and not last:
        raise Missing(_("No time was chosen yet."))
    if not last or last[-1].state is not AppointmentState.cancelled:
        raise Refused(_("There is no appointment to cancel."))
    return last[-1]


def call_off(session: Session, household_ids: Collection[int], *, by: Me) -> None:
    """They live there no more: nobody comes to them at that door, at whichever address of a thread it was booked."""
    coming = (Appointment.state == AppointmentState.booked, Appointment.starts_at > clock.now())
    theirs = sa.select(Appointment).join(Appointment.ticket).where(Ticket.household_id.in_(household_ids), *coming)
    for one in session.scalars(theirs.options(joinedload(Appointment.ticket)).order_by(Appointment.id)).all():
        _hold_grid(session, one.grid_id)
        session.refresh(one, ["state"])
        if one.state is AppointmentState.booked:
            _called_off(session, one.ticket, one, by)


def settle(session: Session, appointment: Appointment, *, by: Me, came: bool) -> Appointment:
    """We were there; or nobody was at home, and we still owe it."""
    by.must_look_after(appointment.grid_id)
    _hold_grid(session, appointment.grid_id)
    session.refresh(appointment, ["state"])
    became = AppointmentState.done if came else AppointmentState.missed
    if appointment.state is became:
        return appointment
    if appointment.state is not AppointmentState.booked:
        raise Refused(_("This appointment is over already."))
    if appointment.starts_at > clock.now():
        raise Refused(_("This appointment is still to come."))
    _end(session, appointment, became, by)
    _record(session, "appointments.settle", appointment, by)
    if not came:
        booked.miss(session, appointment, by=by)
    return appointment


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


def _may(ticket: Ticket, by: Me | None) -> None:
    if by is not None:
        conversation.must_note_for(by, ticket.grid_id)


def _hold_grid(session: Session, grid_id: int) -> None:
    """One after the other. Its key may be pointed at meanwhile: questions of the grid need not wait."""
    session.flush()
    session.execute(sa.select(Grid.id).where(Grid.id == grid_id).with_for_update(key_share=True))


def _free(session: Session, grid_id: int, at: datetime) -> Slot:
    slot = next((one for one in slots.coming(session, grid_id) if one.starts_at == at), None)
    if slot is None or not slot.free:
        raise Mistaken(
            _("Please look again at the marked fields."), {"slot": _("This time was taken a moment ago. Please choose another.")}
        )
    return slot


def _seat(session: Session, grid_id: int, slot: Slot) -> int:
    here = (Appointment.grid_id == grid_id, Appointment.starts_at == slot.starts_at, Appointment.seat.is_not(None))
    taken = set(session.scalars(sa.select(Appointment.seat).where(*here)))
    return next(n for n in range(1, len(taken) + 2) if n not in taken)


def _span(appointment: Appointment) -> str:
    return words.span(appointment.starts_at, appointment.ends_at)


def _tell(session: Session, ticket: Ticket, appointment: Appointment, by: Me | None, told: str) -> None:
    """It stands in the thread, for both sides."""
    appointment.told_id = threads.say(session, ticket, by.id if by else None, told).id


def _called_off(session: Session, ticket: Ticket, current: Appointment, by: Me | None) -> Appointment:
    _tell(session, ticket, current, by, say("Cancelled: nobody comes %(time)s.", time=_span(current)))
    _end(session, current, AppointmentState.cancelled, by)
    _record(session, "appointments.cancel", current, by)
    booked.take_back(session, ticket, current, by=by)
    return current


def _end(session: Session, appointment: Appointment, became: AppointmentState, by: Me | None) -> None:
    """Its seat is free for somebody else."""
    appointment.state, appointment.seat, appointment.remind_at = became, None, None
    appointment.ended_at, appointment.ended_by_id = clock.now(), by.id if by else None
    session.flush()


def _remind_at(starts_at: datetime) -> datetime | None:
    """Not for one that was booked after that time: who has just chosen knows."""
    day = clock.local(starts_at).date() - timedelta(days=1)
    at = clock.as_utc(datetime.combine(day, REMIND))
    return at if at > clock.now() else None


def _record(session: Session, act: str, appointment: Appointment, by: Me | None) -> None:
    audit.record(
        session, act, f"ticket/{appointment.ticket_id}", by=by.id if by else None, appointment=appointment.id, state=appointment.state,
        starts=appointment.starts_at.isoformat(),
    )  # fmt: skip
