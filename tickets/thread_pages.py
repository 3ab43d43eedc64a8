"""Following a question: whoever has the address has the thread."""

import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
import segno
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import sent, uploads
from app.core.errors import Mistaken, NotKept, TooMany
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from broadcasts.shelf import Told
from broadcasts.subscribers import audiences
from tickets import alongside, conversation, promises, ratings, threads, whereabouts
from tickets.appointments import diary
from tickets.clocks import acknowledging, nagging, pauses
from tickets.clocks import on_duty as duty
from tickets.forms import UNSEEN, Words
from tickets.households import memory, moving_in
from tickets.outages import days, homecoming, signs, unannounced
from tickets.photos import photo_doors, thread_photos
from tickets.privacy import asked
from tickets.specialists import consultations
from tickets.tables import Ticket, TicketState
from tickets.triage import dangers, outcomes
from tickets.wording import moderation, secret

MOST = 3
"""So many outages that may be meant are shown."""
ADDED = sent.files(photo_doors.within_a_thread, photos=thread_photos.AT_ONCE)


class Message(msgspec.Struct):
    words: Words = ""


class Reopening(msgspec.Struct):
    words: Words = ""


class Home(msgspec.Struct):
    back: Literal["yes", "no"]


class Stars(msgspec.Struct):
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    words: Words = ""


@get("/q/{token:str}", sync_to_thread=True, include_in_schema=False)
def thread(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    thread = shown(session, settings, token)
    return page("residents/thread.html", headers=UNSEEN, form={}, mistakes={}, reason="", **thread)


@post("/q/{token:str}/messages", sync_to_thread=True, include_in_schema=False, opt=ADDED)
def say_more(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    try:
        said, shots = read(Message, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        entry = conversation.say_more(session, ticket, words=thread_photos.words(said.words, shots), pictured=bool(shots))
        thread_photos.keep(session, settings, entry, shots)
    except (Mistaken, NotKept, TooMany) as error:
        session.rollback()
        return form_again("residents/thread.html", error, form, headers=UNSEEN, **shown(session, settings, token))
    return see(f"/q/{token}#now")


@post("/q/{token:str}/rating", sync_to_thread=True, include_in_schema=False)
def rate(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    said = read(Stars, form)
    ratings.rate(session, ticket, stars=said.stars, words=said.words, token=token)
    return see(f"/q/{token}#rated")


@post("/q/{token:str}/reopening", sync_to_thread=True, include_in_schema=False, opt=ADDED)
def reopen(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    try:
        said, shots = read(Reopening, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        conversation.reopen(session, ticket, words=thread_photos.words(said.words, shots), pictured=bool(shots))
        thread_photos.keep_with_question(session, settings, ticket, shots)
    except (Mistaken, NotKept, TooMany) as error:
        session.rollback()
        return form_again("residents/thread.html", error, form, headers=UNSEEN, **shown(session, settings, token))
    return see(f"/q/{token}#now")


@post("/q/{token:str}/homecoming", sync_to_thread=True, include_in_schema=False)
def is_it_back(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    back = read(Home, form).back == "yes"
    homecoming.tell(session, ticket, back=back)
    if back:
        return see(f"/q/{token}#now")
    return see(f"/q/{token}" if dangers.holds(ticket) else f"/q/{token}/triage")


@get("/q/{token:str}/qr.svg", sync_to_thread=True, include_in_schema=False)
def qr(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    conversation.by_token(session, token)
    drawn = io.BytesIO()
    segno.make(f"{settings.base_url}/q/{token}", error="m").save(drawn, kind="svg", scale=5, border=3, light="#fff", xmldecl=False)
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"cache-control": "no-store", **UNSEEN})


def shown(session: Db, settings: Settings, token: str) -> dict[str, Any]:
    """What a thread's page shows beside its form."""
    ticket = conversation.by_token(session, token)
    told, back = memory.attached(session, ticket), homecoming.asked_of(session, ticket)
    about = [told] if told else _known(session, ticket)
    after, rating = threads.after(session, token), ratings.seen_at(session, ticket, token)
    pending, pause = outcomes.pending(session, ticket), pauses.standing(session, ticket)
    since, on_duty = threads.since(ticket, after), duty.now(session, ticket.grid_id)
    wanted = whereabouts.wanted(session, ticket)
    danger, reported = dangers.holds(ticket), dangers.of(session, ticket, after=after)
    return {
        "secret": any(secret.stands_in(one.words) for one in ticket.entries if one.author_id is None and one.id > after),
        "erasure": asked.erasure(session, ticket, token),
        "ticket": ticket, "subject": moderation.subject_at(ticket, after=after), "token": token,
        "lines": threads.lines(ticket, after=after, without=diary.told_elsewhere(session, ticket, token)),
        "promised": promises.told(session, ticket, after=after), "likely": acknowledging.likely_later(ticket),
        "rating": rating, "may_rate": rating is not None or not ticket.ratings,
        "may_change": rating is not None and ratings.may_change(rating), "unhappy": rating is not None and rating.stars <= ratings.LOW,
        "photos": thread_photos.of(session, ticket, after=after),
        "asks_home": back is not None and (not danger or dangers.needs_power(reported)),
        "home": homecoming.said(session, ticket, back) if back else None,
        "address": f"{settings.base_url}/q/{token}", "dark_still": pending is not None and pending.entry_id > after,
        "wanted": wanted, "estates": whereabouts.estates(session, ticket) if wanted else (),
        "rung": danger and on_duty.here is not None and nagging.rang(session, ticket, on_duty.here.part),
        "asks_over": danger and ticket.state is TicketState.answered and not after,
        "danger": danger, "dangers": reported, "outside": dangers.no_ringing(reported),
        "contact": on_duty.to_call, "on_duty": on_duty, "told": told,
        "about": [(one, audiences.short(one.notice.places)) for one in about],
        "unannounced": unannounced.told(session, ticket), "looking": consultations.told(session, ticket, since=since),
        "along": alongside.of(session, ticket, token=token), "moving": moving_in.at(session, ticket, token),
        "pause": pause if pause is not None and pause.at >= since else None,
    }  # fmt: skip


def _known(session: Db, ticket: Ticket) -> Sequence[Told]:
    """Who is dark sees what holds there, who asks about an outage to come each that may be meant."""
    if ticket.dark:
        return memory.outages(session, ticket)[:1]
    if not signs.speaks_of_outage(ticket.subject):
        return []
    words = unannounced.asked(ticket)
    names_a_day = bool(days.said(words))
    return [one for one in memory.outages(session, ticket) if not names_a_day or days.agree(one.notice, words)][:MOST]


routes: list[Any] = [thread, say_more, rate, reopen, is_it_back, qr]
