"""When a grid's people come to homes: hours and holidays cut into slots, each with the seats that are left in it."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.calendar import calendar
from grids.hours import hours
from grids.staff.staff import Me
from tickets.appointments.tables import Appointment, AppointmentState, DayOff, VisitHours

FILE = Path(__file__).with_name("visit_hours.toml")
AHEAD, LEAD = timedelta(days=14), timedelta(hours=2)
"""How far ahead one may book, and how long before a slot at the latest."""
SHORTEST, LONGEST, MOST_AT_ONCE = 15, 240, 20


class Pattern(msgspec.Struct, frozen=True):
    """The hours, how long a slot is and how many are visited in it."""

    opening_hours: str
    minutes: int
    capacity: int
    source: str = ""


class Slot(msgspec.Struct, frozen=True):
    starts_at: datetime
    ends_at: datetime
    free: int


@cache
def usual() -> Pattern:
    """What holds for a grid whose people have not said otherwise."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Pattern)


def pattern(session: Session, grid_id: int) -> Pattern:
    wanted = sa.select(VisitHours).where(VisitHours.grid_id == grid_id).order_by(VisitHours.id.desc()).limit(1)
    own = session.scalar(wanted)
    return Pattern(own.opening_hours, own.minutes, own.capacity) if own else usual()


def write(session: Session, grid_id: int, *, by: Me, opening_hours: str, minutes: int, capacity: int) -> VisitHours:
    """From now on. What is booked already stays booked."""
    by.must_look_after(grid_id)
    wrong = {}
    if not SHORTEST <= minutes <= LONGEST:
        wrong["minutes"] = _("Between %(least)s and %(most)s.", least=SHORTEST, most=LONGEST)
    if not 1 <= capacity <= MOST_AT_ONCE:
        wrong["capacity"] = _("Between %(least)s and %(most)s.", least=1, most=MOST_AT_ONCE)
    checked = hours.check(opening_hours)
    if not wrong and not _ever_open(session, Pattern(checked, minutes, capacity)):
        wrong["opening_hours"] = _(
            "With these hours nobody would ever come: in the next weeks no visit of %(n)s minutes fits into them.", n=minutes
        )
    if wrong:
        raise Mistaken(_("Please look again at the marked fields."), wrong)
    row = VisitHours(
        grid_id=grid_id, opening_hours=checked, minutes=minutes, capacity=capacity, by_id=by.id, at=clock.now()
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, "visits.hours", f"grid/{grid_id}", by=by.id, hours=row.opening_hours, minutes=minutes, capacity=capacity)
    return row


def take_off(session: Session, grid_id: int, day: date, *, by: Me, off: bool = True) -> None:
    """Nobody comes on that day; or somebody does after all."""
    by.must_look_after(grid_id)
    known = session.get(DayOff, (grid_id, day))
    if off and known is None:
        session.add(DayOff(grid_id=grid_id, day=day, by_id=by.id, at=clock.now()))
    elif not off and known is not None:
        session.delete(known)
    session.flush()
    audit.record(session, "visits.day_off", f"grid/{grid_id}", by=by.id, day=day.isoformat(), off=off)


def days_off(session: Session, grid_id: int) -> set[date]:
    today = clock.today()
    wanted = sa.select(DayOff.day).where(DayOff.grid_id == grid_id, DayOff.day.between(today, today + AHEAD))
    return set(session.scalars(wanted))


def coming(session: Session, grid_id: int, *, lead: timedelta = LEAD) -> Sequence[Slot]:
    """Every slot of the next two weeks, also those that are full."""
    now, kept = clock.now(), pattern(session, grid_id)
    taken = _taken(session, grid_id, now)
    off = days_off(session, grid_id)
    found = []
    for start, end in _cut(kept, now, calendar.around(session, now)):
        if start >= now + lead and clock.local(start).date() not in off:
            there = sum(1 for begins, ends in taken if begins < end and ends > start)
            found.append(Slot(start, end, max(0, kept.capacity - there)))
    return found


def by_day(slots: Sequence[Slot]) -> list[tuple[date, list[Slot]]]:
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(clock.local(slot.starts_at).date(), []).append(slot)
    return list(days.items())


def _ever_open(session: Session, kept: Pattern) -> bool:
    """Whether a visit fits into them within the weeks that hours look ahead: longer than the longest holiday."""
    now, length = clock.now(), timedelta(minutes=kept.minutes)
    return any(end - start >= length for start, end in hours.open_spans(kept.opening_hours, now, calendar.around(session, now)))


def _cut(kept: Pattern, now: datetime, days: calendar.Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The open hours in pieces; what is left at their end is too short for a visit."""
    begin = datetime.combine(clock.local(now).date(), datetime.min.time())
    end, length = begin + AHEAD, timedelta(minutes=kept.minutes)
    opened: datetime | None = None
    for at, state in hours.spells(kept.opening_hours, begin, days):
        until = min(at, end)
        while opened is not None and opened + length <= until:
            yield clock.as_utc(opened), clock.as_utc(opened + length)
            opened += length
        if at >= end:
            return
        opened = at if state else None


def _taken(session: Session, grid_id: int, since: datetime) -> list[tuple[datetime, datetime]]:
    booked = (Appointment.grid_id == grid_id, Appointment.state == AppointmentState.booked, Appointment.ends_at > since)
    return [(row[0], row[1]) for row in session.execute(sa.select(Appointment.starts_at, Appointment.ends_at).where(*booked))]
