"""While we wait for the customer the clock for the end rests: which pause holds, and how it ends."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from grids.staff.staff import Me
from tickets.clocks import clocks
from tickets.clocks.tables import Pause
from tickets.tables import Ticket


def standing(session: Session, ticket: Ticket) -> Pause | None:
    """The pause that holds now."""
    holds = (Pause.ticket_id == ticket.id, Pause.ended_at.is_(None), Pause.until_at > clock.now())
    return session.scalar(sa.select(Pause).where(*holds).order_by(Pause.id.desc()).limit(1))


def end(session: Session, ticket: Ticket, *, by: Me | None) -> None:
    """The customer answered, or a colleague goes on without. What is over already stays as it is."""
    pause = standing(session, ticket)
    if pause is None:
        return
    pause.ended_at, pause.ended_by_id = clock.now(), by.id if by else None
    session.flush()
    audit.record(session, "tickets.go_on", f"ticket/{ticket.id}", by=by.id if by else None, pause=pause.id)
    clocks.reckon(session, ticket)
