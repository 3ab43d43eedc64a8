"""Tables to take away, as xlsx and as CSV. What people wrote stays text there: no cell of theirs is ever reckoned or opened."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from app.core import clock
from app.core.words import Phrase

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
Cell = str | int | float | Decimal | date | datetime | None
Row = Sequence[Cell]
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
}  # fmt: skip
LEADING = re.compile("^[\\s\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212|%]|^[\\s\ufeff]*[\t\n]")
"""What a spreadsheet may take for the beginning of a formula, in narrow, wide and small forms."""
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_CELL, LONGEST_NAME, WIDEST = 32_767, 31, 60


def workbook(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """An xlsx: a sheet a name, whose first row is its head."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, OPTIONS)
    styles = {"head": book.add_format({"bold": True, "bottom": 1}), "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"})}
    taken: set[str] = set()
    for name, rows in sheets.items():
        sheet = book.add_worksheet(_name(name, taken))
        _fill(sheet, rows, styles)
    book.close()
    return made.getvalue()


def table(rows: Iterable[Row]) -> bytes:
    """A CSV that Excel reads as UTF-8. A text that looks like a formula begins with an apostrophe."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows([[_guarded(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _fill(sheet: xlsxwriter.workbook.Worksheet, rows: Iterable[Row], styles: Mapping[str, object]) -> None:
    widths: dict[int, int] = {}
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            _put(sheet, down, across, cell, styles)
            widths[across] = min(WIDEST, max(widths.get(across, 6), len(_said(cell)) * 2))
    for across, width in widths.items():
        sheet.set_column(across, across, width)
    sheet.freeze_panes(1, 0)


def _put(sheet: xlsxwriter.workbook.Worksheet, down: int, across: int, cell: Cell, styles: Mapping[str, object]) -> None:
    style = styles["head"] if down == 0 else None
    if isinstance(cell, datetime):
        sheet.write_datetime(down, across, clock.local(clock.as_utc(cell)).replace(tzinfo=None), styles["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(down, across, cell)
    elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        sheet.write_number(down, across, cell, style)
    elif cell is not None:
        sheet.write_string(down, across, _said(cell)[:LONGEST_CELL], style)


def _guarded(cell: Cell) -> str:
    said = _said(cell)
    return f"'{said}" if isinstance(cell, str) and LEADING.match(said) else said


def _said(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return clock.local(clock.as_utc(cell)).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, str):
        # str() of a Phrase is its words in the reader's language.
        return STEERING.sub("", (str(cell) if isinstance(cell, Phrase) else cell).encode("utf-8", "ignore").decode())
    return "" if cell is None else str(cell)


def _name(wanted: str, taken: set[str]) -> str:
    """Excel's rules: at most 31 signs, some of them forbidden, and no name twice, in whatever case."""
    base = FORBIDDEN.sub(" ", STEERING.sub("", wanted)).strip()[:LONGEST_NAME] or "1"
    name, n = base, 2
    while name.lower() in taken:
        name, n = f"{base[: LONGEST_NAME - 4]} {n}", n + 1
    taken.add(name.lower())
    return name
