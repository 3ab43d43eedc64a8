"""Asked of me: a specialist's own pages; and what a question's owner does there: ask, say a word, call back."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from app.core import outbox
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation, surroundings, threads, ways, written
from tickets.forms import Line, Words
from tickets.households import reaches
from tickets.photos import thread_photos
from tickets.privacy import sight
from tickets.specialists import consultations, consulted, consulting, opinions, topics
from tickets.specialists.tables import Consultation

Asked = Request[Any, Any, Any]


class Question(msgspec.Struct):
    specialist: Line
    question: Words
    day: date | None = None


class Note(msgspec.Struct):
    note: Words


class Opinion(msgspec.Struct):
    opinion: Words
    source: Words


class Reason(msgspec.Struct):
    reason: Words


class Onward(msgspec.Struct):
    specialist: Line
    why: Words


@get("/desk/consultations", sync_to_thread=True, include_in_schema=False)
def asked_of_me(session: Db, me: Me) -> Response[bytes]:
    asked, back = consultations.asked_of(session, me), consultations.given_back_by(session, me)
    names = {one.id: topics.name(session, one.ticket.grid_id, one.topic) for one in (*asked, *back)}
    return page("desk/consultations.html", me=me, asked=asked, back=back, names=names)


@get("/desk/consultations/{consultation_id:int}", sync_to_thread=True, include_in_schema=False)
def one(consultation_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    consultation = consultations.find(session, consultation_id, for_=me)
    return page("desk/consultation.html", form={}, mistakes={}, reason="", **_around(session, consultation, me))


@post("/desk/tickets/{ticket_id:int}/consultations", sync_to_thread=True, include_in_schema=False)
def ask(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    try:
        said = read(Question, form)
        consulting.ask(session, ticket, specialist=said.specialist, by=me, words=said.question, day=said.day)
    except Mistaken as error:
        session.rollback()
        ticket = conversation.find(session, ticket_id, for_=me)
        return form_again("desk/ticket.html", error, form, **surroundings.of(session, ticket, me))
    return see(f"/desk/tickets/{ticket_id}#specialist")


@post("/desk/consultations/{consultation_id:int}/taking", sync_to_thread=True, include_in_schema=False)
def take(request: Asked, consultation_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    consultation = consultations.find(session, consultation_id, for_=me)
    then = f"/desk/consultations/{consultation_id}"
    return outbox.once(request, session, me.id, form, lambda: consulting.take(session, consultation, by=me), then=then)


@post("/desk/consultations/{consultation_id:int}/notes", sync_to_thread=True, include_in_schema=False)
def note(request: Asked, consultation_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    """From either side, each on the page that is theirs."""
    consultation = consultations.find(session, consultation_id, for_=me)
    asked = consultations.is_asked(consultation, me)
    then = f"/desk/consultations/{consultation_id}" if asked else f"/desk/tickets/{consultation.ticket_id}"
    try:
        said = read(Note, form).note
        return outbox.once(request, session, me.id, form, lambda: consulting.note(session, consultation, by=me, words=said), then=then)
    except Mistaken as error:
        return _again(request, session, error, form, consultation_id, me)


@post("/desk/consultations/{consultation_id:int}/opinion", sync_to_thread=True, include_in_schema=False)
def agree(request: Asked, consultation_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    consultation = consultations.find(session, consultation_id, for_=me)
    try:
        said = read(Opinion, form)

        def act() -> object:
            return opinions.agree(session, consultation, by=me, words=said.opinion, source=said.source)

        return outbox.once(request, session, me.id, form, act, then="/desk/consultations")
    except Mistaken as error:
        return _again(request, session, error, form, consultation_id, me)


@post("/desk/consultations/{consultation_id:int}/declining", sync_to_thread=True, include_in_schema=False)
def decline(request: Asked, consultation_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    consultation = consultations.find(session, consultation_id, for_=me)
    try:
        opinions.decline(session, consultation, by=me, words=read(Reason, form).reason)
    except Mistaken as error:
        return _again(request, session, error, form, consultation_id, me)
    return see("/desk/consultations")


@post("/desk/consultations/{consultation_id:int}/passing", sync_to_thread=True, include_in_schema=False)
def pass_on(request: Asked, consultation_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    consultation = consultations.find(session, consultation_id, for_=me)
    try:
        said = read(Onward, form)
        opinions.pass_on(session, consultation, to=said.specialist, by=me, words=said.why)
    except Mistaken as error:
        return _again(request, session, error, form, consultation_id, me)
    return see("/desk/consultations")


@post("/desk/consultations/{consultation_id:int}/recalling", sync_to_thread=True, include_in_schema=False)
def recall(consultation_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    consultation = consulting.recall(session, consultations.find(session, consultation_id, for_=me), by=me)
    return see(f"/desk/tickets/{consultation.ticket_id}")


def _again(request: Asked, session: Db, error: Mistaken, form: Form, consultation_id: int, me: staff.Me) -> Response[bytes]:
    """The form as it was, with what is wrong in it; the phone's outbox hears it as it is."""
    session.rollback()
    outbox.must_hear(request, error)
    consultation = consultations.find(session, consultation_id, for_=me)
    return form_again("desk/consultation.html", error, form, **_around(session, consultation, me))


def _around(session: Db, consultation: Consultation, me: staff.Me) -> dict[str, Any]:
    """The thread is shown to the specialist while it is asked about; its owners may see it always."""
    asked, grid_id = consultations.is_asked(consultation, me), consultation.ticket.grid_id
    reads = consultations.may_read(consultation, me)
    ticket = threads.read(session, consultation.ticket_id) if reads else consultation.ticket
    return {
        "me": me, "consultation": consultation, "ticket": ticket, "lines": sight.lines(session, ticket, for_=me) if reads else [],
        "asked": asked, "masked": sight.reading(session, ticket if reads else threads.read(session, ticket.id), for_=me),
        "topic": topics.name(session, grid_id, consultation.topic), "owner": grids.contact(session, grid_id), "longest": written.MESSAGE,
        "number": reaches.seen_by(ticket.reach, me, grid_id) if reads else "", "channels": ways.CHANNELS,
        "photos": thread_photos.of(session, ticket) if reads else {},
        "others": consulted.choices(session, grid_id, but=me.id) if asked and consultation.ended_at is None else [],
    }  # fmt: skip


routes: list[Any] = [asked_of_me, one, ask, take, note, agree, decline, pass_on, recall]
