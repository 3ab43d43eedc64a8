"""Places to pay: which ones are near, and what the manager knows better than the file they came from."""

import math
import secrets
from collections.abc import Collection, Sequence
from functools import lru_cache

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Forbidden, Missing
from app.core.words import phrase as _
from grids import grids
from grids.hours import hours, timetables
from grids.points import trade
from grids.reaching import reckoning
from grids.staff.staff import Me
from grids.tables import PaymentPoint

# The shortest degree of latitude on the ellipsoid is 110,574 m: less makes the box a little larger than it need be.
METRES_A_DEGREE = 110_500
# The R*Tree keeps 32-bit floats, which are off by up to 0.000008 degrees.
PAD = 0.0001

# The order of the join is what makes it quick: tree first, rows by its ids.
SQLITE = """
SELECT payment_points.* FROM payment_point_places AS place CROSS JOIN payment_points ON payment_points.id = place.id
WHERE place.min_lat <= :north AND place.max_lat >= :south AND place.min_lon <= :east AND place.max_lon >= :west
AND payment_points.hidden_at IS NULL AND payment_points.same_as_id IS NULL
"""
POSTGRESQL = """
SELECT * FROM payment_points WHERE point(lon, lat) <@ box(point(:west, :south), point(:east, :north))
AND hidden_at IS NULL AND same_as_id IS NULL
"""


class Near(msgspec.Struct, frozen=True):
    """A point and how far it is, in metres as the crow flies."""

    point: PaymentPoint
    distance_m: float


@lru_cache(maxsize=4096)
def metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """The straight line on the ellipsoid. That takes longer than to find the nearest place, so it is kept."""
    from geopy.distance import geodesic  # A worker never measures, and would carry three libraries for it.

    return float(geodesic((lat, lon), (to_lat, to_lon)).m)


def near(session: Session, lat: float, lon: float, radius_m: float) -> list[Near]:
    """The points within a radius that residents may be sent to, nearest first. The index gives a box, the ellipsoid (geopy) the metres."""
    text = POSTGRESQL if session.get_bind().dialect.name == "postgresql" else SQLITE
    found = session.scalars(sa.select(PaymentPoint).from_statement(sa.text(text)), _box(lat, lon, radius_m))
    ways = [Near(point, metres(lat, lon, point.lat, point.lon)) for point in found]
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


def find(session: Session, point_id: int, *, for_: Me) -> PaymentPoint:
    """The point, if this colleague may see it."""
    point = session.get(PaymentPoint, point_id) if 0 < point_id < 2**63 else None
    if point is None or not (for_.administers or for_.sees(point.grid_id)):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return point


def told(session: Session, point_id: int) -> PaymentPoint:
    """The point, for everybody: hidden ones too, since their addresses stand on pages that were opened before."""
    point = session.get(PaymentPoint, point_id)
    if point is None or point.same_as_id is not None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return point


def in_grids(session: Session, grid_ids: Collection[int]) -> Sequence[PaymentPoint]:
    """Hidden ones too; of one that stands twice only the one that is kept."""
    wanted = sa.select(PaymentPoint).where(PaymentPoint.grid_id.in_(grid_ids), PaymentPoint.same_as_id.is_(None))
    return session.scalars(wanted.order_by(PaymentPoint.name, PaymentPoint.id)).all()


def add(
    session: Session, *, by: Me, name: str, kind: str, lat: float, lon: float, address: str = "", phone: str = "", opening_hours: str = "",
    methods: Sequence[str] | None = None,
) -> PaymentPoint:  # fmt: skip
    """A place that the colleague knows and no file had. It belongs to the grid in which it lies."""
    grid_id = grids.chart(session).find(lat, lon)
    must_keep(by, grid_id)
    point = PaymentPoint(
        grid_id=grid_id, name=name, kind=kind, lat=lat, lon=lon, address=address, phone=phone, opening_hours=hours.check(opening_hours),
        methods=trade.default_methods(kind) if methods is None else list(methods),
        source="colleague", source_key=secrets.token_hex(8), source_datum="wgs84", imported_at=clock.now(),
    )  # fmt: skip
    session.add(point)
    session.flush()
    audit.record(session, "points.add", f"point/{point.id}", by=by.id, name=name, kind=kind)
    timetables.note(session, point.opening_hours)
    reckoning.ask(session)
    return point


def edit(
    session: Session, point: PaymentPoint, *, by: Me, opening_hours: str, phone: str, methods: Sequence[str], address: str = ""
) -> PaymentPoint:
    """What the colleague found out on the spot. Raises Mistaken for hours that cannot be read."""
    must_keep(by, point.grid_id)
    said = {"opening_hours": hours.check(opening_hours), "phone": phone, "methods": list(methods), "address": address}
    changed = {field: value for field, value in said.items() if getattr(point, field) != value}
    for field, value in changed.items():
        setattr(point, field, value)
    session.flush()
    if changed:
        audit.record(session, "points.edit", f"point/{point.id}", by=by.id, **changed)
    timetables.note(session, point.opening_hours)
    return point


def must_add(by: Me) -> None:
    if not (by.own or by.administers):
        raise Forbidden(_("Only who is on duty as a grid's manager or deputy, or an administrator, may add a place. Tell that colleague."))


def must_keep(by: Me, grid_id: int | None) -> None:
    """A grid's points are kept true by those who look after it, and by administrators."""
    if by.administers:
        return
    if grid_id is None:
        raise Forbidden(_("This place lies in no grid: only an administrator may keep it."))
    by.must_look_after(grid_id)
