"""Appointments for the staff: the days as a list for the road, a thread's own, and what became of each."""

from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from app.core import clock, outbox
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation
from tickets.appointments import appointment_reminders, appointments, diary, slots
from tickets.appointments.appointment_pages import Chosen
from tickets.households import reaches
from tickets.households.tables import ReachKind
from tickets.kinds import kinds
from tickets.outages import errands
from tickets.privacy import unmasking
from tickets.tables import Ticket

SLOTS = "desk/appointment.html"
Asking = Request[Any, Any, Any]
AHEAD = slots.AHEAD.days


class Outcome(msgspec.Struct):
    came: Literal["yes", "no"]


@get("/desk/appointments", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    """The next two weeks, today first; the phone keeps it for the meter room."""
    mine = me.own or me.seen
    found = diary.listed(session, mine, first=clock.today(), days=AHEAD)
    late = diary.unsettled(session, mine)
    days: dict[date, list[Any]] = {}
    for one in found:
        days.setdefault(clock.local(one.starts_at).date(), []).append(one)
    every = [*late, *found]
    return page(
        "desk/appointments.html", me=me, days=days, late=[one for one in late if one not in found], kinds=kinds.names(session),
        numbers={one.id: _number(session, me, one.ticket) for one in every}, several=len(mine) > 1,
        calls=appointment_reminders.calls(session, [one.id for one in every]), writes=me.notes_questions,
    )  # fmt: skip


@get("/desk/tickets/{ticket_id:int}/appointment", sync_to_thread=True, include_in_schema=False)
def of_ticket(ticket_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    ticket = conversation.find(session, ticket_id, for_=me)
    conversation.must_note_for(me, ticket.grid_id)
    return page(SLOTS, form={}, mistakes={}, reason="", **_slots(session, me, ticket))


@post("/desk/tickets/{ticket_id:int}/appointment", sync_to_thread=True, include_in_schema=False)
def choose(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    try:
        appointments.book(session, ticket, at=read(Chosen, form).slot, by=me)
    except Mistaken as error:
        session.rollback()
        ticket = conversation.find(session, ticket_id, for_=me)
        return form_again(SLOTS, error, form, **_slots(session, me, ticket))
    return see(f"/desk/tickets/{ticket.id}")


@post("/desk/tickets/{ticket_id:int}/appointment/cancellation", sync_to_thread=True, include_in_schema=False)
def cancel(ticket_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    appointments.cancel(session, conversation.find(session, ticket_id, for_=me), by=me)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/appointments/{appointment_id:int}/outcome", sync_to_thread=True, include_in_schema=False)
def settle(request: Asking, appointment_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    one = diary.find(session, appointment_id, for_=me)
    came = read(Outcome, form).came == "yes"
    return outbox.once(
        request, session, me.id, form, lambda: appointments.settle(session, one, by=me, came=came), then="/desk/appointments"
    )


@post("/desk/appointments/{appointment_id:int}/reminding", sync_to_thread=True, include_in_schema=False)
def reminded(request: Asking, appointment_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    """Told on the telephone. Whose reminder is told already has nothing left to tick."""
    one = diary.find(session, appointment_id, for_=me)
    me.must_look_after(one.grid_id)

    def tick() -> None:
        for errand in appointment_reminders.calls(session, [one.id]).values():
            errands.tick(session, errands.find(session, errand.id, for_=me), by=me)

    return outbox.once(request, session, me.id, form, tick, then="/desk/appointments")


def _number(session: Db, me: staff.Me, ticket: Ticket) -> str:
    """To call, for those who look after the grid and said what for."""
    known = ticket.reach
    if known is None or known.kind is not ReachKind.phone or not me.looks_after(ticket.grid_id):
        return ""
    return reaches.told(session, known) if unmasking.shown_to(session, me, [ticket.id]) else ""


def _slots(session: Db, me: staff.Me, ticket: Ticket) -> dict[str, Any]:
    return {
        "me": me, "ticket": ticket, "current": diary.of(session, ticket),
        "days": slots.by_day(slots.coming(session, ticket.grid_id)), "tomorrow": clock.today() + timedelta(days=1),
    }  # fmt: skip


routes: list[Any] = [listed, of_ticket, choose, cancel, settle, reminded]
