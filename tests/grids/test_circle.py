"""Who can walk where within ten minutes."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from grids.circle import circle
from grids.circle.circle import Answer
from grids.circle.detour import DETOUR
from tests.grids.test_points import place

HOME = (39.995, 116.465)
TUESDAY = clock.as_utc(datetime(2026, 7, 14, 10))
NORTH = 1 / 111_000


def walk(session: Session, metres: float, **facts: object) -> None:
    place(session, HOME[0] + metres * NORTH, HOME[1], **facts)


def names(ways: list[circle.Way]) -> list[str]:
    return [way.point.name for way in ways]


def test_a_way_says_how_far_how_long_and_how_sure(session: Session) -> None:
    walk(session, 300, name="近", opening_hours="24/7")
    (way,) = circle.around(session, *HOME, at=TUESDAY)
    assert way.distance_m == pytest.approx(300, abs=2)
    assert way.walk_minutes == pytest.approx(300 * 1.33 / 80, abs=0.1)
    assert (way.answer, way.method, way.open, way.until) == (Answer.yes, "line", True, None)


def test_near_the_edge_the_answer_is_about() -> None:
    assert [circle.answer(metres, circle.PACE) for metres in (400, 600, 800)] == [Answer.yes, Answer.about, Answer.no]


def test_an_older_walker_has_a_smaller_circle(session: Session) -> None:
    walk(session, 420)
    (quick,) = circle.around(session, *HOME, at=TUESDAY)
    (slow,) = circle.around(session, *HOME, at=TUESDAY, pace=circle.SLOWER_PACE)
    assert (quick.answer, slow.answer) == (Answer.yes, Answer.about)
    assert slow.walk_minutes == pytest.approx(quick.walk_minutes * 80 / 48)
    assert circle.reach(48) < 384


def test_the_nearest_open_comes_first_then_the_unknown_then_the_shut(session: Session) -> None:
    walk(session, 100, name="关", opening_hours="Mo-Fr 14:00-17:00")
    walk(session, 200, name="不知", opening_hours="")
    walk(session, 300, name="近开", opening_hours="Mo-Fr 09:00-17:00")
    walk(session, 350, name="远开", opening_hours="24/7")
    ways = circle.around(session, *HOME, at=TUESDAY)
    assert names(ways) == ["关", "不知", "近开", "远开"]
    assert names(circle.choices(ways)) == ["近开", "远开", "不知", "关"]
    assert names(circle.choices(ways, most=2)) == ["近开", "远开"]


def test_an_open_one_beyond_the_circle_comes_first_where_nothing_within_is_open(session: Session) -> None:
    walk(session, 200, name="关", opening_hours="Mo-Fr 14:00-17:00")
    walk(session, 1500, name="远开", opening_hours="24/7")
    walk(session, 1600, name="远不知")
    assert names(circle.choices(circle.around(session, *HOME, at=TUESDAY))) == ["远开", "关", "远不知"]


def test_by_night_what_is_surely_open_comes_before_a_nearer_one_whose_hours_nobody_knows(session: Session) -> None:
    walk(session, 200, name="银行", opening_hours="")
    walk(session, 250, name="关", opening_hours="Mo-Fr 09:00-17:00")
    walk(session, 300, name="近开", opening_hours="24/7")
    walk(session, 900, name="远开", opening_hours="24/7")
    night = clock.as_utc(datetime(2026, 11, 27, 0, 53))
    assert names(circle.choices(circle.around(session, *HOME, at=night))) == ["近开", "远开", "银行", "关"]


def test_the_state_follows_the_clock_over_midnight(session: Session) -> None:
    walk(session, 100, opening_hours="Mo-Su 18:00-02:00")
    (way,) = circle.around(session, *HOME, at=clock.as_utc(datetime(2026, 7, 15, 1, 30)))
    assert way.open
    assert way.until == clock.as_utc(datetime(2026, 7, 15, 2))


def test_on_national_day_the_bank_is_shut_and_the_silent_shop_is_doubtful(session: Session) -> None:
    walk(session, 100, name="银行", opening_hours="Mo-Fr 09:00-17:00; PH off")
    walk(session, 200, name="小店", opening_hours="09:00-18:00")
    shop, bank = circle.choices(circle.around(session, *HOME, at=clock.as_utc(datetime(2026, 10, 1, 10))))
    assert (shop.point.name, shop.open, shop.hours.doubt) == ("小店", True, True)
    assert bank.hours.opens_at == clock.as_utc(datetime(2026, 10, 8, 9))


def test_only_what_is_needed_is_offered(session: Session) -> None:
    walk(session, 100, name="机器", kind="kiosk", methods=["kiosk_cash", "wechat"])
    walk(session, 200, name="银行", methods=["cash", "card"])
    walk(session, 300, name="夜店", methods=["wechat"], opening_hours="24/7")
    asked = {need: names(circle.around(session, *HOME, at=TUESDAY, need=(need,))) for need in ("cash", "card", "24h", "wheelchair")}
    assert asked == {"cash": ["机器", "银行"], "card": ["银行"], "24h": ["夜店"], "wheelchair": []}
    assert names(circle.around(session, *HOME, at=TUESDAY, need=("cash", "card"))) == ["银行"]


def test_where_nothing_is_near_the_nearest_is_still_found(session: Session) -> None:
    walk(session, 6000, name="镇上")
    assert circle.around(session, *HOME, at=TUESDAY) == []
    assert names(circle.anywhere(session, *HOME, at=TUESDAY)) == ["镇上"]
    assert circle.anywhere(session, 45.0, 90.0, at=TUESDAY) == []


@pytest.mark.parametrize(("pace", "most_wrong"), [(80.0, 0), (48.0, 1)])
def test_clear_answers_hold_on_walked_pairs(shared: Path, pace: float, most_wrong: int) -> None:
    with (shared / "reference" / "wangjing_walk_matrix.csv").open(encoding="utf-8") as file:
        pairs = [(float(row["straight_m"]), float(row["walk_m"])) for row in csv.DictReader(file)]
    assert median(walked / straight for straight, walked in pairs) == pytest.approx(DETOUR, abs=0.005)
    told = Counter((circle.answer(straight, pace), walked <= pace * circle.MINUTES) for straight, walked in pairs)
    assert told[Answer.yes, False] + told[Answer.no, True] <= most_wrong
    assert told[Answer.about, True] + told[Answer.about, False] < len(pairs) / 4
