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
    waits, now = Ticket.state == TicketState.open, clock.now()
    counted = {
        "waiting": (waits,),
        "overdue": (waits, Ticket.due_at < now),
        "lately": (Ticket.asked_at >= now - PERIOD,),
        "late": (Ticket.asked_at >= now - PERIOD, clocks.was_late(Measure.first_answer)),
    }
    return Dangers(**{name: _count(session, me, *which) for name, which in counted.items()})


def _count(session: Session, me: Me, *which: sa.ColumnElement[bool]) -> int:
    found = sa.select(sa.func.count()).select_from(Ticket).where(Ticket.grid_id.in_(me.seen), Ticket.kind == DANGER, *which)
    return session.scalar(found) or 0
