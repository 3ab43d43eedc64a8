"""Opening hours at any moment, with China's holidays. All times are Shanghai's."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken
from grids.calendar import calendar
from grids.calendar.tables import CalendarDay, DayKind
from grids.hours import hours, notation, typed_hours
from grids.hours.hours import UNKNOWN
from tests.cast import Cast

H, W = DayKind.holiday, DayKind.workday
# 国庆 2026 with its two worked weekend days, and 春节 before.
AUTUMN = {date(2026, 10, n): H for n in range(1, 8)} | {date(2026, 9, 20): W, date(2026, 10, 10): W}
SPRING = {date(2026, 2, n): H for n in range(15, 24)} | {date(2026, 2, 14): W, date(2026, 2, 28): W}
OFFICE = "Mo-Fr 09:00-17:00"


def at(text: str) -> datetime:
    return clock.as_utc(datetime.fromisoformat(f"2026-{text}"))


def test_open_says_until_when_and_shut_says_when_it_opens() -> None:
    open_now, evening = hours.state(OFFICE, at("07-14 10:00"), {}), hours.state(OFFICE, at("07-14 19:00"), {})
    assert (open_now.open, open_now.until, open_now.opens_at) == (True, at("07-14 17:00"), None)
    assert (evening.open, evening.until, evening.opens_at) == (False, None, at("07-15 09:00"))


def test_on_friday_evening_the_office_opens_on_monday() -> None:
    assert hours.state(OFFICE, at("07-17 18:00"), {}).opens_at == at("07-20 09:00")


def test_the_minute_of_closing_is_shut_and_the_minute_of_opening_is_open() -> None:
    assert hours.state(OFFICE, at("07-14 17:00"), {}).open is False
    assert hours.state(OFFICE, at("07-14 09:00"), {}).open is True


def test_a_noon_break_is_shut() -> None:
    assert hours.state("Mo-Sa 09:00-11:30, 14:00-16:30", at("07-14 12:00"), {}).opens_at == at("07-14 14:00")


def test_over_midnight_the_day_before_still_counts() -> None:
    bar = hours.state("Mo-Su 18:00-02:00", at("07-15 01:30"), {})
    assert (bar.open, bar.until) == (True, at("07-15 02:00"))
    assert hours.state("Mo-Su 18:00-02:00", at("07-14 20:00"), {}).until == at("07-15 02:00")
    assert hours.state("Fr 18:00-02:00", at("07-15 01:30"), {}).open is False


def test_day_and_night_has_no_end() -> None:
    shop = hours.state("24/7", at("07-14 03:00"), {})
    assert (shop.open, shop.until, shop.opens_at) == (True, None, None)
    assert hours.always("24/7")
    assert not hours.always("24/7; PH off")


@pytest.mark.parametrize(
    "text", ["", " ", "周一至周五 9:00-17:00", "ph off", "24/24", "x" * 5000, "\x00", "\ud800", "Mo-Fr 09:00-17:00 unknown"]
)
def test_what_nobody_told_us_or_nobody_can_read_is_unknown(text: str) -> None:
    assert hours.state(text, at("07-14 10:00"), AUTUMN) == UNKNOWN


def test_on_national_day_a_rule_for_holidays_overrides() -> None:
    assert hours.state(f"{OFFICE}; PH off", at("10-01 10:00"), AUTUMN).open is False
    short = hours.state(f"{OFFICE}; PH 10:00-12:00", at("10-01 11:00"), AUTUMN)
    assert (short.open, short.until, short.doubt) == (True, at("10-01 12:00"), False)
    assert hours.state(f"{OFFICE}; PH 10:00-12:00", at("10-01 14:00"), AUTUMN).opens_at == at("10-02 10:00")
    assert hours.state("Mo-Fr,PH 09:00-17:00", at("10-03 10:00"), AUTUMN).open is True


def test_on_other_days_the_rule_for_holidays_says_nothing() -> None:
    assert hours.state("PH 10:00-12:00", at("07-14 11:00"), AUTUMN).open is False
    assert hours.state(f"{OFFICE}; PH off", at("09-30 10:00"), AUTUMN).open is True


def test_the_first_working_day_after_nine_days_of_holiday_is_found() -> None:
    assert hours.state(f"{OFFICE}; PH off", at("02-15 10:00"), SPRING).opens_at == at("02-24 09:00")
    assert hours.state(f"{OFFICE}; PH off", at("10-01 10:00"), AUTUMN).opens_at == at("10-08 09:00")


def test_over_midnight_into_and_out_of_a_holiday() -> None:
    bar = "Mo-Th,PH 18:00-02:00"
    assert hours.state(bar, at("10-01 01:00"), AUTUMN).until == at("10-01 02:00"), "Wednesday's evening"
    assert hours.state(bar, at("10-04 01:00"), AUTUMN).open is True, "the evening of a Saturday that is a holiday"
    assert hours.state(bar, at("10-11 01:00"), AUTUMN).open is False, "an ordinary Saturday"


def test_a_weekend_day_worked_in_exchange_is_worked_like_a_weekday() -> None:
    assert hours.state(OFFICE, at("10-10 10:00"), AUTUMN).until == at("10-10 17:00")
    assert hours.state(OFFICE, at("09-20 10:00"), AUTUMN).open is True
    assert hours.state(OFFICE, at("10-17 10:00"), AUTUMN).open is False
    weekend = f"{OFFICE}; Sa-Su 10:00-12:00"
    assert hours.state(weekend, at("10-10 10:00"), AUTUMN).until == at("10-10 17:00")
    assert hours.state("Su-Th 09:00-21:00; Fr-Sa 09:00-22:00", at("10-10 21:30"), AUTUMN).open is True
    assert hours.state(f"{OFFICE}; Oct 10 off", at("10-10 10:00"), AUTUMN).open is False


def test_a_holiday_the_hours_do_not_speak_of_is_answered_as_written_with_a_doubt() -> None:
    spoken, silent = (
        hours.state("Mo-Su 09:00-18:00; PH off", at("10-01 10:00"), AUTUMN),
        hours.state("09:00-18:00", at("10-01 10:00"), AUTUMN),
    )
    assert (spoken.open, spoken.doubt) == (False, False)
    assert (silent.open, silent.doubt) == (True, True)
    assert hours.state("09:00-18:00", at("09-30 19:00"), AUTUMN).doubt is True, "it opens again on a holiday"
    assert hours.state("09:00-18:00", at("10-08 10:00"), AUTUMN).doubt is False
    assert hours.state('09:00-18:00 "PH call"', at("10-01 10:00"), AUTUMN).doubt is True, "a comment is no rule"


def test_real_strings_can_all_be_read(shared: Path) -> None:
    with (shared / "calendar" / "osm_opening_hours_cn.csv").open(encoding="utf-8") as file:
        strings = {row["opening_hours"] for row in csv.DictReader(file)}
    for day in range(1, 12):
        for hour in range(24):
            moment = at(f"10-{day:02} {hour:02}:30")
            known = [hours.state(text, moment, AUTUMN) for text in strings]
            assert all(one.open is not None and (one.until or one.opens_at or one.open) for one in known)


TOKENS = [
    *notation.DAYS,
    "PH",
    "SH",
    "-",
    ",",
    ";",
    " ",
    "||",
    "09:00",
    "-17:00",
    "26:00",
    "off",
    "unknown",
    '"PH"',
    "[-1]",
    "week",
    "Oct",
    "+1 day",
]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(TOKENS), max_size=9).map("".join)))
def test_no_string_is_an_error(text: str) -> None:
    for moment in ("10-01 10:00", "10-10 23:59", "02-14 00:00"):
        assert hours.state(text, at(moment), AUTUMN | SPRING).open in (True, False, None)


def test_a_colleague_is_told_that_hours_cannot_be_read() -> None:
    assert hours.check(" Mo-Fr 09:00-17:00; PH off ") == "Mo-Fr 09:00-17:00; PH off"
    assert hours.check("") == ""
    with pytest.raises(Mistaken) as error:
        hours.check("nine to five")
    assert "opening_hours" in error.value.mistakes


def test_the_calendar_is_filled_once_and_corrections_stay(session: Session, town: Cast) -> None:
    session.execute(sa.delete(CalendarDay))
    assert calendar.seed(session) > 100
    admin = town.me(town.admin)
    calendar.mark(session, date(2026, 10, 8), kind=H, name="补休", by=admin)
    calendar.mark(session, date(2026, 10, 7), kind=W, name="上班", by=admin)
    assert calendar.seed(session) == 0
    days = calendar.around(session, at("10-01 10:00"))
    assert (days[date(2026, 10, 1)], days[date(2026, 10, 7)], days[date(2026, 10, 8)]) == (H, W, H)
    assert days[date(2026, 10, 10)] is W
    calendar.unmark(session, date(2026, 10, 8), by=admin)
    assert date(2026, 10, 8) not in calendar.around(session, at("10-01 10:00"))


def test_the_seeded_year_is_the_one_that_was_announced(session: Session) -> None:
    year = {row.day: row.kind for row in calendar.listed(session, 2026)}
    assert {day for day, kind in year.items() if kind is W} == {
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)
    }  # fmt: skip
    assert sum(kind is H for kind in year.values()) == 33
    assert session.get(CalendarDay, date(2026, 10, 1)).name == "国庆节"  # type: ignore[union-attr]
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarDay).where(CalendarDay.source == "")) == 0


def test_only_an_administrator_says_what_a_day_is(session: Session, town: Cast) -> None:
    with pytest.raises(Forbidden):
        calendar.mark(session, date(2027, 1, 1), kind=H, name="元旦", by=town.me(town.wangfang))
    with pytest.raises(Missing):
        calendar.unmark(session, date(2027, 1, 1), by=town.me(town.admin))


@pytest.mark.parametrize(
    "known", ["Mo-Sa 08:30-17:30", "Mo-Fr 09:00-12:00,14:00-17:00; PH off", "Mo-Su,PH 08:00-20:00", "24/7", "Mar-Oct 08:00-20:00"]
)
def test_hours_in_a_form_are_shown_as_people_say_them_and_read_back_as_the_same(known: str) -> None:
    assert typed_hours.read(typed_hours.shown(known)) == known
    assert typed_hours.shown("Mo-Sa 08:30-17:30") == "周一至周六 08:30–17:30"


def test_hours_may_be_typed_with_the_word_for_the_clock() -> None:
    assert typed_hours.read("周一至周五 9点到12点，14点到17点半；节假日休息") == "Mo-Fr 09:00-12:00,14:00-17:30; PH off"
