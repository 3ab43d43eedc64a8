"""Somebody lives by the light, and an outage comes: they are told how to be ready, and called before it begins."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from broadcasts import outages
from broadcasts.tables import Notice, NoticeState
from grids.staff.staff import Me
from tickets import inbox
from tickets.clocks import clocks
from tickets.clocks.tables import CallBefore
from tickets.kinds.tables import DANGER
from tickets.tables import Ticket, TicketState
from tickets.triage import alarms, coming
from tickets.triage.tree import tree

FAR = timedelta(days=31)


def heed(session: Session, ticket: Ticket, words: str, notice: Notice | None = None) -> None:
    """`notice`: the one on whose page they wrote. What is a danger already has a shorter clock."""
    if ticket.kind == DANGER or not any(tree().leaves[one.leaf].needs_power for one in alarms.ahead(words)):
        return
    begins = _begins(session, ticket, words, notice)
    session.merge(CallBefore(ticket_id=ticket.id, begins_at=begins, at=clock.now()))
    session.flush()
    audit.record(session, "tickets.call_before", f"ticket/{ticket.id}", by=None, begins=begins.isoformat() if begins else "")
    clocks.reckon(session, ticket)


def to_call(session: Session, me: Me, *, limit: int) -> list[Ticket]:
    """Whose light has not gone out yet, and whom nobody has answered: the first to be called first."""
    wanted = inbox.rows().where(Ticket.grid_id.in_(me.own), Ticket.state == TicketState.open, Ticket.kind != DANGER, Ticket.id.in_(ahead()))
    return list(session.scalars(wanted.order_by(Ticket.due_at, Ticket.id).limit(limit)))


def ahead() -> sa.Select[int]:
    """The threads whose outage is still to come, as far as it is known."""
    return sa.select(CallBefore.ticket_id).where(sa.or_(CallBefore.begins_at.is_(None), CallBefore.begins_at > clock.now()))


def _begins(session: Session, ticket: Ticket, words: str, notice: Notice | None) -> datetime | None:
    """By the notice of that day; else whichever is first, the day that was named or an outage that is known there."""
    known, said = _known(session, ticket, notice), coming.begins(words)
    same = [at for at in known if said and clock.local(at).date() == said.date()]
    return min(same or [*known, *([said] if said else [])], default=None)


def _known(session: Session, ticket: Ticket, notice: Notice | None) -> list[datetime]:
    found = outages.affecting(session, ticket.estate_id, ticket.building or None, ahead=FAR) if ticket.estate_id else []
    told = [one for one in [*found, *([notice] if notice else [])] if one.kind.is_outage and one.state is NoticeState.published]
    return [one.starts_at for one in told if one.starts_at and one.starts_at > clock.now()]
