"""The month's report for the meeting: grid by grid, what was asked, told and kept. Every share says of how many."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Missing
from app.core.words import phrase as _
from app.review import clocks
from app.review.counted import Figure
from app.review.figures import OUTAGES
from broadcasts.tables import LateReason, Notice, NoticeState
from grids.staff.staff import Me
from grids.tables import Estate, Grid
from tickets.clocks.tables import Clock, Measure
from tickets.tables import Rating, Ticket, TicketPromise

Month = tuple[datetime, datetime]
Counts = dict[int, tuple[Any, ...]]
N = sa.func.count()


class Line(msgspec.Struct, frozen=True):
    """One grid in one month, or all of them together: then `grid` is none."""

    grid: Grid | None
    households: int
    asked: int
    first_answer: Figure
    """The share of first answers in time, in per cent, of those that were due."""
    completion: Figure
    promised: Figure
    """The share of promises to askers that were kept in time."""
    outages: int
    late_notices: int
    rating: Figure


def of(session: Session, me: Me, month: date) -> Sequence[Line]:
    """A line for each grid of the supervisor's subtree in the order of names, and one for all."""
    me.must_review()
    grids = session.scalars(sa.select(Grid).where(Grid.id.in_(me.seen)).order_by(Grid.name)).all()
    counted = _counted(session, me, span(month))
    lines = [_line(grid, [grid.id], counted) for grid in grids]
    return [*lines, _line(None, [grid.id for grid in grids], counted)]


def named(said: str) -> date:
    """2026-10, or nothing for this month. Raises Missing for what is no month or has not begun."""
    if not said:
        return clock.today().replace(day=1)
    try:
        found = date.fromisoformat(f"{said}-01")
    except ValueError:
        raise Missing(_("There is no report of this month.")) from None
    if not date(2000, 1, 1) <= found <= clock.today():
        raise Missing(_("There is no report of this month."))
    return found


def before(month: date) -> date:
    return _step(month, -1)


def after(month: date) -> date | None:
    found = _step(month, 1)
    return found if found <= clock.today() else None


def span(month: date) -> Month:
    """From its first moment to the first of the next, as clocks in China show it."""
    first, last = (clock.as_utc(datetime.combine(day, time())).astimezone(UTC) for day in (month, _step(month, 1)))
    return first, last


def _step(month: date, by: int) -> date:
    years, months = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(years, months + 1, 1)


def _counted(session: Session, me: Me, month: Month) -> dict[str, Counts]:
    """Each figure by grid, as (sum or how many went well, of how many)."""
    here = Ticket.grid_id.in_(me.seen)
    asked: dict[str, Any] = {
        "households": sa.select(Estate.grid_id, sa.func.sum(Estate.households), N).where(Estate.grid_id.in_(me.seen)),
        "asked": sa.select(Ticket.grid_id, N, N).where(here, _during(Ticket.asked_at, month)),
        "first_answer": _timed(Measure.first_answer, month).where(here), "completion": _timed(Measure.completion, month).where(here),
        "promised": _promised(month).where(here), "outages": _outages(month).where(Notice.grid_id.in_(me.seen)),
        "rating": sa.select(Ticket.grid_id, sa.func.sum(Rating.stars), N).join(Rating, Rating.ticket_id == Ticket.id).where(
            here, _during(Rating.at, month)
        ),
    }  # fmt: skip
    return {name: {row[0]: (int(row[1]), row[2]) for row in session.execute(_grouped(wanted))} for name, wanted in asked.items()}


def _timed(measure: Measure, month: Month) -> Any:
    """The clocks whose outcome is known: those that stopped, and those that ran out."""
    known = sa.or_(Clock.ended_at.is_not(None), Clock.due_at < clock.now())
    wanted = sa.select(Ticket.grid_id, _well(~clocks.broken()), N).join(Clock, Clock.ticket_id == Ticket.id)
    return wanted.where(Clock.measure == measure, _during(Clock.began_at, month), known)


def _promised(month: Month) -> Any:
    """Those whose outcome is known: kept, or past their time."""
    kept = sa.func.coalesce(TicketPromise.kept_at, sa.literal(clock.now(), TicketPromise.due_at.type)) <= TicketPromise.due_at
    wanted = sa.select(Ticket.grid_id, _well(kept), N).join(TicketPromise, TicketPromise.ticket_id == Ticket.id)
    known = sa.or_(TicketPromise.kept_at.is_not(None), TicketPromise.due_at < clock.now())
    return wanted.where(_during(TicketPromise.due_at, month), known)


def _outages(month: Month) -> Any:
    late = sa.exists().where(LateReason.notice_id == Notice.id)
    told = (Notice.kind.in_(OUTAGES), Notice.exercise.is_(False), Notice.state != NoticeState.draft, _during(Notice.published_at, month))
    return sa.select(Notice.grid_id, _well(late), N).where(*told)


def _well(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


def _during(moment: Any, month: Month) -> sa.ColumnElement[bool]:
    return sa.and_(moment >= month[0], moment < month[1])


def _grouped(wanted: Any) -> Any:
    return wanted.group_by(wanted.selected_columns[0])


def _line(grid: Grid | None, ids: Sequence[int], counted: dict[str, Counts]) -> Line:
    """Added up before any share is taken: a small grid weighs what it is."""
    summed: Callable[[str], tuple[int, int]] = lambda name: (  # noqa: E731
        sum(counted[name].get(key, (0, 0))[0] for key in ids),
        sum(counted[name].get(key, (0, 0))[1] for key in ids),
    )

    def share(name: str, whole: int = 100) -> Figure:
        good, n = summed(name)
        return Figure(whole * good / n if n else None, n)

    late, outages = summed("outages")
    return Line(
        grid=grid, households=summed("households")[0], asked=summed("asked")[0], first_answer=share("first_answer"),
        completion=share("completion"), promised=share("promised"), outages=outages, late_notices=late, rating=share("rating", 1),
    )  # fmt: skip
