"""The staff's pages of questions: what waits, what stands around a thread, and entering what was heard."""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from app.core import sent, uploads
from app.core.errors import Forbidden, Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page
from app.core.words import phrase as _
from broadcasts.subscribers import audiences
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid
from tickets import alongside, conversation, handovers, inbox, promises, unread, written
from tickets.answers import book_uses, ideas
from tickets.clocks import acknowledging, clock_desk, nagging
from tickets.forms import Line, Words, address_token, meant
from tickets.households import lookups, memory, merging
from tickets.households.tables import Way
from tickets.kinds import kinds
from tickets.outages import signs
from tickets.photos import thread_photos
from tickets.privacy import requests, sight, unmasking
from tickets.specialists import consulted
from tickets.tables import Channel, Ticket, TicketState
from tickets.triage import dangers, whose_wire
from tickets.wording import moderation, wording

CHANNELS = (
    (Channel.phone, _("By telephone")), (Channel.counter, _("At the counter")), (Channel.wechat, _("From WeChat")),
    (Channel.wecom, _("From WeCom")), (Channel.sms, _("By SMS")),
)  # fmt: skip
CHANNEL_NAMES = {**dict(CHANNELS), Channel.web: _("On the page"), Channel.api: _("From another system")}
WAYS = (
    (Way.call, _("By telephone")), (Way.paste, _("In WeChat")), (Way.sms, _("By SMS")), (Way.page, _("On the page")),
    (Way.email, _("By e-mail")),
)  # fmt: skip

Asked = Request[Any, Any, Any]


class Looking(msgspec.Struct):
    """Which list, of which building, notice or kind, and how much of it."""

    state: TicketState = TicketState.open
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Line = ""
    notice: Annotated[int, msgspec.Meta(ge=1)] | None = None
    kind: Line = ""
    unfinished: bool = False
    n: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50


class Sought(msgspec.Struct):
    q: Line


class Heard(msgspec.Struct):
    """A question that came by telephone, at the counter or in a group."""

    grid: Line
    channel: Literal["phone", "counter", "wechat", "wecom", "sms"]
    words: Words
    nonce: Line = ""
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Line = ""
    room: Line = ""
    contact: Line = ""
    kind: Line = ""
    answer: Words = ""
    solved: bool = False


@get("/desk/tickets", sync_to_thread=True, include_in_schema=False)
def lists(request: Asked, session: Db, me: Me) -> Response[bytes]:
    looking = read(Looking, request.query_params)
    narrow = inbox.Narrow(looking.estate, looking.building, looking.notice, looking.kind, looking.unfinished)
    first, narrow = dangers.first(session, me, looking.state, narrow)
    found = inbox.listed(session, me, looking.state, narrow=narrow, limit=looking.n + 1)
    return page(
        "desk/tickets.html", me=me, looking=looking, tickets=found[: looking.n], more=len(found) > looking.n,
        figures=inbox.counts(session, me), places=inbox.places(session, me, looking.state), kinds=kinds.names(session),
        several=len(me.seen) > 1, called=nagging.last_called(session, found), dangers=first, most=dangers.MOST,
    )  # fmt: skip


@post("/desk/lookups", sync_to_thread=True, status_code=200, include_in_schema=False)
def look_up(form: Form, session: Db, me: Me) -> Response[bytes]:
    """By POST, so that whoever was looked for does not stand in an address, and the look-up stands in the log."""
    sought = read(Sought, form)
    found = lookups.find(session, sought.q, by=me)
    return page("desk/lookup.html", me=me, sought=sought, tickets=found, several=len(me.seen) > 1)


@get("/desk/tickets/new", sync_to_thread=True, include_in_schema=False)
def hear(session: Db, me: Me) -> Response[bytes]:
    given = {"nonce": secrets.token_urlsafe(16), "channel": Channel.phone}
    return page("desk/ticket_new.html", form=given, mistakes={}, reason="", **_places(session, me))


@post("/desk/tickets", sync_to_thread=True, include_in_schema=False, opt=sent.files(photos=thread_photos.AT_ONCE))
def note(form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """The thread's address is shown in this answer and never again: we keep only its hash."""
    places = _places(session, me)
    try:
        said, shots = read(Heard, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        grid = _grid(places["grids"], said)
        token = address_token(settings, f"{me.id}:{grid.code}", said.nonce, said.estate, said.building, said.room, said.contact)
        ticket = conversation.ask(
            session, grid, words=said.words, channel=Channel(said.channel), token=token, building=said.building,
            estate=meant(session, grid, said.estate, said.building), room=said.room, contact=said.contact, kind=said.kind, by=me,
        )  # fmt: skip
        thread_photos.keep_with_question(session, settings, ticket, shots, by_id=me.id)
        conversation.answer_at_once(session, ticket, by=me, words=said.answer, solved=said.solved)
    except Mistaken as error:
        session.rollback()
        return form_again("desk/ticket_new.html", error, form, **_places(session, me))
    receipt = acknowledging.words_for(session, ticket)
    address = f"{settings.base_url}/q/{token}"
    return page("desk/ticket_noted.html", status=201, ticket=ticket, token=token, address=address, receipt=receipt)


def around(session: Db, ticket: Ticket, me: staff.Me, sought: str = "") -> dict[str, Any]:
    """What a thread's page shows beside its form."""
    known = memory.of(session, ticket, for_=me)
    mine, home = me.looks_after(ticket.grid_id), ticket.household
    choices = kinds.of_grid(session, ticket.grid_id)
    return {
        "me": me, "ticket": ticket, "lines": sight.lines(session, ticket, for_=me),
        "masked": sight.reading(session, ticket, for_=me), "photos": thread_photos.of(session, ticket),
        "memory": known, "mine": mine, "several": len(me.seen) > 1,
        "seen": unread.shown(ticket).isoformat(),
        "reasons": unmasking.CHOICES, "proofs": list(requests.PROOFS.items()), "wishes": list(requests.WISHES.items()),
        "callable": known.by_phone and known.open, "place": lambda notice: audiences.short(notice.places), "channels": CHANNEL_NAMES,
        "ways": WAYS, "longest": written.MESSAGE, "days": promises.choices(), "kinds": choices,
        "kind": next((one.name for one in choices if one.key == ticket.kind), ""),
        "sought": sought, "fitting": book_uses.fitting(session, ticket, sought) if mine and ticket.state is not TicketState.closed else [],
        "advice": whose_wire.advice(session, ticket), "dangers": dangers.of(session, ticket), "along": alongside.of(session, ticket),
        "consulted": consulted.of(session, ticket, mine=mine), "why_person": signs.why_a_person(ticket),
        "idea": ideas.beside(session, ticket.id, for_=me) if mine else None,
        "wording": wording.of(session, ticket, for_=me), "abuse_reasons": moderation.REASONS,
        "alike": merging.alike(session, home, by=me) if home and mine else [],
        "merges": merging.standing(session, home.id) if home and mine else [],
        "beside_options": [(grid.id, grid.name) for grid in handovers.beside(session, ticket)] if mine else [],
        **clock_desk.around(session, ticket),
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


routes: list[Any] = [lists, look_up, hear, note]
