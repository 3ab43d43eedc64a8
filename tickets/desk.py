"""The staff's pages of questions: what waits, one thread with what is remembered, and entering what was heard."""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from app.core.errors import Forbidden, Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from broadcasts import audiences
from grids import grids, staff
from grids.tables import Grid
from grids.who import Me
from tickets import conversation, inbox, memory, threads, written
from tickets.pages import Line, Words, address_token, chosen
from tickets.tables import Channel, Ticket, TicketState

CHANNELS = ((Channel.phone, _("By telephone")), (Channel.counter, _("At the counter")), (Channel.wechat, _("From WeChat")))


class Looking(msgspec.Struct):
    """Which list, with which words in it, and how much of it."""

    state: TicketState = TicketState.open
    q: Line = ""
    n: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50


class Said(msgspec.Struct):
    words: Words
    solved: bool = False


class Heard(msgspec.Struct):
    """A question that came by telephone, at the counter or in a group."""

    grid: Line
    channel: Literal["phone", "counter", "wechat"]
    words: Words
    nonce: Line = ""
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Line = ""
    room: Line = ""
    contact: Line = ""
    answer: Words = ""
    solved: bool = False


@get("/desk/tickets", sync_to_thread=True, include_in_schema=False)
def lists(request: Request[Any, Any, Any], session: Db, me: Me) -> Response[bytes]:
    looking = read(Looking, request.query_params)
    looking.q = written.line(looking.q, "q")
    found = inbox.listed(session, me, looking.state, words=looking.q, limit=looking.n + 1)
    return page(
        "desk/tickets.html", me=me, looking=looking, tickets=found[: looking.n], more=len(found) > looking.n,
        figures=inbox.counts(session, me), several=len(me.seen) > 1,
    )  # fmt: skip


@get("/desk/tickets/{ticket_id:int}", sync_to_thread=True, include_in_schema=False)
def thread(ticket_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    ticket = conversation.find(session, ticket_id, for_=me)
    return page("desk/ticket.html", form={}, mistakes={}, reason="", **_around(session, ticket, me))


@post("/desk/tickets/{ticket_id:int}/answers", sync_to_thread=True, include_in_schema=False)
def answer(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    try:
        said = read(Said, form)
        conversation.answer(session, ticket, by=me, words=said.words)
    except Mistaken as error:
        return form_again("desk/ticket.html", error, form, **_around(session, ticket, me))
    if said.solved:
        conversation.close(session, ticket, by=me)
    return see("/desk/tickets" if said.solved else f"/desk/tickets/{ticket.id}#now")


@post("/desk/tickets/{ticket_id:int}/closure", sync_to_thread=True, include_in_schema=False)
def close(ticket_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    conversation.close(session, ticket, by=me)
    return see("/desk/tickets")


@get("/desk/tickets/new", sync_to_thread=True, include_in_schema=False)
def hear(session: Db, me: Me) -> Response[bytes]:
    given = {"nonce": secrets.token_urlsafe(16), "channel": Channel.phone}
    return page("desk/ticket_new.html", form=given, mistakes={}, reason="", **_places(session, me))


@post("/desk/tickets", sync_to_thread=True, include_in_schema=False)
def note(form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """The thread's address is shown in this answer and never again: we keep only its hash."""
    places = _places(session, me)
    try:
        said = read(Heard, form)
        grid = _grid(places["grids"], said)
        token = address_token(settings, f"{me.id}:{grid.code}", said.nonce)
        ticket = conversation.ask(
            session, grid, words=said.words, channel=Channel(said.channel), token=token, estate=chosen(grid, said.estate),
            building=said.building,
            room=said.room, contact=said.contact, by=me,
        )  # fmt: skip
        conversation.answer_at_once(session, ticket, by=me, words=said.answer, solved=said.solved)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/ticket_new.html", error, form, **_places(session, me))
    return page("desk/ticket_noted.html", status=201, ticket=ticket, token=token, address=f"{settings.base_url}/q/{token}")


def _around(session: Db, ticket: Ticket, me: staff.Me) -> dict[str, Any]:
    return {
        "ticket": ticket, "lines": threads.lines(ticket), "memory": memory.of(session, ticket),
        "mine": me.looks_after(ticket.grid_id), "several": len(me.seen) > 1,
        "callable": written.is_phone(ticket.contact), "place": lambda notice: audiences.short(notice.places),
        "channels": dict(CHANNELS), "longest": written.MESSAGE,
    }  # fmt: skip


def _places(session: Db, me: staff.Me) -> dict[str, Any]:
    """Grids and estates in which this colleague may enter a question. Raises Forbidden where there is none."""
    found = [grid for grid in grids.seen_by(session, me) if conversation.may_note_for(me, grid.id)]
    if not found:
        raise Forbidden(_("Questions are entered by the hall's clerks and by those who look after the grid."))
    several = len(found) > 1
    estates = [(e.id, f"{e.name} · {grid.name}" if several else e.name) for grid in found for e in grid.estates]
    return {
        "grids": found, "grid_options": [(grid.code, grid.name) for grid in found], "estates": [("", _("not known")), *estates],
        "channels": CHANNELS, "longest": written.MESSAGE,
    }  # fmt: skip


def _grid(found: list[Grid], said: Heard) -> Grid:
    """The grid of the estate, where one was chosen; the estate knows better."""
    by_estate = next((grid for grid in found if any(estate.id == said.estate for estate in grid.estates)), None)
    by_code = next((grid for grid in found if grid.code == said.grid), None)
    if by_estate is None and by_code is None:
        raise Mistaken(_("Please look again at the marked fields."), {"grid": _("Please choose from the list.")})
    return by_estate or by_code  # type: ignore[return-value]


routes: list[Any] = [lists, thread, answer, close, hear, note]
