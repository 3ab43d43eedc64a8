"""Places to pay: what is taken where, which ones are near, and what the manager knows better than the file they came from."""

import math
import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.orm import Session

from app.core.words import Phrase
from app.core.words import phrase as _
from grids import hours
from grids.tables import PaymentPoint

# The shortest degree of latitude on the ellipsoid is 110,574 m: less makes the box a little larger than it need be.
METRES_A_DEGREE = 110_500
# The R*Tree keeps 32-bit floats, which are off by up to 0.000008 degrees.
PAD = 0.0001

# The order of the join is what makes it quick: tree first, rows by its ids.
SQLITE = """
SELECT payment_points.* FROM payment_point_places AS place CROSS JOIN payment_points ON payment_points.id = place.id
WHERE place.min_lat <= :north AND place.max_lat >= :south AND place.min_lon <= :east AND place.max_lon >= :west
"""
POSTGRESQL = """
SELECT * FROM payment_points WHERE point(lon, lat) <@ box(point(:west, :south), point(:east, :north))
"""


class Method(msgspec.Struct, frozen=True):
    """A way to pay, or a thing that helps to. Whoever asks for `counts_as` is served by it too."""

    label: str
    counts_as: str = ""


class Kind(msgspec.Struct, frozen=True):
    """A kind of place, with what is usually taken there."""

    label: str
    methods: tuple[str, ...]


class Trade(msgspec.Struct, frozen=True):
    methods: dict[str, Method]
    kinds: dict[str, Kind]


@cache
def trade() -> Trade:
    """The kinds and methods of methods.toml."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_name("methods.toml").read_text("utf-8")), Trade)


def default_methods(kind: str) -> list[str]:
    """What is usually taken at such a place; nothing is promised for a kind we do not know."""
    known = trade().kinds.get(kind)
    return list(known.methods) if known else []


def method_label(method: str) -> Phrase | str:
    known = trade().methods.get(method)
    return _(known.label) if known else method


def kind_label(kind: str) -> Phrase | str:
    known = trade().kinds.get(kind)
    return _(known.label) if known else kind


def offers(point: PaymentPoint, need: Collection[str]) -> bool:
    """Whether all that is needed is there. What is open day and night need not say so twice."""
    known = trade().methods
    there = set(point.methods) | {known[one].counts_as for one in point.methods if one in known}
    if hours.always(point.opening_hours):
        there.add("24h")
    return all(method in there for method in need)


class Near(msgspec.Struct, frozen=True):
    """A point and how far it is, in metres as the crow flies."""

    point: PaymentPoint
    distance_m: float


def near(session: Session, lat: float, lon: float, radius_m: float) -> list[Near]:
    """The points within a radius, nearest first. The index gives a box, the ellipsoid (geopy) the metres."""
    text = POSTGRESQL if session.get_bind().dialect.name == "postgresql" else SQLITE
    found = session.scalars(sa.select(PaymentPoint).from_statement(sa.text(text)), _box(lat, lon, radius_m))
    ways = [Near(point, geodesic((lat, lon), (point.lat, point.lon)).m) for point in found]
    return sorted((way for way in ways if way.distance_m <= radius_m), key=lambda way: (way.distance_m, way.point.id))


def _box(lat: float, lon: float, radius_m: float) -> dict[str, float]:
    high = radius_m / METRES_A_DEGREE + PAD
    south, north = lat - high, lat + high
    narrow = math.cos(math.radians(min(max(abs(south), abs(north)), 90)))
    wide = high / narrow if narrow > 0.001 else 360.0
    west, east = lon - wide, lon + wide
    # Near a pole or the date line the box would break in two: there the whole round is looked at.
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return {"south": south, "north": north, "west": west - PAD, "east": east + PAD}
