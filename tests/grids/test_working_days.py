"""Working days by the make-up calendar, beside counting day by day with the library that knows nothing of our table."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from grids.calendar import calendar, working_days
from grids.calendar.tables import CalendarDay, DayKind

KNOWN = st.dates(date(2019, 1, 1), date(2026, 9, 30))
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def one_by_one(start: date, end: date) -> int:
    return sum(chinese_calendar.is_workday(start + n * DAY) for n in range(1, (end - start).days + 1))


def test_working_days_are_those_that_counting_day_by_day_finds(session: Session) -> None:
    calendar.seed(session)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(start=KNOWN, length=st.integers(-40, 90))
    @example(start=date(2026, 9, 19), length=1)  # a Sunday worked in exchange
    @example(start=date(2026, 9, 30), length=9)  # over National Day to a Saturday worked in exchange
    def holds(start: date, length: int) -> None:
        end = start + length * DAY
        counted = working_days.between(session, start, end)
        assert counted == one_by_one(start, end)
        last = working_days.after(session, start, counted)
        assert last <= max(start, end), "so many have passed by then"
        assert one_by_one(start, last) == counted
        assert last == start or chinese_calendar.is_workday(last), "a time allowed ends on a day on which somebody is there"

    holds()


def test_what_an_administrator_marks_counts(session: Session) -> None:
    friday, monday = date(2027, 3, 5), date(2027, 3, 8)
    assert working_days.between(session, friday, monday) == 1
    session.add(CalendarDay(day=date(2027, 3, 7), kind=DayKind.workday, name="调休", source="test"))
    session.add(CalendarDay(day=monday, kind=DayKind.holiday, name="节", source="test"))
    session.flush()
    assert working_days.between(session, friday, monday) == 1, "the Sunday instead"
    assert working_days.after(session, friday, 2) == date(2027, 3, 9)
    assert working_days.after(session, friday, 0) == friday
