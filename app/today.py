"""Today, and the colleague's own page."""

from typing import Any

from litestar import Response, get

from app import needs
from app.core import web
from grids import grids
from grids.staff import staff
from grids.staff.who import Me


@get("/desk", sync_to_thread=True, include_in_schema=False)
def today(session: web.Db, me: Me) -> Response[Any]:
    """A supervisor's day begins with the exceptions, a clerk's with a question to enter, a specialist's with what was asked."""
    if not me.own and me.reviews:
        return web.see("/review")
    if not me.own and me.is_consulted:
        return web.see("/desk/consultations")
    if not me.own and me.notes_questions:
        return web.see("/desk/tickets/new")
    return web.page("desk/today.html", me=me, own=grids.own(session, me), needs=needs.of(session, me))


@get("/desk/me", sync_to_thread=True, include_in_schema=False)
def mine(session: web.Db, me: Me) -> Response[bytes]:
    return web.page(
        "desk/me.html",
        me=me,
        role=staff.ROLES[me.role],
        own=grids.own(session, me),
        contacts={grid_id: grids.contact(session, grid_id) for grid_id in me.own},
    )


routes: list[Any] = [today, mine]
