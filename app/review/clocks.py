"""What a supervisor sees of time allowed and time taken: of how many, and the questions behind each figure."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.review.counted import PERIOD, Figure
from grids.staff import Me
from tickets.clock_tables import Clock, Measure
from tickets.tables import Ticket


class Times(msgspec.Struct, frozen=True):
    """The shares in time, in per cent, of what was due in the period; and how many are past their end now."""

    first_answer: Figure
    completion: Figure
    unfinished: int


def together(session: Session, me: Me) -> Times:
    me.must_review()
    unfinished = sa.select(sa.func.count()).where(Ticket.grid_id.in_(me.seen), past_its_end())
    return Times(
        first_answer=in_time(session, me.seen, Measure.first_answer),
        completion=in_time(session, me.seen, Measure.completion),
        unfinished=session.scalar(unfinished) or 0,
    )


def in_time(session: Session, grid_ids: Collection[int], measure: Measure) -> Figure:
    """Of the clocks whose outcome is known: those that stopped, and those that ran out."""
    now = clock.now()
    known = sa.or_(Clock.ended_at.is_not(None), Clock.due_at < now)
    counted = (
        sa.select(sa.func.count(), sa.func.count(sa.case((_broken(), 1)))).select_from(Clock).join(Ticket, Ticket.id == Clock.ticket_id)
    )
    here = (Ticket.grid_id.in_(grid_ids), Clock.measure == measure, Clock.began_at >= now - PERIOD, known)
    n, late = session.execute(counted.where(*here)).one()
    return Figure(100 * (n - late) / n if n else None, n)


def past_its_end() -> sa.ColumnElement[bool]:
    return Ticket.completion_due_at < clock.now()


def was_late(measure: Measure) -> sa.ColumnElement[bool]:
    """Questions that had a clock of this measure run out in the period."""
    late = sa.select(Clock.ticket_id).where(Clock.measure == measure, Clock.began_at >= clock.now() - PERIOD, _broken())
    return Ticket.id.in_(late)


def _broken() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(Clock.ended_at, sa.literal(clock.now(), Clock.due_at.type)) > Clock.due_at
