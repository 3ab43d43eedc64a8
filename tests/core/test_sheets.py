"""Exports: what people wrote is text in every cell, whatever it begins with (quality 25)."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.core import sheets

EVIL = [
    f"{lead}{sign}1+cmd|' /C calc'!A0"
    for sign in (
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
        "\ufe66",
        "\ufe62",
        "\ufe63",
        "\ufe6b",
        "\u2212",
        "|",
        "%",
    )
    for lead in ("", " ", "\n", "\u3000", "\ufeff", "\u202e", "\x00")
]
FORMULA = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212|%\t\r\n]")
SIGNS = st.text(st.characters(), max_size=40)


def parts(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.startswith("xl/")}


def read(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_no_cell_is_a_formula(evil: str) -> None:
    made = sheets.workbook({"一": [["头"], [evil]]})
    assert not [name for name, text in parts(made).items() if "<f>" in text or "<f " in text or "hyperlink" in text.lower()]
    [[_head], [cell]] = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert isinstance(cell, str)
    assert "1+cmd" in cell
    told = read(sheets.table([[evil]]))[0][0]
    assert told.startswith("'")
    assert "\u202e" not in told + cell
    assert "\r" not in read(sheets.table([["\r=1"]]))[0][0]


@settings(deadline=None)
@given(rows=st.lists(st.lists(SIGNS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_whatever_was_typed_is_read_back_as_text_and_never_begins_a_formula(rows: list[list[str]]) -> None:
    made = sheets.workbook({"一": [["头"], *rows]})
    assert not any("<f>" in text for text in parts(made).values())
    for row in CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()[1:]:
        assert all(isinstance(cell, str) for cell in row)
    for row in read(sheets.table(rows)):
        assert not any(FORMULA.match(cell.lstrip()) for cell in row)


def test_numbers_days_and_moments_stay_what_they_are() -> None:
    moment = datetime(2026, 5, 8, 0, 30, tzinfo=UTC)
    rows: list[sheets.Row] = [["头"], [-5, Decimal("-0.4883"), date(2026, 5, 8), moment, None, "-5"]]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(sheets.workbook({"一": rows}))).get_sheet_by_index(0).to_python()[1]
    assert cells == [-5.0, -0.4883, date(2026, 5, 8), datetime(2026, 5, 8, 8, 30), "", "-5"]
    assert read(sheets.table(rows))[1] == ["-5", "-0.4883", "2026-05-08", "2026-05-08 08:30", "", "'-5"]


def test_names_of_sheets_are_what_excel_takes() -> None:
    made = sheets.workbook({"a/b[c]:*?": [["1"]], "A b c": [["2"]], "长" * 40: [["3"]], "": [["4"]], "长" * 41: [["5"]], "'x'": [["6"]]})
    names = CalamineWorkbook.from_filelike(io.BytesIO(made)).sheet_names
    assert len({name.lower() for name in names}) == 6
    assert all(0 < len(name) <= 31 for name in names)


def test_a_cell_of_a_megabyte_is_cut_and_still_opens() -> None:
    made = sheets.workbook({"一": [["头"], ["长" * 1_000_000]]})
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()[1][0]) == sheets.LONGEST_CELL
