"""How far a procedure has come, in plain words, at the asker's own address."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.errors import Missing
from app.core.web import Db, page
from app.core.words import phrase as _
from grids import grids
from tickets import conversation, threads
from tickets.appointments import diary
from tickets.forms import UNSEEN
from tickets.procedures import cases, papers, standings


@get("/q/{token:str}/procedure", sync_to_thread=True, include_in_schema=False)
def mine(token: FromPath[str], session: Db) -> Response[bytes]:
    ticket = conversation.by_token(session, token)
    case = cases.of(session, ticket) if threads.later(session, token) is None else None
    if case is None:
        raise Missing(_("No procedure has begun here yet. Your manager begins it when you have talked."))
    return page(
        "residents/procedure.html", headers=UNSEEN, ticket=ticket, token=token, standing=standings.of(session, case),
        papers=papers.needed(session, case), visit=diary.of(session, ticket, token=token),
        contact=grids.contact(session, ticket.grid_id),
    )  # fmt: skip


routes: list[Any] = [mine]
