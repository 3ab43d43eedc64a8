"""My data, for whoever holds a thread's address: what is kept, a copy of it, and asking that it be erased."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core.forms import read
from app.core.web import Config, Db, Form, page, see
from grids import grids
from tickets import conversation
from tickets.forms import UNSEEN
from tickets.privacy import asked, copies, data_files, gathering, periods, requests
from tickets.privacy.tables import Kept, Wish


class Asking(msgspec.Struct):
    wish: Wish
    whole: bool = False


@get("/q/{token:str}/data", sync_to_thread=True, include_in_schema=False)
def mine(token: FromPath[str], session: Db) -> Response[bytes]:
    ticket = conversation.by_token(session, token)
    wished = asked.at_address(session, ticket, token)
    return page(
        "residents/data.html", headers=UNSEEN, ticket=ticket, token=token, asked=wished,
        pending={one.wish for one in wished if not one.done_at}, wishes=requests.WISHES, declined=requests.DECLINED,
        ready=copies.is_ready(session, ticket, token), contact=grids.contact(session, ticket.grid_id),
        erased_by=requests.done_by(session, ticket.grid_id), days=lambda kept: periods.days(session, ticket.grid_id, Kept(kept)),
    )  # fmt: skip


@post("/q/{token:str}/data", sync_to_thread=True, include_in_schema=False)
def ask(token: FromPath[str], form: Form, session: Db) -> Response[Any]:
    said = read(Asking, form)
    requests.ask(session, conversation.by_token(session, token), wish=said.wish, whole=said.whole, token=token)
    return see(f"/q/{token}/data#asked")


@post("/q/{token:str}/data/{request_id:int}/taking-back", sync_to_thread=True, include_in_schema=False)
def take_back(token: FromPath[str], request_id: FromPath[int], session: Db) -> Response[Any]:
    requests.take_back(session, conversation.by_token(session, token), request_id, token=token)
    return see(f"/q/{token}/data#asked")


@get("/q/{token:str}/data/copy", sync_to_thread=True, include_in_schema=False)
def copy(token: FromPath[str], session: Db) -> Response[bytes]:
    request = copies.ready(session, conversation.by_token(session, token), token)
    return page("residents/copy.html", headers=UNSEEN, **data_files.shown(session, gathering.of(session, request), in_file=False))


@get("/q/{token:str}/data/copy.zip", sync_to_thread=True, include_in_schema=False)
def taken(token: FromPath[str], session: Db, settings: Config) -> Response[bytes]:
    return data_files.zipped(session, settings, copies.ready(session, conversation.by_token(session, token), token))


routes: list[Any] = [mine, ask, take_back, copy, taken]
