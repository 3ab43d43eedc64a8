"""Somebody says in a thread that it is dark now: from then on it waits as a fault, by the clock of one."""

from sqlalchemy.orm import Session

from app.core import clock
from tickets.clocks import clocks
from tickets.kinds.tables import DANGER, FAULT
from tickets.tables import Ticket, TicketState


def dark_now(session: Session, ticket: Ticket) -> None:
    """The thread is held. A danger keeps its shorter clock, and what should have been answered already stays late."""
    ticket.dark = True
    if ticket.kind in (FAULT, DANGER):
        return
    ticket.kind = FAULT
    if ticket.state is TicketState.open and ticket.due_at > clock.now():
        clocks.begin(session, ticket)
    session.flush()
