"""Small files for the tests of importing, made as people make them."""

import io
import json
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from grids.importing import reading
from grids.importing.reading import Book

HEAD = "名称,类型,经度,纬度,地址,电话"
# Inside 莲花网格 (116.46 to 116.47, 39.99 to 40.00), as phones say it.
BANK = "中国银行望京支行,银行,116.465,39.995,阜通东大街1号,010-64720000"
SHOP = "老李便利店,便利店,116.4661,39.9951,阜通东大街2号,"


def shifted(name: str, n: int) -> str:
    """A row of which only WGS-84 says that it lies in 莲花网格: at its north-eastern corner."""
    return f"{name},银行,{116.4605 + n / 10_000:.7f},{39.9905 + n / 10_000:.7f},,"


def table(*lines: str, name: str = "points.csv", encoding: str = "utf-8") -> Book:
    return reading.read("\n".join(lines).encode(encoding), name)


def points(*rows: str, **how: Any) -> Book:
    return table(HEAD, *rows, **how)


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()


def geojson(*features: tuple[dict[str, Any], Any], **more: Any) -> Book:
    found = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in features]
    return reading.read(json.dumps({"type": "FeatureCollection", "features": found, **more}).encode(), "areas.geojson")
