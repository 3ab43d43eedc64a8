"""Where the rows of a file lie: read, put into WGS-84, and held against the districts they name and our grids."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import shape
from sqlalchemy.orm import Session

from app.core.words import Phrase
from app.core.words import phrase as _
from grids.datum import Datum, to_wgs84
from grids.importing import texts, values
from grids.importing.columns import Row
from grids.importing.report import DATUMS, Report, Share
from grids.tables import District, Grid

NEAR = 30.0
SAMPLE = 4000
# A datum is doubted where the other one wins by more than chance (McNemar, p < 0.01) and enough rows speak.
CHANCE = 6.63
ENOUGH = 12
# Fewer rows speak too where they speak with one voice: none in its place, and under another datum all.
PLAIN = 2
NO_PLACE = _("No coordinates.")


class Place(msgspec.Struct):
    """As the file says it, in the file's datum; or why it cannot be used."""

    lat: float = 0.0
    lon: float = 0.0
    trouble: Phrase | None = None
    why: Phrase | None = None
    swapped: bool = False

    @property
    def absent(self) -> bool:
        return self.trouble is NO_PLACE


def of(row: Row) -> Place:
    lon, lat = (row["lon"], row["lat"]) if row["lon"] or row["lat"] else values.pair(row["place"])
    if not lon and not lat and row.shape:
        return _middle(row.shape)
    if _empty(lon) and _empty(lat):
        return Place(trouble=NO_PLACE)
    x, y = values.degrees(lon), values.degrees(lat)
    if x is None or y is None:
        why = _("The coordinates cannot be read.")
        return Place(trouble=_("The coordinates cannot be read: %(said)s", said=texts.clean(f"{lon} {lat}", 60) or "–"), why=why)
    if _coarse(lon) and _coarse(lat) and (x or y):
        return Place(
            trouble=_("The coordinates are too coarse, by about a kilometre: %(said)s", said=f"{lon} {lat}"),
            why=_("The coordinates are too coarse."),
        )
    return _looked_at(y, x)


def _looked_at(lat: float, lon: float) -> Place:
    if lat == 0 and lon == 0:
        return Place(trouble=_("The coordinates are 0, 0."))
    if _in_china(lat, lon):
        return Place(lat, lon)
    if _in_china(lon, lat):
        return Place(lon, lat, trouble=_("Longitude and latitude are swapped."), swapped=True)
    return Place(trouble=_("Not in China: %(lat)s, %(lon)s", lat=lat, lon=lon), why=_("Not in China."))


def _middle(drawn: dict[str, Any]) -> Place:
    """A point inside the outline."""
    try:
        point = shape(drawn).representative_point()
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, shapely.errors.ShapelyError):
        return Place(trouble=_("The coordinates cannot be read."))
    return Place(trouble=NO_PLACE) if point.is_empty else _looked_at(point.y, point.x)


def _empty(text: str) -> bool:
    return text.strip().casefold() in ("", "null", "none", "nan", "-", "n/a", "\\n")


def _coarse(text: str) -> bool:
    return len(text.partition(".")[2].strip(" \u00b0NSEW")) <= 2


def _in_china(lat: float, lon: float) -> bool:
    return 3.8 < lat < 53.6 and 73.4 < lon < 135.1


def straighten(places: Sequence[Place], report: Report) -> None:
    """A whole file with both in each other's place is put right, and said so. A single row is not guessed at."""
    swapped = [place for place in places if place.swapped]
    if len(swapped) >= 3 and not any(place.trouble is None for place in places):
        report.swapped = True
        for place in swapped:
            place.trouble, place.swapped = None, False


class Doubles:
    """Names with their places, asked for the same name within 30 metres."""

    def __init__(self) -> None:
        self.known: dict[str, list[tuple[float, float, Any]]] = defaultdict(list)

    def add(self, name: str, lat: float, lon: float, who: Any) -> None:
        self.known[texts.plain(name)].append((lat, lon, who))

    def all(self, name: str, lat: float, lon: float) -> list[Any]:
        return [who for y, x, who in self.known.get(texts.plain(name), ()) if metres(lat, lon, y, x) <= NEAR]

    def repeat(self, row: int, name: str, lat: float, lon: float, report: Report) -> bool:
        """Whether an earlier row of this file said it already: then this one is skipped, else it is known from now on."""
        if first := next(iter(self.all(name, lat, lon)), None):
            why = _("The same name within 30 m of row %(row)s.", row=first)
            report.skip(row, name, why, _("The same name within 30 m of an earlier row."))
            return True
        self.add(name, lat, lon, row)
        return False


def metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Good to a centimetre at the few metres it is asked for."""
    return math.hypot((to_lat - lat) * 111_200, (to_lon - lon) * 111_320 * math.cos(math.radians(lat)))


def weigh(session: Session, rows: Iterable[tuple[str, Place]], report: Report) -> None:
    """Which datum puts the places into the districts they name, and into our grids. `rows` are (district, place)."""
    usable = [(texts.plain(district), place) for district, place in rows if place.trouble is None]
    usable = usable[:: max(1, len(usable) // SAMPLE)]
    districts = _districts(session, {district for district, _place in usable if district})
    named = [one for one in usable if one[0] in districts]
    if named:
        hits = {datum: _hits(named, datum, districts) for datum in Datum}
        report.districts = _shares(hits)
        _doubt(report, hits, least=0.0)
    grids = [shape(boundary) for boundary in session.scalars(sa.select(Grid.boundary))]
    if grids and usable:
        ours = {"": shapely.union_all(grids)}
        hits = {datum: _hits([("", place) for _district, place in usable], datum, ours) for datum in Datum}
        report.grids = _shares(hits)
        # A file of the whole city says nothing here: only one that is meant for our area.
        _doubt(report, hits, least=0.8)


def _districts(session: Session, wanted: set[str]) -> dict[str, Any]:
    """The known boundaries of these names; of two districts of one name both."""
    known: dict[str, list[Any]] = defaultdict(list)
    for table in (District, Grid):
        for name, boundary in session.execute(sa.select(table.name, table.boundary)):
            for called in {texts.plain(name), _short(texts.plain(name))} & wanted:
                known[called].append(shape(boundary))
    return {name: shapely.union_all(shapes) for name, shapes in known.items()}


def _short(name: str) -> str:
    """Files often leave out the last character of a district's name, which says that it is one."""
    return name[:-1] if len(name) > 2 else name


def _hits(named: Sequence[tuple[str, Place]], datum: Datum, areas: dict[str, Any]) -> list[bool]:
    """For each place whether it lies in its area, area by area, as shapely is quick with many at once."""
    hits = [False] * len(named)
    of_area: dict[str, list[int]] = defaultdict(list)
    for n, (name, _place) in enumerate(named):
        of_area[name].append(n)
    for name, numbers in of_area.items():
        found = [to_wgs84(named[n][1].lat, named[n][1].lon, datum) for n in numbers]
        shapely.prepare(areas[name])
        inside = shapely.contains_xy(areas[name], [lon for _lat, lon in found], [lat for lat, _lon in found])
        for n, is_in in zip(numbers, inside, strict=True):
            hits[n] = bool(is_in)
    return hits


def _shares(hits: dict[Datum, list[bool]]) -> list[Share]:
    return [Share(datum, sum(found), len(found)) for datum, found in hits.items()]


def _doubt(report: Report, hits: dict[Datum, list[bool]], least: float) -> None:
    given = hits[report.datum]
    best = max(hits, key=lambda datum: sum(hits[datum]))
    won = sum(there and not here for there, here in zip(hits[best], given, strict=True))
    lost = sum(here and not there for there, here in zip(hits[best], given, strict=True))
    clear = won > lost and (won - lost) ** 2 / (won + lost) > CHANCE
    plain = len(given) >= PLAIN and all(hits[best]) and not any(given)
    if plain or (len(given) >= ENOUGH and clear and sum(hits[best]) >= least * len(given)):
        why = _(
            "The places fit %(best)s better than %(given)s: %(more)s of %(n)s rows more lie where they should. Is the datum right?",
            best=DATUMS[best], given=DATUMS[report.datum], more=won - lost, n=len(given),
        )  # fmt: skip
        report.warn(why)
        report.better, report.doubt = best, str(why)
