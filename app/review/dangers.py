"""The dangers that were reported: how many wait, how many there were, and how many waited longer than their minutes."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.review import clocks
from app.review.counted import PERIOD
from grids.staff.staff import Me
from tickets.clocks.tables import Measure
from tickets.kinds.tables import DANGER
from tickets.tables import Ticket, TicketState


class Dangers(msgspec.Struct, frozen=True):
    """`overdue` of those that wait; `lately` in thirty days, `late` of those."""

    waiting: int
    overdue: int
    lately: int
    late: int


def of(session: Session, me: Me) -> Dangers:
    me.must_review()
    waits, lately = Ticket.state == TicketState.open, Ticket.asked_at >= clock.now() - PERIOD
    overdue = sa.and_(waits, Ticket.due_at < clock.now())
    late = sa.and_(lately, clocks.was_late(Measure.first_answer))
    counted = {"waiting": waits, "overdue": overdue, "lately": lately, "late": late}
    here = (Ticket.grid_id.in_(me.seen), Ticket.kind == DANGER, sa.or_(waits, lately))
    n = session.execute(sa.select(*(sa.func.count(sa.case((which, 1))).label(name) for name, which in counted.items())).where(*here)).one()
    return Dangers(**n._mapping)
