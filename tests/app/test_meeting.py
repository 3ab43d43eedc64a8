"""What a supervisor takes to the meeting: the month's report and a few answers to read."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import python_calamine
import time_machine

from app.core.database import Database
from app.review import monthly, sampling
from grids.staff import staff
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tickets import conversation, ratings
from tickets.tables import Channel, Ticket

NOON = datetime(2027, 7, 14, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def month(told_town: Cast) -> list[Ticket]:
    """In July 2027: fourteen questions, twelve answered by 王芳 after an hour, two never; one was rated."""
    me, session, made = told_town.me(told_town.wangfang), told_town.session, []
    with time_machine.travel(NOON, tick=False) as now:
        for n in range(14):
            said = {"words": f"第{n}问：我是李强，13800001234，发票怎么开？", "token": f"{n:_<40}", "channel": Channel.web}
            made.append(conversation.ask(session, told_town.lotus, estate=told_town.garden, building="1号楼", **said))
        now.shift(timedelta(hours=1))
        for ticket in made[:12]:
            conversation.answer(session, ticket, by=me, words=f"李强您好，13800001234 收到，第{ticket.id}问在网上国网里开。")
        ratings.rate(session, made[0], stars=4)
        session.commit()
    return made


def test_the_month_is_counted_by_grid_and_added_up(told_town: Cast, month: list[Ticket]) -> None:
    boss, session = told_town.me(told_town.liujie), told_town.session
    with time_machine.travel(NOON + timedelta(days=20), tick=False):
        lotus = next(line for line in monthly.of(session, boss, date(2027, 7, 1)) if line.grid and line.grid.code == "104226")
        every = monthly.of(session, boss, date(2027, 7, 1))[-1]
        august = monthly.of(session, boss, date(2027, 8, 1))[-1]
    assert (lotus.asked, lotus.first_answer.n, lotus.rating.value, lotus.rating.n) == (14, 14, 4.0, 1)
    assert lotus.first_answer.value == pytest.approx(1200 / 14)
    assert (every.grid, every.asked, every.households, august.asked, august.first_answer.value) == (None, 14, 2400, 0, None)


def test_a_question_of_midnight_belongs_to_the_month_that_clocks_in_china_show() -> None:
    first, last = monthly.span(date(2026, 12, 1))
    assert (first, last) == (datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))


def test_the_report_is_a_page_and_a_sheet_with_the_same_figures(
    told_town: Cast, month: list[Ticket], signed_in: Callable[[Person], Client]
) -> None:
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        boss = signed_in(told_town.liujie)
        text = boss.get("/review").text
        assert all(f'href="/review/{name}"' in text for name in ("report", "sample"))
        page = boss.get("/review/report?month=2027-07")
        sheet = boss.get("/review/report.xlsx?month=2027-07")
        rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
        assert "2027年7月" in page.text
        assert next(row[:4] for row in rows if row[0] == "莲花网格") == ["莲花网格", "104226", 1200.0, 14.0]
        assert rows[-1][0] == "全部网格"
        for wrong in ("2027-13", "abc", "2028-01", "0000-01", "9999-12"):
            assert boss.get(f"/review/report?month={wrong}").status_code == 404


def test_ten_answers_are_drawn_the_same_all_day_and_others_tomorrow_without_persons(
    told_town: Cast, month: list[Ticket], signed_in: Callable[[Person], Client], database: Database
) -> None:
    boss = told_town.liujie.id

    def drawn() -> list[int]:
        with database.reading() as reading:
            return [entry.id for entry in sampling.today(reading, staff.as_me(reading, reading.get_one(Person, boss))).answers]

    with time_machine.travel(NOON, tick=False) as now:
        now.shift(timedelta(hours=2))
        assert drawn() == [], "today's answers are read tomorrow"
        now.shift(timedelta(days=1))
        first = drawn()
        now.shift(timedelta(hours=3))
        assert (len(first), drawn()) == (10, first)
        text = signed_in(told_town.liujie).get("/review/sample").text
        assert "近 30 天 12 条中，今天随机抽出 10 条" in text
        assert "发票怎么开" in text
        assert not any(said in text for said in ("李强", "13800001234"))
        now.shift(timedelta(days=1))
        assert drawn() != first
