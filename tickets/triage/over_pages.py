"""Before a danger is closed: is it over? On a page of its own, so that no habit of the thumb takes help from the asker's page."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from app.core.web import Db, page, see
from grids.staff.who import Me
from tickets import conversation, unread
from tickets.tables import Ticket
from tickets.triage import dangers


def place(ticket: Ticket, seen: str) -> str:
    """Where it is asked of who has read the thread so far."""
    return f"/desk/tickets/{ticket.id}/over?" + urlencode({"seen": seen if unread.read_to(seen) else ""})


@get("/desk/tickets/{ticket_id:int}/over", sync_to_thread=True, include_in_schema=False)
def over(ticket_id: FromPath[int], session: Db, me: Me, seen: FromQuery[str] = "") -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    me.must_look_after(ticket.grid_id)
    if not dangers.holds(ticket) or ticket.answered_at is None:
        return see(f"/desk/tickets/{ticket_id}")
    said = next((one for one in reversed(ticket.entries) if one.author_id is not None), None)
    return page("desk/danger_over.html", me=me, ticket=ticket, seen=seen, dangers=dangers.of(session, ticket), said=said)


routes: list[Any] = [over]
