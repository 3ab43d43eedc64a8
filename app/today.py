"""Today, and the colleague's own page."""

from typing import Any

from litestar import Response, get, post

from app import beginning, needs
from app.core import web
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from pwa import devices
from pwa.push import vapid
from tickets.clocks import on_duty


@get("/desk", sync_to_thread=True, include_in_schema=False)
def today(session: web.Db, me: Me) -> Response[Any]:
    """Whose day begins elsewhere is led there."""
    if (elsewhere := beginning.page(me)) != "/desk":
        return web.see(elsewhere)
    return web.page("desk/today.html", me=me, own=grids.own(session, me), needs=needs.of(session, me))


@get("/desk/me", sync_to_thread=True, include_in_schema=False)
def mine(session: web.Db, me: Me, settings: web.Config) -> Response[bytes]:
    return web.page(
        "desk/me.html",
        me=me,
        role=staff.ROLES[me.role],
        own=grids.own(session, me),
        push_key=vapid.opened(settings.vapid_key, subject=settings.contact).public_key,
        rings=devices.rings(session, me.sign_in or ""),
        on_duty={grid_id: on_duty.now(session, grid_id) for grid_id in me.own},
        contacts={grid_id: grids.contact(session, grid_id) for grid_id in me.own},
    )


@post("/desk/me/silence", sync_to_thread=True, include_in_schema=False)
def silence(session: web.Db, me: Me) -> Response[Any]:
    """This phone no longer rings for work."""
    devices.silence(session, me.sign_in or "")
    return web.see("/desk/me#phone")


routes: list[Any] = [today, mine, silence]
