"""Somebody lives by the light, and an outage comes: they are told how to be ready, and called before it begins."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from broadcasts import outages
from broadcasts.area_tables import LeftOut
from broadcasts.tables import Notice, NoticeState, Update
from grids.staff.staff import Me
from tickets import inbox
from tickets.clocks import clocks
from tickets.clocks.tables import CallBefore
from tickets.kinds.tables import DANGER
from tickets.outages import covering
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
    _keep(session, ticket, begins)


def follow(session: Session, notice: Notice) -> None:
    """A notice was moved, put right or withdrawn: so is the call before it. Done twice it is done once."""
    if not notice.kind.is_outage or notice.state not in (NoticeState.published, NoticeState.cancelled):
        return
    told = sa.select(Update).where(Update.notice_id.in_((notice.id, notice.replaces_id or notice.id)))
    updates = session.scalars(told).all()
    days = {clock.local(at).date() for at in [notice.starts_at, *(one.starts_at for one in updates)] if at}
    dropped = sa.select(LeftOut).where(LeftOut.update_id.in_([one.id for one in updates])).options(joinedload(LeftOut.building))
    left = covering.spots(session.scalars(dropped).all())
    wanted = sa.select(Ticket).join(CallBefore).where(Ticket.grid_id == notice.grid_id, Ticket.state != TicketState.closed)
    for ticket in session.scalars(wanted.order_by(Ticket.id).with_for_update(of=Ticket)).all():
        call, within = session.get_one(CallBefore, ticket.id), not covering.surely_not(session, notice, ticket)
        if not (within or ticket.notice_id == notice.id or covering.covered(left, ticket)):
            continue
        if clock.local(call.begins_at).date() in days if call.begins_at else ticket.notice_id == notice.id:
            own = notice.starts_at if within and notice.state is NoticeState.published else None
            _move(session, ticket, call, min([*_known(session, ticket, None), *([own] if own else [])], default=None))


def _move(session: Session, ticket: Ticket, call: CallBefore, begins: datetime | None) -> None:
    """To when it begins now; where nothing comes any more, nobody is to be called before it."""
    if begins == call.begins_at:
        return
    if begins is None:
        session.delete(call)
    else:
        call.begins_at = begins
    _keep(session, ticket, begins)


def _keep(session: Session, ticket: Ticket, begins: datetime | None) -> None:
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
