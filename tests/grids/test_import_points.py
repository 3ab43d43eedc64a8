"""Payment points from files: what is kept, what stays behind and why."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry
from app.core.errors import Forbidden, Refused
from grids import importing
from grids.datum import Datum, from_wgs84
from grids.importing import kinds, values
from grids.importing.report import Report
from grids.points import points, trade
from grids.tables import District, PaymentPoint
from tests.cast import Cast, square
from tests.grids import files
from tests.grids.files import BANK, HEAD, SHOP

WGS = Datum.wgs84


def kept(session: Session) -> dict[str, PaymentPoint]:
    return {point.name: point for point in session.scalars(sa.select(PaymentPoint))}


def reasons(report: Report) -> list[tuple[int, str]]:
    return [(line.row, line.reason) for line in report.skipped]


def test_points_go_to_the_grid_they_lie_in(town: Cast, session: Session) -> None:
    report = importing.bring(
        session, "points", files.points(BANK, SHOP, "远处的银行,银行,116.30,39.90123,,", "湖边邮局,邮局,116.475,39.995,,"), datum=WGS
    )
    found = kept(session)
    assert (report.new, report.outside, report.kinds) == (4, 1, {"bank": 2, "convenience": 1, "post_office": 1})
    assert found["中国银行望京支行"].grid_id == town.lotus.id
    assert found["湖边邮局"].grid_id == town.lake.id
    assert found["远处的银行"].grid_id is None
    assert found["老李便利店"].methods == trade.default_methods("convenience")


@pytest.mark.parametrize("datum", list(Datum))
def test_every_datum_is_kept_as_wgs84(session: Session, town: Cast, datum: Datum) -> None:
    lat, lon = from_wgs84(39.995, 116.465, datum)
    importing.bring(session, "points", files.points(f"中国银行,银行,{lon:.8f},{lat:.8f},,"), datum=datum)
    point = kept(session)["中国银行"]
    assert geodesic((point.lat, point.lon), (39.995, 116.465)).meters < 0.02
    assert point.source_datum == datum


def test_bringing_in_twice_changes_nothing(town: Cast, session: Session) -> None:
    first = importing.bring(session, "points", files.points(BANK, SHOP), datum=WGS)
    before = [(point.id, point.imported_at) for point in kept(session).values()]
    second = importing.bring(session, "points", files.points(BANK, SHOP), datum=WGS)
    assert (first.new, second.new, second.changed, second.unchanged) == (2, 0, 0, 2)
    assert [(point.id, point.imported_at) for point in kept(session).values()] == before


def test_a_changed_row_updates_and_an_empty_cell_wipes_nothing_out(town: Cast, session: Session) -> None:
    importing.bring(session, "points", files.points(BANK, SHOP), datum=WGS)
    changed = files.points(BANK.replace("1号", "18号").replace("010-64720000", ""), SHOP)
    report = importing.bring(session, "points", changed, datum=WGS)
    bank = kept(session)["中国银行望京支行"]
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    assert (bank.address, bank.phone) == ("阜通东大街18号", "010-6472-0000")


def test_a_point_that_moved_a_few_metres_stays_the_same_point(town: Cast, session: Session) -> None:
    importing.bring(session, "points", files.points(BANK), datum=WGS)
    report = importing.bring(session, "points", files.points(BANK.replace("116.465,", "116.4652,")), datum=WGS)
    assert (report.new, report.changed) == (0, 1)
    assert len(kept(session)) == 1


def test_what_a_colleague_put_right_by_hand_is_not_overwritten(town: Cast, session: Session) -> None:
    lines = (HEAD + ",营业时间", BANK + ",09:00-17:00")
    importing.bring(session, "points", files.table(*lines), datum=WGS)
    point = kept(session)["中国银行望京支行"]
    points.edit(
        session,
        point,
        by=town.me(town.wangfang),
        opening_hours="Mo-Sa 09:00-16:30",
        phone=point.phone,
        methods=point.methods,
        address=point.address,
    )
    report = importing.bring(session, "points", files.table(*lines), datum=WGS)
    session.refresh(point)
    assert point.opening_hours == "Mo-Sa 09:00-16:30"
    assert (report.unchanged, len(report.remarks)) == (1, 1)


def test_a_trial_writes_nothing_and_says_what_would_happen(town: Cast, session: Session) -> None:
    book = files.points(BANK, SHOP, "饭店,中餐厅,116.465,39.996,,")
    trial = importing.bring(session, "points", book, datum=WGS, dry_run=True)
    assert not kept(session)
    assert not session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "importing.points")).all()
    done = importing.bring(session, "points", book, datum=WGS)
    assert (trial.new, reasons(trial)) == (done.new, reasons(done)) == (2, [(4, "不是缴费点：中餐厅")])
    assert session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "importing.points")).one().facts["new"] == 2


@pytest.mark.parametrize(
    ("lon", "lat", "says"),
    [
        ("116..31", "39.99", "坐标读不出来：116..31 39.99"), ("", "", "没有坐标。"),
        ("null", "null", "没有坐标。"), ("0", "0", "坐标是 0, 0。"),
        ("0.0", "0.0", "坐标是 0, 0。"), ("139.7501", "35.6801", "不在中国境内"), ("116.4651", "", "坐标读不出来"),
        ("39.9951", "116.4651", "写反了"),
        ("116.46", "39.99", "坐标太粗"), ("116°27′", "39°59′", "坐标读不出来"),
        ("nan", "inf", "坐标读不出来"), ("1e2", "39.9951", "坐标读不出来"),
    ],
)  # fmt: skip
def test_a_broken_place_is_left_out_with_its_reason(town: Cast, session: Session, lon: str, lat: str, says: str) -> None:
    report = importing.bring(session, "points", files.points(BANK, f"甲银行,银行,{lon},{lat},,"), datum=WGS)
    assert report.new == 1
    assert report.skipped[0].row == 3
    assert says in report.skipped[0].reason


def test_a_whole_file_with_swapped_places_is_put_right_and_said(town: Cast, session: Session) -> None:
    rows = [f"第{n}银行,银行,39.995{n},116.465{n},," for n in range(1, 6)]
    report = importing.bring(session, "points", files.points(*rows), datum=WGS)
    assert (report.new, report.swapped) == (5, True)
    assert {point.grid_id for point in kept(session).values()} == {town.lotus.id}


def test_longitude_and_latitude_may_stand_in_one_cell(town: Cast, session: Session) -> None:
    report = importing.bring(session, "points", files.table("name,typecode,location", '甲银行,160100,"116.4651,39.9951"'), datum=WGS)
    assert (report.new, report.outside) == (1, 0)


def test_doubles_are_dropped_by_number_and_by_name_within_thirty_metres(town: Cast, session: Session) -> None:
    book = files.table(
        "id,名称,类型,经度,纬度",
        "B1,中国银行,银行,116.4651,39.9951", "B1,中国银行,银行,116.4651,39.9951",
        "B2,中国 银行,银行,116.4652,39.9952", "B3,中国银行,银行,116.4671,39.9951",
    )  # fmt: skip
    report = importing.bring(session, "points", book, datum=WGS)
    assert report.new == 2
    assert reasons(report) == [(3, "与第 2 行重复。"), (4, "与第 2 行同名，相距不到 30 米。")]


def test_the_same_place_from_another_source_is_not_brought_in_again(town: Cast, session: Session) -> None:
    importing.bring(session, "points", files.points(BANK, name="高德.csv"), datum=WGS)
    report = importing.bring(session, "points", files.points(BANK.replace("39.995", "39.9951"), name="百度.csv"), datum=WGS)
    assert (report.new, reasons(report)) == (0, [(2, "已从来源“高德”导入过；要更新它，请把来源名称填成这个。")])


def test_a_number_column_that_is_always_the_same_does_not_swallow_the_file(town: Cast, session: Session) -> None:
    rows = [f"1,第{n}银行,银行,116.46{n}1,39.9951" for n in range(1, 7)]
    report = importing.bring(session, "points", files.table("编号,名称,类型,经度,纬度", *rows), datum=WGS)
    assert report.new == 6
    assert "编号列" in report.warnings[0]


def test_people_s_mobile_numbers_are_left_out(town: Cast, session: Session) -> None:
    book = files.points("甲银行,银行,116.4651,39.9951,,139****7661;010-62582042", "乙银行,银行,116.4661,39.9951,,13911112222/95588")
    report = importing.bring(session, "points", book, datum=WGS)
    assert {name: point.phone for name, point in kept(session).items()} == {"甲银行": "010-6258-2042", "乙银行": "95588"}
    assert report.people == 2


def test_words_read_in_the_wrong_encoding_are_repaired_and_said(town: Cast, session: Session) -> None:
    rows = [
        [word.encode("gbk").decode("cp1252", "replace") for word in row]
        for row in (["中国银行", "银行"], ["北京超市", "超市"], ["城北邮局", "邮局"])
    ]
    cells = [["名称", "类型", "经度", "纬度"], *([*row, 116.4651 + n / 1000, 39.9951] for n, row in enumerate(rows))]
    book = importing.reading.read(files.workbook(POI=cells), "poi.xlsx")
    report = importing.bring(session, "points", book, datum=WGS)
    assert set(kept(session)) == {"中国银行", "北京超市", "城北邮局"}
    assert report.repaired == 3


def test_rows_that_slipped_are_left_out(town: Cast, session: Session) -> None:
    book = files.points(BANK, "甲,银行,116.4651,39.9951,路,010-62582042,多出来的", '农家披萨\\,",",116.4661,39.9951,",",","')
    report = importing.bring(session, "points", book, datum=WGS)
    assert ["错位" in report.skipped[0].reason, "逗号" in report.skipped[1].reason] == [True, True]


def test_a_place_without_a_name_is_called_by_its_kind(town: Cast, session: Session) -> None:
    report = importing.bring(
        session, "points", files.points(",超市,116.4651,39.9951,,", "ol\u200be精品超市,超市,116.4691,39.9951,,"), datum=WGS
    )
    assert set(kept(session)) == {"超市", "ole精品超市"}
    assert report.remarks[0].row == 2


@pytest.mark.parametrize(
    ("types", "name", "kind"),
    [
        ("071000", "某处", "hall"), ("160105", "中国工商银行", "bank"), ("160302", "工行ATM", "atm"), ("60201", "7-ELEVEn", "convenience"),
        ("070401", "EMS", ""), ("070400", "邮政支局", "post_office"), ("070500", "邮政物流", ""), ("200100", "报刊亭", "kiosk"),
        ("050000", "饭店", ""), ("餐饮服务;快餐厅;快餐厅|购物服务;便民商店/便利店;便民商店/便利店", "罗森", "convenience"),
        ("金融保险服务;自动提款机;中国银行ATM", "中国银行ATM", "atm"), ("金融保险服务;银行;招商银行", "招商银行24小时自助银行", "atm"),
        ("amenity=bank", "中国银行", "bank"), ("amenity\nbank", "中国银行", "bank"), ("amenity=post_office", "顺丰速运", ""),
        ("office=government", "国家电网朝阳望京营业厅", "hall"),
        ("office=government", "望京街道政务服务中心", "government"),
        ("政府机构", "派出所", ""), ("社区服务", "华特物业", "property_office"), ("社区服务", "社区会议室", ""),
        ("小分类\n生活服务", "甲", ""),
        ("电信营业厅\n生活服务", "中国电信", "telecom"), ("", "国网北京望京供电所", "hall"), ("bank", "甲", "bank"),
    ],
)  # fmt: skip
def test_the_kind_is_known_by_codes_words_tags_and_names(types: str, name: str, kind: str) -> None:
    assert kinds.read(types, name) == kind


def test_every_kind_that_is_read_is_one_that_the_circle_knows() -> None:
    assert set(kinds.rules().kind) == set(trade.table().kinds)
    assert set(kinds.rules().methods) <= set(trade.table().methods)


def test_a_kind_given_for_the_file_holds_for_all_rows(town: Cast, session: Session) -> None:
    report = importing.bring(session, "points", files.points("甲药房,药房,116.4651,39.9951,,"), datum=WGS, kind="convenience")
    assert report.kinds == {"convenience": 1}
    with pytest.raises(Refused, match="没有 shop"):
        importing.bring(session, "points", files.points(BANK), datum=WGS, kind="shop")


@pytest.fixture
def houtan(session: Session, town: Cast) -> District:
    """A small district whose edge lies where only the right datum keeps the places in."""
    return session.merge(District(code="110105", name="朝阳区", boundary=square(116.464, 39.994, 0.002)))


@pytest.mark.parametrize(("given", "warned"), [("gcj02", False), ("wgs84", True), ("bd09", True)])
def test_a_datum_that_fits_worse_than_another_is_doubted(houtan: District, session: Session, given: str, warned: bool) -> None:
    rows = []
    for n in range(20):
        lat, lon = from_wgs84(39.9942 + n / 12_000, 116.4642 + n / 12_000, Datum.gcj02)
        rows.append(f"第{n}银行,银行,{lon:.7f},{lat:.7f},朝阳区")
    report = importing.bring(session, "points", files.table("名称,类型,经度,纬度,区县", *rows), datum=given, dry_run=True)
    shares = {share.datum: (share.inside, share.n) for share in report.districts}
    assert shares[Datum.gcj02] == (20, 20)
    assert shares[Datum.wgs84][0] < 5
    assert any("按 GCJ-02 比" in words for words in report.warnings) is warned


def test_an_unknown_datum_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="没有 mars 这种坐标系"):
        importing.bring(session, "points", files.points(BANK), datum="mars")


def test_only_an_administrator_may(town: Cast, session: Session) -> None:
    with pytest.raises(Forbidden):
        importing.bring(session, "points", files.points(BANK), datum=WGS, by=town.me(town.wangfang))


def test_the_demo_town_s_points_all_come_in(town: Cast, session: Session) -> None:
    file = Path(__file__).parents[2] / "app" / "demo" / "points.csv"
    report = importing.bring(session, "points", file, datum=WGS)
    assert (report.new, len(report.skipped), report.kinds["hall"]) == (17, 0, 1)
    assert kept(session)["国家电网朝阳望京营业厅"].opening_hours == "Mo-Su 09:00-18:00"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("65栋", 65),
        ("3005户", 3005),
        ("1,320", 1320),
        ("１２３４户", 1234),
        ("约300户", 300),
        ("12.0", 12),
        ("暂无", None),
        ("100-200户", None),
        ("1e9", None),
    ],
)
def test_counts_are_read_as_people_write_them(said: str, number: int | None) -> None:
    assert values.count(said) == number


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("09:00-17:00", "09:00-17:00"), ("周一至周五 9:00-17:00", "Mo-Fr 09:00-17:00"), ("周一至周日09:00—18:00", "Mo-Su 09:00-18:00"),
        ("24小时营业", "24/7"), ("每天8:30-20:00", "Mo-Su 08:30-20:00"),
        ("周一至周五09:00-17:00，周六、周日10:00-16:00", "Mo-Fr 09:00-17:00; Sa,Su 10:00-16:00"),
        ("看心情", None), ("", ""),
    ],
)  # fmt: skip
def test_opening_hours_are_read_as_people_write_them(said: str, hours: str | None) -> None:
    assert values.opening(said) == hours


def test_a_chinese_name_goes_before_another(town: Cast, session: Session) -> None:
    book = files.table("name,name:zh,kind,lon,lat", "You Jia Market,优佳超市,超市,116.4651,39.9951", "Hour Market,,超市,116.4661,39.9961")
    importing.bring(session, "points", book, datum=Datum.wgs84)
    assert set(session.scalars(sa.select(PaymentPoint.name))) == {"优佳超市", "Hour Market"}
