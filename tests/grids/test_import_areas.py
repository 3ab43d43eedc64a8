"""Boundaries: grids and districts."""

from typing import Any

import pytest
import sqlalchemy as sa
from shapely.geometry import shape
from sqlalchemy.orm import Session

from app.core.errors import Refused
from grids import importing
from grids.datum import Datum, from_wgs84
from grids.importing import reading, samples
from grids.importing.report import Report
from grids.maps import boundaries
from grids.staff import organisations
from grids.tables import District, Estate, Grid
from tests.cast import Cast, square
from tests.grids import files

WGS = Datum.wgs84
AWAY = square(116.5, 39.99)


def bring(session: Session, *features: tuple[dict[str, Any], Any], datum: Datum = WGS, **how: Any) -> Report:
    return importing.bring(session, "grids", files.geojson(*features), datum=datum, **{"organisation": "望京供电所", **how})


def test_a_new_code_is_a_new_grid_and_a_known_one_gets_its_new_boundary(town: Cast, session: Session) -> None:
    report = bring(
        session,
        ({"code": "104226", "name": "莲花网格"}, square(116.46, 39.99, 0.009)),
        ({"adcode": 104400, "name": "东网格", "code": "104400"}, AWAY),
    )
    grid = session.scalars(sa.select(Grid).where(Grid.code == "104400")).one()
    assert (report.new, report.changed, grid.organisation_id) == (1, 1, town.station.id)
    assert shape(session.get_one(Grid, town.lotus.id).boundary).bounds[2] == pytest.approx(116.469)


def test_bringing_in_twice_changes_nothing(town: Cast, session: Session) -> None:
    bring(session, ({"code": "104400", "name": "东网格"}, AWAY))
    again = bring(session, ({"code": "104400", "name": "东网格"}, AWAY))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)


def test_a_trial_writes_nothing(town: Cast, session: Session) -> None:
    report = bring(session, ({"code": "104400", "name": "东网格"}, AWAY), ({"code": "104226", "name": "新名"}, AWAY), dry_run=True)
    assert (report.new, report.changed) == (1, 1)
    assert sorted(session.scalars(sa.select(Grid.name))) == ["南湖网格", "莲花网格"]


def test_an_outline_that_crosses_itself_is_repaired_and_said(town: Cast, session: Session) -> None:
    bow = {"type": "Polygon", "coordinates": [[[116.5, 39.99], [116.51, 40.0], [116.51, 39.99], [116.5, 40.0], [116.5, 39.99]]]}
    report = bring(session, ({"code": "104400", "name": "东网格"}, bow))
    grid = session.scalars(sa.select(Grid).where(Grid.code == "104400")).one()
    assert shape(grid.boundary).is_valid
    assert "自相交" in report.remarks[0].reason


@pytest.mark.parametrize(
    ("said", "drawn", "why"),
    [
        ({"code": "12", "name": "甲"}, AWAY, "六位"), ({"name": "甲", "code": None}, AWAY, "六位"),
        ({"code": "104400"}, AWAY, "没有名称"),
        ({"code": "104400", "name": "甲"}, {"type": "Polygon", "coordinates": 3}, "读不出来"),
        ({"code": "104400", "name": "甲"}, {"type": "Point", "coordinates": [116.5, 39.9]}, "不是一块区域"),
        ({"code": "104400", "name": "甲"}, square(39.99, 116.46), "不在中国"),
        ({"code": "104400", "name": "甲"}, square(12960000, 4850000, 10), "不在中国"),
    ],
)  # fmt: skip
def test_an_area_that_cannot_be_used_is_left_out_with_its_reason(
    town: Cast, session: Session, said: dict[str, Any], drawn: Any, why: str
) -> None:
    report = bring(session, ({"code": "104500", "name": "好网格"}, AWAY), (said, drawn))
    assert (report.new, report.skipped[0].row) == (1, 2)
    assert why in report.skipped[0].reason


def test_codes_stand_once_in_a_file(town: Cast, session: Session) -> None:
    report = bring(session, ({"code": "104400", "name": "甲"}, AWAY), ({"code": "104400", "name": "乙"}, AWAY))
    assert (report.new, report.skipped[0].reason) == (1, "片区短码与第 1 行重复：104400")


def test_grids_over_the_same_ground_are_told(town: Cast, session: Session) -> None:
    report = bring(session, ({"code": "104400", "name": "东网格"}, square(116.465, 39.99)))
    assert report.warnings == ["莲花网格与东网格的边界有重叠。", "南湖网格与东网格的边界有重叠。"]


def test_whose_a_grid_is_must_be_known(town: Cast, session: Session) -> None:
    report = bring(
        session,
        ({"code": "104400", "name": "甲"}, AWAY),
        ({"code": "104401", "name": "乙", "organisation": "别的所"}, AWAY),
        organisation="",
    )
    assert ["没写网格属于哪个单位" in report.skipped[0].reason, "别的所" in report.skipped[1].reason] == [True, True]
    with pytest.raises(Refused, match="--organisation"):
        bring(session, ({"code": "104400", "name": "甲"}, AWAY), organisation="")
    with pytest.raises(Refused, match="没有叫“无此所”的单位"):
        bring(session, ({"code": "104400", "name": "甲"}, AWAY), organisation="无此所")


def test_boundaries_of_another_datum_are_moved(town: Cast, session: Session) -> None:
    west, south = from_wgs84(39.99, 116.5, Datum.gcj02)[::-1]
    bring(session, ({"code": "104400", "name": "甲"}, square(west, south)), datum=Datum.gcj02)
    grid = session.scalars(sa.select(Grid).where(Grid.code == "104400")).one()
    assert shape(grid.boundary).bounds[:2] == pytest.approx((116.5, 39.99), abs=2e-6)


@pytest.mark.parametrize(
    "written",
    [
        "POLYGON((116.5 39.99,116.51 39.99,116.51 40.0,116.5 40.0,116.5 39.99))",
        "SRID=4326;POLYGON((116.5 39.99,116.51 39.99,116.51 40.0,116.5 40.0,116.5 39.99))",
        '{"type":"Polygon","coordinates":[[[116.5,39.99],[116.51,39.99],[116.51,40.0],[116.5,40.0],[116.5,39.99]]]}',
        "116.5,39.99;116.51,39.99;116.51,40.0;116.5,40.0;116.5,39.99",
    ],
    ids=["WKT", "EWKT", "GeoJSON", "AMap"],
)
def test_a_table_may_carry_the_boundary_in_a_cell(town: Cast, session: Session, written: str) -> None:
    quoted = '"' + written.replace('"', '""') + '"'
    book = files.table(
        "网格编码,网格名称,供电所,边界",
        f"104400,东网格,望京供电所,{quoted}",
        "104401,坏网格,望京供电所,POLYGON((1 2",
        "104402,空网格,望京供电所,",
    )
    report = importing.bring(session, "grids", book, datum=WGS)
    assert (report.new, report.undrawn, [line.reason for line in report.skipped]) == (2, 1, ["边界读不出来。"])


def test_a_grid_comes_in_without_a_boundary_and_is_drawn_afterwards(town: Cast, session: Session) -> None:
    for head in ("短码", "片区短码", "网格编码", "编码"):
        book = files.table(f"{head},网格名称,单位", "104400,东网格,望京供电所", "104226,莲花网格,望京供电所")
        report = importing.bring(session, "grids", book, datum=WGS, dry_run=head != "编码")
        assert (report.new, report.unchanged, report.undrawn) == (1, 1, 1)
    grid = session.scalars(sa.select(Grid).where(Grid.code == "104400")).one()
    assert shape(session.get_one(Grid, town.lotus.id).boundary).area > 0, "what a file leaves empty wipes nothing out"
    estates = files.table("名称,经度,纬度,短码", "东村,116.5051,39.9951,104400", "西村,,,104400")
    importing.bring(session, "estates", estates, datum=WGS)
    importing.bring(session, "grids", files.table("短码,名称", "104400,东边网格"), datum=WGS)
    assert {one.name for one in session.scalars(sa.select(Estate).where(Estate.grid_id == grid.id))} == {"东村", "西村"}
    drawn = boundaries.read("116.50 39.99\n116.51 39.99\n116.51 40.00\n116.50 40.00")
    boundaries.redraw(session, grid, by=town.me(town.admin), boundary=drawn, before=boundaries.version(grid))
    assert session.scalars(sa.select(Estate.grid_id).where(Estate.name == "东村")).one() == grid.id


def test_a_table_of_names_alone_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="找不到这些列：片区短码"):
        importing.bring(session, "grids", files.table("name,boundary", "东城区,x"), datum=WGS)


def test_a_sample_of_each_import_can_be_brought_in_as_it_is(town: Cast, session: Session) -> None:
    organisations.add(session, "示例供电所")
    for what in ("grids", "estates", "buildings", "points", "districts", "streets"):
        name, _kind, body = samples.file(what)
        report = importing.bring(session, what, reading.read(body, name), datum=WGS)
        assert (what, report.new, report.skipped, report.remarks) == (what, len(samples.all_()[what].rows), [], [])
        assert what == "streets" or len(report.columns) == len(samples.all_()[what].fields), "each column is understood"
    assert samples.all_().keys() == importing.WHATS.keys()


def test_districts_are_kept_as_reference(town: Cast, session: Session) -> None:
    book = files.geojson(({"name": "光明区", "gb": "156440311"}, AWAY), ({"name": "无码区"}, square(116.6, 39.99)))
    report = importing.bring(session, "districts", book, datum=WGS)
    again = importing.bring(session, "districts", book, datum=WGS)
    assert (report.new, len(report.skipped), again.unchanged) == (1, 1, 1)
    assert session.get_one(District, "440311").name == "光明区"
