"""The questions behind a figure of the review."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from app.review import clocks
from app.review.counted import PERIOD, within
from grids.staff.staff import Me
from tickets import ratings
from tickets.clocks.tables import Measure
from tickets.kinds.tables import DANGER
from tickets.outages import still_dark
from tickets.tables import Rating, Ticket, TicketState

LATE = {"late_answers": Measure.first_answer, "late_ends": Measure.completion}
WAITING = ("still_dark", "dark", "open", "overdue", "in_time")
SHOWN = (
    joinedload(Ticket.grid),
    joinedload(Ticket.estate),
    joinedload(Ticket.household),
    selectinload(Ticket.ratings).joinedload(Rating.taken_by),
)
MOST = 200


def listed(session: Session, me: Me, *, which: str, grid_id: int | None) -> Sequence[Ticket]:
    """still_dark, dark, dangers, open, overdue, in_time, today, answered, by_itself, unfinished, late_answers, late_ends, rated, low."""
    found = sa.select(Ticket).where(within(Ticket.grid_id, me, grid_id), *_conditions(which))
    order = Ticket.due_at.asc() if which in WAITING else Ticket.asked_at.desc()
    waits = Ticket.state == TicketState.open
    first = [~waits, sa.case((waits, Ticket.due_at)).desc()] if which == "dangers" else []
    return session.scalars(found.order_by(*first, order, Ticket.id).limit(MOST).options(*SHOWN)).all()


def _conditions(which: str) -> tuple[sa.ColumnElement[bool], ...]:
    now = clock.now()
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    waits, lately = Ticket.state == TicketState.open, Ticket.asked_at >= now - PERIOD
    return {
        "overdue": (waits, Ticket.due_at < now),
        "in_time": (waits, Ticket.due_at >= now),
        "still_dark": (waits, Ticket.id.in_(still_dark.ids())),
        "dark": (waits, sa.or_(Ticket.dark, Ticket.id.in_(still_dark.ids()))),
        "dangers": (Ticket.kind == DANGER, sa.or_(waits, lately)),
        "today": (Ticket.asked_at >= midnight,),
        "answered": (clocks.answered_by_a_person(),),
        "by_itself": (clocks.answered_by_itself(), lately),
        "unfinished": (clocks.past_its_end(),),
        **{name: (clocks.was_late(measure),) for name, measure in LATE.items()},
        "low": (Ticket.ratings.any(Rating.stars <= ratings.LOW), lately),
        "rated": (Ticket.ratings.any(), lately),
    }.get(which, (waits,))
