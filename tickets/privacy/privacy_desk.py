"""Numbers shown for a reason, who looked at them, and people who want a copy of their data or that it be erased."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page, see
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation, surroundings
from tickets.forms import Line
from tickets.outages import errands
from tickets.privacy import asked, copies, data_files, matter, requests, unmasking
from tickets.privacy.tables import DataRequest, Proof, Reason, Wish


class Why(msgspec.Struct):
    reason: Reason
    note: Line = ""


class Checked(msgspec.Struct):
    proof: Literal["called_back", "bill", "door"] | None = None


class Entered(msgspec.Struct):
    wish: Wish
    proof: Literal["called_back", "bill", "door"]


class Declined(msgspec.Struct):
    why: Annotated[str, msgspec.Meta(max_length=20)]


@post("/desk/tickets/{ticket_id:int}/looks", sync_to_thread=True, include_in_schema=False)
def look(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    try:
        said = read(Why, form)
        unmasking.unmask(session, ticket, by=me, reason=said.reason, words=said.note)
    except Mistaken as error:
        session.rollback()
        again = surroundings.of(session, conversation.find(session, ticket_id, for_=me), me)
        return form_again("desk/ticket.html", error, form, **again)
    return see(f"/desk/tickets/{ticket_id}#reach")


@post("/desk/errands/{errand_id:int}/looks", sync_to_thread=True, include_in_schema=False)
def look_to_call(errand_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    """From the list of those to be called: there the reason is known."""
    errand = errands.find(session, errand_id, for_=me)
    unmasking.unmask(session, errand.ticket, by=me, reason=Reason.outage)
    notice = errand.ticket.notice
    return see(f"/desk/notices/{notice.number}/askers#e{errand.id}" if notice else f"/desk/tickets/{errand.ticket_id}#reach")


@get("/desk/admin/lookups", sync_to_thread=True, include_in_schema=False)
def looked(session: Db, me: Me, person: FromQuery[int] = 0) -> Response[bytes]:
    return page(
        "desk/lookups.html", me=me, looks=unmasking.listed(session, by=me, person_id=person or None), reasons=unmasking.REASONS,
        counted=unmasking.counted(session, by=me), person=person,
    )  # fmt: skip


@get("/desk/data-requests", sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    mine = asked.grids_of(me)
    return page("desk/data_requests.html", me=me, waiting=asked.open_in(session, mine), ended=asked.ended_in(session, mine), **_NAMES)


@get("/desk/data-requests/{request_id:int}", sync_to_thread=True, include_in_schema=False)
def one(request_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    return page("desk/data_request.html", reason="", mistakes={}, form={}, **_around(session, asked.find(session, request_id, for_=me), me))


@post("/desk/data-requests/{request_id:int}/doing", sync_to_thread=True, include_in_schema=False)
def do(request_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    request, said = asked.find(session, request_id, for_=me), read(Checked, form)
    requests.do(session, request, by=me, proof=Proof(said.proof) if said.proof else None)
    return see(f"/desk/data-requests/{request_id}")


@post("/desk/data-requests/{request_id:int}/declining", sync_to_thread=True, include_in_schema=False)
def decline(request_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    requests.decline(session, asked.find(session, request_id, for_=me), by=me, why=read(Declined, form).why)
    return see(f"/desk/data-requests/{request_id}")


@post("/desk/data-requests/{request_id:int}/copies", sync_to_thread=True, status_code=200, include_in_schema=False)
def hand_over(request_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    """By POST, since whoever takes a copy away is noted as having looked."""
    request = copies.handed(session, asked.find(session, request_id, for_=me), by=me)
    return data_files.zipped(session, settings, request)


@post("/desk/tickets/{ticket_id:int}/data-requests", sync_to_thread=True, include_in_schema=False)
def enter(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    said = read(Entered, form)
    request = requests.enter(session, conversation.find(session, ticket_id, for_=me), wish=said.wish, proof=Proof(said.proof), by=me)
    return see(f"/desk/data-requests/{request.id}")


def _around(session: Db, request: DataRequest, me: staff.Me) -> dict[str, Any]:
    about = matter.of(session, request)
    return {
        "me": me, "request": request, "tickets": about.tickets, "unsettled": requests.unsettled(session, about.tickets),
        "mine": requests.may_do(me, request), "unheard": not requests.is_their_number(session, request),
        "proofs": list(requests.PROOFS.items()), **_NAMES,
    }  # fmt: skip


_NAMES: dict[str, Any] = {"wishes": requests.WISHES, "declined": requests.DECLINED}

routes: list[Any] = [look, look_to_call, looked, listed, one, do, decline, hand_over, enter]
