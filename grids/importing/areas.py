"""Boundaries: service grids, and districts as a reference for datums."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.datum import Datum, to_wgs84
from grids.importing import columns, texts
from grids.importing.beginning import note, open_table
from grids.importing.columns import Row
from grids.importing.homes import Homes
from grids.importing.how import How
from grids.importing.moving import assign
from grids.importing.reading import Book
from grids.importing.report import Report
from grids.tables import District, Grid

NEED_GRIDS: tuple[columns.Wanted, ...] = (("code",), ("name",))
NEED_DISTRICTS: tuple[columns.Wanted, ...] = (("shape",), ("name",))
BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, shapely.errors.ShapelyError)
NO_SHAPE = _("The boundary cannot be read.")
UNDRAWN = Polygon()
"""Of a grid whose boundary is drawn later, on the map."""


class Area(msgspec.Struct):
    row: int
    code: str
    name: str
    organisation: str
    shape: BaseGeometry


def bring_grids(session: Session, book: Book, how: How) -> Report:
    """New grids, and new boundaries or names for those whose short code is known. Estates and points follow the boundaries."""
    table, report = open_table(book, "grids", columns.AREAS, NEED_GRIDS, how)
    standing = {grid.code: grid for grid in session.scalars(sa.select(Grid))}
    homes = Homes(session, how.organisation)
    moved = []
    for area in _areas(table, report, code=r"\d{6}", undrawn=True):
        old = standing.get(area.code)
        home = homes.find(area.organisation) if area.organisation or how.organisation or old is None else None
        boundary = old.boundary if old and area.shape.is_empty else kept(area.shape)
        report.undrawn += not boundary["coordinates"]
        if old is None:
            if home is None:
                homes.miss(table, area.organisation)
                report.skip(area.row, area.name, homes.lacks(area.organisation))
                continue
            report.new += 1
            old = Grid(code=area.code, name=area.name, organisation_id=home, boundary=boundary, created_at=clock.now())
        elif (old.name, old.organisation_id, old.boundary) == (area.name, home or old.organisation_id, boundary):
            report.unchanged += 1
            continue
        else:
            report.changed += 1
        moved.append((old, area.name, home or old.organisation_id, boundary))
    report.show([{"code": grid.code, "name": name} for grid, name, _home, _edge in moved])
    _warn_of_overlaps(standing, moved, report)
    if not how.dry_run:
        _write_grids(session, moved, report)
    return note(session, report, how)


def _write_grids(session: Session, moved: list[tuple[Grid, str, int, dict[str, Any]]], report: Report) -> None:
    for grid, name, home, boundary in moved:
        grid.name, grid.organisation_id, grid.boundary = name, home, boundary
        session.add(grid)
    session.flush()
    report.moved = assign(session, [grid.id for grid, *_rest in moved])


def bring_districts(session: Session, book: Book, how: How) -> Report:
    table, report = open_table(book, "districts", columns.DISTRICTS, NEED_DISTRICTS, how)
    standing = {one.code: one for one in session.scalars(sa.select(District))}
    for area in _areas(table, report, code=r".{1,40}"):
        boundary, old = kept(area.shape), standing.get(area.code)
        if old is not None and (old.name, old.boundary) == (area.name, boundary):
            report.unchanged += 1
            continue
        report.new, report.changed = report.new + (old is None), report.changed + (old is not None)
        if not how.dry_run:
            session.merge(District(code=area.code, name=area.name, boundary=boundary))
    session.flush()
    return note(session, report, how)


def _areas(table: columns.Table, report: Report, *, code: str, undrawn: bool = False) -> Iterator[Area]:
    """The rows whose boundary and code can be used, in WGS-84. `undrawn`: one without a boundary is used too."""
    seen: dict[str, int] = {}
    for row in table.rows():
        report.read += 1
        name = texts.clean(row["name"], 120)
        number = _code(row) or (name if not {"code", "district_code"} & table.at.keys() else "")
        drawn = _shape(row, undrawn=undrawn)
        if not name:
            report.skip(row.number, number, _("No name."))
        elif not re.fullmatch(code, number):
            report.skip(
                row.number, name, _("The short code needs six digits: %(said)s", said=number or "–"), _("The short code needs six digits.")
            )
        elif number in seen:
            report.skip(
                row.number,
                name,
                _("The code of row %(row)s again: %(code)s", row=seen[number], code=number),
                _("The code of an earlier row again."),
            )
        elif isinstance(drawn, Phrase):
            report.skip(row.number, name, drawn)
        else:
            seen[number] = row.number
            yield Area(
                row.number,
                number,
                name,
                texts.clean(row["organisation"], 120),
                in_wgs84(_repaired(drawn, row, name, report), report.datum),
            )


def _code(row: Row) -> str:
    """Of a statistics code such as 156440311 the last six: 156 is China."""
    said = re.sub(r"\.0$", "", texts.clean(row["code"] or row["district_code"], 40))
    return said[3:] if re.fullmatch(r"156\d{6}", said) else said


def _shape(row: Row, *, undrawn: bool) -> BaseGeometry | Phrase:
    try:
        drawn = shape(row.shape) if row.shape else _written(row["shape"]) or UNDRAWN
    except BROKEN:
        return NO_SHAPE
    return UNDRAWN if undrawn and drawn.is_empty else unfit(drawn) or drawn


def unfit(drawn: BaseGeometry) -> Phrase | None:
    """Why this can be nobody's boundary."""
    if drawn.is_empty:
        return _("No boundary.")
    if not isinstance(drawn, Polygon | MultiPolygon):
        return _("The boundary is no area but a point or a line.")
    west, south, east, north = drawn.bounds
    if not (73 <= west <= east <= 136 and 3 <= south <= north <= 54):
        return _("The boundary does not lie in China; perhaps it is not in degrees, or longitude and latitude are swapped.")
    return None


def _written(text: str) -> BaseGeometry | None:
    """WKT, GeoJSON in a cell, or AMap's lon,lat;lon,lat|… of several rings."""
    text = text.strip()
    if not text:
        return None
    if text.startswith("{"):
        return shape(msgspec.json.decode(text))
    if re.match(r"^[\d.]", text):
        rings = [[tuple(map(float, pair.split(","))) for pair in ring.split(";") if pair] for ring in text.split("|")]
        return MultiPolygon([Polygon(ring) for ring in rings])
    return shapely.from_wkt(text.partition(";")[2] if text.startswith("SRID=") else text)


def _repaired(drawn: BaseGeometry, row: Row, name: str, report: Report) -> BaseGeometry:
    """Only the areas of what mending leaves: a line that crosses itself may leave crumbs."""
    if drawn.is_valid:
        return drawn
    report.remark(row.number, name, _("The boundary crossed itself and was repaired."))
    mended = shapely.make_valid(drawn)
    return shapely.union_all([part for part in shapely.get_parts(mended) if isinstance(part, Polygon | MultiPolygon)])


def in_wgs84(drawn: BaseGeometry, datum: Datum) -> BaseGeometry:
    def moved(places: Any) -> Any:
        places[:] = [to_wgs84(lat, lon, datum)[::-1] for lon, lat in places]
        return places

    flat = shapely.force_2d(drawn)
    return flat if datum is Datum.wgs84 else shapely.transform(flat, moved)


def kept(drawn: BaseGeometry) -> dict[str, Any]:
    """As it is stored: to a tenth of a metre, and as JSON gives it back."""
    rounded = shapely.transform(drawn, lambda places: places.round(6))
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(mapping(rounded if rounded.is_valid else drawn)))
    return found


def _warn_of_overlaps(standing: dict[str, Grid], moved: list[tuple[Grid, str, int, dict[str, Any]]], report: Report) -> None:
    """Two grids over the same ground: an estate there would have two managers. Slivers along an edge do not count."""
    after = {code: (grid.name, grid.boundary) for code, grid in standing.items()} | {
        grid.code: (name, edge) for grid, name, _home, edge in moved
    }
    shapes = [shape(edge) for _name, edge in after.values()]
    names, tree = [name for name, _edge in after.values()], shapely.STRtree(shapes)
    for one, other in zip(*tree.query(shapes, predicate="intersects").tolist(), strict=True) if shapes else ():
        smaller = min(shapes[one].area, shapes[other].area)
        if one < other and shapes[one].intersection(shapes[other]).area > 0.01 * smaller:
            report.warn(_("%(one)s and %(other)s overlap.", one=names[one], other=names[other]))
