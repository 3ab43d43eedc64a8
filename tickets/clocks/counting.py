"""How a piece of time is counted: around the clock, while somebody is on duty, or by working days; without the pauses.

Working days are counted as the Civil Code does (§§ 201 to 203): the day of asking is not counted, and the last day ends when
people go home. A pause stops every count.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

import msgspec

from app.core import clock
from grids.calendar.calendar import Calendar
from grids.calendar.working_days import is_worked
from grids.hours import hours
from tickets.clocks.tables import Unit

Span = tuple[datetime, datetime]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LAST = datetime(2200, 1, 1, tzinfo=UTC)
WEEKS = 520


class Rule(msgspec.Struct, frozen=True):
    """So much of a unit, by these hours on duty and this calendar."""

    amount: int
    unit: Unit
    duty: str
    calendar: Calendar

    @property
    def length(self) -> timedelta:
        return self.amount * (DAY if self.unit is Unit.workdays else MINUTE)


def due(rule: Rule, began_at: datetime, pauses: Sequence[Span] = ()) -> datetime:
    """When the time allowed is over."""
    left = rule.length
    for start, end in _counted(rule, began_at, pauses):
        if end - start >= left:
            return _going_home(rule, start + left) if rule.unit is Unit.workdays else start + left
        left -= end - start
    return LAST


def used(rule: Rule, began_at: datetime, ended_at: datetime, pauses: Sequence[Span] = ()) -> timedelta:
    """How much of the unit's time passed between two moments."""
    passed = timedelta()
    for start, end in _counted(rule, began_at, pauses):
        if start >= ended_at:
            break
        passed += min(end, ended_at) - start
    return passed


def _counted(rule: Rule, began_at: datetime, pauses: Sequence[Span]) -> Iterator[Span]:
    for span in COUNTS[rule.unit](rule, began_at):
        yield from _without(span, sorted(pauses))


def _without(span: Span, pauses: Sequence[Span]) -> Iterator[Span]:
    start, end = span
    for begins, ends in pauses:
        if start < begins < end:
            yield start, begins
        if begins < end:
            start = max(start, ends)
    if start < end:
        yield start, end


def _always(_rule: Rule, began_at: datetime) -> Iterator[Span]:
    yield began_at, LAST


def _on_duty(rule: Rule, began_at: datetime) -> Iterator[Span]:
    return hours.open_spans(rule.duty, began_at, rule.calendar, weeks=WEEKS)


def _workdays(rule: Rule, began_at: datetime) -> Iterator[Span]:
    """From midnight to midnight, beginning with the day after."""
    day = clock.local(began_at).date()
    for _n in range(7 * WEEKS):
        day += DAY
        if is_worked(day, rule.calendar):
            yield _midnight(day), _midnight(day + DAY)


def _going_home(rule: Rule, full_at: datetime) -> datetime:
    """The end of duty on the last day that was counted; its midnight where nobody is on duty that day."""
    midnight = _midnight(clock.local(full_at - MINUTE).date())
    spans = hours.open_spans(rule.duty, midnight, rule.calendar)
    ends = [end for _start, end in takewhile(lambda span: span[0] < midnight + DAY, spans)]
    return min(ends[-1], midnight + DAY) if ends else midnight + DAY


def _midnight(day: date) -> datetime:
    return clock.as_utc(datetime.combine(day, time()))


COUNTS: dict[Unit, Callable[[Rule, datetime], Iterator[Span]]] = {
    Unit.minutes: _always, Unit.duty_minutes: _on_duty, Unit.workdays: _workdays,
}  # fmt: skip
