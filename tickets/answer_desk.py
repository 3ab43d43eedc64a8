"""One thread with what is remembered: reading it, answering it, ending it. Each form says how far the thread was read."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import clock, forms, outbox, sent, uploads
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation, promises, promising, surroundings, unread
from tickets.answers import book_uses
from tickets.forms import Line, Words
from tickets.outages import changed
from tickets.photos import thread_photos
from tickets.promising import Promised
from tickets.tables import Ticket, TicketState
from tickets.triage import dangers, outcomes, over_pages

Asked = Request[Any, Any, Any]


class Said(msgspec.Struct):
    words: Words = ""
    card: Line = ""
    solved: bool = False
    by_day: Line = ""
    weighed: bool = False
    seen: str = ""


class Meant(msgspec.Struct):
    entry: int


class Seen(msgspec.Struct):
    seen: str = ""

    @property
    def mark(self) -> unread.Mark:
        return unread.read_to(self.seen) or unread.NOTHING


class Ended(Seen):
    """`over`: it was asked whether the danger is over."""

    over: bool = False


@get("/desk/tickets/{ticket_id:int}", sync_to_thread=True, include_in_schema=False)
def thread(
    ticket_id: FromPath[int], session: Db, me: Me, q: FromQuery[str] = "", card: FromQuery[str] = "", new: FromQuery[str] = ""
) -> Response[bytes]:
    """`q` looks into the answer book; `card` is its answer that fills the box; `new`: what was sent had not seen the newest words."""
    ticket = conversation.find(session, ticket_id, for_=me)
    known = surroundings.of(session, ticket, me, forms.again(q)) | {
        "reason": unread.SENT if new and ticket.state is not TicketState.closed else ""
    }
    try:
        chosen_card = book_uses.holding(card) if card else None
    except Mistaken as error:
        return page("desk/ticket.html", form={}, mistakes=error.mistakes, **known)
    form = {"words": book_uses.wording(chosen_card), "card": card} if chosen_card else {}
    return page("desk/ticket.html", form=form, mistakes={}, **known)


@post("/desk/tickets/{ticket_id:int}/answers", sync_to_thread=True, include_in_schema=False, opt=sent.files(photos=thread_photos.AT_ONCE))
def answer(request: Asked, ticket_id: FromPath[int], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    """From the phone's outbox as well: written without a signal, it goes out once."""
    ticket = conversation.find(session, ticket_id, for_=me)
    try:
        said, made = read(Said, form), outbox.made_at(request)
        seen = unread.read_to(said.seen) or changed.known_at(session, ticket, made)
        if not outbox.waited(request):
            unread.must_know_of_danger(session, ticket, seen, by_id=me.id)
        weighed, on = said.weighed or outbox.waited(request) or dangers.holds(ticket), clock.local(made or clock.now()).date()
        until = promising.chosen(said.by_day, said.words, on=on, weighed=weighed)
        then = _onward(request, ticket, said)
        return outbox.once(
            request, session, me.id, form, lambda: _answer(session, ticket, me, said, until, seen, form, settings), then=then
        )
    except (Mistaken, unread.Unread) as error:
        outbox.must_hear(request, error)
        return _again(session, ticket_id, me, error, form)


def _answer(
    session: Db, ticket: Ticket, me: staff.Me, said: Said, until: Promised | None, seen: unread.Mark, form: Form, settings: Settings
) -> None:
    changed.must_be_known(session, ticket, said.words, seen, by_id=me.id)
    used = book_uses.holding(said.card) if said.card else None
    shots = uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
    words = thread_photos.words(said.words, shots)
    entry = conversation.answer(session, ticket, by=me, words=words, seen=seen)
    thread_photos.keep(session, settings, entry, shots, by_id=me.id)
    if used is not None:
        book_uses.note(session, entry, used, by=me)
    if until is not None:
        promises.make(session, entry, by=me, day=until.on, within=until.within)
    if said.solved and not dangers.holds(ticket) and not unread.since(session, ticket, seen):
        conversation.close(session, ticket, by=me)


def _onward(request: Asked, ticket: Ticket, said: Said) -> outbox.Then:
    """To the list where it was settled, to the question where a danger may be over; else to the thread, which says why it still waits."""

    def then() -> str:
        if said.solved and ticket.state is TicketState.closed:
            return "/desk/tickets"
        if said.solved and dangers.holds(ticket) and ticket.state is TicketState.answered:
            return over_pages.place(ticket, said.seen)
        new = "?new=1" if said.solved or ticket.state is TicketState.open else ""
        # To the same page with a #place a browser would not go, so the phone is led to the page alone.
        return f"/desk/tickets/{ticket.id}{new}{'' if outbox.kept(request) else '#now'}"

    return then


@post("/desk/tickets/{ticket_id:int}/promises", sync_to_thread=True, include_in_schema=False)
def promise(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    """What went out first, to who is in danger, was a promise."""
    ticket = conversation.find(session, ticket_id, for_=me)
    me.must_look_after(ticket.grid_id)
    found = promising.unweighed(session, ticket, by=me)
    if found and found[0].id == read(Meant, form).entry:
        promises.make(session, found[0], by=me, day=found[1].on, within=found[1].within)
    return see(f"/desk/tickets/{ticket_id}#now")


@post("/desk/tickets/{ticket_id:int}/closure", sync_to_thread=True, include_in_schema=False)
def close(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    """Of a danger it is asked first whether it is over."""
    ticket, said = conversation.find(session, ticket_id, for_=me), read(Ended, form)
    if dangers.holds(ticket) and not said.over:
        asks = over_pages.place(ticket, said.seen)
        return read_through(session, ticket, me, form, lambda: unread.must_be_read(session, ticket, said.mark), then=asks)

    def act() -> None:
        conversation.close(session, ticket, by=me, seen=said.mark, over=said.over)

    return read_through(session, ticket, me, form, act, then="/desk/tickets")


@post("/desk/tickets/{ticket_id:int}/working", sync_to_thread=True, include_in_schema=False)
def heard_that_it_works(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    seen, then = read(Seen, form).mark, f"/desk/tickets/{ticket_id}#now"
    return read_through(session, ticket, me, form, lambda: outcomes.works(session, ticket, by=me, seen=seen), then=then)


def read_through(session: Db, ticket: Ticket, me: staff.Me, form: Form, act: Callable[[], object], *, then: str) -> Response[Any]:
    """What asks that the thread was read as far as it goes; where it was not, the page with what is new."""
    ticket_id = ticket.id
    try:
        act()
    except unread.Unread as error:
        return _again(session, ticket_id, me, error, form)
    return see(then)


def _again(session: Db, ticket_id: int, me: staff.Me, error: Mistaken | unread.Unread, form: Form) -> Response[bytes]:
    """The page anew, with what was written and with what is new in the thread."""
    session.rollback()
    return form_again("desk/ticket.html", error, form, **surroundings.of(session, conversation.find(session, ticket_id, for_=me), me))


routes: list[Any] = [thread, answer, promise, close, heard_that_it_works]
