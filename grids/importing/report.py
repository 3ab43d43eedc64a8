"""What an import did or would do, row by row, in words a clerk understands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from app.core.words import Phrase, say
from app.core.words import phrase as _
from grids.datum import Datum
from grids.importing import columns, headers
from grids.points.trade import kind_label

SHOWN = 20
STOPS = ".\u3002"
FIRST, DRAWN = 8, 300
TELLING = ("code", "name", "kind", "address", "phone", "opening_hours", "building_count", "households")
DATUMS = {Datum.wgs84: "WGS-84", Datum.gcj02: "GCJ-02", Datum.bd09: "BD-09"}


class Line(msgspec.Struct, frozen=True):
    """A row of the file and what is to be said of it."""

    row: int
    name: str
    reason: str
    why: str = ""


class Share(msgspec.Struct, frozen=True):
    """How many of n places lie where they should, if the file's datum is this one."""

    datum: Datum
    inside: int
    n: int


class Report(msgspec.Struct):
    what: str
    file: str
    source: str
    datum: Datum
    dry_run: bool
    encoding: str = ""
    sheet: str = ""
    other_sheets: list[str] = []
    columns: dict[str, str] = {}
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: list[Line] = []
    reasons: dict[str, int] = {}
    remarks: list[Line] = []
    kinds: dict[str, int] = {}
    outside: int = 0
    without_place: int = 0
    moved: int = 0
    undrawn: int = 0
    repaired: int = 0
    swapped: bool = False
    people: int = 0
    doubles: int = 0
    districts: list[Share] = []
    grids: list[Share] = []
    warnings: list[str] = []
    better: Datum | None = None
    doubt: str = ""
    first: list[dict[str, Any]] = []
    drawn: list[tuple[float, float]] = []

    def show(self, kept: Sequence[dict[str, Any]]) -> None:
        """The first rows as they will stand, and places enough for a drawing."""
        self.first = [{name: row[name] for name in TELLING if row.get(name)} for row in kept[:FIRST]]
        placed = [(row["lat"], row["lon"]) for row in kept if row.get("lat") is not None]
        self.drawn = placed[:: max(1, len(placed) // DRAWN)]

    @property
    def kept(self) -> int:
        return self.new + self.changed + self.unchanged

    def skip(self, row: int, name: str, reason: Phrase, why: Phrase | None = None) -> None:
        """`reason` may name what stands in the row; `why` is the same for all such rows, to be counted."""
        said = str(why or reason)
        self.skipped.append(Line(row, name, str(reason), said))
        self.reasons[said] = self.reasons.get(said, 0) + 1

    @property
    def rarest(self) -> list[Line]:
        """What stayed behind, the rare reasons first: eight thousand restaurants hide the three broken rows."""
        return sorted(self.skipped, key=lambda line: (self.reasons[line.why], line.row))

    def remark(self, row: int, name: str, reason: Phrase) -> None:
        self.remarks.append(Line(row, name, str(reason)))

    def warn(self, words: Phrase) -> None:
        self.warnings.append(str(words))


def begin(what: str, table: "columns.Table", *, source: str, datum: Datum, dry_run: bool) -> Report:
    book = table.book
    others = [one.name for one in book.sheets if one.name and one.name != table.sheet.name]
    return Report(
        what=what, file=book.name, source=source, datum=datum, dry_run=dry_run, encoding=book.encoding, sheet=table.sheet.name,
        other_sheets=others, columns={str(headers.field_words(field)): name for field, name in table.understood.items()},
    )  # fmt: skip


def lines(report: Report) -> Iterator[str]:
    """The report as it stands on a terminal."""
    yield from head(report)
    yield ""
    yield from figures(report)
    yield from (f"! {words}" for words in report.warnings)
    for title, rows in ((_("Rows that stayed behind, the rare reasons first"), report.rarest), (_("Kept, with a remark"), report.remarks)):
        if rows:
            yield ""
            yield f"{title}:"
            yield from (said(line) for line in rows[:SHOWN])
        if len(rows) > SHOWN:
            yield say("… and %(n)s more; all of them with --json.", n=len(rows) - SHOWN)


def head(report: Report) -> Iterator[str]:
    yield say("File %(name)s, source %(source)s, datum %(datum)s", name=report.file, source=report.source, datum=DATUMS[report.datum])
    if report.encoding:
        yield say("Encoding: %(name)s", name=report.encoding)
    if report.sheet:
        yield say("Sheet: %(name)s", name=report.sheet)
    if report.other_sheets:
        yield say("Sheets not read: %(names)s", names=", ".join(report.other_sheets))
    if report.columns:
        yield say("Columns understood: %(names)s", names="; ".join(f"{field} ← {name}" for field, name in report.columns.items()))


def figures(report: Report) -> Iterator[str]:
    if report.dry_run:
        yield say("A trial: nothing was written.")
    yield say(
        "Read %(read)s rows, kept %(kept)s (new %(new)s, changed %(changed)s, unchanged %(unchanged)s), skipped %(skipped)s.",
        read=report.read, kept=report.kept, new=report.new, changed=report.changed, unchanged=report.unchanged, skipped=len(report.skipped),
    )  # fmt: skip
    yield from (f"  {why.rstrip(STOPS)}: {n}" for why, n in Counter(report.reasons).most_common())
    if report.kinds:
        yield say("Of these: %(kinds)s", kinds=", ".join(f"{kind_label(kind)} {n}" for kind, n in report.kinds.items()))
    for n, words in (
        (report.outside, _("Outside all grids, kept without one: %(n)s")),
        (report.without_place, _("Without a place, kept: %(n)s")),
        (report.moved, _("Estates and points that changed their grid: %(n)s")),
        (report.undrawn, _("Grids without a boundary, to be drawn on the map: %(n)s")),
        (report.repaired, _("Rows whose garbled characters were repaired: %(n)s")),
        (report.people, _("Mobile numbers left out, as they are people's: %(n)s")),
        (report.doubles, _("Pairs that may be one place, waiting for your decision: %(n)s")),
    ):
        if n:
            yield say(words, n=n)
    if report.swapped:
        yield say("Longitude and latitude stood in each other's place in the whole file; they were put right.")
    yield from shares(report)


def shares(report: Report) -> Iterator[str]:
    for title, found in ((_("Inside the named district"), report.districts), (_("Inside one of our grids"), report.grids)):
        if found:
            said = ", ".join(f"{DATUMS[one.datum]} {percent(one)}" for one in found)
            yield say(
                "%(what)s, if the datum is: %(shares)s (over %(n)s rows with coordinates, kept or not)",
                what=title,
                shares=said,
                n=found[0].n,
            )


def percent(share: Share) -> str:
    return f"{100 * share.inside / share.n:.1f}%" if share.n else "–"


def said(line: Line) -> str:
    name = f" {line.name}" if line.name else ""
    return "  " + say("row %(row)s%(name)s: %(reason)s", row=line.row, name=name, reason=line.reason)
