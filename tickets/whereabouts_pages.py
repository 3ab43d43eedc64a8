"""On the page of a question: the one small form that asks where it is and how to ring."""

from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from app.core.errors import Mistaken, TooMany
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, see
from grids import grids
from tickets import conversation, thread_pages, whereabouts
from tickets.forms import UNSEEN, Line, meant, phone


class Here(msgspec.Struct):
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    where: Line = ""
    phone: Line = ""


@post("/q/{token:str}/whereabouts", sync_to_thread=True, include_in_schema=False)
def tell(token: FromPath[str], form: Form, session: Db, settings: Config) -> Response[Any]:
    ticket = conversation.by_token(session, token)
    try:
        said, grid = read(Here, form), grids.by_code(session, ticket.grid.code)
        estate = meant(session, grid, said.estate, whereabouts.building(said.where))
        whereabouts.tell(session, ticket, estate=estate, where=said.where, contact=phone(said.phone))
    except (Mistaken, TooMany) as error:
        session.rollback()
        return form_again("residents/thread.html", error, form, headers=UNSEEN, **thread_pages.shown(session, settings, token))
    return see(f"/q/{token}")


routes: list[Any] = [tell]
