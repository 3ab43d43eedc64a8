"""Where colleagues book a visit for whoever asks on the telephone or at the counter: question and slot are one form."""

import secrets
from datetime import datetime
from typing import Any, Literal

from litestar import Response, get, post
from litestar.params import FromQuery

from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, Written, form_again, page, see
from app.core.words import phrase as _
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets import conversation, ways, written
from tickets.appointments import appointments, slots, visits
from tickets.appointments.tables import AppointmentState
from tickets.forms import Home, Line, Words, address_token, chosen, estate_options, noting_grids
from tickets.tables import Channel

NEW = "desk/appointment_new.html"


class Heard(Home, kw_only=True):
    grid: Line
    kind: Line
    slot: datetime
    channel: Literal["phone", "counter"] = "phone"
    contact: Line = ""
    words: Words = ""
    nonce: Line = ""


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


def _noted(session: Db, me: staff.Me, code: str) -> Grid:
    grid = next((one for one in noting_grids(session, me) if one.code == code), None)
    if grid is None:
        raise Mistaken(_("Please look again at the marked fields."), {"grid": _("Please choose from the list.")})
    return grid


def _booking(session: Db, me: staff.Me, code: str) -> dict[str, Any]:
    found = noting_grids(session, me)
    grid = next((one for one in found if one.code == code), found[0])
    return {
        "me": me, "grids": found, "grid": grid, "days": slots.by_day(slots.coming(session, grid.id)), "longest": written.MESSAGE,
        "purposes": [(one.key, one.name) for one in visits.purposes(session, grid.id)],
        "channels": [(one, ways.HEARD[one]) for one in (Channel.phone, Channel.counter)],
        "estates": estate_options([grid]),
    }  # fmt: skip


routes: list[Any] = [new, book]
