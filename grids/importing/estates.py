"""Estates and villages from a file. Many such files have no coordinates: then they are kept without a place."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.words import phrase as _
from grids import grids
from grids.datum import to_wgs84
from grids.importing import columns, keeping, places, texts, values
from grids.importing.beginning import Keys, admitted, note, open_table, placed
from grids.importing.columns import Row
from grids.importing.how import How
from grids.importing.keeping import Candidate
from grids.importing.namesakes import Namesakes, Once
from grids.importing.places import Place
from grids.importing.reading import Book
from grids.importing.report import Report
from grids.tables import Estate, Grid

NEED: tuple[columns.Wanted, ...] = (("name",),)


class Finder:
    """The grid of an estate: the one its place lies in, else the one whose short code the row names."""

    def __init__(self, session: Session) -> None:
        self.chart = grids.chart(session)
        self.codes = {code: key for key, code in session.execute(sa.select(Grid.id, Grid.code))}

    def find(self, row: Row, name: str, lat: float | None, lon: float | None, report: Report) -> int | None:
        found = self.chart.find(lat, lon) if lat is not None and lon is not None else None
        code = texts.clean(row["grid"], 20)
        if found is None and code:
            found = self.codes.get(code)
            if found is None:
                report.remark(row.number, name, _("No grid has the short code %(code)s.", code=code))
        return found


def bring(session: Session, book: Book, how: How) -> Report:
    table, report = open_table(book, "estates", columns.ESTATES, NEED, how)
    rows = placed(session, table, report)
    keys, doubles, once, finder = Keys(rows, report), places.Doubles(), Once(), Finder(session)
    found: list[Candidate] = []
    for row, place, name in admitted(rows, report, name=_name, homeless=True):
        if not name:
            report.skip(row.number, "", _("No name."))
            continue
        key = keys.key(row, name, row["district"], row["address"], "" if place.absent else f"{place.lat:.4f} {place.lon:.4f}")
        if keys.repeats(row, name, key, report):
            continue
        one = _candidate(row, place, name, key=key, finder=finder, report=report)
        somewhere = one.values["lat"] is not None
        if somewhere and doubles.repeat(row.number, name, one.values["lat"], one.values["lon"], report):
            continue
        if not keys.own(row) and once.repeats(row, one, report):
            continue
        found.append(one)
    keeping.settle(session, Estate, found, report, meant=Namesakes(session, found, report).of)
    _count(found, report)
    return note(session, report, how)


def _candidate(row: Row, place: Place, name: str, *, key: str, finder: Finder, report: Report) -> Candidate:
    lat, lon = (None, None) if place.absent else to_wgs84(place.lat, place.lon, report.datum)
    lat, lon = (None, None) if lat is None or lon is None else (round(lat, 7), round(lon, 7))
    grid_id = finder.find(row, name, lat, lon, report)
    report.repaired += row.repaired
    said = keeping.common(name, key=key, report=report, lat=lat, lon=lon, grid_id=grid_id) | {
        "address": values.address(row["address"]), "note": texts.clean(row["note"]),
        "households": _number(row, "households", name, report), "building_count": _number(row, "building_count", name, report),
    }  # fmt: skip
    return Candidate(row.number, key, said)


def _number(row: Row, field: str, name: str, report: Report) -> int:
    """A count that cannot be read is unknown, which is 0, and said: it is no reason to lose the estate."""
    number = values.count(row[field])
    if number is None and any(char.isdigit() for char in row[field]):
        report.remark(row.number, name, _("This number cannot be read and was left out: %(said)s", said=texts.clean(row[field], 40)))
    return number or 0


def _name(row: Row) -> str:
    return texts.clean(row["name"], 120)


def _count(found: list[Candidate], report: Report) -> None:
    gone = {line.row for line in report.skipped}
    for one in found:
        if one.row not in gone:
            report.without_place += one.values["lat"] is None
            report.outside += one.values["lat"] is not None and one.values["grid_id"] is None
