"""The calendar changed: clocks that run already are worked out anew, each moved time a fact with the days that moved it.

The calendar by which all were worked out last stands beside the one that holds, so whatever changed it, a release, an
administrator or a hand in the database, is seen within a minute. What has run out stays so, and who was called stays called.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, twins
from app.core.jobs import Work
from grids.calendar.tables import CalendarDay, DayKind
from tickets import threads
from tickets.clocks import clocks
from tickets.clocks.shift_tables import ClockShift, ReckonedDay
from tickets.clocks.tables import Clock, ServiceStandard, Unit
from tickets.tables import Ticket

DAY, BACK = timedelta(days=1), timedelta(days=366)
Changed = Mapping[date, DayKind | None]
"""What a day is now; nothing where it is an ordinary one again."""


def sweep(work: Work) -> None:
    """A question at a time, so that nobody who answers waits for all."""
    with work.database.reading() as session:
        days = changed(session)
        touched = _touched(session, days) if days else []
    for ticket_id in touched:
        if work.stopping.is_set():
            return
        with work.database.writing() as session:
            shift(session, session.get_one(Ticket, ticket_id), days)
    if days:
        with work.database.writing() as session:
            _settle(session, days)


def changed(session: Session) -> Changed:
    """The days that are not what the running clocks were worked out by."""
    since = clock.today() - BACK
    now, then = (
        {row.day: row.kind for row in session.execute(sa.select(table.day, table.kind).where(table.day >= since))}
        for table in (CalendarDay, ReckonedDay)
    )
    return {day: now.get(day) for day in sorted(now.keys() | then.keys()) if now.get(day) is not then.get(day)}


def shift(session: Session, ticket: Ticket, days: Changed) -> None:
    """Done twice it moves nothing the second time."""
    threads.hold(session, ticket)
    for one, was in clocks.reckon(session, ticket):
        first, last = clock.local(one.began_at).date(), clock.local(max(one.due_at, was)).date()
        why = {day: kind for day, kind in days.items() if first <= day <= last}
        said = {day.isoformat(): kind or "" for day, kind in why.items()}
        row = ClockShift(clock_id=one.id, was_due_at=was, due_at=one.due_at, days=said, source=_source(session, why), at=clock.now())
        session.add(row)
    session.flush()


def of(session: Session, clocks_: Sequence[Clock]) -> Mapping[int, ClockShift]:
    """The last time each was moved."""
    wanted = sa.select(ClockShift).where(ClockShift.clock_id.in_([one.id for one in clocks_])).order_by(ClockShift.id)
    return {one.clock_id: one for one in session.scalars(wanted)} if clocks_ else {}


def _touched(session: Session, days: Changed) -> Sequence[int]:
    """Questions with a clock that runs over one of these days and does not run by the hour alone."""
    counts = ServiceStandard.unit.in_((Unit.duty_minutes, Unit.workdays))
    runs = (Clock.ended_at.is_(None), Clock.due_at > max(clock.now(), _midnight(min(days))), Clock.began_at < _midnight(max(days) + DAY))
    wanted = sa.select(Clock.ticket_id).join(ServiceStandard, ServiceStandard.id == Clock.standard_id).where(counts, *runs)
    return session.scalars(wanted.distinct().order_by(Clock.ticket_id)).all()


def _settle(session: Session, days: Changed) -> None:
    for day, kind in days.items():
        known = session.get(ReckonedDay, day, with_for_update=True)
        if kind is None:
            session.execute(sa.delete(ReckonedDay).where(ReckonedDay.day == day))
        elif known is not None:
            known.kind = kind
        else:
            twins.first(session, ReckonedDay(day=day, kind=kind))


def _source(session: Session, days: Changed) -> str:
    """Who says so: of several the first day's."""
    wanted = sa.select(CalendarDay.source).where(CalendarDay.day.in_(days)).order_by(CalendarDay.day).limit(1)
    return session.scalar(wanted) or ""


def _midnight(day: date) -> datetime:
    return clock.as_utc(datetime.combine(day, time()))
