"""`lindian import …`: points, estates, buildings, grids, districts and streets from a file, with a report."""

from pathlib import Path
from typing import Any

import click
import msgspec

from app.commands import opened
from app.core.errors import Refused
from app.core.settings import Settings
from app.core.words import phrase as _
from grids import importing
from grids.importing import kinds, report

DATUMS = "wgs84 (phones, OpenStreetMap), gcj02 (AMap, Tencent) or bd09 (Baidu)"


@click.group("import")
def import_group() -> None:
    """Bring in a file: .csv, .xls, .xlsx or .geojson. What cannot be used is named row by row."""


def _command(what: str, about: str) -> None:
    def run(chosen: Settings, /, file: Path, **said: Any) -> None:
        _bring(chosen, what, file, **said)

    options = [
        click.argument("file", type=click.Path(path_type=Path)),
        click.option("--datum", help=f"Whose coordinates they are: {DATUMS}."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, write nothing."),
        click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Which column is what."),
        click.option("--sheet", default="", help="The sheet of a workbook; otherwise the one that can be read."),
        click.option("--source", default="", help="The name under which the rows are kept; otherwise the file's name."),
        click.option("--json", "as_json", is_flag=True, help="The whole report as JSON."),
    ]
    if what == "points":
        options.append(click.option("--kind", default="", help=f"All rows are of this kind: {', '.join(kinds.rules().kind)}."))
    if what == "grids":
        options.append(click.option("--organisation", default="", help="Whose grids they are, where the file does not say."))
    handler = click.pass_obj(run)
    for option in reversed(options):
        handler = option(handler)
    import_group.command(what, help=about)(handler)


for _what, _about in (
    ("points", "Places to pay: halls, banks, post offices, shops."),
    ("estates", "Estates and villages, with their households."),
    ("buildings", "Buildings of estates that are there already."),
    ("grids", "Service grids with their boundaries and short codes."),
    ("districts", "Administrative boundaries, by which a file's datum is checked."),
    ("streets", "Streets, water and green for the drawing of the payment circle."),
):
    _command(_what, _about)


def _bring(chosen: Settings, what: str, file: Path, *, datum: str | None, mapping: tuple[str, ...], as_json: bool, **said: Any) -> None:
    columns = dict(_pair(one) for one in mapping)
    datum = _given(datum, file)
    with opened.database(chosen) as database, database.session(writes=not said["dry_run"]) as session:
        done = importing.bring(session, what, file, datum=datum, columns=columns, **said)
        session.rollback() if said["dry_run"] else session.commit()
    done.drawn = []  # for the page's drawing only
    click.echo(msgspec.json.encode(done).decode() if as_json else "\n".join(report.lines(done)))


def _given(datum: str | None, file: Path) -> str:
    """A datum is never guessed: half a kilometre hangs on it."""
    if datum:
        return datum
    if file.suffix.lower() in (".geojson", ".json"):
        why = _("GeoJSON is WGS-84 by its standard: --datum wgs84. But Chinese map sites often give gcj02: please say it.")
        raise Refused(why)
    raise Refused(_("Please say whose coordinates they are: --datum wgs84 (phones, OpenStreetMap), gcj02 (AMap, Tencent) or bd09 (Baidu)."))


def _pair(said: str) -> tuple[str, str]:
    field, equals, column = said.partition("=")
    if not equals or not field.strip() or not column.strip():
        raise Refused(_("--map is written field=column, for example --map name=%(example)s", example="NAME"))
    return field.strip(), column.strip()
