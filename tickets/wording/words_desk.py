"""On the page of a thread: plain words before an answer goes out, a rating taken on the telephone, abuse marked and taken back."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core.forms import read
from app.core.web import Db, Form, Written, page, see
from grids.staff.who import Me
from tickets import conversation, low_ratings, ratings, surroundings
from tickets.forms import Line, Words
from tickets.wording import moderation, plain, wording
from tickets.wording.tables import AbuseReason


class Draft(msgspec.Struct):
    words: Words = ""
    card: Line = ""
    by_day: Line = ""
    weighed: Line = ""


class Stars(msgspec.Struct):
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    words: Words = ""


class Abuse(msgspec.Struct):
    entry: Annotated[int, msgspec.Meta(ge=1)]
    reason: AbuseReason


@get("/desk/wording.json", sync_to_thread=True, include_in_schema=False)
def rules(me: Me) -> Response[bytes]:  # noqa: ARG001 - for the staff alone
    """The rules of plain words for the phone. Nothing of anybody stands in it."""
    body = msgspec.json.encode(plain.for_the_phone())
    return Response(body, media_type="application/json", headers={"cache-control": "private, max-age=3600"})


@post("/desk/tickets/{ticket_id:int}/wording", sync_to_thread=True, status_code=200, include_in_schema=False)
def look(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[bytes]:
    """Where the page has no script: the same page with its hints. Nothing is sent."""
    ticket, said = conversation.find(session, ticket_id, for_=me), read(Draft, form)
    known = surroundings.of(session, ticket, me) | {"wording": wording.of(session, ticket, for_=me, said=said.words)}
    return page("desk/ticket.html", form=Written(msgspec.structs.asdict(said)), mistakes={}, reason="", **known)


@post("/desk/tickets/{ticket_id:int}/rating", sync_to_thread=True, include_in_schema=False)
def rate(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    said = read(Stars, form)
    ratings.take(session, conversation.find(session, ticket_id, for_=me), stars=said.stars, words=said.words, by=me)
    return see(f"/desk/tickets/{ticket_id}#now")


@post("/desk/tickets/{ticket_id:int}/rating/looks", sync_to_thread=True, include_in_schema=False)
def look_into(ticket_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    low_ratings.look(session, conversation.find(session, ticket_id, for_=me), by=me)
    return see(f"/desk/tickets/{ticket_id}#now")


@post("/desk/tickets/{ticket_id:int}/marks", sync_to_thread=True, include_in_schema=False)
def mark(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    said = read(Abuse, form)
    moderation.mark(session, conversation.find(session, ticket_id, for_=me), said.entry, by=me, reason=said.reason)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/marks/{mark_id:int}/undoing", sync_to_thread=True, include_in_schema=False)
def undo(ticket_id: FromPath[int], mark_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    moderation.undo(session, conversation.find(session, ticket_id, for_=me), mark_id, by=me)
    return see(f"/desk/tickets/{ticket_id}")


routes: list[Any] = [rules, look, rate, look_into, mark, undo]
