"""Asking: no login, no script, no cookie. What is known already stands before the form."""

import secrets
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import clock, sent, uploads
from app.core.errors import Missing, Mistaken, NotKept, TooMany
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from broadcasts import notices, shelf
from broadcasts.present import present
from broadcasts.shelf import Told
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids import grids
from grids.tables import Grid
from tickets import conversation, written
from tickets.answers import book_uses
from tickets.clocks import on_duty
from tickets.forms import Home, Line, Words, address_token, meant, phone
from tickets.kinds.tables import DANGER
from tickets.photos import photo_doors, thread_photos
from tickets.tables import Channel
from tickets.triage import triage_pages, whose_wire

ASKED = sent.files(photo_doors.with_a_question, photos=thread_photos.AT_ONCE)


class Question(Home, kw_only=True):
    words: Words
    nonce: Line = ""
    phone: Line = ""
    notice: Line = ""
    about: Line = ""
    triage: Line = ""


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
    around = _around(session, grid, notice, about, triage)
    return page("residents/ask.html", form=given, mistakes={}, reason="", **around)


@post("/g/{code:str}/ask", sync_to_thread=True, include_in_schema=False, opt=ASKED)
def ask(code: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    grid = grids.by_code(session, code)
    try:
        said, shots = read(Question, form), uploads.shots(form, "photos", most=thread_photos.AT_ONCE)
        token = address_token(settings, code, said.nonce, said.estate, said.building, said.room, said.phone)
        danger = triage_pages.danger(said.triage)
        ticket = conversation.ask(
            session, grid, words=said.words, channel=Channel.web, token=token, building=said.building,
            estate=meant(session, grid, said.estate, said.building), room=said.room, contact=phone(said.phone),
            notice=_of_grid(session, grid, said.notice), dark=said.about == "outage" and danger is None, kind=DANGER if danger else "",
        )  # fmt: skip
        thread_photos.keep_with_question(session, settings, ticket, shots)
        book_uses.answer_by_itself(session, ticket, said.words)
        if said.triage:
            whose_wire.record_where_new(session, ticket, triage_pages.given(said.triage))
    except (Mistaken, NotKept, TooMany) as error:
        session.rollback()
        grid = grids.by_code(session, code)
        typed = [str(form.get(name, "")) for name in ("notice", "about", "triage")]
        return form_again("residents/ask.html", error, form, **_around(session, grid, *typed))
    return see(f"/q/{token}")


def _around(session: Db, grid: Grid, number: str, about: str, triage: str) -> dict[str, Any]:
    """What the form's page shows beside the form: a danger first, then what is known already."""
    danger = triage_pages.danger(triage)
    return {
        "grid": grid, "about": about, "danger": danger, "known": [] if danger else _known(session, grid, number, about),
        "place": lambda notice: audiences.short(notice.places),
        "estates": [("", _("Please choose (you may leave it)")), *((estate.id, estate.name) for estate in grid.estates)],
        "contact": on_duty.now(session, grid.id).to_call, "longest": written.MESSAGE,
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


routes: list[Any] = [form, ask]
