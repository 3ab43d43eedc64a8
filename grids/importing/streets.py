"""Streets, water, green and railways: what is drawn under the sketch of the payment circle."""

from typing import Any

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import mapping, shape
from sqlalchemy.orm import Session

from app.core.words import phrase as _
from grids.importing import columns, texts
from grids.importing.areas import BROKEN, in_wgs84
from grids.importing.beginning import note, open_table
from grids.importing.how import How
from grids.importing.keeping import BATCH
from grids.importing.reading import Book
from grids.importing.report import Report
from grids.tables import MapFeature

NEED: tuple[columns.Wanted, ...] = (("shape",), ("what",))


def bring(session: Session, book: Book, how: How) -> Report:
    """Each shape once: a file that is brought in again adds nothing."""
    table, report = open_table(book, "streets", columns.STREETS, NEED, how)
    standing = {
        _print(row.what, row.name, row.shape) for row in session.execute(sa.select(MapFeature.what, MapFeature.name, MapFeature.shape))
    }
    new: list[dict[str, Any]] = []
    for row in table.rows():
        report.read += 1
        try:
            drawn = in_wgs84(shape(row.shape), how.datum) if row.shape else None
        except BROKEN:
            drawn = None
        if drawn is None or drawn.is_empty:
            report.skip(row.number, texts.clean(row["name"]), _("There is no shape that can be drawn."))
            continue
        one = _feature(texts.clean(row["what"], 40), texts.clean(row["name"], 80), drawn)
        mark = _print(one["what"], one["name"], one["shape"])
        if mark in standing:
            report.unchanged += 1
            continue
        standing.add(mark)
        new.append(one)
    report.new = len(new)
    for start in range(0, 0 if how.dry_run else len(new), BATCH):
        session.execute(sa.insert(MapFeature), new[start : start + BATCH])
    return note(session, report, how)


def _feature(what: str, name: str, drawn: shapely.Geometry) -> dict[str, Any]:
    west, south, east, north = drawn.bounds
    kept = msgspec.json.decode(msgspec.json.encode(mapping(drawn)))
    return {"what": what, "name": name, "shape": kept, "south": south, "north": north, "west": west, "east": east}


def _print(what: str, name: str, drawn: dict[str, Any]) -> bytes:
    return msgspec.json.encode([what, name, drawn], order="sorted")
