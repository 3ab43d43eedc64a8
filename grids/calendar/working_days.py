"""Working days: Monday to Friday without the holidays, and the weekend days that are worked in exchange (调休).

As the law counts: the day on which something begins is not counted, the day on which it ends is.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.calendar.calendar import Calendar
from grids.calendar.tables import CalendarDay, DayKind

DAY, WEEK = timedelta(days=1), 7
WORKED_A_WEEK = 5
# The longest holiday takes less than two weeks, so twice the days and a month always hold enough.
SPARE = timedelta(days=31)


def is_worked(day: date, calendar: Calendar) -> bool:
    """Whether people are at their desks; `calendar` names what is special."""
    kind = calendar.get(day)
    return kind is DayKind.workday or (kind is None and day.weekday() < WORKED_A_WEEK)


def between(session: Session, start: date, end: date) -> int:
    """How many working days after `start`, up to and with `end`; none where that is not later."""
    return count(start, end, special(session, start, end))


def after(session: Session, start: date, days: int) -> date:
    """The day on which so many working days have passed since `start`."""
    return last_of(start, days, special(session, start, start + timedelta(days=2 * days) + SPARE))


def count(start: date, end: date, days: Calendar) -> int:
    """The same by what is known already to be special."""
    if end <= start:
        return 0
    ordinary = _weekdays_until(end) - _weekdays_until(start)
    return ordinary + sum(is_worked(day, days) - is_worked(day, {}) for day in days if start < day <= end)


def last_of(start: date, length: int, days: Calendar) -> date:
    day = start
    while length > 0:
        day += DAY
        length -= is_worked(day, days)
    return day


def special(session: Session, first: date, last: date) -> Calendar:
    wanted = sa.select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.day.between(first, last))
    return {row.day: row.kind for row in session.execute(wanted)}


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays since the beginning of time, with this day. The first day of the calendar was a Monday."""
    weeks, rest = divmod(day.toordinal(), WEEK)
    return weeks * WORKED_A_WEEK + min(rest, WORKED_A_WEEK)
