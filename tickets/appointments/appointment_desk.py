"""Appointments for the staff: the days as a list for the road, booked on the telephone, hours and days off."""

import secrets
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import clock, outbox
from app.core.errors import Forbidden, Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, Written, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets import conversation, written
from tickets.appointments import appointment_reminders, appointments, diary, slots, visits
from tickets.appointments.appointment_pages import Chosen
from tickets.appointments.tables import AppointmentState
from tickets.forms import Line, address_token, chosen
from tickets.households import reaches
from tickets.households.tables import ReachKind
from tickets.kinds import kinds
from tickets.outages import errands
from tickets.privacy import unmasking
from tickets.tables import Channel, Ticket

NEW, SLOTS = "desk/appointment_new.html", "desk/appointment.html"
Asking = Request[Any, Any, Any]
AHEAD = slots.AHEAD.days


class Heard(msgspec.Struct):
    grid: Line
    kind: Line
    slot: datetime
    channel: Literal["phone", "counter"] = "phone"
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Line = ""
    room: Line = ""
    contact: Line = ""
    words: Annotated[str, msgspec.Meta(max_length=written.MESSAGE)] = ""
    nonce: Line = ""


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


@get("/desk/appointments/new", sync_to_thread=True, include_in_schema=False)
def new(session: Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    given = Written(nonce=secrets.token_urlsafe(16), grid=grid)
    return page(NEW, form=given, mistakes={}, reason="", **_booking(session, me, grid))


@post("/desk/appointments", sync_to_thread=True, include_in_schema=False)
def book(form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """Heard on the telephone: who, what for and when are one form. The asker's address is shown in this answer and never again."""
    try:
        said = read(Heard, form)
        grid = _noted(session, me, said.grid)
        purpose = f"{me.id}:{grid.code}:appointment"
        token = address_token(settings, purpose, said.nonce, said.estate, said.building, said.room, said.contact)
        estate, about = chosen(grid, said.estate), visits.about(session, grid.id, said.kind)
        visits.must_be_found(session, estate, building=said.building, room=said.room, contact=said.contact)
        ticket = conversation.ask(
            session, grid, words=said.words or about, channel=Channel(said.channel), token=token, estate=estate,
            building=said.building, room=said.room, contact=said.contact, kind=said.kind, by=me,
        )  # fmt: skip
        made = appointments.begin(session, ticket, at=said.slot, by=me, token=token, kind=said.kind)
    except Mistaken as error:
        session.rollback()
        return form_again(NEW, error, form, **_booking(session, me, str(form.get("grid", ""))))
    if made.state is not AppointmentState.booked:
        return see(f"/desk/tickets/{ticket.id}")  # The form of long ago, sent again.
    address = f"{settings.base_url}/q/{token}/appointment"
    return page("desk/appointment_booked.html", status=201, me=me, ticket=ticket, grid=grid, one=made, token=token, address=address)


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


def _noted(session: Db, me: staff.Me, code: str) -> Grid:
    grid = next((one for one in _may(session, me) if one.code == code), None)
    if grid is None:
        raise Mistaken(_("Please look again at the marked fields."), {"grid": _("Please choose from the list.")})
    return grid


def _may(session: Db, me: staff.Me) -> list[Grid]:
    found = [grid for grid in grids.seen_by(session, me) if conversation.may_note_for(me, grid.id)]
    if not found:
        raise Forbidden(_("Questions are entered by the hall's clerks and by those who look after the grid."))
    return found


def _booking(session: Db, me: staff.Me, code: str) -> dict[str, Any]:
    found = _may(session, me)
    grid = next((one for one in found if one.code == code), found[0])
    return {
        "me": me, "grids": found, "grid": grid, "days": slots.by_day(slots.coming(session, grid.id)), "longest": written.MESSAGE,
        "purposes": [(one.key, one.name) for one in visits.purposes(session, grid.id)],
        "channels": [(Channel.phone.value, _("By telephone")), (Channel.counter.value, _("At the counter"))],
        "estates": [("", _("not known")), *((estate.id, estate.name) for estate in grid.estates)],
    }  # fmt: skip


def _slots(session: Db, me: staff.Me, ticket: Ticket) -> dict[str, Any]:
    return {
        "me": me, "ticket": ticket, "current": diary.of(session, ticket),
        "days": slots.by_day(slots.coming(session, ticket.grid_id)), "tomorrow": clock.today() + timedelta(days=1),
    }  # fmt: skip


routes: list[Any] = [listed, new, book, of_ticket, choose, cancel, settle, reminded]
