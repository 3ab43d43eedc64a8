"""Who moved in says so at the own address."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from app.core.web import Db, see
from tickets import conversation
from tickets.households import moving_in


@post("/q/{token:str}/moving-in", sync_to_thread=True, include_in_schema=False)
def say(token: FromPath[str], session: Db) -> Response[Any]:
    moving_in.say(session, conversation.by_token(session, token), token=token)
    return see(f"/q/{token}#moved")


routes: list[Any] = [say]
