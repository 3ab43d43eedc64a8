"""A resident went to a place to pay and it was shut: told without a name, from the pay page."""

import secrets
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Mistaken, TooMany
from app.core.forms import read
from app.core.web import Db, Form, form_again, page
from grids import grids
from grids.hours.spoken_hours import spoken
from grids.points import points, sightings, trade
from grids.tables import Grid

FORM, THANKS = "residents/shut.html", "residents/shut_thanks.html"
Id = FromPath[int]


class Shut(msgspec.Struct):
    nonce: Annotated[str, msgspec.Meta(min_length=8, max_length=60)]
    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None


@get("/g/{code:str}/points/{point_id:int}/shut", sync_to_thread=True, include_in_schema=False)
def form(code: FromPath[str], point_id: Id, session: Db, estate: FromQuery[str] = "") -> Response[bytes]:
    """The form carries a number used once: sent twice, it is one sighting."""
    grid = grids.by_code(session, code)
    given = {"nonce": secrets.token_urlsafe(16), "estate": estate}
    return page(FORM, form=given, mistakes={}, reason="", **_around(session, grid, point_id))


@post("/g/{code:str}/points/{point_id:int}/shut", sync_to_thread=True, include_in_schema=False)
def tell(code: FromPath[str], point_id: Id, form: Form, session: Db) -> Response[Any]:
    grid = grids.by_code(session, code)
    around = _around(session, grid, point_id)
    try:
        said = read(Shut, form)
        sightings.tell_shut(session, around["point"], nonce=said.nonce, words=said.words)
    except (Mistaken, TooMany) as error:
        return form_again(FORM, error, form, **around)
    return page(THANKS, back=f"/g/{grid.code}/pay{f'?estate={said.estate}' if said.estate else ''}", **around)


def _around(session: Db, grid: Grid, point_id: int) -> dict[str, Any]:
    point = points.told(session, point_id)
    contact = grids.contact(session, grid.id)
    return {"grid": grid, "point": point, "contact": contact, "kind_label": trade.kind_label, "spoken": spoken}


routes: list[Any] = [form, tell]
