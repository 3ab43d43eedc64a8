"""Places to pay from a file."""

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.words import phrase as _
from grids import grids
from grids.datum import to_wgs84
from grids.importing import columns, keeping, kinds, places, texts, values
from grids.importing.beginning import Keys, admitted, note, open_table, placed
from grids.importing.columns import Row
from grids.importing.how import How
from grids.importing.keeping import Candidate
from grids.importing.places import Place
from grids.importing.reading import Book
from grids.importing.report import Report
from grids.points import doubles
from grids.points.trade import default_methods
from grids.tables import PaymentPoint

NEED: tuple[columns.Wanted, ...] = (("lon+lat", "place"), ("name", "kind"))


def bring(session: Session, book: Book, how: How) -> Report:
    """Keep the payment points of a file; what else stands in it is left out and counted."""
    if how.kind and how.kind not in kinds.rules().kind:
        raise Refused(_("There is no kind %(kind)s. There are: %(kinds)s", kind=how.kind, kinds=", ".join(kinds.rules().kind)))
    table, report = open_table(book, "points", columns.POINTS, NEED, how)
    rows = placed(session, table, report)
    keys, here = Keys(rows, report), places.Doubles()
    chart = grids.chart(session)
    found: list[Candidate] = []
    for row, place, name in admitted(rows, report, name=_name, homeless=False):
        key = keys.key(row, name, f"{place.lat:.4f}", f"{place.lon:.4f}")
        if keys.repeats(row, name, key, report):
            continue
        kind = how.kind or kinds.read(row["kind"], name)
        if not kind:
            report.skip(row.number, name, _("No kind of payment point: %(type)s", type=_type(row) or "–"), _("No kind of payment point."))
            continue
        one = _candidate(row, place, name, kind=kind, key=key, chart=chart, report=report)
        if here.repeat(row.number, one.values["name"], one.values["lat"], one.values["lon"], report):
            continue
        found.append(one)
    keeping.settle(session, PaymentPoint, found, report)
    if not how.dry_run:
        report.doubles = doubles.look(session)
    _count(found, report)
    return note(session, report, how)


def _candidate(row: Row, place: Place, name: str, *, kind: str, key: str, chart: grids.Map, report: Report) -> Candidate:
    lat, lon = to_wgs84(place.lat, place.lon, report.datum)
    lat, lon = round(lat, 7), round(lon, 7)
    if not name:
        name = kinds.rules().kind[kind].word
        report.remark(row.number, name, _("It has no name in the file and was called by its kind."))
    phone, people = values.phones(row["phone"], row["area_code"])
    hours = values.opening(row["opening_hours"])
    if hours is None:
        report.remark(
            row.number, name, _("The opening hours cannot be read and were left out: %(said)s", said=texts.clean(row["opening_hours"], 60))
        )
    report.people += people
    report.repaired += row.repaired
    methods = kinds.methods(row["methods"])
    said = keeping.common(name, key=key, report=report, lat=lat, lon=lon, grid_id=chart.find(lat, lon)) | {
        "kind": kind, "address": values.address(row["address"]), "phone": phone, "opening_hours": hours or "", "methods": methods,
    }  # fmt: skip
    return Candidate(row.number, key, said, {} if methods else {"methods": default_methods(kind)})


def _name(row: Row) -> str:
    """The Chinese name, else the name; where there is none, the English one or whose it is."""
    names = (row["name_zh"], row["name"], row["brand"].partition("\n")[0], row["name_en"])
    return next(filter(None, (texts.clean(said, 120) for said in names)), "")


def _type(row: Row) -> str:
    return texts.clean(row["kind"].replace("\n", " "), 60)


def _count(found: list[Candidate], report: Report) -> None:
    gone = {line.row for line in report.skipped}
    for one in found:
        if one.row not in gone:
            report.kinds[one.values["kind"]] = report.kinds.get(one.values["kind"], 0) + 1
            report.outside += one.values["grid_id"] is None
