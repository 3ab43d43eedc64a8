"""What a supervisor sees of time allowed and time taken: of how many, and the questions behind each figure."""

from collections.abc import Collection, Iterable
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.review.counted import PERIOD, Figure
from grids.staff.staff import Me
from tickets.appointments.tables import Appointment
from tickets.clocks.tables import Clock, Measure
from tickets.tables import Entry, Ticket, TicketState


class Times(msgspec.Struct, frozen=True):
    """The shares in time, in per cent, of what was due in the period; and how many are past their end now."""

    first_answer: Figure
    completion: Figure
    unfinished: int


class Answers(msgspec.Struct, frozen=True):
    """The minutes that people's first answers took, and how many a notice answered by itself."""

    took: list[float]
    by_itself: int

    @classmethod
    def together(cls, several: Iterable["Answers"]) -> "Answers":
        every = list(several)
        return cls([took for one in every for took in one.took], sum(one.by_itself for one in every))


class Late(msgspec.Struct, frozen=True, order=True):
    by: timedelta
    runs: bool
    """It is late still."""


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
        sa.select(sa.func.count(), sa.func.count(sa.case((broken(), 1)))).select_from(Clock).join(Ticket, Ticket.id == Clock.ticket_id)
    )
    here = (Ticket.grid_id.in_(grid_ids), Clock.measure == measure, Clock.began_at >= now - PERIOD, known)
    n, late = session.execute(counted.where(*here)).one()
    return Figure(100 * (n - late) / n if n else None, n)


def first_answers(session: Session, grid_ids: Collection[int]) -> dict[int, Answers]:
    """How long a person's first answer took, for every grid."""
    found = {grid_id: Answers([], 0) for grid_id in grid_ids}
    took = sa.select(Ticket.grid_id, Clock).join(Ticket, Ticket.id == Clock.ticket_id)
    for grid_id, one in session.execute(took.where(Ticket.grid_id.in_(grid_ids), _by_a_person())):
        found[grid_id].took.append(_length(one) / timedelta(minutes=1))
    told = sa.select(Ticket.grid_id, sa.func.count()).where(Ticket.grid_id.in_(grid_ids), answered_by_itself())
    for grid_id, n in session.execute(told.where(Ticket.asked_at >= clock.now() - PERIOD).group_by(Ticket.grid_id)):
        found[grid_id] = Answers(found[grid_id].took, n)
    return found


def taken(session: Session, tickets: Collection[Ticket]) -> dict[int, timedelta]:
    """How long the first answer of a person took for each of these."""
    keys = [ticket.id for ticket in tickets]
    return {one.ticket_id: _length(one) for one in session.scalars(sa.select(Clock).where(Clock.ticket_id.in_(keys), _by_a_person()))}


def answered_by_a_person() -> sa.ColumnElement[bool]:
    return Ticket.id.in_(sa.select(Clock.ticket_id).where(_by_a_person()))


def answered_by_itself() -> sa.ColumnElement[bool]:
    """What a notice says, or a time that the asker booked, was this question's first answer."""
    told = sa.exists().where(Entry.ticket_id == Ticket.id, Entry.update_id.is_not(None), Entry.at == Ticket.answered_at)
    return sa.and_(Ticket.answered_at.is_not(None), sa.or_(told, _booked()))


def booked_alone(session: Session, tickets: Collection[Ticket]) -> set[int]:
    """Those whose first answer was the visit that the asker booked: no notice had a part in it."""
    return set(session.scalars(sa.select(Ticket.id).where(Ticket.id.in_([one.id for one in tickets]), _booked())))


def _booked() -> sa.ColumnElement[bool]:
    return sa.exists().where(Appointment.ticket_id == Ticket.id, Appointment.by_id.is_(None), Appointment.at == Ticket.answered_at)


def past_its_end() -> sa.ColumnElement[bool]:
    """Answered and not done in time. What waits for an answer and is overdue with that already is counted there, once."""
    now = clock.now()
    told = sa.or_(Ticket.state == TicketState.answered, sa.and_(Ticket.answered_at.is_not(None), Ticket.due_at >= now))
    return sa.and_(Ticket.completion_due_at < now, told)


def was_late(measure: Measure) -> sa.ColumnElement[bool]:
    """Questions that had a clock of this measure run out in the period."""
    late = sa.select(Clock.ticket_id).where(Clock.measure == measure, Clock.began_at >= clock.now() - PERIOD, broken())
    return Ticket.id.in_(late)


def late_by(session: Session, tickets: Collection[Ticket], measure: Measure) -> dict[int, Late]:
    """By how much each of these was late; the worst clock of each counts."""
    keys = [ticket.id for ticket in tickets]
    late = sa.select(Clock).where(Clock.ticket_id.in_(keys), Clock.measure == measure, Clock.began_at >= clock.now() - PERIOD, broken())
    found: dict[int, Late] = {}
    for one in session.scalars(late):
        this = Late((one.ended_at or clock.now()) - one.due_at, one.ended_at is None)
        found[one.ticket_id] = max(found.get(one.ticket_id, this), this)
    return found


def _length(one: Clock) -> timedelta:
    return (one.ended_at or clock.now()) - one.began_at


def _by_a_person() -> sa.ColumnElement[bool]:
    """The first clock of a question, in the period, stopped by a colleague who did not enter the question."""
    before = sa.orm.aliased(Clock)
    earlier = sa.exists().where(before.ticket_id == Clock.ticket_id, before.measure == Measure.first_answer, before.id < Clock.id)
    answered = (Clock.measure == Measure.first_answer, Clock.minutes.is_not(None), Clock.began_at >= clock.now() - PERIOD)
    return sa.and_(*answered, ~earlier.correlate(Clock))


def broken() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(Clock.ended_at, sa.literal(clock.now(), Clock.due_at.type)) > Clock.due_at
