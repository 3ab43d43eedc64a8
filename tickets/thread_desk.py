"""One tap each, on the page of a thread: what it is about, what it is, who asks, what was promised, who should answer."""

from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, see
from app.core.words import phrase as _
from broadcasts import notices
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation, handovers, promises, surroundings, written
from tickets.answer_desk import Seen, read_through
from tickets.forms import Line
from tickets.households import households, merging, moving_in, removals
from tickets.households.tables import Household, Way
from tickets.kinds import kinds
from tickets.outages import attaching

Key = Annotated[int, msgspec.Meta(ge=1)]


class About(Seen, kw_only=True):
    notice: Line


class Kind(msgspec.Struct):
    kind: Line


class Other(msgspec.Struct):
    household: Key


class Preference(msgspec.Struct):
    way: Way | None = None


class Removed(msgspec.Struct):
    who: removals.Who


class Onward(msgspec.Struct):
    grid: Key
    note: Annotated[str, msgspec.Meta(max_length=written.LINE)] = ""
    sure: bool = False


@post("/desk/tickets/{ticket_id:int}/attachment", sync_to_thread=True, include_in_schema=False)
def attach(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    said, then = read(About, form), f"/desk/tickets/{ticket.id}#now"
    notice = notices.find(session, said.notice, for_=me)
    return read_through(session, ticket, me, form, lambda: attaching.attach(session, ticket, notice, by=me, seen=said.mark), then=then)


@post("/desk/tickets/{ticket_id:int}/detachment", sync_to_thread=True, include_in_schema=False)
def detach(ticket_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    attaching.detach(session, conversation.find(session, ticket_id, for_=me), by=me)
    return see(f"/desk/tickets/{ticket_id}#now")


@post("/desk/tickets/{ticket_id:int}/kind", sync_to_thread=True, include_in_schema=False)
def kind(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    kinds.choose(session, conversation.find(session, ticket_id, for_=me), by=me, kind=read(Kind, form).kind)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/preference", sync_to_thread=True, include_in_schema=False)
def prefer(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    households.prefer(session, ticket, by=me, way=read(Preference, form).way)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/merges", sync_to_thread=True, include_in_schema=False)
def merge(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    merging.merge(session, *_both(ticket_id, form, session, me), by=me)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/differences", sync_to_thread=True, include_in_schema=False)
def differ(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    merging.differ(session, *_both(ticket_id, form, session, me), by=me)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/merges/{merge_id:int}/undoing", sync_to_thread=True, include_in_schema=False)
def part(ticket_id: FromPath[int], merge_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    conversation.find(session, ticket_id, for_=me)
    merging.undo(session, merge_id, by=me)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/removal", sync_to_thread=True, include_in_schema=False)
def move(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    removals.move(session, conversation.find(session, ticket_id, for_=me), by=me, who=read(Removed, form).who)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/removals/{removal_id:int}/undoing", sync_to_thread=True, include_in_schema=False)
def stay(ticket_id: FromPath[int], removal_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    conversation.find(session, ticket_id, for_=me)
    removals.undo(session, removal_id, by=me)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/removals/{removal_id:int}/confirmation", sync_to_thread=True, include_in_schema=False)
def moved_in(ticket_id: FromPath[int], removal_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    """The asker said so, and it is so."""
    conversation.find(session, ticket_id, for_=me)
    moving_in.confirm(session, removal_id, by=me)
    return see(f"/desk/tickets/{ticket_id}")


@post("/desk/tickets/{ticket_id:int}/handovers", sync_to_thread=True, include_in_schema=False)
def hand_over(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    said, ticket = read(Onward, form), conversation.find(session, ticket_id, for_=me)
    doubts = [] if said.sure else handovers.doubts(session, ticket, to=said.grid, by=me)
    if doubts:
        asked = Mistaken(_("Not handed over yet: please look at the question above."), {"onward": doubts})  # type: ignore[dict-item]
        return form_again("desk/ticket.html", asked, form, **surroundings.of(session, ticket, me))
    handovers.hand_over(session, ticket, to=said.grid, by=me, words=said.note)
    return see("/desk/tickets")


@post("/desk/promises/{promise_id:int}/keeping", sync_to_thread=True, include_in_schema=False)
def keep(promise_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    promise = promises.keep(session, promises.find(session, promise_id, for_=me), by=me)
    return see(f"/desk/tickets/{promise.ticket_id}")


def _both(ticket_id: int, form: Form, session: Db, me: staff.Me) -> tuple[Household, Household]:
    """The household that asks, and the one that the form names."""
    ticket = conversation.find(session, ticket_id, for_=me)
    return households.of(session, ticket), households.find(session, read(Other, form).household, for_=me)


routes: list[Any] = [attach, detach, kind, prefer, merge, differ, part, move, stay, moved_in, hand_over, keep]
