"""The state's holidays and the weekend days worked in exchange (调休): a table that staff may correct, filled from a library."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version

import sqlalchemy as sa
from chinese_calendar import constants
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from grids.calendar.tables import CalendarDay, DayKind
from grids.staff.staff import Me

Calendar = Mapping[date, DayKind]
AHEAD = timedelta(days=40)
FAR = timedelta(days=366)
"""Nobody can tell now what will be open later than that, nor whether a holiday will be then."""


def seed(session: Session) -> int:
    """Add the days that the library knows and the table does not. A day that staff changed stays as it is; how many are new."""
    known = set(session.scalars(sa.select(CalendarDay.day))) | _unmarked(session)
    source = f"chinesecalendar {version('chinesecalendar')}"
    spoken = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    days = ((constants.holidays, DayKind.holiday), (constants.workdays, DayKind.workday))
    rows = [
        {"day": day, "kind": kind, "name": spoken[name], "source": source}
        for listed, kind in days
        for day, name in listed.items()
        if day not in known
    ]
    if rows:
        session.execute(sa.insert(CalendarDay), rows)
    return len(rows)


def _unmarked(session: Session) -> set[date]:
    """Days that an administrator took away: the library shall not bring them back with the next release."""
    subjects = session.scalars(sa.select(audit.AuditEntry.subject).where(audit.AuditEntry.act == "calendar.unmark"))
    return {date.fromisoformat(subject.removeprefix("day/")) for subject in subjects}


def around(session: Session, at: datetime, *, ahead: timedelta = AHEAD) -> Calendar:
    """What is special about the days before and after a moment: what grids.hours.hours needs to answer for it."""
    today = clock.local(at).date()
    wanted = sa.select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.day.between(today - timedelta(days=2), today + ahead))
    return {row.day: row.kind for row in session.execute(wanted)}


def must_be_near(at: datetime | None) -> datetime:
    """A moment about which hours can be asked. Raises Mistaken for another, and for what was no moment."""
    if at is None or abs(at - clock.now()) > FAR:
        why = _("Please give a day and time within a year, such as %(example)s.", example=f"{clock.today()}T20:00")
        raise Mistaken(_("This could not be read. Please check what was sent."), {"at": why})
    return at


def days_ahead() -> tuple[date, date]:
    """Today, and the last day about which hours can be asked."""
    return clock.today(), (clock.now() + FAR - timedelta(days=1)).date()


def charted(session: Session, at: datetime) -> bool:
    """Whether the holidays of that year were announced. Before, nobody knows what is open on one of them."""
    year = clock.local(at).year
    wanted = sa.select(CalendarDay.day).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalars(wanted.limit(1)).first() is not None


def listed(session: Session, year: int) -> Sequence[CalendarDay]:
    """A year's special days. None at all means that the year was not announced yet when the table was filled."""
    wanted = sa.select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalars(wanted.order_by(CalendarDay.day)).all()


def mark(session: Session, day: date, *, kind: DayKind, name: str, by: Me) -> CalendarDay:
    """Say what a day is. It holds for everybody, so only administrators do."""
    by.must_administer()
    marked = session.merge(CalendarDay(day=day, kind=kind, name=name, source=f"person/{by.id}"))
    session.flush()
    audit.record(session, "calendar.mark", f"day/{day.isoformat()}", by=by.id, kind=kind, name=name)
    return marked


def unmark(session: Session, day: date, *, by: Me) -> None:
    """The day is an ordinary one again."""
    by.must_administer()
    marked = session.get(CalendarDay, day)
    if marked is None:
        raise Missing(_("This day is an ordinary one already."))
    audit.record(session, "calendar.unmark", f"day/{day.isoformat()}", by=by.id, kind=marked.kind, name=marked.name)
    session.delete(marked)
    session.flush()
