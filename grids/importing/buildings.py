"""Buildings from a file, each to its estate by the estate's name."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.words import phrase as _
from grids.datum import to_wgs84
from grids.importing import columns, texts, values
from grids.importing.beginning import admitted, note, open_table, placed
from grids.importing.columns import Row
from grids.importing.how import How
from grids.importing.keeping import BATCH
from grids.importing.places import Place, metres
from grids.importing.reading import Book
from grids.importing.report import Report
from grids.tables import Building, Estate

NEED: tuple[columns.Wanted, ...] = (("estate",), ("building",))
# Of two estates with one name the building belongs to the one within this distance.
WITHIN = 1500.0

Key = tuple[int, str]


def bring(session: Session, book: Book, how: How) -> Report:
    table, report = open_table(book, "buildings", columns.BUILDINGS, NEED, how)
    estates = _estates(session)
    found: dict[Key, dict[str, Any]] = {}
    for row, place, name in admitted(placed(session, table, report), report, name=_name, homeless=True):
        one = _values(row, place, report)
        estate_id = _estate(row, one, estates, report)
        if estate_id is None:
            continue
        if not one["name"]:
            report.skip(row.number, name, _("No name."))
        elif (estate_id, one["name"]) in found:
            report.skip(row.number, name, _("This building stands in the file twice."))
        else:
            found[estate_id, one["name"]] = {"estate_id": estate_id, **one}
            report.without_place += place.absent
    _settle(session, found, report)
    return note(session, report, how)


def _values(row: Row, place: Place, report: Report) -> dict[str, Any]:
    lat, lon = (None, None) if place.absent else to_wgs84(place.lat, place.lon, report.datum)
    return {
        "name": texts.clean(row["building"], 80),
        "households": values.count(row["households"]) or 0,
        "floors": values.count(row["floors"]) or 0,
        "transformer": texts.clean(row["transformer"], 80),
        "lat": None if lat is None else round(lat, 7),
        "lon": None if lon is None else round(lon, 7),
    }


def _name(row: Row) -> str:
    return f"{texts.clean(row['estate'], 120)} {texts.clean(row['building'], 80)}".strip()


def _estates(session: Session) -> dict[str, list[Any]]:
    known: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(sa.select(Estate.id, Estate.name, Estate.lat, Estate.lon)):
        known[texts.plain(row.name)].append(row)
    return known


def _estate(row: Row, one: dict[str, Any], estates: dict[str, list[Any]], report: Report) -> int | None:
    said = texts.clean(row["estate"], 120)
    named = estates.get(texts.plain(said), [])
    if len(named) > 1 and one["lat"] is not None:
        named = [estate for estate in named if estate.lat is not None and metres(one["lat"], one["lon"], estate.lat, estate.lon) <= WITHIN]
    if len(named) == 1:
        return int(named[0].id)
    if named:
        report.skip(row.number, _name(row), _("Several estates are called so."))
    else:
        report.skip(row.number, _name(row), _("No estate is called so: bring in the estates first."))
    return None


def _settle(session: Session, found: dict[Key, dict[str, Any]], report: Report) -> None:
    kept = ("id", "estate_id", "name", "households", "floors", "transformer", "lat", "lon")
    columns_ = [Building.__table__.c[name] for name in kept]
    standing = {(row.estate_id, row.name): row._mapping for row in session.execute(sa.select(*columns_))}
    new = [values_ for key, values_ in found.items() if key not in standing]
    changed = []
    for key, values_ in found.items():
        old = standing.get(key)
        if old and (difference := {name: value for name, value in values_.items() if value and value != old[name]}):
            changed.append((old["id"], difference))
    report.new, report.changed, report.unchanged = len(new), len(changed), len(found) - len(new) - len(changed)
    report.show(list(found.values()))
    if report.dry_run:
        return
    for start in range(0, len(new), BATCH):
        session.execute(sa.insert(Building), new[start : start + BATCH])
    for building_id, difference in changed:
        session.execute(sa.update(Building).where(Building.id == building_id).values(difference))
    session.expire_all()
