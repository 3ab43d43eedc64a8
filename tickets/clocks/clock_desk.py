"""On the page of a question: its clocks, who was called, whom we wait for, and as whom the asker uses electricity."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from app.core.forms import read
from app.core.web import Db, Form, see
from app.core.words import dated
from app.core.words import phrase as _
from grids.calendar.tables import DayKind
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation
from tickets.clocks import clocks, nagging, pauses, shifts, waiting
from tickets.clocks.shift_tables import ClockShift
from tickets.clocks.tables import Customer
from tickets.forms import Line
from tickets.tables import Ticket

CUSTOMERS = (
    (Customer.resident, _("Resident")), (Customer.low_voltage, _("Low voltage, not a household")),
    (Customer.high_voltage, _("High voltage")), (Customer.high_voltage_dual, _("High voltage, two supplies")),
)  # fmt: skip
DAYS = {DayKind.holiday: _("Holiday"), DayKind.workday: _("Worked in exchange"), "": _("an ordinary day")}


class Rest(msgspec.Struct):
    reason: Line = ""
    days: Annotated[int, msgspec.Meta(ge=1, le=10)] = 5


class As(msgspec.Struct):
    customer: Customer


@post("/desk/tickets/{ticket_id:int}/pauses", sync_to_thread=True, include_in_schema=False)
def rest(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    said = read(Rest, form)
    waiting.begin(session, ticket, by=me, reason=said.reason, days=said.days)
    return see(f"/desk/tickets/{ticket_id}#now")


@post("/desk/tickets/{ticket_id:int}/pauses/end", sync_to_thread=True, include_in_schema=False)
def go_on(ticket_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    waiting.go_on(session, conversation.find(session, ticket_id, for_=me), by=me)
    return see(f"/desk/tickets/{ticket_id}#now")


@post("/desk/tickets/{ticket_id:int}/customer", sync_to_thread=True, include_in_schema=False)
def customer(ticket_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    ticket = conversation.find(session, ticket_id, for_=me)
    clocks.choose_customer(session, ticket, by=me, customer=read(As, form).customer)
    return see(f"/desk/tickets/{ticket_id}")


def around(session: Db, ticket: Ticket, me: staff.Me) -> dict[str, Any]:
    """What the page shows of time."""
    running = [one for one in ticket.clocks if one.ended_at is None]
    warned = nagging.warned(session, ticket.clocks)
    return {
        "shifts": shifts.of(session, running), "shift_days": _said,
        "warned": warned, "unheard": nagging.unheard(session, warned, ticket.grid_id, reader=me), "pause": pauses.standing(session, ticket),
        "customers": CUSTOMERS, "rest_days": [(days, _("%(n)s working days", n=days)) for days in waiting.DAYS],
    }  # fmt: skip


def _said(moved: ClockShift) -> str:
    """10月1日 放假 · 10月2日 放假."""
    return " · ".join(f"{dated(date.fromisoformat(day))} {DAYS[kind]}" for day, kind in sorted(moved.days.items()))


routes: list[Any] = [rest, go_on, customer]
