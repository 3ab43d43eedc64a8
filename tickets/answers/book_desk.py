"""The answer book for the staff: its list with what became of each answer, and the book itself for the phone without signal."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.forms import clean
from app.core.web import Db, page, see
from grids.staff.who import Me
from tickets import answers, conversation
from tickets.answers import book_uses, ideas


@get("/desk/answers", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me, q: FromQuery[str] = "") -> Response[bytes]:
    q = clean(q)[:80]
    every = book_uses.figures(session, me)
    found = [hit.answer.id for hit in answers.find(q, how_many=10)] if q else []
    shown = sorted((one for one in every if one.answer.id in found), key=lambda one: found.index(one.answer.id)) if q else every
    return page("desk/answers.html", me=me, shown=shown, q=q, alike=[] if q else ideas.open_to(session, me))


@get("/desk/answers.json", sync_to_thread=True, include_in_schema=False)
def book(me: Me) -> Response[bytes]:  # noqa: ARG001 - for the staff alone
    """The answers that hold today, with what the search on the phone needs. Nothing of anybody stands in it."""
    said = answers.export()
    for one in said["answers"]:
        known = answers.answer(one["id"])
        one["wording"] = book_uses.wording(known) if known else one["words"]
    return Response(msgspec.json.encode(said), media_type="application/json", headers={"cache-control": "private, max-age=3600"})


@post("/q/{token:str}/person", sync_to_thread=True, include_in_schema=False)
def a_person_please(token: FromPath[str], session: Db) -> Response[Any]:
    book_uses.ask_for_a_person(session, conversation.by_token(session, token))
    return see(f"/q/{token}#now")


routes: list[Any] = [listed, book, a_person_please]
