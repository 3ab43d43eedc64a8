"""How time is counted, beside a count minute by minute that knows the holidays from their own library."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import chinese_calendar
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core import clock
from grids.calendar.tables import DayKind
from tickets.clocks import counting
from tickets.clocks.counting import Rule
from tickets.clocks.tables import Unit

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CALENDAR = {
    **dict.fromkeys(chinese_calendar.constants.holidays, DayKind.holiday),
    **dict.fromkeys(chinese_calendar.constants.workdays, DayKind.workday),
}
# Written as opening hours, and as minutes of the day on working days, on other days, on holidays of the law.
DUTY = {
    "Mo-Fr 08:30-12:00,13:30-17:30; PH off": ([(510, 720), (810, 1050)], []),
    "Mo-Su,PH 08:00-20:00": ([(480, 1200)], [(480, 1200)]),
    "Mo-Fr 18:00-24:00; PH off": ([(1080, 1440)], []),
    "24/7": ([(0, 1440)], [(0, 1440)]),
}
NATIONAL_DAY = datetime(2026, 9, 30, 16, 50)


@cache
def worked(day: date) -> bool:
    return chinese_calendar.is_workday(day)


def counts(at: datetime, began: datetime, unit: Unit, duty: str, pauses: list[tuple[datetime, datetime]]) -> bool:
    """Whether the minute that begins now, by the wall clock of Shanghai, is one of those counted."""
    if any(begins <= at < ends for begins, ends in pauses):
        return False
    if unit is Unit.minutes:
        return True
    if unit is Unit.workdays:
        return at.date() > began.date() and worked(at.date())
    on_days, off_days = DUTY[duty]
    minute = at.hour * 60 + at.minute
    return any(first <= minute < last for first, last in (on_days if worked(at.date()) else off_days))


def one_by_one(began: datetime, rule: Rule, pauses: list[tuple[datetime, datetime]]) -> datetime:
    left, at = rule.amount * (1440 if rule.unit is Unit.workdays else 1), began
    while left:
        left -= counts(at, began, rule.unit, rule.duty, pauses)
        at += MINUTE
    if rule.unit is not Unit.workdays:
        return at
    day = (at - MINUTE).date()
    spans = DUTY[rule.duty][0]
    return datetime.combine(day, time()) + (spans[-1][1] * MINUTE if spans else DAY)


begun = st.datetimes(datetime(2025, 12, 20), datetime(2026, 10, 12)).map(lambda at: at.replace(second=0, microsecond=0))
amounts = st.one_of(
    st.tuples(st.integers(1, 1300), st.sampled_from((Unit.minutes, Unit.duty_minutes))),
    st.tuples(st.integers(1, 3), st.just(Unit.workdays)),
)
rests = st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 1600)), max_size=3)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(begun, amounts, st.sampled_from(sorted(DUTY)), rests)
@example(NATIONAL_DAY, (120, Unit.duty_minutes), "Mo-Fr 08:30-12:00,13:30-17:30; PH off", [])  # over the week off
@example(datetime(2026, 9, 19, 23, 58), (1, Unit.workdays), "Mo-Su,PH 08:00-20:00", [(1, 1)])  # into a Sunday worked in exchange
@example(NATIONAL_DAY, (5, Unit.workdays), "Mo-Fr 18:00-24:00; PH off", [(1200, 700)])
def test_a_clock_is_a_count_minute_by_minute(began: datetime, said: tuple[int, Unit], duty: str, rests: list[tuple[int, int]]) -> None:
    pauses = [(began + start * MINUTE, began + (start + length) * MINUTE) for start, length in rests]
    rule = Rule(*said, duty, CALENDAR)
    waited = [(clock.as_utc(start), clock.as_utc(end)) for start, end in pauses]
    due = counting.due(rule, clock.as_utc(began), waited)
    assert due == clock.as_utc(one_by_one(began, rule, pauses))
    if rule.unit is not Unit.workdays:
        assert counting.used(rule, clock.as_utc(began), due, waited) == rule.amount * MINUTE, "the way back is the same"


def test_days_end_when_people_go_home() -> None:
    asked = clock.as_utc(datetime(2026, 9, 25, 10, 0))  # a Friday, a holiday; the Sunday before was worked in exchange
    assert counting.due(Rule(2, Unit.workdays, "Mo-Fr 08:30-17:30; PH off", CALENDAR), asked) == clock.as_utc(datetime(2026, 9, 29, 17, 30))


def test_hours_that_never_come_end_never() -> None:
    assert counting.due(Rule(10, Unit.duty_minutes, "off", {}), datetime(2026, 5, 8, tzinfo=UTC)) == counting.LAST
