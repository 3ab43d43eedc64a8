"""We wait for the customer, for papers or a word. The customer's answer ends it, and so does the day that was said at the latest."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads, written
from tickets.clocks import clocks, counting, pauses
from tickets.clocks.tables import Measure, Pause, Unit
from tickets.tables import Ticket, TicketState

DAYS = (1, 3, 5, 10)
"""So many working days one may wait; then somebody looks at it again."""


def begin(session: Session, ticket: Ticket, *, by: Me, reason: str, days: int) -> Pause:
    """Only what was answered may wait for the customer: whoever waits for us does not wait longer. Sent twice it is one."""
    by.must_look_after(ticket.grid_id)
    reason = written.line(reason, "reason")
    if not reason or days not in DAYS:
        why = _("Please say what the customer is to bring or to answer.")
        raise Mistaken(why, {"reason": why})
    threads.hold(session, ticket)
    if (going_on := pauses.standing(session, ticket)) is not None:
        return going_on
    if clocks.running(session, ticket, Measure.completion) is None:
        raise Refused(_("No clock for the end runs here, so nothing needs to rest."))
    if ticket.state is not TicketState.answered:
        raise Refused(_("The asker waits for an answer. Please say first what is missing, then the clock may rest."))
    now = clock.now()
    pause = Pause(ticket_id=ticket.id, reason=reason, by_id=by.id, at=now, until_at=_latest(session, ticket, now, days), ended_at=None)
    session.add(pause)
    session.flush()
    audit.record(session, "tickets.pause", f"ticket/{ticket.id}", by=by.id, until=pause.until_at.isoformat())
    clocks.reckon(session, ticket)
    return pause


def go_on(session: Session, ticket: Ticket, *, by: Me) -> None:
    """What was waited for is here."""
    by.must_look_after(ticket.grid_id)
    threads.hold(session, ticket)
    pauses.end(session, ticket, by=by)


def _latest(session: Session, ticket: Ticket, now: datetime, days: int) -> datetime:
    return counting.due(clocks.rule_of(session, ticket.grid_id, now, amount=days, unit=Unit.workdays), now)
