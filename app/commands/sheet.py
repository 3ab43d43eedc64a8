"""A CSV in, a CSV out: the batches of the command. UTF-8 with or without its mark, or GB18030, as Excel saves it."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from app.core.errors import Refused
from app.core.words import phrase as _
from grids.importing import texts

LONGEST = 10_000_000
_ACTING = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH COMMERCIAL AT}")


class Sheet(msgspec.Struct, frozen=True):
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def column(self, name: str) -> Sequence[str]:
        if name not in self.header:
            raise Refused(_("There is no column %(name)s. There are: %(names)s.", name=name, names=", ".join(self.header)))
        at = self.header.index(name)
        return [row[at] if at < len(row) else "" for row in self.rows]


def read(file: Path) -> Sheet:
    csv.field_size_limit(LONGEST)
    try:
        text, _encoding = texts.decode(file.read_bytes())
    except OSError as error:
        raise Refused(_("The file %(name)s cannot be read.", name=file.name)) from error
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    if not rows:
        raise Refused(_("The file %(name)s is empty.", name=file.name))
    return Sheet([name.strip() for name in rows[0]], rows[1:])


def write(file: Path, rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([_text(cell) for cell in row] for row in rows)


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
