"""What every import begins and ends with: the table, its rows with their places, which of them can be used, the log."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.core import audit
from app.core.words import phrase as _
from grids.importing import columns, keeping, places, texts
from grids.importing.columns import Row, Table, Wanted
from grids.importing.how import How
from grids.importing.places import Place
from grids.importing.reading import Book
from grids.importing.report import Report, begin


def open_table(book: Book, what: str, wanted: Wanted, need: tuple[Wanted, ...], how: How) -> tuple[Table, Report]:
    table = columns.understand(book, wanted, need, how)
    source = keeping.source_of(book.stem, how.source)
    return table, begin(what, table, source=source, datum=how.datum, dry_run=how.dry_run)


def placed(session: Session, table: Table, report: Report) -> list[tuple[Row, Place]]:
    """All rows with their places, put right where the whole file is swapped, and weighed against districts and grids."""
    rows = list(table.rows())
    found = [places.of(row) for row in rows]
    places.straighten(found, report)
    places.weigh(session, [(row["district"], place) for row, place in zip(rows, found, strict=True)], report)
    report.read = len(rows)
    return list(zip(rows, found, strict=True))


def admitted(
    rows: list[tuple[Row, Place]], report: Report, *, name: Callable[[Row], str], homeless: bool
) -> Iterator[tuple[Row, Place, str]]:
    """The rows that can be used, with their names. `homeless`: a row without coordinates is kept too."""
    for row, place in rows:
        called = name(row)
        if row.wide:
            report.skip(row.number, called, _("This row has more cells than there are columns: something slipped to the side."))
        elif _shifted(row):
            report.skip(row.number, called, _("Commas stand where words should be: the row was broken when the file was made."))
        elif columns.is_header(row):
            report.skip(row.number, called, _("A header again, in the middle of the table."))
        elif texts.garbled(called):
            report.skip(row.number, called, _("The characters are garbled and cannot be restored."))
        elif place.trouble is not None and not (homeless and place.absent):
            report.skip(row.number, called, place.trouble, place.why)
        else:
            yield row, place, called


def _shifted(row: Row) -> bool:
    return sum(words in (",", "\uff0c", ";") for words in row.said.values()) >= 3


class Keys:
    """The keys of a file's rows, each once. A column of numbers that are mostly the same is none."""

    def __init__(self, rows: list[tuple[Row, Place]], report: Report) -> None:
        self.seen: dict[str, int] = {}
        ids = [row["id"] for row, _place in rows if row["id"]]
        self.by_id = len(set(ids)) * 2 > len(ids)
        if ids and not self.by_id:
            report.warn(_("The column of numbers repeats itself too often to tell rows apart; names and places were used instead."))

    def own(self, row: Row) -> str:
        """The number that the file itself gives to the row; none where it gives none."""
        return texts.clean(row["id"], 80) if self.by_id else ""

    def key(self, row: Row, *words: str) -> str:
        number = self.own(row)
        return f"{row['osm_type']}/{number}" if number and row["osm_type"] else number or keeping.key_of(*words)

    def repeats(self, row: Row, name: str, key: str, report: Report) -> bool:
        first = self.seen.setdefault(key, row.number)
        if first == row.number:
            return False
        report.skip(
            row.number, name, _("The same as row %(row)s.", row=first), _("The same number or the same name and place as an earlier row.")
        )
        return True


def note(session: Session, report: Report, how: How) -> Report:
    """Into the log of who did what, in the transaction of the import itself."""
    if not how.dry_run:
        facts: dict[str, Any] = {
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "skipped": len(report.skipped),
        }
        by = how.by.id if how.by else None
        audit.record(session, f"importing.{report.what}", f"import/{report.source}", by=by, file=report.file, datum=how.datum, **facts)
    return report
