"""Asking and following a question: no login, no script, no cookie. Whoever has the address has the thread."""

import io
import secrets
from typing import Annotated, Any, Literal

import msgspec
import segno
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import clock, sent, tokens, uploads
from app.core.errors import Missing, Mistaken, TooMany
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from broadcasts import notices, shelf
from broadcasts.present import present
from broadcasts.shelf import Told
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids
from grids.tables import Estate, Grid
from tickets import alongside, conversation, promises, ratings, threads, written
from tickets.answers import book_uses
from tickets.appointments import appointments
from tickets.clocks import acknowledging, pauses
from tickets.households import memory, moving_in
from tickets.outages import homecoming
from tickets.photos import photo_doors, thread_photos
from tickets.specialists import consultations
from tickets.tables import Channel
from tickets.triage import outcomes, whose_wire
from tickets.wording import moderation

Words = Annotated[str, msgspec.Meta(max_length=written.MESSAGE)]
Line = Annotated[str, msgspec.Meta(max_length=written.LINE)]
ASKED = sent.files(photo_doors.with_a_question, photos=thread_photos.AT_ONCE)
ADDED = sent.files(photo_doors.within_a_thread, photos=thread_photos.AT_ONCE)
UNSEEN = {"x-robots-tag": "noindex, nofollow"}


class Question(msgspec.Struct):
    words: Words
    nonce: Line = ""
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Line = ""
    room: Line = ""
    phone: Line = ""
    notice: Line = ""
    about: Line = ""
    triage: Line = ""


class Message(msgspec.Struct):
    words: Words = ""


class Reopening(msgspec.Struct):
    words: Words = ""


class Home(msgspec.Struct):
    back: Literal["yes", "no"]


class Stars(msgspec.Struct):
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    words: Words = ""


@get("/g/{code:str}/ask", sync_to_thread=True, include_in_schema=False)
def form(
    code: FromPath[str],
    session: Db,
    notice: FromQuery[str] = "",
    about: FromQuery[str] = "",
    estate: FromQuery[str] = "",
    building: FromQuery[str] = "",
    triage: FromQuery[str] = "",
) -> Response[bytes]:
    """The form carries a number used once: sent twice, it makes one thread. So it is never the same page for two people."""
    grid = grids.by_code(session, code)
    known = estate or _only_estate(grid, _of_grid(session, grid, notice))
    given = {"nonce": secrets.token_urlsafe(16), "notice": notice, "estate": known, "building": building[:80], "triage": triage}
    return page("residents/ask.html", form=given, mistakes={}, reason="", **_around(session, grid, notice, about))


@post("/g/{code:str}/ask", sync_to_thread=True, include_in_schema=False, opt=ASKED)
def ask(code: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    grid = grids.by_code(session, code)
    try:
        said, shots = read(Question, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        token = address_token(settings, code, said.nonce, said.estate, said.building, said.room, said.phone)
        ticket = conversation.ask(
            session, grid, words=said.words, channel=Channel.web, token=token, estate=chosen(grid, said.estate), building=said.building,
            room=said.room, contact=phone(said.phone), notice=_of_grid(session, grid, said.notice),
            dark=said.about == "outage",
        )  # fmt: skip
        thread_photos.keep_with_question(session, settings, ticket, shots)
        book_uses.answer_by_itself(session, ticket, said.words)
        if said.triage:
            whose_wire.record_where_new(session, ticket, said.triage.split("."))
    except (Mistaken, TooMany) as error:
        session.rollback()
        grid = grids.by_code(session, code)
        return form_again(
            "residents/ask.html", error, form, **_around(session, grid, str(form.get("notice", "")), str(form.get("about", "")))
        )
    return see(f"/q/{token}")


@get("/q/{token:str}", sync_to_thread=True, include_in_schema=False)
def thread(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    thread = _thread(session, settings, token)
    return page("residents/thread.html", headers=UNSEEN, form={}, mistakes={}, reason="", **thread)


@post("/q/{token:str}/messages", sync_to_thread=True, include_in_schema=False, opt=ADDED)
def say_more(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    try:
        said, shots = read(Message, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        entry = conversation.say_more(session, ticket, words=thread_photos.words(said.words, shots), pictured=bool(shots))
        thread_photos.keep(session, settings, entry, shots)
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again("residents/thread.html", error, form, headers=UNSEEN, **_thread(session, settings, token))
    return see(f"/q/{token}#now")


@post("/q/{token:str}/rating", sync_to_thread=True, include_in_schema=False)
def rate(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    said = read(Stars, form)
    ratings.rate(session, ticket, stars=said.stars, words=said.words, token=token)
    return see(f"/q/{token}#now")


@post("/q/{token:str}/reopening", sync_to_thread=True, include_in_schema=False, opt=ADDED)
def reopen(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    try:
        said, shots = read(Reopening, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        conversation.reopen(session, ticket, words=thread_photos.words(said.words, shots), pictured=bool(shots))
        thread_photos.keep_with_question(session, settings, ticket, shots)
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again("residents/thread.html", error, form, headers=UNSEEN, **_thread(session, settings, token))
    return see(f"/q/{token}#now")


@post("/q/{token:str}/homecoming", sync_to_thread=True, include_in_schema=False)
def is_it_back(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    back = read(Home, form).back == "yes"
    homecoming.tell(session, ticket, back=back)
    return see(f"/q/{token}#now" if back else f"/q/{token}/triage")


@get("/q/{token:str}/qr.svg", sync_to_thread=True, include_in_schema=False)
def qr(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    conversation.by_token(session, token)
    drawn = io.BytesIO()
    segno.make(f"{settings.base_url}/q/{token}", error="m").save(drawn, kind="svg", scale=5, border=3, light="#fff", xmldecl=False)
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"cache-control": "no-store", **UNSEEN})


def address_token(settings: Settings, purpose: str, nonce: str, *said: object) -> str:
    """160 bits that the same form always leads to and nobody else can find; a form without its number gets a fresh one.

    With `said` other than before, such as a telephone number or a home that was missing, it is another: nothing of it is dropped.
    """
    return tokens.derive(settings.secret, "ticket", f"{purpose}:{tokens.once(nonce, *said)}") if len(nonce) >= 20 else secrets.token_hex(20)


def chosen(grid: Grid, estate_id: int | None) -> Estate | None:
    """The estate that was picked in the list; only the grid's own are in it."""
    if estate_id is None:
        return None
    found = next((estate for estate in grid.estates if estate.id == estate_id), None)
    if found is None:
        raise Mistaken(_("Please look again at the marked fields."), {"estate": _("Please choose from the list.")})
    return found


def phone(said: str) -> str:
    if said and not written.is_phone(said):
        raise Mistaken(_("Please look again at the marked fields."), {"phone": _("This does not look like a telephone number.")})
    return said


def _thread(session: Db, settings: Settings, token: str) -> dict[str, Any]:
    """What a thread's page shows beside its form."""
    ticket = conversation.by_token(session, token)
    told, back = memory.attached(session, ticket), homecoming.asked_of(session, ticket)
    after, rating = threads.after(session, token), ratings.seen_at(session, ticket, token)
    pending, pause = outcomes.pending(session, ticket), pauses.standing(session, ticket)
    since = threads.since(ticket, after)
    return {
        "ticket": ticket, "subject": moderation.subject_at(ticket, after=after), "token": token,
        "lines": threads.lines(ticket, after=after, without=appointments.told_elsewhere(session, ticket, token)),
        "promised": promises.told(session, ticket, after=after), "likely": acknowledging.likely_later(ticket),
        "rating": rating, "may_rate": rating is not None or not ticket.ratings,
        "photos": thread_photos.of(session, ticket, after=after),
        "asks_home": back is not None, "home": homecoming.said(session, ticket, back) if back else None,
        "address": f"{settings.base_url}/q/{token}", "dark_still": pending is not None and pending.entry_id > after,
        "contact": grids.contact(session, ticket.grid_id), "told": told, "place": audiences.short(told.notice.places) if told else "",
        "looking": consultations.told(session, ticket, since=since),
        "along": alongside.of(session, ticket, token=token), "moving": moving_in.at(session, ticket, token),
        "pause": pause if pause is not None and pause.at >= since else None,
    }  # fmt: skip


def _around(session: Db, grid: Grid, number: str, about: str) -> dict[str, Any]:
    """What the form's page shows beside the form: what is known already, first."""
    return {
        "grid": grid, "about": about, "known": _known(session, grid, number, about), "place": lambda notice: audiences.short(notice.places),
        "estates": [("", _("Please choose (you may leave it)")), *((estate.id, estate.name) for estate in grid.estates)],
        "contact": grids.contact(session, grid.id), "longest": written.MESSAGE,
    }  # fmt: skip


def _only_estate(grid: Grid, notice: Notice | None) -> int | str:
    """The estate of the notice, or of the grid, where there is exactly one: nobody needs to look it up in a list of one."""
    ids = {place.estate_id for place in notice.places} if notice else {estate.id for estate in grid.estates}
    return ids.pop() if len(ids) == 1 else ""


def _known(session: Db, grid: Grid, number: str, about: str) -> list[Told]:
    """The notice it is asked about; where it is over and it is dark, what holds there now."""
    notice = _of_grid(session, grid, number)
    named = [Told(notice, present(notice, clock.now()))] if notice else []
    if about != "outage" or any(told.now.runs for told in named):
        return named
    here = {place.estate_id for place in notice.places} if notice else set()
    out = [told for told in shelf.of_grid(session, grid).out if told.now.runs]
    return [told for told in out if notice is None or here & {place.estate_id for place in told.notice.places}][:3] or named


def _of_grid(session: Db, grid: Grid, number: str) -> Notice | None:
    """The notice that the question is about. A number that leads nowhere does not stand in the way of asking."""
    try:
        notice = notices.by_number(session, number) if number else None
    except Missing:
        return None
    return notice if notice and notice.grid_id == grid.id else None


routes: list[Any] = [form, ask, thread, say_more, rate, reopen, is_it_back, qr]
