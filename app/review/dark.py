"""Who says that there is no power and waits for an answer: as long as there are some, nobody claims that there is light everywhere."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.review.counted import within
from grids.staff.staff import Me
from tickets.outages import still_dark
from tickets.tables import Ticket, TicketState


class Dark(msgspec.Struct, frozen=True):
    """`still` of them were told that it is back."""

    waiting: int
    still: int


def of(session: Session, me: Me, *, grid_id: int | None = None) -> Dark:
    me.must_review()
    waits = (within(Ticket.grid_id, me, grid_id), Ticket.state == TicketState.open)
    still = Ticket.id.in_(still_dark.ids())
    n = sa.func.count()
    row = session.execute(sa.select(n, n.filter(still)).select_from(Ticket).where(*waits, sa.or_(Ticket.dark, still))).one()
    return Dark(*row)
