"""The year's occasions of a grid: what comes when, and which are published without being looked at first."""

from typing import Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import clock
from app.core.errors import Missing
from app.core.forms import read
from app.core.web import Db, Form, page, see
from app.core.words import phrase as _
from broadcasts.kinds import KINDS
from broadcasts.promises import occasions
from grids import grids
from grids.staff.who import Me


class Choice(msgspec.Struct):
    how: Literal["alone", "first"]


@get("/desk/occasions", sync_to_thread=True, include_in_schema=False)
def every(session: Db, me: Me) -> Response[bytes]:
    own = [(grid, occasions.of_grid(session, grid), occasions.routines(session, grid)) for grid in grids.own(session, me)]
    return page("desk/occasions.html", me=me, own=own, kinds=KINDS, when=lambda one: occasions.next_time(one, clock.now()))


@post("/desk/occasions/{code:str}/{key:str}", sync_to_thread=True, include_in_schema=False)
def choose(code: FromPath[str], key: FromPath[str], form: Form, session: Db, me: Me) -> Response[Any]:
    grid = grids.by_code(session, code)
    me.must_look_after(grid.id)
    if key not in {one.key for one in occasions.of_grid(session, grid)}:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    occasions.let_go(session, grid, key, by=me, alone=read(Choice, form).how == "alone")
    return see("/desk/occasions")


routes: list[Any] = [every, choose]
