"""Questions for machines, under /api/v1. A machine may do what its person may."""

import secrets
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from app.core.errors import Mistaken
from app.core.machines import MOST, TROUBLE, cursor, made, once, paged
from app.core.web import Config, Db
from app.core.words import phrase as _
from grids import grids
from grids.staff.who import Me
from tickets import conversation, inbox, replies, unread, written
from tickets.clocks.tables import Customer
from tickets.forms import address_token, chosen
from tickets.questions import Question, told
from tickets.tables import Channel, TicketState

Asked = Request[Any, Any, Any]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=written.MESSAGE)]
Line = Annotated[str, msgspec.Meta(max_length=written.LINE)]
LAST = 2**63 - 1
CODE = "^[0-9]{6}$"


class Asking(msgspec.Struct, kw_only=True):
    """`grid` is its short code, `estate` an id from GET /grids, `contact` how to reach the asker."""

    grid: Annotated[str, msgspec.Meta(pattern=CODE)]
    words: Words
    estate: Annotated[int, msgspec.Meta(ge=1, le=LAST)] | None = None
    building: Line = ""
    room: Line = ""
    contact: Line = ""
    customer: Customer = Customer.resident


class Answering(msgspec.Struct):
    """`seen` is what the question said as `shown` when it was read: what the asker said after it goes on waiting."""

    words: Words
    seen: str | None = None


class Replying(msgspec.Struct):
    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=20)]
    words: Words


class Made(msgspec.Struct):
    """`url` is where the asker finds the thread; after an answer it is the thread on the staff's pages."""

    id: int
    url: str
    state: TicketState


class Questions(msgspec.Struct):
    items: list[Question]
    next: str | None


@post("/tickets", sync_to_thread=True, responses=made(Made))
def ask(request: Asked, data: JSONBody[Asking], session: Db, me: Me, settings: Config) -> Response[bytes]:
    """Enter a question. Its thread's address is derived, not kept: the same Idempotency-Key is told the same one."""
    grid = grids.by_code(session, data.grid)
    conversation.must_note_for(me, grid.id)
    key = request.headers.get("idempotency-key") or secrets.token_urlsafe(16)
    token = address_token(settings, f"api:{me.id}", f"{key}:{msgspec.json.encode(data).decode()}")

    def act() -> Made:
        ticket = conversation.ask(
            session, grid, words=data.words, channel=Channel.api, token=token, estate=chosen(grid, data.estate), building=data.building,
            room=data.room, contact=data.contact, customer=data.customer, by=me,
        )  # fmt: skip
        return Made(ticket.id, "", ticket.state)

    answer = once(request, session, me.id, data, act)
    made = msgspec.json.decode(answer.content, type=Made)
    made.url = f"{settings.base_url}/q/{token}"
    answer.content = msgspec.json.encode(made)
    return answer


@get("/tickets", sync_to_thread=True, responses=TROUBLE)
def questions(
    *,
    session: Db,
    me: Me,
    grid: Annotated[str | None, QueryParameter(pattern=CODE)] = None,
    in_state: Annotated[TicketState | None, QueryParameter(name="state")] = None,
    onward: Annotated[str | None, QueryParameter(name="cursor", max_length=40)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = 50,
) -> Questions:
    """In the order in which they were asked, of the grids that this person sees."""
    rows = inbox.after(session, me, grid_code=grid, state=in_state, ticket_id=min(cursor(onward), LAST), limit=limit)
    shown, rest = paged(rows, limit, lambda ticket: ticket.id)
    return Questions([told(ticket, for_=me) for ticket in shown], rest)


@get("/tickets/{ticket_id:int}", sync_to_thread=True, responses=TROUBLE)
def question(ticket_id: FromPath[int], session: Db, me: Me) -> Question:
    return told(conversation.find(session, ticket_id, for_=me), for_=me)


@post("/tickets/{ticket_id:int}/answers", sync_to_thread=True, responses=made(Made))
def answer(
    *, request: Asked, ticket_id: FromPath[int], data: JSONBody[Answering], session: Db, me: Me, settings: Config
) -> Response[bytes]:
    ticket = conversation.find(session, ticket_id, for_=me)

    def act() -> Made:
        conversation.answer(session, ticket, by=me, words=data.words, seen=_seen(data))
        return Made(ticket.id, f"{settings.base_url}/desk/tickets/{ticket.id}", ticket.state)

    return once(request, session, me.id, data, act)


def _seen(data: Answering) -> unread.Mark | None:
    """Raises Mistaken for what no question ever said."""
    mark = unread.read_to(data.seen) if data.seen is not None else None
    if mark is not None or data.seen is None:
        return mark
    raise Mistaken(_("Please look again at the marked fields."), {"seen": _("This is what a question says as `shown`; ask for it again.")})


@post("/sms-replies", sync_to_thread=True, responses=made(Made))
def reply(*, request: Asked, data: JSONBody[Replying], session: Db, me: Me, settings: Config) -> Response[bytes]:
    """What somebody wrote back to an SMS, handed on by the gateway ("mo"): it goes into their newest thread."""

    def act() -> Made:
        ticket = replies.hear(session, phone=data.phone, words=data.words, by=me)
        return Made(ticket.id, f"{settings.base_url}/desk/tickets/{ticket.id}", ticket.state)

    return once(request, session, me.id, data, act)


routes: list[Any] = [ask, questions, question, answer, reply]
