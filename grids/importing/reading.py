"""A file of whatever kind as sheets of words. What it is is told by its content, not by its suffix."""

import csv
import io
import unicodedata
from pathlib import PurePath
from typing import Any

import msgspec

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.importing import texts
from grids.importing.sheets import Sheet
from grids.importing.sheets import read as read_workbook
from grids.importing.workbook import ROWS

LARGEST = 60_000_000
COLUMNS = 500
CELLS = 10_000_000
"""Of a map: its objects by all the properties that any of them has. OpenStreetMap knows many, each object few."""
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
NOT_TABLES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
}
DELIMITERS = ",\t;|\uff0c"
# OGC:CRS84 and EPSG:4326 are WGS-84; China's EPSG:4490 differs from it by centimetres.
SAME_AS_WGS84 = ("CRS84", "4326", "4490", "4258")


class Book(msgspec.Struct):
    """What a file holds. `shapes` are the GeoJSON geometries of the rows after the header."""

    name: str
    form: str
    encoding: str
    sheets: list[Sheet]
    shapes: list[dict[str, Any] | None] = []

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem[:80] or "file"


def read(data: bytes, name: str) -> Book:
    """Raises Refused with a reason for what is no table."""
    name = texts.clean(PurePath(name).name, 120) or "file"
    if not data.strip():
        raise Refused(_("The file is empty."))
    if len(data) > LARGEST:
        raise Refused(_("The file is too large: %(mb)s MB. Please divide it.", mb=len(data) // 1_000_000))
    for magic, kind in NOT_TABLES.items():
        if data.startswith(magic):
            raise Refused(_("This is a %(kind)s file, not a table. Please give a .csv, .xls, .xlsx or .geojson file.", kind=kind))
    if data.startswith(WORKBOOKS):
        return Book(name, "spreadsheet", "", read_workbook(data))
    text, encoding = texts.decode(data)
    start = text.lstrip()[:1]
    if start == "<":
        raise Refused(_("This is a web page or XML under another name. Please open it in Excel or WPS and save it as .xlsx."))
    if start in ("{", "["):
        return _geojson(text, name, encoding)
    return Book(name, "csv", encoding, [Sheet("", _csv(text))])


def _csv(text: str) -> list[list[str]]:
    strange = sum(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text[:20_000])
    if strange > 20:
        raise Refused(_("This is not a table: it holds bytes that no text has. Please save it as .xlsx or .csv."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(row) > COLUMNS:
                raise Refused(_("The file has more than %(columns)s columns. Please keep those that are needed.", columns=COLUMNS))
            if len(rows) > ROWS + 1:
                raise Refused(_("The file has more than %(rows)s rows. Please divide it.", rows=ROWS))
    except csv.Error as error:
        why = _(
            "Line %(line)s cannot be read: perhaps a quotation mark is open. Please save the file anew from Excel or WPS.",
            line=reader.line_num,
        )
        raise Refused(why) from error
    return rows


def _delimiter(text: str) -> str:
    """The one that cuts the first lines into the most columns, alike in most of them."""

    def worth(delimiter: str) -> float:
        lines = io.StringIO(text[:50_000], newline="")
        try:
            widths = [len(row) for _line, row in zip(range(30), csv.reader(lines, delimiter=delimiter), strict=False) if row]
        except csv.Error:
            return 0.0
        usual = max(set(widths), key=widths.count, default=1)
        return (usual - 1) * widths.count(usual) / max(len(widths), 1)

    return max(DELIMITERS, key=worth)


def _geojson(text: str, name: str, encoding: str) -> Book:
    features = _features(text)
    names = list(dict.fromkeys(key for feature in features for key in feature["properties"]))
    if len(features) * len(names) > CELLS:
        why = _("The objects have %(names)s different properties together. Please keep those that are needed.", names=len(names))
        raise Refused(why)
    rows, shapes = [["@id", *names, "@lon", "@lat"]], []
    for feature in features:
        shape = feature["geometry"]
        at = shape["coordinates"] if shape and shape.get("type") == "Point" and isinstance(shape.get("coordinates"), list) else []
        place = [_said(number) for number in [*at, "", ""][:2]]
        rows.append([_said(feature.get("id")), *(_said(feature["properties"].get(key)) for key in names), *place])
        shapes.append(shape)
    return Book(name, "geojson", encoding, [Sheet("", rows)], shapes)


def _features(text: str) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(_("This begins like GeoJSON and is broken: %(why)s", why=str(error)[:120])) from error
    features = found.get("features") if isinstance(found, dict) and found.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise Refused(_("This is JSON, but not GeoJSON: a FeatureCollection is needed."))
    crs = str(found.get("crs") or "")
    if crs and not any(same in crs for same in SAME_AS_WGS84):
        raise Refused(_("The file says that it is not in degrees (crs: %(crs)s). Please export it as WGS-84, EPSG:4326.", crs=crs[:80]))
    if len(features) > ROWS:
        raise Refused(_("The file has more than %(rows)s rows. Please divide it.", rows=ROWS))
    return [_whole(one) for one in features]


def _whole(feature: dict[str, Any]) -> dict[str, Any]:
    properties, shape = feature.get("properties"), feature.get("geometry")
    return {
        "id": feature.get("id"),
        "properties": properties if isinstance(properties, dict) else {},
        "geometry": shape if isinstance(shape, dict) else None,
    }


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
