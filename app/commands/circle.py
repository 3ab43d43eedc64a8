"""`lindian circle …`: the payment circle in batches."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands import sheet
from app.core import words
from app.core.errors import Refused
from app.core.words import phrase as _
from grids.datum import Datum, to_wgs84

if TYPE_CHECKING:
    from grids.walking.gates import Gate
    from grids.walking.metres import Floats
    from grids.walking.walks import Method, Places, Reach

COLUMNS = ("home", "point", "seconds", "answer", "method")
NAMED = 5


@click.group("circle")
def group() -> None:
    """The ten-minute payment circle."""


@group.command()
@click.option("--network", type=click.Path(path_type=Path), help="The paths: an OpenStreetMap file (.osm.pbf), or lines in GeoJSON.")
@click.option("--homes", type=click.Path(path_type=Path), required=True, help="CSV with id, lon, lat; with estate where gates are given.")
@click.option("--points", type=click.Path(path_type=Path), required=True, help="CSV with id, lon, lat: the places to pay.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV: home, point, seconds, answer, method.")
@click.option("--gates", type=click.Path(path_type=Path), help="CSV with estate, lon, lat: the gates of walled estates.")
@click.option("--pace", type=click.FloatRange(20, 120), default=80.0, help="Metres a minute; an older walker covers 48.")
@click.option("--datum", type=click.Choice([datum.value for datum in Datum]), default="wgs84", help="Whose coordinates the CSV files hold.")
@click.option("--method", type=click.Choice(["network", "line"]), help="Only this one; else the best there is for each pair.")
@click.option("--valhalla", metavar="URL", help="A Valhalla server to ask instead of the network.")
def reach(
    homes: Path, points: Path, out: Path, network: Path | None, gates: Path | None, pace: float, datum: str, method: str | None,
    valhalla: str | None,
) -> None:  # fmt: skip
    """Write every pair of home and place within reach (15 minutes at 80 m/min) with the answer for ten minutes at this pace."""
    from grids.walking import reach as reaching

    sheet.must_differ(out, homes, points, network, gates)
    doors, places = read_places(homes, Datum(datum)), read_places(points, Datum(datum))
    ways = methods(network, read_gates(gates, Datum(datum)) if gates else [], only=method, valhalla=valhalla)
    found = reaching.reach(places, doors, ways, pace=pace)
    write(out, found, pace)
    tell(found, pace)


def methods(network: Path | None, gates: "Sequence[Gate]", *, only: str | None, valhalla: str | None) -> "list[Method]":
    """The methods that were asked for, best first."""
    from grids.walking import reading
    from grids.walking.on_line import Line
    from grids.walking.on_network import OnNetwork
    from grids.walking.valhalla import Valhalla

    if only == "line":
        return [Line(gates)]
    if valhalla:
        return [Valhalla(valhalla), Line(gates)]
    if network is None:
        raise Refused(_("Please say where the paths are: --network FILE.osm.pbf. Without them only --method line can answer."))
    walked: Method = OnNetwork(reading.read(network).network, gates)
    return [walked] if only == "network" else [walked, Line(gates)]


def read_places(file: Path, datum: Datum) -> "Places":
    from grids.walking.walks import Places

    table = sheet.read(file)
    lon, lat = _coordinates(file, table, datum)
    ids = [name.strip() for name in table.column("id")]
    _must_be_told_apart(file, ids)
    estates = [name.strip() for name in table.column("estate")] if table.has("estate") else ()
    return Places(ids, lon, lat, estates)


def _must_be_told_apart(file: Path, ids: "Sequence[str]") -> None:
    """Every row has an id of its own, or nobody knows afterwards whose walk it is."""
    first: dict[str, int] = {}
    wrong = [str(row) for row, name in enumerate(ids, start=2) if not name or first.setdefault(name, row) != row]
    if wrong:
        raise Refused(_("%(name)s: the id is missing or was there before in row %(rows)s.", name=file.name, rows=_named(wrong)))


def _named(rows: "Sequence[str]") -> str:
    return ", ".join(rows[:NAMED]) + (" …" if len(rows) > NAMED else "")


def read_gates(file: Path, datum: Datum) -> "list[Gate]":
    from grids.walking.gates import Gate

    table = sheet.read(file)
    lon, lat = _coordinates(file, table, datum)
    return [Gate(*at) for at in zip(lon.tolist(), lat.tolist(), (name.strip() for name in table.column("estate")), strict=True)]


def _coordinates(file: Path, table: sheet.Sheet, datum: Datum) -> "tuple[Floats, Floats]":
    """Longitudes and latitudes in WGS-84. Refused with the rows that hold none."""
    import numpy as np

    lon, lat, wrong = [], [], []
    for number, (x, y) in enumerate(zip(table.column("lon"), table.column("lat"), strict=True), start=2):
        place = _degrees(x, y)
        if place is None:
            wrong.append(str(number))
        else:
            at = to_wgs84(place[1], place[0], datum)
            lon.append(at[1])
            lat.append(at[0])
    if wrong:
        raise Refused(_("%(name)s: no longitude and latitude in degrees in row %(rows)s.", name=file.name, rows=_named(wrong)))
    if not lon:
        raise Refused(_("%(name)s has no rows.", name=file.name))
    return np.array(lon), np.array(lat)


def _degrees(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def write(out: Path, found: "Reach", pace: float) -> None:
    try:
        sheet.write(out, [COLUMNS, *((row.home, row.point, row.seconds, row.answer.value, row.method) for row in found.rows(pace))])
    except OSError as error:
        raise Refused(_("%(name)s cannot be written here.", name=out.name)) from error


def tell(found: "Reach", pace: float) -> None:
    """What was found, beside the file, for the person at the screen."""
    import numpy as np

    counts = dict(zip(*np.unique(found.answers(pace), return_counts=True), strict=True))
    said = {name: int(counts.get(name, 0)) for name in ("yes", "about", "no")}
    said |= {"pairs": len(found), "homes": len(found.homes), "points": len(found.points)}
    click.echo(
        words.say("%(pairs)s pairs of %(homes)s homes and %(points)s points: yes %(yes)s, about %(about)s, no %(no)s.", **said), err=True
    )
    alone = len(found.homes) - len(np.unique(found.walks.home))
    if alone * 2 > len(found.homes):
        click.echo(words.say("%(n)s homes reach nothing. Is --datum right, and is the map of this town?", n=alone), err=True)
