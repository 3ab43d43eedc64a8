"""Whose wire is it, for who sits in the dark: one question a page, answers in the address, no script and no login."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Missing
from app.core.forms import read
from app.core.web import Db, Form, page, public_page, see
from broadcasts.subscribers import audiences
from grids import grids
from tickets import conversation
from tickets.clocks import on_duty
from tickets.forms import UNSEEN, Line
from tickets.triage import Leaf, forwarding, outcomes, step, whose_wire
from tickets.triage.forwarding import Home
from tickets.triage.tree import tree

MOST = 9


class Answers(msgspec.Struct):
    a: Line


class Working(msgspec.Struct):
    """`over`: it was asked whether the danger is over, and not only whether there is light."""

    over: bool = False


@get("/g/{code:str}/triage", sync_to_thread=True, include_in_schema=False)
def of_grid(
    request: Request[Any, Any, Any], code: FromPath[str], session: Db, a: FromQuery[str] = "", on: FromQuery[str] = ""
) -> Response[bytes]:
    """`on`: an outage is known, and the reader says that it is another one."""
    grid = grids.by_code(session, code)
    known = [] if a or on else whose_wire.known_in(session, grid)
    return public_page(request, "residents/triage.html", **_shown(session, grid, a, known, f"/g/{grid.code}/triage"))


@get("/q/{token:str}/triage", sync_to_thread=True, include_in_schema=False)
def of_thread(token: FromPath[str], session: Db, a: FromQuery[str] = "", on: FromQuery[str] = "") -> Response[bytes]:
    ticket = conversation.by_token(session, token)
    known = [] if a or on else whose_wire.known_at(session, ticket)
    shown = _shown(session, ticket.grid, a, known, f"/q/{token}/triage", forwarding.home(ticket))
    waits = outcomes.pending(session, ticket) is not None
    still_dark = bool(ticket.homecomings) and not max(ticket.homecomings, key=lambda one: one.at).back
    return page("residents/triage.html", headers=UNSEEN, **{**shown, "token": token, "waits": waits, "still_dark": still_dark})


@post("/q/{token:str}/triage", sync_to_thread=True, include_in_schema=False)
def end(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    said = read(Answers, form).a
    whose_wire.record(session, ticket, given(said))
    return see(f"/q/{token}/triage?a={said}")


@post("/q/{token:str}/working", sync_to_thread=True, include_in_schema=False)
def works(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    outcomes.works(session, conversation.by_token(session, token), danger_over=read(Working, form).over)
    return see(f"/q/{token}#now")


def given(said: str) -> list[str]:
    """The answers of an address, in their order."""
    return [one for one in said.split(".") if one][:MOST]


def danger(said: str) -> Leaf | None:
    """The danger that these answers of an address lead to, if they lead to one."""
    try:
        end = step(given(said))
    except Missing:
        return None
    return end if isinstance(end, Leaf) and end.danger else None


def _shown(session: Db, grid: Any, said: str, known: Any, path: str, home: Home | None = None) -> dict[str, Any]:
    answers = given(said)
    at = step(answers)
    return {
        "grid": grid, "at": at, "is_leaf": isinstance(at, Leaf), "answers": answers, "known": known, "path": path,
        "token": "", "waits": False, "still_dark": False,
        "contact": on_duty.now(session, grid.id).to_call, "place": lambda notice: audiences.short(notice.places),
        "forward": forwarding.filled(str(at.forward), home) if isinstance(at, Leaf) else "",
        "source": at.source if isinstance(at, Leaf) else "", "reviewed_on": at.reviewed_on if isinstance(at, Leaf) else tree().reviewed_on,
    }  # fmt: skip


routes: list[Any] = [of_grid, of_thread, end, works]
