"""Tables as they come out of a web page or a sheet: a line of column names, then a row for each notice."""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from broadcasts.dispatch.labels import KINDS
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.vocabulary import pattern

SPLITS = (re.compile(r"[^\t]+"), re.compile(r"[^|]+"), re.compile(r"[^,]+"), re.compile(r"\S+(?: \S+)*"), re.compile(r"\S+"))
MOST_COLUMNS = 16
INHERITED = {"time", "start", "end", "cause", "kind"}


class Table(msgspec.Struct):
    lo: int
    hi: int
    rows: list[list[Section]]


def find(text: str, lo: int, hi: int) -> Table | None:
    lines = list(_lines(text, lo, hi))
    for at, line in enumerate(lines):
        for split in SPLITS:
            columns = [_column(text, cell) for cell in _cells(text, line, split)]
            if _is_header(columns, strict=split in SPLITS[2::2]):
                return _rows(text, lines, at, split, columns)
        if standing := _standing(text, lines, at) or _flat(text, line):
            return standing
    return None


def _lines(text: str, lo: int, hi: int) -> Iterator[Span]:
    at = lo
    while at < hi:
        end = text.find("\n", at, hi)
        end = hi if end < 0 else end
        yield at, end
        at = end + 1


def _cells(text: str, line: Span, split: re.Pattern[str]) -> list[Span]:
    if split is SPLITS[0]:
        return _between(text, line, "\t")
    if split is SPLITS[1]:
        return [one for one in _between(text, line, "|") if text[slice(*one)].strip() or text[line[0] : one[0]].count("|") > 0]
    if split is SPLITS[2]:
        return _between(text, line, ",")
    return [match.span() for match in split.finditer(text, *line)]


def _between(text: str, line: Span, mark: str) -> list[Span]:
    cells, at = [], line[0]
    while (end := text.find(mark, at, line[1])) >= 0:
        cells.append((at, end))
        at = end + 1
    return [*cells, (at, line[1])]


def _column(text: str, cell: Span) -> str:
    return _kind(re.sub(r"\s", "", text[slice(*cell)]))


@lru_cache(256)
def _kind(said: str) -> str:
    match = pattern("bare_label").fullmatch(said)
    return next(name for name in KINDS if match.groupdict().get(name)) if match else ""


def _is_header(columns: list[str], *, strict: bool) -> bool:
    named = [name for name in columns if name]
    wanted = {"time", "start", "area", "line"} & set(named)
    return (
        len(named) >= (3 if strict else 2)
        and len(wanted) >= 2
        and (len(named) == len(columns) if strict else len(named) * 2 >= len(columns))
    )


def _rows(text: str, lines: list[Span], at: int, split: re.Pattern[str], columns: list[str]) -> Table:
    rows: list[list[Section]] = []
    end = lines[at][1]
    for line in lines[at + 1 :]:
        cells = _cells(text, line, split)
        if re.fullmatch(r"[\s|:-]*", text[slice(*line)]):
            if rows and not text[slice(*line)].strip():
                break
            continue
        if len(cells) < 2:
            break
        above = rows[-1] if rows else []
        rows.append([Section("title", *lines[at]), *_row(text, cells, columns, above, line)])
        end = line[1]
    return Table(lines[at][0], end, rows)


def _row(text: str, cells: list[Span], columns: list[str], above: list[Section], line: Span) -> list[Section]:
    """A cell under each name. A row that has another number of cells is read by what its cells say."""
    if len(cells) != len(columns):
        return [Section("row", *line)]
    row = []
    for column, cell in zip(columns, cells, strict=True):
        if text[slice(*cell)].strip():
            row.append(Section(column or "other", *cell))
        elif column in INHERITED:
            row += [one for one in above if one.kind == column][:1]
    return row


def _standing(text: str, lines: list[Span], at: int) -> Table | None:
    """Each cell on a line of its own: the names below each other, then the values in the same order."""
    columns: list[str] = []
    head = [line for line in lines[at : at + MOST_COLUMNS] if text[slice(*line)].strip()]
    while len(columns) < len(head) and (name := _column(text, head[len(columns)])):
        columns.append(name)
    if not _is_header(columns, strict=True):
        return None
    filled = [line for line in lines[at:] if text[slice(*line)].strip()]
    values = filled[len(columns) :]
    if len(values) < len(columns):
        return None
    rows = []
    while len(values) >= len(columns):
        title = Section("title", lines[at][0], filled[len(columns) - 1][1])
        rows.append([title, *(Section(name, *cell) for name, cell in zip(columns, values, strict=False))])
        values = values[len(columns) :]
    return Table(lines[at][0], rows[-1][-1].hi, rows)


def _flat(text: str, line: Span) -> Table | None:
    """All on one line: the names, then the values of each notice, a day and its hour being one value."""
    cells = [match.span() for match in SPLITS[4].finditer(text, *line)]
    names = [_column(text, cell) for cell in cells]
    first = next((at for at, name in enumerate(names) if name), len(names))
    last = next((at for at in range(first, len(names)) if not names[at]), len(names))
    columns, values = names[first:last], _joined(text, cells[last:])
    if not _is_header(columns, strict=True) or len(values) < len(columns) or len(values) % len(columns):
        return None
    title = Section("title", cells[first][0], cells[last - 1][1])
    rows = [values[at : at + len(columns)] for at in range(0, len(values), len(columns))]
    return Table(title.lo, line[1], [[title, *(Section(name, *cell) for name, cell in zip(columns, row, strict=True))] for row in rows])


def _joined(text: str, cells: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for cell in cells:
        before = text[slice(*joined[-1])] if joined else ""
        if pattern("day_alone").fullmatch(before) and pattern("(?:<period>)?\\d{1,2}[:\\u65f6\\u70b9]").match(text, *cell):
            joined[-1] = (joined[-1][0], cell[1])
        else:
            joined.append(cell)
    return joined
