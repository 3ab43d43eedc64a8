"""Real files that people have: each comes in or is refused with a reason, quickly and without a traceback."""

import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Refused
from grids import importing
from grids.importing.report import Report
from tests.cast import Cast


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def places(session: Session, town: Cast, shared: Path) -> Path:
    importing.bring(session, "districts", shared / "boundaries" / "china_districts_12_cities_wgs84.geojson", datum="wgs84")
    return shared


def twice(session: Session, what: str, file: Path, datum: str, **how: str) -> Report:
    """Bring it in, and again: nothing may change the second time."""
    began = time.process_time()
    first = importing.bring(session, what, file, datum=datum, **how)
    assert time.process_time() - began < 20
    second = importing.bring(session, what, file, datum=datum, **how)
    assert (second.new, second.changed, second.unchanged, len(second.skipped)) == (0, 0, first.new, len(first.skipped))
    assert not first.warnings
    return first


def count(report: Report, words: str) -> int:
    return sum(n for why, n in report.reasons.items() if words in why)


def share(report: Report, datum: str) -> float:
    return next(one.inside / one.n for one in report.districts if one.datum == datum)


def test_beijing_mixed(session: Session, places: Path) -> None:
    report = twice(session, "points", places / "poi" / "beijing_mixed_poi_gcj02.csv", "gcj02")
    assert (report.read, count(report, "没有坐标"), count(report, "0, 0"), count(report, "逗号")) == (8237, 15, 3, 5)
    assert report.new > 120
    assert share(report, "gcj02") > 0.99


def test_tianjin_in_gb18030_with_doubled_ids(session: Session, places: Path) -> None:
    report = twice(session, "points", places / "poi" / "tianjin_health_poi_gcj02_GB18030.csv", "gcj02", kind="convenience")
    assert (report.encoding, report.read, count(report, "编号")) == ("GB18030", 11946, 251)
    assert share(report, "gcj02") > 0.98 > 0.95 > share(report, "wgs84")
    wrong = importing.bring(session, "points", places / "poi" / "tianjin_health_poi_gcj02_GB18030.csv", datum="wgs84", dry_run=True)
    assert (wrong.kept, "按 GCJ-02 比" in wrong.warnings[0]) == (0, True)


def test_haidian_in_an_old_workbook(session: Session, places: Path) -> None:
    report = twice(session, "points", places / "poi" / "beijing_haidian_health_poi_gcj02.xls", "gcj02")
    assert (report.read, report.kept, count(report, "不是缴费点")) == (2492, 0, 2447)
    assert share(report, "gcj02") > share(report, "wgs84") > share(report, "bd09")


def test_shichahai_is_read_from_the_sheet_that_is_not_garbled(session: Session, places: Path) -> None:
    file = places / "poi" / "beijing_shichahai_poi_wgs84_with_mojibake_sheet.xlsx"
    garbled = importing.bring(session, "points", file, datum="wgs84", sheet="POI", dry_run=True)
    report = twice(session, "points", file, "wgs84")
    assert (report.sheet, report.other_sheets, report.read) == ("Sheet1", ["POI"], 2406)
    assert (garbled.sheet, garbled.new, garbled.repaired) == ("POI", report.new, report.new)


def test_shanghai_with_several_types_in_a_cell(session: Session, places: Path) -> None:
    report = twice(session, "points", places / "poi" / "shanghai_food_wgs84.csv", "wgs84")
    assert (report.read, report.kinds) == (14398, {"convenience": 1})
    scale = importing.bring(
        session, "points", places / "poi" / "shanghai_food_wgs84.csv", datum="wgs84", kind="convenience", source="scale"
    )
    assert scale.new > 14300


def test_osm_tags_in_two_columns(session: Session, places: Path) -> None:
    report = twice(session, "points", places / "poi" / "osm_poi_wgs84.csv", "wgs84")
    assert report.read == 343
    assert report.kinds["bank"] > 20


def test_type_codes_are_no_points(session: Session, places: Path) -> None:
    with pytest.raises(Refused, match="NEW_TYPE"):
        importing.bring(session, "points", places / "poi" / "amap_poi_type_codes.xlsx", datum="gcj02")


def test_beijing_estates(session: Session, places: Path) -> None:
    report = twice(session, "estates", places / "estates" / "beijing_lianjia_estates_bd09.csv", "bd09")
    assert (report.read, report.new, count(report, "编号")) == (4851, 4846, 5)


def test_harbin_estates_without_coordinates(session: Session, places: Path) -> None:
    report = twice(session, "estates", places / "estates" / "harbin_estates_buildings_households.csv", "wgs84")
    assert (report.new, report.without_place, report.first[0]["households"]) == (689, 689, 3005)


def test_jinan_estates_with_headers_in_the_middle(session: Session, places: Path) -> None:
    report = twice(session, "estates", places / "estates" / "jinan_estates_no_coords.xlsx", "wgs84")
    assert (report.read, report.new, count(report, "表头"), count(report, "编号")) == (3067, 2939, 98, 30)


def test_boundaries(session: Session, town: Cast, shared: Path) -> None:
    folder = shared / "boundaries"
    assert twice(session, "districts", folder / "china_districts_12_cities_wgs84.geojson", "wgs84").new == 151
    assert twice(session, "districts", folder / "shenzhen_streets_wgs84.geojson", "wgs84").new == 77
    with pytest.raises(Refused, match="pinyin"):
        importing.bring(session, "grids", folder / "shenzhen_streets_wgs84.geojson", datum="wgs84")
    streets = importing.bring(session, "grids", folder / "china_streets_codes.csv", datum="wgs84")
    assert (streets.new, len(streets.skipped)) == (0, streets.read), "a street's code is no grid's"


def test_districts_can_be_grids(session: Session, town: Cast, shared: Path) -> None:
    file = shared / "boundaries" / "china_districts_12_cities_wgs84.geojson"
    report = importing.bring(session, "grids", file, datum="wgs84", organisation="望京供电所")
    assert (report.new, report.skipped) == (151, [])
    again = importing.bring(session, "grids", file, datum="wgs84", organisation="望京供电所")
    assert again.unchanged == 151


@pytest.mark.parametrize("folder", ["calendar", "outages", "reference", "tariff", "tickets", "push", "osm"])
@pytest.mark.parametrize("what", list(importing.WHATS))
def test_no_file_of_any_kind_ends_in_a_traceback(session: Session, town: Cast, shared: Path, folder: str, what: str) -> None:
    for file in sorted((shared / folder).iterdir()):
        try:
            report = importing.bring(session, what, file, datum="wgs84", dry_run=True)
        except Refused as refusal:
            assert len(str(refusal.reason)) > 5  # noqa: PT017 - either is right
        else:
            assert report.kept + len(report.skipped) == report.read
