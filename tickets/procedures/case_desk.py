"""The stages of a procedure for the staff: begin it, tick papers and stages, see what runs and what is late."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from app.core import outbox
from app.core.forms import read
from app.core.web import Db, Form, page, see
from grids.staff.who import Me
from tickets import conversation, threads
from tickets.appointments import diary
from tickets.clocks.clock_desk import CUSTOMERS
from tickets.clocks.tables import Customer
from tickets.forms import Line
from tickets.kinds import kinds
from tickets.privacy import sight
from tickets.procedures import cases, papers, standings

Asking = Request[Any, Any, Any]


class Begun(msgspec.Struct):
    customer: Customer


class Done(msgspec.Struct):
    rank: Annotated[int, msgspec.Meta(ge=0, le=100)]


class Seen(msgspec.Struct):
    paper: Line
    words: Line = ""


@get("/desk/cases", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    mine = me.own or me.seen
    return page(
        "desk/cases.html", me=me, running=standings.open_in(session, mine), kinds=kinds.names(session), customers=dict(CUSTOMERS),
        several=len(mine) > 1,
    )  # fmt: skip


@get("/desk/cases/{case_id:int}", sync_to_thread=True, include_in_schema=False)
def one(case_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    case = cases.find(session, case_id, for_=me)
    return page(
        "desk/case.html", me=me, case=case, standing=standings.of(session, case), papers=papers.needed(session, case),
        kind=kinds.names(session).get(case.procedure.kind, ""), customer=dict(CUSTOMERS)[case.procedure.customer],
        mine=me.looks_after(case.ticket.grid_id), checks=conversation.may_note_for(me, case.ticket.grid_id),
        visit=diary.of(session, case.ticket), masked=sight.reading(session, threads.read(session, case.ticket_id), for_=me),
    )  # fmt: skip


@post("/desk/tickets/{ticket_id:int}/case", sync_to_thread=True, include_in_schema=False)
def begin(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    case = cases.begin(session, conversation.find(session, ticket_id, for_=me), by=me, customer=read(Begun, form).customer)
    return see(f"/desk/cases/{case.id}")


@post("/desk/cases/{case_id:int}/stages", sync_to_thread=True, include_in_schema=False)
def advance(request: Asking, case_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    """From the phone's outbox too: the meter was hung in a cellar."""
    case = cases.find(session, case_id, for_=me)
    rank = read(Done, form).rank
    return outbox.once(request, session, me.id, form, lambda: cases.advance(session, case, by=me, rank=rank), then=f"/desk/cases/{case_id}")


@post("/desk/cases/{case_id:int}/papers", sync_to_thread=True, include_in_schema=False)
def see_paper(request: Asking, case_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    case, said = cases.find(session, case_id, for_=me), read(Seen, form)
    act = lambda: papers.see(session, case, said.paper, by=me, words=said.words)  # noqa: E731
    return outbox.once(request, session, me.id, form, act, then=f"/desk/cases/{case_id}#papers")


@post("/desk/cases/{case_id:int}/papers/taking-back", sync_to_thread=True, include_in_schema=False)
def take_back(case_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    papers.take_back(session, cases.find(session, case_id, for_=me), read(Seen, form).paper, by=me)
    return see(f"/desk/cases/{case_id}#papers")


@post("/desk/cases/{case_id:int}/withdrawal", sync_to_thread=True, include_in_schema=False)
def withdraw(case_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    cases.withdraw(session, cases.find(session, case_id, for_=me), by=me)
    return see(f"/desk/cases/{case_id}")


routes: list[Any] = [listed, one, begin, advance, see_paper, take_back, withdraw]
