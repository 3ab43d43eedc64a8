"""Those whose last word is that theirs is still dark, after the light was said to be back, and who wait for a person."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tickets import inbox
from tickets.kinds.tables import DANGER
from tickets.outages.tables import Homecoming
from tickets.tables import Ticket, TicketState


def ids() -> sa.Select[int]:
    """Their threads."""
    later = aliased(Homecoming)
    since = sa.exists().where(later.ticket_id == Homecoming.ticket_id, later.at > Homecoming.at)
    waits = sa.select(Homecoming.ticket_id).join(Ticket, Ticket.id == Homecoming.ticket_id).where(Ticket.state == TicketState.open)
    return waits.where(~Homecoming.back, ~since)


def listed(session: Session, grid_ids: Collection[int], *, limit: int) -> Sequence[Ticket]:
    """As rows of a list, by their clock; a danger stands before everything else already."""
    wanted = inbox.rows().where(Ticket.grid_id.in_(grid_ids), Ticket.kind != DANGER, Ticket.id.in_(ids()))
    return session.scalars(wanted.order_by(Ticket.due_at, Ticket.id).limit(limit)).all()


def of_notice(session: Session, notice_id: int) -> int:
    """How many that asked about it."""
    return session.scalar(sa.select(sa.func.count()).where(Ticket.notice_id == notice_id, Ticket.id.in_(ids()))) or 0
