"""An administrator draws a grid's boundary anew: estates and places to pay go to the grid they then lie in."""

import hashlib
import re
from typing import Any

import msgspec
import shapely
import sqlalchemy as sa
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Mistaken, Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.importing.areas import BROKEN, kept, unfit
from grids.importing.moving import assign
from grids.reaching import reckoning
from grids.staff.staff import Me
from grids.tables import Estate, Grid

CORNERS = 800
ANYWHERE = (39.9, 116.4)
PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[\s,;\uff0c\u3001]\s*(-?\d+(?:\.\d+)?)\s*")
SLIVER = 0.01
"""A smaller share of the smaller grid is no overlap but two pens along one street."""


def redraw(session: Session, grid: Grid, *, by: Me, boundary: dict[str, Any], before: str, overlapping: bool = False) -> int:
    """From now on the grid ends here. How many estates and places went to another grid. Raises Refused, Mistaken."""
    by.must_administer()
    if before != version(grid):
        raise Refused(_("Somebody else has drawn this boundary meanwhile. Please open the page again."))
    others = overlaps(session, grid, boundary)
    if others and not overlapping:
        names = "\u3001".join(others)
        raise _unclear(_("It overlaps with %(names)s: an estate there would have two managers. Draw it back, or tick below.", names=names))
    if boundary == grid.boundary:
        return 0
    grid.boundary = boundary
    session.flush()
    moved = assign(session, [grid.id])
    audit.record(session, "boundaries.redraw", f"grid/{grid.id}", by=by.id, before=before, after=version(grid), moved=moved)
    reckoning.ask(session)
    return moved


def start(session: Session, grid: Grid) -> tuple[float, float]:
    """Latitude and longitude where the map begins for a grid without a line: at its estates, else where any estate is."""
    middle = sa.select(sa.func.avg(Estate.lat), sa.func.avg(Estate.lon)).where(Estate.lat.is_not(None))
    for found in (middle.where(Estate.grid_id == grid.id), middle):
        lat, lon = session.execute(found).one()
        if lat is not None:
            return round(lat, 5), round(lon, 5)
    return ANYWHERE


def version(grid: Grid) -> str:
    """Tells one boundary from another, so that two who draw at once do not undo each other's."""
    return hashlib.sha256(msgspec.json.encode(grid.boundary, order="sorted")).hexdigest()[:16]


def overlaps(session: Session, grid: Grid, boundary: dict[str, Any]) -> list[str]:
    """The names of the other grids whose ground this would take."""
    drawn = shape(boundary)
    others = [(row.name, shape(row.boundary)) for row in session.execute(sa.select(Grid.name, Grid.boundary).where(Grid.id != grid.id))]
    return [name for name, other in others if drawn.intersection(other).area > SLIVER * min(drawn.area, other.area)]


def written(boundary: dict[str, Any]) -> str:
    """As it stands in the form: a line a corner, an empty line between two parts; GeoJSON where there are holes."""
    parts: list[Any] = list(shapely.get_parts(shape(boundary)))
    if any(part.interiors for part in parts):
        return msgspec.json.encode(boundary).decode()
    return "\n\n".join("\n".join(f"{lon:.6f} {lat:.6f}" for lon, lat, *_high in part.exterior.coords[:-1]) for part in parts)


def read(text: str) -> dict[str, Any]:
    """The boundary that somebody wrote or drew, in WGS-84. Raises Mistaken, with what to do."""
    drawn = _drawn(text)
    if why := unfit(drawn):
        raise _unclear(why)
    if shapely.get_num_coordinates(drawn) > CORNERS:
        raise _unclear(_("More than %(n)s corners: please import such a boundary from a file.", n=CORNERS))
    if not drawn.is_valid:
        raise _unclear(_("The line crosses itself. Please move the corner that lies wrong, or remove it."))
    return kept(drawn)


def _drawn(text: str) -> BaseGeometry:
    if not text.lstrip().startswith("{"):
        return _of_lines(text)
    try:
        said = msgspec.json.decode(text)
        return shapely.force_2d(shape(said.get("geometry") or said))
    except BROKEN as error:
        raise _unclear(_("This is no GeoJSON geometry. Copy it whole, from the first brace to the last.")) from error


def _of_lines(text: str) -> BaseGeometry:
    """Rings of a line a corner. They begin where they end, so that the first need not be said twice."""
    rings: list[list[tuple[float, float]]] = [[]]
    for number, line in enumerate(text.splitlines(), 1):
        pair = PAIR.fullmatch(line)
        if pair:
            rings[-1].append((float(pair[1]), float(pair[2])))
        elif line.strip():
            raise _unclear(_("Line %(n)s cannot be read. Write longitude, space, latitude, such as 116.465000 39.995000.", n=number))
        elif rings[-1]:
            rings.append([])
    found = [ring for ring in rings if ring]
    if not found or any(len(set(ring)) < 3 for ring in found):
        raise _unclear(_("A boundary needs at least three corners."))
    return Polygon(found[0]) if len(found) == 1 else MultiPolygon([Polygon(ring) for ring in found])


def _unclear(why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {"boundary": why})
