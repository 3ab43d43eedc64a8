"""Bringing in what operators have: tables and boundaries, with a report of every row that stayed behind.

`importing.bring(session, "points", path, datum=Datum.gcj02)` is all that a caller needs; so say the command line, the
administrator's page and the demo town.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.datum import Datum
from grids.importing import areas, buildings, estates, points, reading, streets
from grids.importing.how import How
from grids.importing.reading import Book
from grids.importing.report import Report
from grids.reaching import reckoning
from grids.staff.staff import Me

WHATS: dict[str, Callable[[Session, Book, How], Report]] = {
    "points": points.bring, "estates": estates.bring, "buildings": buildings.bring,
    "grids": areas.bring_grids, "districts": areas.bring_districts, "streets": streets.bring,
}  # fmt: skip


def bring(
    session: Session, what: str, file: Path | Book, *, datum: Datum | str, by: Me | None = None, dry_run: bool = False,
    source: str = "", sheet: str = "", columns: Mapping[str, str] | None = None, kind: str = "", organisation: str = "",
) -> Report:  # fmt: skip
    """Bring in a file of points, estates, buildings, grids, districts or streets. With `dry_run` nothing is written.

    `columns` maps our fields to the file's columns where their names say too little. Raises Refused with the reason.
    """
    if by is not None:
        by.must_administer()
    if what not in WHATS:
        raise Refused(_("There is no import of %(what)s. There are: %(whats)s", what=what, whats=", ".join(WHATS)))
    book = open_file(file) if isinstance(file, Path) else file
    how = How(
        datum=named(datum), by=by, dry_run=dry_run, source=source, sheet=sheet, columns=dict(columns or {}), kind=kind,
        organisation=organisation,
    )  # fmt: skip
    report = WHATS[what](session, book, how)
    if not dry_run:
        reckoning.ask(session)
    return report


def open_file(path: Path) -> Book:
    if not path.is_file():
        raise Refused(_("There is no file %(name)s.", name=path.name))
    if path.stat().st_size > reading.LARGEST:
        raise Refused(_("The file is too large: %(mb)s MB. Please divide it.", mb=path.stat().st_size // 1_000_000))
    return reading.read(path.read_bytes(), path.name)


def named(datum: str) -> Datum:
    try:
        return Datum(datum.strip().lower())
    except ValueError:
        why = _(
            "There is no datum %(datum)s. There are: wgs84 (phones, OpenStreetMap), gcj02 (AMap, Tencent), bd09 (Baidu).",
            datum=datum or "–",
        )
        raise Refused(why) from None
