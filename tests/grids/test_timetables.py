"""The spans of the coming weeks say what the hours themselves say, at every moment."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core import clock
from grids.calendar import calendar
from grids.calendar.tables import CalendarDay, DayKind
from grids.hours import hours, timetables
from grids.reaching.tables import OpeningSpan, Timetable
from tests.cast import Cast
from tests.grids.test_points import place

# The week before National Day, with the make-up Sunday of 2026-09-20 behind and the make-up Saturday of 2026-10-10 ahead.
NOW = clock.as_utc(datetime(2026, 9, 19, 10))
WRITTEN = [
    "24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH off", "Mo-Su 18:00-02:00", "Mo-Sa 08:30-12:00,13:30-17:30", "Fr-Su 22:00-06:00",
    "Mo-Su 09:00-21:00; PH 10:00-16:00", "Su 08:00-20:00", 'Mo-Fr 09:00-17:00 "ask"; Sa unknown', "Mo-Fr 00:00-24:00", "PH 09:00-12:00",
    "Mo off; Tu-Su 06:30-23:30", "nonsense that nobody can read",
]  # fmt: skip


@pytest.fixture
def kept(session: Session) -> Iterator[Session]:
    with clock.at(NOW):
        for text in WRITTEN:
            place(session, 39.995, 116.465, opening_hours=text)
        timetables.settle(session)
        yield session


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.integers(-24 * 60, 21 * 24 * 60))
def test_at_any_moment_the_spans_say_what_the_hours_say(kept: Session, minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    told = timetables.states(kept, WRITTEN, at)
    days = calendar.around(kept, at)
    for text in WRITTEN:
        meant = hours.state(text, at, days)
        assert (told[text].open, told[text].doubt) == (meant.open, meant.doubt), (text, at)
        if meant.until is None or meant.until < NOW + timedelta(days=27):
            assert told[text].until == meant.until, (text, at)
        if meant.opens_at is None or meant.opens_at < NOW + timedelta(days=27):
            assert told[text].opens_at == meant.opens_at, (text, at)


def test_beyond_the_spans_the_hours_themselves_are_asked(kept: Session) -> None:
    at = clock.as_utc(datetime(2031, 3, 5, 10))
    assert timetables.states(kept, ["Mo-Fr 09:00-17:00"], at)["Mo-Fr 09:00-17:00"].open
    assert timetables.states(kept, [""], NOW)[""].open is None


def test_many_places_with_the_same_hours_share_one_timetable(kept: Session) -> None:
    place(kept, 39.99, 116.46, opening_hours="24/7")
    assert timetables.settle(kept) == 0
    assert kept.scalar(sa.select(sa.func.count()).select_from(Timetable)) == len(WRITTEN)


def test_hours_that_nobody_keeps_any_more_are_forgotten(kept: Session) -> None:
    kept.execute(sa.text("UPDATE payment_points SET opening_hours = '24/7'"))
    timetables.settle(kept)
    assert kept.scalars(sa.select(Timetable.opening_hours)).all() == ["24/7"]
    assert kept.scalar(sa.select(sa.func.count()).select_from(OpeningSpan)) == 1


def test_a_day_that_staff_mark_changes_the_spans(town: Cast) -> None:
    session, day = town.session, date(2026, 9, 23)
    with clock.at(NOW):
        place(session, 39.995, 116.465, opening_hours="Mo-Fr 09:00-17:00; PH off")
        timetables.settle(session)
        at = clock.as_utc(datetime(2026, 9, 23, 10))
        text = "Mo-Fr 09:00-17:00; PH off"
        assert timetables.states(session, [text], at)[text].open
        calendar.mark(session, day, kind=DayKind.holiday, name="本地停业", by=town.me(town.admin))
        assert not timetables.settled(session)
        timetables.settle(session)
        assert timetables.states(session, [text], at)[text].open is False
        assert session.get_one(CalendarDay, day).kind is DayKind.holiday


def test_the_spans_are_renewed_before_they_run_out(kept: Session) -> None:
    with clock.at(NOW + timedelta(days=5)):
        assert timetables.settled(kept)
    with clock.at(NOW + timedelta(days=10)):
        assert not timetables.settled(kept)
        assert timetables.settle(kept) == len(WRITTEN)
        assert timetables.settled(kept)
