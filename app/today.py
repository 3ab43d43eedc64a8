"""Today: only what needs the manager now, in order of urgency. And the colleague's own page."""

from typing import Any

from litestar import Response, get

from app.core import web
from grids.who import Me


@get("/desk/me", sync_to_thread=True, include_in_schema=False)
def mine(me: Me) -> Response[bytes]:
    return web.page("desk/me.html", me=me)


routes: list[Any] = [mine]
