"""Who is within the payment circle at an hour: the arrays against asking home by home, place by place, quarter by quarter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from app.core.settings import Settings
from grids.calendar import calendar
from grids.calendar.tables import CalendarDay, DayKind
from grids.coverage import counting, glance, proposals, report, sites, snapshots, town
from grids.coverage.questions import QUARTER, QUARTERS, Asked, coming, monday
from grids.hours import hours
from grids.points import trade
from grids.reaching.tables import CoverageSnapshot, EstateGate, GateReach, Home, How, Reach
from grids.tables import PaymentPoint
from tests.cast import Cast
from tests.client import Client
from tests.grids.test_points import place

SUNDAY = clock.as_utc(datetime(2026, 7, 19, 20))
HOURS = ["", "24/7", "Mo-Fr 09:00-17:00; PH off", "Mo-Su 08:00-22:00", "Fr-Sa 18:00-02:00", "Su 10:00-20:00", "PH 10:00-12:00", "off"]
METHODS = [["cash"], ["wechat"], ["cash", "staff"]]
WEEKS = [
    date(2026, 7, 13),
    date(2026, 9, 28),  # the national holiday begins on Thursday
    date(2026, 2, 9),  # a make-up Saturday before the spring festival
]


def home(session: Session, town_: Cast, households: int, building: int | None = None) -> int:
    made = Home(estate_id=town_.garden.id, building_id=building, households=households, lat=39.995, lon=116.465, reckoned_at=clock.now())
    session.add(made)
    session.flush()
    return made.id


def walk(session: Session, home_id: int, point: PaymentPoint, least: int, most: int) -> None:
    session.add(Reach(home_id=home_id, point_id=point.id, seconds=(least + most) // 2, least=least, most=most, method=How.line))
    session.flush()


walks = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(60, 800), st.integers(0, 200)), max_size=14)
towns = st.fixed_dictionaries(
    {
        "homes": st.lists(st.integers(0, 120), min_size=1, max_size=5),
        "points": st.lists(st.tuples(st.sampled_from(HOURS), st.sampled_from(METHODS)), min_size=1, max_size=5),
        "walks": walks,
        "week": st.sampled_from(WEEKS),
        "slow": st.booleans(),
        "need": st.sampled_from([(), ("cash",), ("24h",)]),
    }
)


def planted(session: Session, cast: Cast, drawn: dict) -> tuple[list[int], list[PaymentPoint], dict[tuple[int, int], tuple[int, int]]]:
    for table in (Reach, GateReach, EstateGate, Home, PaymentPoint):
        session.execute(sa.delete(table))
    homes = [home(session, cast, households) for households in drawn["homes"]]
    shops = [place(session, 39.995, 116.465, opening_hours=text, methods=methods) for text, methods in drawn["points"]]
    kept = {
        (homes[one % len(homes)], shops[other % len(shops)].id): (least, least + more) for one, other, least, more in drawn["walks"]
    }  # fmt: skip
    for (one, point), (least, most) in kept.items():
        walk(session, one, session.get_one(PaymentPoint, point), least, most)
    return homes, shops, kept


def by_hand(session: Session, drawn: dict, asked: Asked, at: datetime, homes: list[int], shops: list[PaymentPoint], kept: dict) -> tuple:
    """Home by home, place by place, with the same rules said plainly."""
    days = calendar.around(session, at)
    opened = {shop.id: hours.state(shop.opening_hours, at, days).open for shop in shops}
    offers = {shop.id: trade.offers(shop, asked.need) for shop in shops}
    surely = perhaps = 0
    for one, households in zip(homes, drawn["homes"], strict=True):
        mine = [(point, *span) for (owner, point), span in kept.items() if owner == one and offers[point]]
        surely += households * any(opened[point] is True and most <= asked.seconds for point, _least, most in mine)
        perhaps += households * any(opened[point] is not False and least <= asked.seconds for point, least, _most in mine)
    return surely, perhaps


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=towns, quarters=st.lists(st.integers(0, QUARTERS - 1), min_size=1, max_size=6))
def test_coverage_of_a_week_is_what_asking_everybody_finds(session: Session, town_: Cast, drawn: dict, quarters: list[int]) -> None:
    homes, shops, kept = planted(session, town_, drawn)
    begin = clock.as_utc(datetime.combine(drawn["week"], datetime.min.time()))
    asked = Asked(begin, slow=drawn["slow"], need=drawn["need"])
    found = town.read(session, [town_.lotus.id], begin)
    strip = counting.week(found, asked)
    for quarter in quarters:
        at = begin + quarter * QUARTER
        expected = by_hand(session, drawn, asked, at, homes, shops, kept)
        assert (strip.surely[quarter], strip.perhaps[quarter]) == expected
        then = Asked(at, slow=drawn["slow"], need=drawn["need"])
        for seen in (counting.covered(found, then), glance.look(session, town_.lotus, then)):
            assert (seen.households[seen.surely].sum(), seen.households[seen.perhaps].sum()) == expected


@pytest.fixture
def town_(town: Cast) -> Cast:
    calendar.seed(town.session)
    return town


def test_a_make_up_sunday_is_worked_and_a_holiday_is_not(session: Session, town_: Cast) -> None:
    one = home(session, town_, 90)
    bank = place(session, 39.995, 116.465, opening_hours="Mo-Fr 09:00-17:00; PH off")
    walk(session, one, bank, 200, 300)
    sunday = date(2026, 7, 19)
    session.merge(CalendarDay(day=sunday, kind=DayKind.workday, name="调休", source="test"))
    session.merge(CalendarDay(day=date(2026, 7, 15), kind=DayKind.holiday, name="节", source="test"))
    session.flush()
    begin = monday(SUNDAY)
    strip = counting.week(town.read(session, [town_.lotus.id], begin), Asked(begin))
    at_ten = [int(strip.surely[day * 96 + 40]) for day in range(7)]
    assert at_ten == [90, 90, 0, 90, 90, 0, 90]


def test_a_gate_that_is_shut_at_night_lengthens_the_walk_then(session: Session, town_: Cast) -> None:
    one = home(session, town_, 50)
    kiosk = place(session, 39.995, 116.465, opening_hours="24/7")
    walk(session, one, kiosk, 700, 800)
    gate = EstateGate(
        estate_id=town_.garden.id, name="西门", lat=39.995, lon=116.464, opening_hours="Mo-Su 06:00-22:00", pinned_at=clock.now(),
        pinned_by_id=town_.wangfang.id,
    )  # fmt: skip
    session.add(gate)
    session.flush()
    session.add(GateReach(home_id=one, gate_id=gate.id, point_id=kiosk.id, seconds=250, least=200, most=300, method=How.line))
    session.flush()
    begin = monday(SUNDAY)
    strip = counting.week(town.read(session, [town_.lotus.id], begin), Asked(begin))
    assert [int(strip.surely[hour * 4]) for hour in (5, 6, 21, 22)] == [0, 50, 50, 0]
    at_hours = [glance.look(session, town_.lotus, Asked(begin + timedelta(hours=hour))) for hour in (5, 6, 21, 22)]
    assert [bool(seen.surely[0]) for seen in at_hours] == [False, True, True, False]


def test_hidden_places_and_those_that_are_another_cover_nobody(session: Session, town_: Cast) -> None:
    one = home(session, town_, 50)
    hidden, same = (place(session, 39.995, 116.465, opening_hours="24/7") for _ in range(2))
    hidden.hidden_at, same.same_as_id = clock.now(), hidden.id
    for shop in (hidden, same):
        walk(session, one, shop, 100, 200)
    seen = glance.look(session, town_.lotus, Asked(SUNDAY))
    assert report.line(seen).outside == 50


def test_the_buildings_left_out_are_named_the_surely_outside_first(session: Session, town_: Cast) -> None:
    first, second, third = town_.session.scalars(sa.select(sa.text("id")).select_from(sa.text("buildings")).limit(3)).all()
    near, unsure, far = home(session, town_, 10, first), home(session, town_, 20, second), home(session, town_, 30, third)
    kiosk = place(session, 39.995, 116.465, opening_hours="24/7")
    walk(session, near, kiosk, 100, 200)
    walk(session, unsure, kiosk, 500, 700)
    walk(session, far, kiosk, 700, 800)
    seen = glance.look(session, town_.lotus, Asked(SUNDAY))
    assert [(one.name, one.perhaps) for one in report.left_out(session, seen)] == [("莲花园 3号楼", False), ("莲花园 2号楼", True)]
    line = report.line(seen)
    assert (line.surely, line.perhaps, line.outside, line.households) == (10, 20, 30, 60)


def test_the_shop_that_should_stay_open_is_named_with_what_it_adds(session: Session, town_: Cast) -> None:
    one, other = home(session, town_, 40), home(session, town_, 30)
    shop = place(session, 39.995, 116.465, opening_hours="Mo-Su 08:00-18:00", kind="convenience")
    silent = place(session, 39.995, 116.465, opening_hours="", kind="supermarket")
    bank = place(session, 39.995, 116.465, opening_hours="Mo-Fr 09:00-17:00", kind="bank")
    for shut in (shop, bank):
        walk(session, one, shut, 100, 200)
        walk(session, other, shut, 100, 200)
    walk(session, other, silent, 100, 200)
    found, seen = town.read(session, [town_.lotus.id], monday(SUNDAY)), glance.look(session, town_.lotus, Asked(SUNDAY))
    said = [(one.point.id, one.wanting, one.adds) for one in proposals.existing(found, seen, Asked(SUNDAY))]
    assert said == [(shop.id, proposals.Wanting.hours, 70)], "the bank is not asked to, and the silent shop would add nobody more"


def test_a_new_place_stands_where_it_helps_most(session: Session, town_: Cast, chosen: Settings) -> None:
    for households, lat in ((40, 39.9950), (50, 39.9951), (60, 39.9800)):
        home(session, town_, households)
        session.scalars(sa.select(Home).order_by(Home.id.desc()).limit(1)).one().lat = lat
    session.flush()
    seen = glance.look(session, town_.lotus, Asked(SUNDAY))
    left = report.left_out(session, seen)
    said = proposals.anywhere(session, chosen, left, Asked(SUNDAY))
    assert [one.adds for one in said] == [90, 60]


truths = st.lists(st.booleans(), min_size=10, max_size=10)
pairs = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    pairs=pairs,
    households=st.lists(st.integers(0, 90), min_size=10, max_size=10),
    outside=st.lists(st.booleans(), min_size=10, max_size=10),
)
def test_the_next_best_sites_are_those_of_trying_every_one(pairs: list, households: list[int], outside: list[bool]) -> None:
    found = sorted(set(pairs))
    served = {candidate: {home for one, home in found if one == candidate} for candidate, _home in found}
    still, expected = {n for n in range(10) if outside[n]}, []
    for _ in range(4):
        gains = {candidate: sum(households[home] for home in homes & still) for candidate, homes in sorted(served.items())}
        best = max(gains, key=lambda candidate: (gains[candidate], -candidate), default=None)
        if best is None or not gains[best]:
            break
        expected.append((best, gains[best]))
        still -= served[best]
    candidate, home_ = (np.array([pair[n] for pair in found], dtype=np.int64) for n in (0, 1))
    got = sites.best(candidate, home_, np.array(households, dtype=np.int64), np.array(outside), 4)
    assert [(one.candidate, one.adds) for one in got] == expected


def test_every_day_is_kept_once_for_every_standing_question(town_: Cast, chosen: Settings) -> None:
    session = town_.session
    one = home(session, town_, 50)
    walk(session, one, place(session, 39.995, 116.465, opening_hours="24/7"), 100, 200)
    session.commit()
    from app.core.database import Database

    database = Database(chosen.database_url)
    work = Work(database=database, settings=chosen)
    with clock.at(SUNDAY):
        snapshots.sweep(work)
        snapshots.sweep(work)
    with clock.at(SUNDAY + timedelta(days=1)):
        snapshots.sweep(work)
    with database.reading() as reading:
        assert reading.scalar(sa.select(sa.func.count()).select_from(CoverageSnapshot)) == 2 * 4
        past = snapshots.history(reading, [town_.lotus.id], "sunday")
    database.close()
    assert [day.surely for day in past] == [50, 50]


def test_the_coming_sunday_is_today_while_its_hour_lasts() -> None:
    with clock.at(SUNDAY + timedelta(minutes=30)):
        assert coming(6, 20) == SUNDAY
    with clock.at(SUNDAY + timedelta(hours=2)):
        assert coming(6, 20) == SUNDAY + timedelta(days=7)


def test_a_supervisor_reads_it_and_takes_it_away(told_town: Cast, signed_in: Callable[..., Client]) -> None:
    session = told_town.session
    shop = place(session, 39.995, 116.465, name="=莲花便利店", opening_hours="24/7")
    for number, lat in ((1, 39.995), (2, 39.99)):
        building = session.scalars(sa.text("SELECT id FROM buildings ORDER BY id LIMIT 2")).all()[number - 1]
        made = home(session, told_town, 100 * number, building)
        session.get_one(Home, made).lat = lat
        if number == 1:
            walk(session, made, shop, 100, 200)
    for day, surely in ((date(clock.today().year, 7, 1), 30), (date(clock.today().year, 7, 2), 100)):
        session.add(CoverageSnapshot(grid_id=told_town.lotus.id, day=day, question="sunday", households=300, surely=surely, perhaps=0))
    session.commit()
    client = signed_in(told_town.liujie)
    page = client.get(f"/desk/circle/coverage?grid=104226&at={clock.today().year}-12-06T20:00&need=cash").text
    assert "莲花园 2号楼" in page
    assert "33%" in page
    assert "共 300 户" in page
    assert "7月1日 10% → 7月2日 33% · 共 2 天" in client.get("/desk/circle/coverage?grid=104226").text
    assert client.get("/desk/circle/coverage?at=tomorrow").status_code == 422
    assert client.get("/desk/circle/coverage?at=2199-01-01T00:00").status_code == 422
    with clock.at(clock.as_utc(datetime(2026, 11, 26, 10))):
        assert "2027年的放假安排还没公布" in client.get("/desk/circle/coverage?at=2027-02-07T10:00").text
    table = client.get("/desk/circle/coverage.csv?grid=104226").text
    assert "莲花网格,莲花园 2号楼,200,圈外" in table
    assert client.get("/desk/circle/coverage.xlsx?grid=104226").content.startswith(b"PK")
    foreign = signed_in(told_town.chengang).get("/desk/circle/coverage?grid=104226")
    assert (foreign.status_code, foreign.text.count("莲花园")) == (404, 0)
