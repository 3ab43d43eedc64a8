"""The staff's pages of questions: what waits, and looking a question up."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from app.core.forms import read
from app.core.web import Db, Form, page
from grids.staff.who import Me
from tickets import inbox
from tickets.clocks import nagging
from tickets.forms import Line
from tickets.households import lookups
from tickets.kinds import kinds
from tickets.tables import TicketState
from tickets.triage import dangers

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


routes: list[Any] = [lists, look_up]
