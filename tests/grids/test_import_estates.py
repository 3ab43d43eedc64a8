"""Estates, buildings and streets from files."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Refused
from grids import grids, importing
from grids.datum import Datum
from grids.staff import organisations
from grids.tables import Building, Estate, Grid, MapFeature
from tests.cast import Cast, square
from tests.grids import files

WGS = Datum.wgs84
DEMO = Path(__file__).parents[2] / "app" / "demo"
HEAD = "小区名称,经度,纬度,栋数,户数,片区短码"


def kept(session: Session) -> dict[str, Estate]:
    return {estate.name: estate for estate in session.scalars(sa.select(Estate).where(Estate.source != "cast"))}


def test_estates_without_a_place_or_outside_all_grids_are_kept_and_counted(town: Cast, session: Session) -> None:
    book = files.table(
        HEAD,
        "甲园,116.4651,39.9951,65栋,3005户,",
        '乙村,,,12,"1,320",',
        "丙村,,,,,104227",
        "丁屯,116.3011,39.9951,,,",
        "戊,116..31,39.99,,,",
    )
    report = importing.bring(session, "estates", book, datum=WGS)
    found = kept(session)
    assert (report.new, report.without_place, report.outside, len(report.skipped)) == (4, 2, 1, 1)
    assert (found["甲园"].grid_id, found["甲园"].building_count, found["甲园"].households) == (town.lotus.id, 65, 3005)
    assert (found["乙村"].lat, found["乙村"].households, found["乙村"].grid_id) == (None, 1320, None)
    assert found["丙村"].grid_id == town.lake.id
    assert found["丁屯"].grid_id is None


def test_a_file_of_estates_without_coordinates_is_kept(town: Cast, session: Session) -> None:
    book = files.table(
        "id,name,address,buiding_count,door_count", "1,巴陵街,https://example.invalid/1,65栋,3005户", "2,柏林四季,学院路,45栋,100-200户"
    )
    report = importing.bring(session, "estates", book, datum=WGS)
    found = kept(session)
    assert (report.new, report.without_place) == (2, 2)
    assert (found["巴陵街"].address, found["柏林四季"].households) == ("", 0)
    assert "100-200户" in report.remarks[0].reason


def test_two_estates_of_one_name_in_different_districts_both_stay(town: Cast, session: Session) -> None:
    report = importing.bring(session, "estates", files.table("名称,区县", "阳光花园,历下", "阳光花园,市中", "阳光花园,市中"), datum=WGS)
    assert (report.new, report.skipped[0].reason) == (2, "与第 3 行重复。")


def test_a_corrected_file_moves_the_estate_of_that_name_and_makes_no_second(town: Cast, session: Session) -> None:
    first = importing.bring(session, "estates", files.table(HEAD, "和平村,116.4611,39.9911,,120,", "丰收村,,,,,"), datum=WGS)
    before = {name: estate.id for name, estate in kept(session).items()}
    corrected = files.table(HEAD, "和平村,116.4688,39.9977,,130,", "丰收村,116.4755,39.9955,,80,")
    second = importing.bring(session, "estates", corrected, datum=WGS)
    found = kept(session)
    assert (first.new, second.new, second.changed, second.warnings) == (2, 0, 2, [])
    assert {name: estate.id for name, estate in found.items()} == before
    assert (found["和平村"].lat, found["和平村"].households, found["丰收村"].grid_id) == (39.9977, 130, town.lake.id)
    assert importing.bring(session, "estates", corrected, datum=WGS).unchanged == 2


def test_one_name_in_two_grids_is_two_estates_and_twice_in_one_grid_is_one(town: Cast, session: Session) -> None:
    rows = ("和平村,116.4611,39.9911,,,", "和平村,116.4755,39.9955,,,", "和平村,116.4688,39.9977,,,")
    report = importing.bring(session, "estates", files.table(HEAD, *rows), datum=WGS)
    assert (report.new, [line.row for line in report.skipped]) == (2, [4])
    assert "同一网格里已有这个名字" in report.skipped[0].reason
    elsewhere = importing.bring(session, "estates", files.table(HEAD, rows[2], name="新小区.csv"), datum=WGS)
    assert (elsewhere.new, elsewhere.skipped[0].reason) == (0, "已从来源“points”导入过；要更新它，请把来源名称填成这个。")


def test_an_old_duplicate_is_named_and_one_of_them_is_kept_up(town: Cast, session: Session) -> None:
    importing.bring(
        session, "estates", files.table("id," + HEAD, "1,和平村,116.4611,39.9911,,,", "2,和平村,116.4688,39.9977,,,"), datum=WGS
    )
    report = importing.bring(session, "estates", files.table(HEAD, "和平村,116.4650,39.9950,,90,"), datum=WGS)
    assert (report.new, report.changed) == (0, 1)
    assert report.warnings == ["莲花网格里有 2 个“和平村”，住户会看到两遍。本次只更新了最早的一个。"]


def test_a_header_in_the_middle_of_the_table_is_no_estate(town: Cast, session: Session) -> None:
    report = importing.bring(
        session, "estates", files.table("名称,区县,地址", "甲园,历下,路1号", "名称,区县,地址", "title,district,address"), datum=WGS
    )
    assert (report.new, len(report.skipped)) == (1, 2)


def test_estates_go_to_grids_that_come_later(session: Session, town: Cast) -> None:
    importing.bring(session, "estates", files.table(HEAD, "西园,116.4551,39.9951,,,"), datum=WGS)
    book = files.geojson(({"code": "104300", "name": "西园网格"}, square(116.45, 39.99)))
    report = importing.bring(session, "grids", book, datum=WGS, organisation="望京供电所")
    west = session.scalars(sa.select(Grid).where(Grid.code == "104300")).one()
    assert (report.new, report.moved, kept(session)["西园"].grid_id) == (1, 1, west.id)


def test_buildings_find_their_estate_by_name(town: Cast, session: Session) -> None:
    book = files.table("小区,楼栋,层数,户数", "莲花园,1号楼,18,400户", "莲花园,9号楼,6层,72户", "莲花园,9号楼,6,72", "没有的园,1号楼,6,72")
    report = importing.bring(session, "buildings", book, datum=WGS)
    assert (report.new, report.changed) == (1, 1)
    assert [line.reason for line in report.skipped] == ["这栋楼在文件里出现了两次。", "没有叫这个名字的小区，请先导入小区。"]
    again = importing.bring(session, "buildings", book, datum=WGS)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert session.scalar(sa.select(Building.households).where(Building.estate_id == town.garden.id, Building.name == "1号楼")) == 400


def test_of_two_estates_of_one_name_a_building_belongs_to_the_near_one(town: Cast, session: Session) -> None:
    importing.bring(
        session, "estates", files.table("id,名称,经度,纬度", "1,阳光花园,116.4651,39.9951", "2,阳光花园,116.5651,39.9951"), datum=WGS
    )
    book = files.table("小区,楼栋,经度,纬度", "阳光花园,1号楼,116.5652,39.9952", "阳光花园,2号楼,,")
    report = importing.bring(session, "buildings", book, datum=WGS)
    building = session.scalars(sa.select(Building).join(Building.estate).where(Estate.source_key == "2")).one()
    assert (building.name, report.skipped[0].reason) == ("1号楼", "有几个小区都叫这个名字。")


def test_the_demo_town_comes_in_and_again_changes_nothing(session: Session) -> None:
    organisations.add(session, "望京供电所")
    files_ = (("grids", "grids.geojson", WGS, 6), ("estates", "estates.csv", Datum.bd09, 34), ("buildings", "buildings.csv", WGS, 227),
              ("points", "points.csv", WGS, 17), ("streets", "streets.geojson", WGS, 38))  # fmt: skip
    for again in (False, True):
        for what, name, datum, n in files_:
            report = importing.bring(session, what, DEMO / name, datum=datum)
            assert (report.new, report.unchanged, report.changed, report.skipped, report.outside) == (
                0 if again else n,
                n if again else 0,
                0,
                [],
                0,
            )
    assert session.scalar(sa.select(sa.func.count()).select_from(MapFeature)) == 38
    assert not session.scalars(sa.select(Estate).where(Estate.grid_id.is_(None))).all()


def test_the_demo_estates_in_a_wrong_datum_are_doubted(session: Session) -> None:
    organisations.add(session, "望京供电所")
    importing.bring(session, "grids", DEMO / "grids.geojson", datum=WGS)
    for wrong in (WGS, Datum.gcj02):
        report = importing.bring(session, "estates", DEMO / "estates.csv", datum=wrong, dry_run=True)
        assert "按 BD-09 比" in report.warnings[0]
    assert not importing.bring(session, "estates", DEMO / "estates.csv", datum=Datum.bd09, dry_run=True).warnings


def test_a_changed_boundary_takes_estates_with_it(town: Cast, session: Session) -> None:
    lotus, lake = square(116.46, 39.99, 0.001), square(116.463, 39.99, 0.02)
    wider = files.geojson(({"code": "104226", "name": "莲花网格"}, lotus), ({"code": "104227", "name": "南湖网格"}, lake))
    report = importing.bring(session, "grids", wider, datum=WGS)
    assert (report.changed, report.moved) == (2, 2)
    assert grids.chart(session).find(39.995, 116.465) == town.lake.id
    assert [session.get_one(Estate, one.id).grid_id for one in (town.garden, town.court, town.shore)] == [town.lake.id, None, town.lake.id]


def test_an_unknown_what_or_file_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        importing.bring(session, "everything", DEMO / "estates.csv", datum=WGS)
    with pytest.raises(Refused, match="没有这个文件"):
        importing.bring(session, "estates", tmp_path / "none.csv", datum=WGS)
