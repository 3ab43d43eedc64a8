"""Which column of a file is what: by the names in columns.toml, by the operator's `--map`, or a refusal that says what was seen."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.core.errors import Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.datum import Datum
from grids.importing import headers, texts
from grids.importing.how import How
from grids.importing.reading import Book
from grids.importing.sheets import Sheet

HEADER_WITHIN = 12
SEVERAL = ("kind", "brand")

Wanted = tuple[str, ...]
# What each import looks for, and which of it there must be (one of each tuple).
POINTS: Wanted = (
    "id", "osm_type", "lon", "lat", "place", "name_zh", "name", "name_en", "address", "area_code", "phone", "kind", "district",
    "opening_hours", "methods", "brand",
)  # fmt: skip
ESTATES: Wanted = ("id", "lon", "lat", "place", "name", "address", "district", "building_count", "households", "note", "grid")
BUILDINGS: Wanted = ("estate", "building", "lon", "lat", "place", "floors", "households", "transformer")
AREAS: Wanted = ("code", "name", "organisation", "shape")
DISTRICTS: Wanted = ("district_code", "name", "shape")
STREETS: Wanted = ("what", "name", "shape")


class Unclear(Refused):
    """The columns are not understood. `on_form` says so where there is a form instead of --map, beside its field `field`."""

    def __init__(self, reason: Phrase, on_form: Phrase, field: str) -> None:
        super().__init__(reason)
        self.on_form = on_form
        self.field = field


class Row(msgspec.Struct):
    """One row of a file: its number as a spreadsheet counts, what it says of each field, and its drawn shape."""

    number: int
    said: dict[str, str]
    shape: dict[str, Any] | None = None
    wide: bool = False
    repaired: bool = False

    def __getitem__(self, field: str) -> str:
        return self.said.get(field, "")


class Table(msgspec.Struct):
    """A sheet whose columns are understood."""

    book: Book
    sheet: Sheet
    header: int
    at: dict[str, list[int]]
    datums: set[Datum]
    way: texts.Wrong | None = None

    @property
    def names(self) -> list[str]:
        return [texts.clean(name) or name[:60] for name in self.sheet.rows[self.header]]

    @property
    def named(self) -> list[str]:
        """The names that the file itself gave."""
        return [name for name in self.names if name and not name.startswith("@")]

    @property
    def understood(self) -> dict[str, str]:
        return {
            field: ", ".join(self.names[n] for n in places)
            for field, places in self.at.items()
            if not self.names[places[0]].startswith("@")
        }

    def rows(self) -> Iterator[Row]:
        names = self.sheet.rows[self.header]
        body = self.sheet.rows[self.header + 1 :]
        shapes = self.book.shapes if self.book.form == "geojson" else []
        for n, cells in enumerate(body):
            if not any(cell.strip() for cell in cells) and not shapes:
                continue
            said = {
                field: "\n".join(part for part in (_tagged(names[i], cells, i) for i in places) if part)
                for field, places in self.at.items()
            }
            number = n + 1 if shapes else self.header + n + 2
            row = Row(number, said, shapes[n] if shapes else None, wide=any(cell.strip() for cell in cells[len(names) :]))
            yield _mended(row, self.way) if self.way else row


def understand(book: Book, wanted: Wanted, need: tuple[Wanted, ...], how: How) -> Table:
    """The sheet whose columns say what is needed; of several the first that is not garbled."""
    _check(how.columns, wanted, book)
    tables = [_table(book, one, wanted, need, how) for one in _sheets(book, how.sheet)]
    fits = [table for table in tables if not _lacking(table, need)]
    if not fits:
        raise _refusal(max(tables, key=lambda table: (len(table.at), len(table.named))), need)
    table = min(fits, key=lambda table: table.way is not None)
    if table.datums and how.datum not in table.datums and not {"lon", "lat", "place"} & set(how.columns):
        said = {"names": _list(table.names[n] for field in ("lon", "lat", "place") for n in table.at.get(field, [])), "datum": how.datum}
        raise Unclear(
            _("The columns %(names)s speak of another datum than %(datum)s. Give that one, or name the columns with --map.", **said),
            _("The columns %(names)s speak of another datum than %(datum)s. Choose that one, or name the columns under More.", **said),
            "datum",
        )
    return table


def _sheets(book: Book, name: str) -> list[Sheet]:
    sheets = [one for one in book.sheets if one.rows]
    if not sheets:
        raise Refused(_("The file is empty."))
    if name and name not in [one.name for one in sheets]:
        raise Refused(_("There is no sheet %(sheet)s. The file has: %(names)s", sheet=name, names=_list(one.name for one in book.sheets)))
    return [one for one in sheets if not name or one.name == name]


def _table(book: Book, sheet: Sheet, wanted: Wanted, need: tuple[Wanted, ...], how: How) -> Table:
    """The header is the line among the first whose names say most: files begin with titles and notes."""
    tries = [Table(book, sheet, n, *_match(row, wanted, how)) for n, row in enumerate(sheet.rows[:HEADER_WITHIN])]
    best = max(tries, key=lambda table: (sum(not _misses(table, one) for one in need), len(table.at), -table.header))
    best.way = texts.wrong(cell for row in sheet.rows[best.header + 1 : best.header + 400] for cell in row)
    return best


def _match(row: list[str], wanted: Wanted, how: How) -> tuple[dict[str, list[int]], set[Datum]]:
    names = [headers.key(cell) for cell in row]
    said = [headers.datum_of(cell) for cell in row]
    at = {field: [row.index(column)] for field, column in how.columns.items() if column in row}
    taken = {n for places in at.values() for n in places}
    for rule in ("exact", "like"):
        for field in (field for field in wanted if field not in at):
            found = [n for n in headers.found(names, field, rule) if n not in taken]
            if field in ("lon", "lat", "place"):
                found.sort(key=lambda n: (said[n] is not how.datum, said[n] is not None))
            if found:
                at[field] = found if field in SEVERAL else found[:1]
                taken.update(at[field])
    places = [n for field in ("lon", "lat", "place") for n in at.get(field, [])]
    return at, {datum for n in places if (datum := said[n]) is not None}


def _mended(row: Row, way: texts.Wrong) -> Row:
    said = {field: (not words.isascii() and way.mend(words)) or words for field, words in row.said.items()}
    return Row(row.number, said, row.shape, row.wide, repaired=said != row.said)


def _lacking(table: Table, need: tuple[Wanted, ...]) -> list[Wanted]:
    return [one for one in need if _misses(table, one)]


def _misses(table: Table, one: Wanted) -> bool:
    """Of a tuple one field is enough; of "lon+lat" both are needed. A GeoJSON file has its shapes instead."""
    if table.book.form == "geojson" and {"shape", "lon+lat"} & set(one):
        return False
    return not any(all(part in table.at for part in field.split("+")) for field in one)


def _refusal(table: Table, need: tuple[Wanted, ...]) -> Unclear:
    lacking = _lacking(table, need)
    fields = _list(" / ".join(str(headers.field_words(field)) for field in one) for one in lacking)
    said = {"lacking": fields, "names": _list(table.named[:40]) or "-", "field": lacking[0][0].split("+")[0]}
    return Unclear(
        _("There is no column for: %(lacking)s. The file has: %(names)s. Say which one it is: --map %(field)s=…", **said),
        _("There is no column for: %(lacking)s. The file has: %(names)s. Please rename its column so, or fill in the sample file.", **said),
        "file",
    )


def _check(mapping: Mapping[str, str], wanted: Wanted, book: Book) -> None:
    """A field or a column that does not exist is said, not passed over."""
    columns = {cell for sheet in book.sheets for row in sheet.rows[:HEADER_WITHIN] for cell in row}
    for field, column in mapping.items():
        if field not in wanted:
            known = _list(headers.field_words(one) for one in wanted)
            raise Unclear(
                _("There is no field %(field)s. There are: %(names)s", field=field, names=_list(wanted)),
                _("There is no field %(field)s. There are: %(names)s", field=field, names=known),
                "columns",
            )
        if column not in columns:
            why = _("There is no column %(column)s in this file.", column=column)
            raise Unclear(why, why, "columns")


def is_header(row: Row) -> bool:
    """Tables that were pasted together carry their header again in the middle."""
    said = [headers.bare(words) for words in row.said.values() if words]
    names = sum(words in headers.all_names() for words in said)
    return names >= 2 and not any(char.isdigit() for char in "".join(said))


# Columns that hold OSM tags' values: their names are half of what they say.
_TAGS = ("amenity", "shop", "office")


def _tagged(name: str, cells: list[str], n: int) -> str:
    cell = cells[n].strip() if n < len(cells) else ""
    return f"{name}={cell}" if cell and name in _TAGS else cell


def _list(names: Any) -> str:
    return "\u3001".join(str(name) for name in names)
