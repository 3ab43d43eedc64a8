"""A CSV in, a CSV out: the batches of the command. UTF-8 with or without its mark, or GB18030, as Excel saves it."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.importing import texts

LONGEST = 10_000_000
SEEN = 40
"""So many columns are named to whoever named one that is not there."""
_ACTING = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH COMMERCIAL AT}")


class Sheet(msgspec.Struct, frozen=True):
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def has(self, name: str) -> bool:
        return name.lower() in map(str.lower, self.header)

    def column(self, name: str) -> Sequence[str]:
        """By its name, in capitals or not."""
        if not self.has(name):
            raise Refused(_("There is no column %(name)s. There are: %(names)s.", name=name, names=", ".join(self.header[:SEEN])))
        at = [one.lower() for one in self.header].index(name.lower())
        return [row[at] if at < len(row) else "" for row in self.rows]


def read(file: Path) -> Sheet:
    try:
        text, _encoding = texts.decode(file.read_bytes())
    except OSError as error:
        raise Refused(_("The file %(name)s cannot be read.", name=file.name)) from error
    before = csv.field_size_limit(LONGEST)  # which the whole process shares
    try:
        rows = [row for row in _rows(text, file.name) if row]
    finally:
        csv.field_size_limit(before)
    if not rows:
        raise Refused(_("The file %(name)s is empty.", name=file.name))
    return Sheet([name.strip() for name in rows[0]], rows[1:])


def _rows(text: str, name: str) -> list[list[str]]:
    """A quotation mark that never closes swallows every row after it: that is told, not read."""
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_parted_by(text), strict=strict)
        try:
            return list(reader)
        except csv.Error as error:
            if not strict or "end of data" in str(error) or "limit" in str(error):
                told = _("The file %(name)s cannot be read from line %(line)s on: look for a quotation mark that is not closed.",
                         name=name, line=reader.line_num)  # fmt: skip
                raise Refused(told) from error
    raise AssertionError


def _parted_by(text: str) -> str:
    """A comma; or what a spreadsheet of another country puts where there is none."""
    first = text.partition("\n")[0]
    return next((sign for sign in (",", "\t", ";") if sign in first), ",")


def must_differ(out: Path, *read: Path | None) -> None:
    """What is read is not written over."""
    for one in read:
        if one is not None and out.resolve() == one.resolve():
            raise Refused(_("--out would write over %(name)s. Please choose another file.", name=one.name))


def write(file: Path, rows: Iterable[Sequence[object]]) -> None:
    """All of it or nothing: whoever is killed on the way leaves the file as it was."""
    part = file.with_name(f".{file.name}.{os.getpid()}") if file.is_file() or not file.exists() else file
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([_text(cell) for cell in row] for row in rows)
        if part != file:
            part.replace(file)
    except OSError as error:
        raise Refused(_("The file %(name)s cannot be written: is there such a folder, and room in it?", name=file)) from error
    finally:
        if part != file:
            part.unlink(missing_ok=True)


def _text(cell: object) -> object:
    """What a spreadsheet would take for a formula is marked as text; numbers stay numbers."""
    if not isinstance(cell, str) or not cell.startswith(_ACTING) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
