"""Reading what people have: encodings, delimiters, sheets, headers, and what is no table at all."""

import io
import json
import time
import zipfile

import pytest
import xlsxwriter

from app.core.errors import Refused
from grids.datum import Datum
from grids.importing import columns, reading, texts
from grids.importing.columns import POINTS, Table
from grids.importing.how import How
from tests.grids.files import BANK, HEAD, geojson, points, table, workbook

NEED = (("lon+lat", "place"), ("name",))


def understood(book: reading.Book, **how: object) -> Table:
    return columns.understand(book, POINTS, NEED, How(datum=Datum.wgs84, **how))  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_the_encoding_it_has(encoding: str) -> None:
    rows = list(understood(points(BANK, encoding=encoding)).rows())
    assert rows[0]["name"] == "中国银行望京支行"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_other_delimiters_are_found(delimiter: str) -> None:
    rows = list(understood(table(HEAD.replace(",", delimiter), BANK.replace(",", delimiter))).rows())
    assert (rows[0]["name"], rows[0]["lon"]) == ("中国银行望京支行", "116.465")


def test_a_cell_with_many_semicolons_does_not_become_columns() -> None:
    book = table(
        HEAD, "甲店,购物服务;便利店;便利店|餐饮;快餐;快餐,116.465,39.995,路1号;后门,", "乙店,购物服务;便利店;便利店,116.466,39.995,,"
    )
    assert [row["address"] for row in understood(book).rows()] == ["路1号;后门", ""]


def test_the_content_decides_and_not_the_suffix() -> None:
    xlsx = reading.read(workbook(甲=[HEAD.split(","), BANK.split(",")]), "points.csv")
    csv = points(BANK, name="points.xlsx")
    assert [book.form for book in (xlsx, csv)] == ["spreadsheet", "csv"]
    assert next(understood(xlsx).rows())["name"] == next(understood(csv).rows())["name"]


def test_of_several_sheets_the_readable_one_is_chosen() -> None:
    book = reading.read(workbook(说明=[["更新时间"], ["2026"]], 网点=[HEAD.split(","), BANK.split(",")]), "points.xlsx")
    assert understood(book).sheet.name == "网点"
    with pytest.raises(Refused, match="列"):
        understood(book, sheet="说明")
    with pytest.raises(Refused, match="没有工作表"):
        understood(book, sheet="别的")


def test_titles_above_the_header_are_passed_over_and_rows_keep_their_number() -> None:
    book = table("望京供电所缴费网点一览表,,,,,", "制表：2026年11月,,,,,", HEAD, BANK)
    assert [(row.number, row["name"]) for row in understood(book).rows()] == [(4, "中国银行望京支行")]


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        ("NAME,lng,lat", {"name", "lon", "lat"}),
        ("医院名称,经度(WGS84),纬度（WGS84）", {"name", "lon", "lat"}),
        ("name,location", {"name", "place"}),
        ("小区名称,wgs_lng,wgs_lat,gcj_lng,gcj_lat", {"name", "lon", "lat"}),
        ("省份名称,城市名称,网点名称,经度,纬度,区域名称", {"name", "lon", "lat", "district"}),
    ],
)
def test_columns_are_known_by_many_names(names: str, fields: set[str]) -> None:
    assert set(understood(table(names, ",".join("1" * (names.count(",") + 1)))).at) == fields


def test_of_columns_in_several_datums_the_given_one_is_taken() -> None:
    book = table("名称,bd_lng,bd_lat,wgs_lng,wgs_lat", "甲,116.4,39.9,116.3,39.8")
    row = next(understood(book).rows())
    assert (row["lon"], row["lat"]) == ("116.3", "39.8")


def test_columns_that_speak_of_another_datum_are_refused() -> None:
    with pytest.raises(Refused, match="百度经度"):
        understood(table("名称,百度经度,百度纬度", "甲,116.4,39.9"))


def test_a_missing_column_is_refused_with_the_columns_seen_and_the_way_out() -> None:
    book = table("店,横,竖", "甲,116.465,39.995")
    with pytest.raises(Refused) as refusal:
        understood(book)
    assert all(said in str(refusal.value.reason) for said in ("经度", "店、横、竖", "--map lon="))
    mapped = understood(book, columns={"name": "店", "lon": "横", "lat": "竖"})
    assert next(mapped.rows())["lat"] == "39.995"


def test_a_map_to_a_column_or_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="没有“没有的”"):
        understood(points(BANK), columns={"name": "没有的"})
    with pytest.raises(Refused, match="不认识"):
        understood(points(BANK), columns={"colour": "名称"})


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return out.getvalue()


def _sparse() -> bytes:
    """Five kilobytes that ask the reader for half a terabyte."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "名称")
    sheet.write(1048575, 16383, "x")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"), (b" \n\n", "空的"), (b"%PDF-1.7 x", "PDF"), (b"\x89PNG\r\n\x1a\n", "PNG"),
        (bytes(range(256)) * 20, "不是表格"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"), (b'{"a": 1}', "GeoJSON"),
        (b"[" * 100_000, "损坏"), (b'{"type":', "损坏"),
        (b"PK\x03\x04 not a zip", "损坏"), (b"\xd0\xcf\x11\xe0 not a workbook", "损坏"), (_bomb(), "损坏"), (_sparse(), "损坏"),
    ],
    ids=["empty", "blank", "pdf", "png", "junk", "html", "json", "deep json", "cut json", "no zip", "no xls", "zip bomb", "sparse"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_reason(data: bytes, says: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=says):
        reading.read(data, "points.xlsx")
    assert time.monotonic() - began < 20


def test_an_open_quotation_mark_is_told_with_its_line() -> None:
    with pytest.raises(Refused, match="引号"):
        points('"甲,银行,116.465,39.995,,' + "乙,银行,116.465,39.995,,\n" * 9000)


def test_a_projection_in_metres_is_refused() -> None:
    with pytest.raises(Refused, match="4326"):
        geojson(({}, None), crs={"type": "name", "properties": {"name": "EPSG:3857"}})


def test_misread_words_are_known_by_the_many_not_by_one() -> None:
    gbk = [word.encode("gbk").decode("cp1252", "ignore") for word in ("北京银行", "中国邮政", "超级市场")]
    way = texts.wrong(gbk)
    assert way is not None
    assert way.mend(gbk[0]) == "北京银行"
    assert texts.wrong(["Café Müller", "北京银行", "中国邮政", "便利店"]) is None
    assert texts.wrong(["Łódź", "Kraków", "Gdańsk"]) is None


def test_utf8_misread_as_gbk_is_known_too() -> None:
    words = [word.encode().decode("gb18030", "ignore") for word in ("中国银行", "望京新城", "邮政储蓄")]
    way = texts.wrong(words)
    assert way is not None
    assert way.mend(words[0]) == "中国银行"


def test_a_map_whose_objects_share_no_property_is_refused_before_it_is_spread_out() -> None:
    with pytest.raises(Refused, match="不同的属性"):
        geojson(*(({f"k{n}": 1}, None) for n in range(4000)))


def test_a_geojson_of_numbers_and_nulls_is_read() -> None:
    book = geojson(({"name": "甲", "n": 3, "x": None}, {"type": "Point", "coordinates": [116.465, 39.995]}), ({"name": "乙"}, None))
    rows = list(understood(book).rows())
    assert [(row["name"], row["lon"]) for row in rows] == [("甲", "116.465"), ("乙", "")]
    assert json.dumps(book.shapes[0])
