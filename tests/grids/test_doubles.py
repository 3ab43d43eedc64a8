"""Places of different files that may be one."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Forbidden
from grids import importing
from grids.points import doubles, points
from grids.points.tables import Double
from tests.cast import Cast
from tests.grids.test_points import place

EAST = 0.0001171  # degrees of longitude that make ten metres at 39.99


def pairs(session: Session, town: Cast) -> list[tuple[str, str]]:
    return [(one.first.name, one.second.name) for one in doubles.waiting(session, by=town.me(town.admin))]


@pytest.mark.parametrize(
    ("one", "other", "metres", "doubtful"),
    [
        ("中国工商银行(望京支行)", "中国工商银行", 100, True),
        ("中国工商银行(望京支行)", "中国工商银行(花家地支行)", 40, False),
        ("物美超市望京店", "物美超市(望京店)", 50, True),
        ("好邻居便利店3店", "好邻居便利店5店", 20, False),
        ("莲花便利店", "荷塘便利店", 20, False),
        ("莲花便利店", "莲花便利店", 200, False),
        ("7-Eleven便利店", "７－Ｅｌｅｖｅｎ 便利店", 100, True),
    ],
)
def test_what_may_be_one_place_is_asked_about(session: Session, town: Cast, one: str, other: str, metres: int, doubtful: bool) -> None:
    place(session, 39.99, 116.46, name=one)
    place(session, 39.99, 116.46 + EAST * metres / 10, name=other)
    doubles.look(session)
    assert bool(pairs(session, town)) is doubtful


def test_two_kinds_under_one_name_are_two_places(session: Session, town: Cast) -> None:
    place(session, 39.99, 116.46, name="中国银行", kind="bank")
    place(session, 39.99, 116.4605, name="中国银行", kind="atm")
    doubles.look(session)
    assert pairs(session, town) == []


def test_one_telephone_within_two_hundred_metres_is_asked_about(session: Session, town: Cast) -> None:
    place(session, 39.99, 116.46, name="老王烟酒", phone="01064700001")
    place(session, 39.99, 116.4618, name="望京副食", phone="01064700001")
    doubles.look(session)
    assert len(pairs(session, town)) == 1


def test_a_pair_is_asked_about_once(session: Session, town: Cast) -> None:
    place(session, 39.99, 116.46, name="莲花便利店(西门)")
    place(session, 39.99, 116.4605, name="莲花便利店")
    assert (doubles.look(session), doubles.look(session)) == (1, 0)
    doubles.decide(session, waiting(session, town), by=town.me(town.admin), keep_id=None)
    assert (doubles.look(session), pairs(session, town)) == (0, [])


def waiting(session: Session, town: Cast) -> Double:
    return doubles.waiting(session, by=town.me(town.admin))[0]


def test_the_place_that_is_kept_learns_what_the_other_knew(session: Session, town: Cast) -> None:
    kept = place(session, 39.99, 116.46, name="莲花便利店(西门)", phone="")
    other = place(session, 39.99, 116.4605, name="莲花便利店", phone="01064700001", opening_hours="24/7")
    doubles.look(session)
    doubles.decide(session, waiting(session, town), by=town.me(town.admin), keep_id=kept.id)
    assert (kept.phone, kept.opening_hours, other.same_as_id) == ("01064700001", "24/7", kept.id)
    assert [one.point.id for one in points.near(session, 39.99, 116.46, 500)] == [kept.id]


def test_only_an_administrator_decides(session: Session, town: Cast) -> None:
    with pytest.raises(Forbidden):
        doubles.waiting(session, by=town.me(town.wangfang))


def test_files_of_two_datums_meet_in_one_queue_and_a_second_import_does_not_bring_back_what_was_merged(
    session: Session, town: Cast, tmp_path: Path
) -> None:
    amap, osm = tmp_path / "amap.csv", tmp_path / "osm.csv"
    amap.write_text("名称,类型,经度,纬度\n中国邮政储蓄银行(望京西园支行),银行,116.470724,39.996404\n")  # GCJ-02
    osm.write_text("名称,类型,经度,纬度\n中国邮政储蓄银行,银行,116.464912,39.995012\n")
    importing.bring(session, "points", amap, datum="gcj02")
    told = importing.bring(session, "points", osm, datum="wgs84")
    assert told.doubles == 1
    pair = waiting(session, town)
    assert pair.metres < 60
    doubles.decide(session, pair, by=town.me(town.admin), keep_id=pair.second_id)
    again = importing.bring(session, "points", amap, datum="gcj02")
    assert (again.new, again.doubles) == (0, 0)
    assert len(points.near(session, 39.995, 116.465, 500)) == 1
