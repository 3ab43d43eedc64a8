"""An appointment for residents: one form, one talk, one slot; moved and cancelled at the asker's own address."""

import secrets
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Missing, Mistaken, TooMany
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, attached, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.tables import Grid
from tickets import conversation, threads, written
from tickets.appointments import appointment_calendar, appointments, diary, slots, visits
from tickets.appointments.tables import AppointmentState
from tickets.clocks.clock_desk import CUSTOMERS
from tickets.forms import UNSEEN, Home, Line, Words, address_token, chosen, phone
from tickets.procedures import procedures
from tickets.tables import Channel
from tickets.wording import moderation

FORM, MINE = "residents/appointment_new.html", "residents/appointment.html"


class Wished(Home, kw_only=True):
    kind: Line
    slot: datetime
    phone: Line = ""
    words: Words = ""
    nonce: Line = ""


class Chosen(msgspec.Struct):
    slot: datetime


@get("/g/{code:str}/appointments", sync_to_thread=True, include_in_schema=False)
def form(code: FromPath[str], session: Db, kind: FromQuery[str] = "") -> Response[bytes]:
    given = {"nonce": secrets.token_urlsafe(16), "kind": kind}
    return page(FORM, form=given, mistakes={}, reason="", **_around(session, grids.by_code(session, code)))


@post("/g/{code:str}/appointments", sync_to_thread=True, include_in_schema=False)
def book(code: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    """The question and its time are one form, kept together or not at all."""
    grid = grids.by_code(session, code)
    try:
        said = read(Wished, form)
        token = address_token(settings, f"{code}:appointment", said.nonce, said.estate, said.building, said.room, said.phone)
        estate, about = chosen(grid, said.estate), visits.about(session, grid.id, said.kind)
        visits.must_be_found(session, estate, building=said.building, room=said.room, contact=said.phone)
        ticket = conversation.ask(
            session, grid, words=said.words or about, channel=Channel.web, token=token, estate=estate,
            building=said.building, room=said.room, contact=phone(said.phone), kind=said.kind,
        )  # fmt: skip
        appointments.begin(session, ticket, at=said.slot, token=token, kind=said.kind)
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again(FORM, error, form, **_around(session, grids.by_code(session, code)))
    return see(f"/q/{token}/appointment")


@get("/q/{token:str}/appointment", sync_to_thread=True, include_in_schema=False)
def mine(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    return page(MINE, headers=UNSEEN, form={}, mistakes={}, reason="", **_mine(session, settings, token))


@post("/q/{token:str}/appointment", sync_to_thread=True, include_in_schema=False)
def choose(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    try:
        visits.must_be_known(ticket)
        appointments.book(session, ticket, at=read(Chosen, form).slot, token=token)
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again(MINE, error, form, headers=UNSEEN, **_mine(session, settings, token))
    return see(f"/q/{token}/appointment")


@post("/q/{token:str}/appointment/cancellation", sync_to_thread=True, include_in_schema=False)
def cancel(token: FromPath[str], session: Db) -> Response[Any]:
    appointments.cancel(session, conversation.by_token(session, token), token=token)
    return see(f"/q/{token}/appointment")


@get("/q/{token:str}/appointment.ics", sync_to_thread=True, include_in_schema=False)
def calendar(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    ticket = conversation.by_token(session, token)
    history = diary.history(session, ticket, token=token)
    if not history:
        raise Missing(_("No time was chosen yet."))
    contact = grids.contact(session, ticket.grid_id)
    about = moderation.subject_at(ticket, after=threads.after(session, token))
    body = appointment_calendar.calendar(ticket.id, about, history, contact, base_url=settings.base_url, token=token)
    answer = attached(body, "text/calendar; charset=utf-8", "appointment.ics")
    answer.headers.update(UNSEEN)
    return answer


def _around(session: Db, grid: Grid) -> dict[str, Any]:
    return {
        "grid": grid, "days": slots.by_day(slots.coming(session, grid.id)), "contact": grids.contact(session, grid.id),
        "purposes": [(one.key, one.name) for one in visits.purposes(session, grid.id)],
        "ready": _ready(session, grid), "longest": written.MESSAGE,
        "estates": [("", _("Please choose (you may leave it)")), *((estate.id, estate.name) for estate in grid.estates)],
    }  # fmt: skip


def _ready(session: Db, grid: Grid) -> list[tuple[str, list[str]]]:
    """What to have at hand for each of them, so that one talk is enough."""
    return [
        (
            f"{kind.name} · {words}",
            [str(_("%(name)s (%(hint)s)", name=one.name, hint=one.hint)) if one.hint else one.name for one in procedures.papers(found)],
        )
        for kind in visits.purposes(session, grid.id)
        for customer, words in CUSTOMERS[:2]
        if (found := procedures.of_grid(session, grid.id, kind.key).get(customer))
    ]


def _mine(session: Db, settings: Settings, token: str) -> dict[str, Any]:
    ticket = conversation.by_token(session, token)
    history = diary.history(session, ticket, token=token)
    last = history[-1] if history else None
    return {
        "ticket": ticket, "subject": moderation.subject_at(ticket, after=threads.after(session, token)), "token": token, "last": last,
        "current": last if last and last.state is AppointmentState.booked else None,
        "days": slots.by_day(slots.coming(session, ticket.grid_id)), "contact": grids.contact(session, ticket.grid_id),
        "address": f"{settings.base_url}/q/{token}/appointment",
    }  # fmt: skip


routes: list[Any] = [form, book, mine, choose, cancel, calendar]
