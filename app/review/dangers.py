"""The dangers that were reported: how many wait, how many there were, and how many waited longer than their minutes."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.review import clocks
from app.review.counted import PERIOD
from grids.staff.staff import Me
from grids.tables import Grid
from tickets.clocks import on_duty
from tickets.clocks.tables import Measure
from tickets.kinds.tables import DANGER
from tickets.tables import Ticket, TicketState

MOST = 20
"""In so many grids it is looked who is on duty."""


class Away(msgspec.Struct, frozen=True):
    """A grid where a danger waits and nobody is on duty now, until then by the timetable."""

    grid: Grid
    again_at: datetime


class Dangers(msgspec.Struct, frozen=True):
    """`overdue` of those that wait; `lately` in thirty days, `late` of those; `away`: where nobody is on duty for one that waits."""

    waiting: int
    overdue: int
    lately: int
    late: int
    away: Sequence[Away] = ()


def of(session: Session, me: Me) -> Dangers:
    me.must_review()
    waits, lately = Ticket.state == TicketState.open, Ticket.asked_at >= clock.now() - PERIOD
    overdue = sa.and_(waits, Ticket.due_at < clock.now())
    late = sa.and_(lately, clocks.was_late(Measure.first_answer))
    counted = {"waiting": waits, "overdue": overdue, "lately": lately, "late": late}
    here = (Ticket.grid_id.in_(me.seen), Ticket.kind == DANGER, sa.or_(waits, lately))
    n = session.execute(sa.select(*(sa.func.count(sa.case((which, 1))).label(name) for name, which in counted.items())).where(*here)).one()
    return Dangers(**n._mapping, away=away(session, me) if n.waiting else ())


def away(session: Session, me: Me) -> Sequence[Away]:
    here = sa.select(Ticket.grid_id).where(Ticket.grid_id.in_(me.seen), Ticket.kind == DANGER, Ticket.state == TicketState.open)
    grids = session.scalars(sa.select(Grid).where(Grid.id.in_(here)).order_by(Grid.id).limit(MOST)).all()
    found = [(grid, on_duty.now(session, grid.id).again_at) for grid in grids]
    return [Away(grid, again_at) for grid, again_at in found if again_at is not None]
