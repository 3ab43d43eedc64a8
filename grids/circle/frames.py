"""Which piece of the map a drawing shows, and how places become its units."""

import math
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grids.circle.circle import Way
from grids.tables import MapFeature

WIDTH, HEIGHT = 358, 300
# Metres a degree of latitude, near enough for a drawing.
DEGREE = 111_200
# What is drawn beyond the edge, so that no clipped outline is seen.
BLEED = 12
# So near to the edge nothing is marked.
EDGE = 14
# Where the map ends, the drawing comes nearer: down to such a part of the ring, and so far from what must be seen.
LEAST, MARGIN = 0.55, 34
# An estate is drawn so far round its middle: metres from there to the upper edge.
ESTATE_M = 330.0


class Frame(msgspec.Struct, frozen=True):
    """How places become units: north is up, `lat` and `lon` are the middle, and all that must be seen fits."""

    lat: float
    lon: float
    scale: float

    def put(self, lon: float, lat: float) -> tuple[int, int]:
        east = (lon - self.lon) * DEGREE * math.cos(math.radians(self.lat))
        return round(WIDTH / 2 + east * self.scale), round(HEIGHT / 2 - (lat - self.lat) * DEGREE * self.scale)

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is drawn."""
        high = (HEIGHT / 2 + BLEED) / self.scale / DEGREE
        wide = (WIDTH / 2 + BLEED) / self.scale / DEGREE / max(math.cos(math.radians(self.lat)), 0.01)
        return self.lon - wide, self.lat - high, self.lon + wide, self.lat + high


def of_estate(middle: tuple[float, float]) -> Frame:
    return Frame(*middle, HEIGHT / 2 / ESTATE_M)


def inside(x: int, y: int) -> bool:
    return EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE


def of_ways(session: Session, lat: float, lon: float, ways: Sequence[Way], ring: float) -> Frame:
    """The whole ring; but where the drawn map ends within it, nearer and to the side, down to what must be seen."""
    whole = Frame(lat, lon, HEIGHT / 2 / max(ring * 1.06, max((way.distance_m for way in ways), default=0) * 1.15))
    known = _known(session, whole)
    if known is None:
        return whole
    east, north = DEGREE * math.cos(math.radians(lat)), DEGREE
    sides = [
        ([0, *((way.point.lon - lon) * east for way in ways)], [(side - lon) * east for side in known[::2]], WIDTH),
        ([0, *((way.point.lat - lat) * north for way in ways)], [(side - lat) * north for side in known[1::2]], HEIGHT),
    ]
    nearest = min(HEIGHT / 2 / (LEAST * ring), *((size - 2 * MARGIN) / max(max(seen) - min(seen), 1) for seen, _edges, size in sides))
    covered = max(size / max(edges[1] - edges[0], 1) for _seen, edges, size in sides)
    scale = max(whole.scale, min(covered, nearest))
    across, up = (_middle(seen, edges, size / scale, MARGIN / scale) for seen, edges, size in sides)
    return Frame(lat + up / north, lon + across / east, scale)


def _middle(seen: Sequence[float], edges: Sequence[float], size: float, margin: float) -> float:
    """As near to home as can be without showing what lies beyond the map's edges; what must be seen goes first."""
    low, high = edges[0] + size / 2, edges[1] - size / 2
    middle = min(max(0, low), high) if low <= high else (low + high) / 2
    return min(max(middle, max(seen) + margin - size / 2), min(seen) - margin + size / 2)


def _known(session: Session, frame: Frame) -> tuple[float, float, float, float] | None:
    """How far the drawn map reaches within a frame: west, south, east, north."""
    west, south, east, north = frame.box()
    within = (MapFeature.south <= north, MapFeature.north >= south, MapFeature.west <= east, MapFeature.east >= west)
    sides = (MapFeature.west, sa.func.min), (MapFeature.south, sa.func.min), (MapFeature.east, sa.func.max), (MapFeature.north, sa.func.max)
    found = session.execute(sa.select(*(most(side) for side, most in sides)).where(*within)).one()
    if found[0] is None:
        return None
    return max(found[0], west), max(found[1], south), min(found[2], east), min(found[3], north)
