"""For machines: the grids that a colleague sees, and the places to pay near a place."""

import math
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter

from app.core import clock, machines
from app.core.errors import Mistaken
from app.core.web import Db
from app.core.words import phrase as _
from grids import grids
from grids.calendar import calendar
from grids.circle import circle
from grids.points import trade
from grids.staff.who import Me
from grids.tables import Grid

Limit = Annotated[int, QueryParameter(ge=1, le=machines.MOST, description="Items a page.")]
NEXT = "Pass it as `cursor` for what comes after; null at the end."


class Manager(msgspec.Struct):
    name: str
    phone: str


class EstateSeen(msgspec.Struct):
    id: int
    name: str
    households: int
    lat: float | None
    lon: float | None


class GridSeen(msgspec.Struct):
    code: str
    name: str
    manager: Manager | None
    estates: list[EstateSeen]


class GridsSeen(msgspec.Struct):
    items: list[GridSeen]
    next: Annotated[str | None, msgspec.Meta(description=NEXT)]


class PointNear(msgspec.Struct):
    id: int
    name: str
    kind: str
    lat: float
    lon: float
    distance_m: Annotated[float, msgspec.Meta(description="The straight line on the ellipsoid, in metres.")]
    walk_minutes: Annotated[float, msgspec.Meta(description="An estimate at the pace asked for.")]
    answer: Annotated[circle.Answer, msgspec.Meta(description="Within ten minutes' walk? `about` where the line alone cannot tell.")]
    method: Annotated[str, msgspec.Meta(description="How the walk was found: `line`, the straight line times a detour.")]
    open: Annotated[bool | None, msgspec.Meta(description="At the time asked for; null where the hours are not known.")]
    open_until: datetime | None
    methods: list[str]


class PointsNear(msgspec.Struct):
    items: list[PointNear]
    holidays_known: Annotated[bool, msgspec.Meta(description="Whether that year's public holidays are known; else hours on them are not.")]
    next: Annotated[str | None, msgspec.Meta(description=NEXT)]


@get("/grids", sync_to_thread=True, summary="The grids you see", responses=machines.TROUBLE)
def seen(session: Db, me: Me, cursor: FromQuery[str | None] = None, limit: Limit = 50) -> GridsSeen:
    rows = grids.seen_after(session, me, machines.cursor(cursor), limit + 1)
    shown, onward = machines.paged(rows, limit, lambda grid: grid.id)
    return GridsSeen([_grid(session, grid) for grid in shown], onward)


@get("/payment-points", sync_to_thread=True, summary="Places to pay near a place, nearest first", responses=machines.TROUBLE)
def near(
    *,
    session: Db,
    me: Me,  # noqa: ARG001 - only colleagues' machines may ask
    lat: Annotated[float, QueryParameter(ge=-90, le=90, description="WGS-84, degrees.")],
    lon: Annotated[float, QueryParameter(ge=-180, le=180, description="WGS-84, degrees.")],
    at: Annotated[str | None, QueryParameter(max_length=40, description="ISO 8601, else Shanghai time; default now.")] = None,
    within: Annotated[float, QueryParameter(ge=1, le=10_000, description="Metres of straight line, at most.")] = 2_000,
    pace: Annotated[float, QueryParameter(ge=1, le=200, description="Metres a minute; 48 is an older walker's.")] = circle.PACE,
    need: Annotated[list[str] | None, QueryParameter(description="Methods that must all be there; repeated or comma separated.")] = None,
    cursor: FromQuery[str | None] = None,
    limit: Limit = 50,
) -> PointsNear:
    _must_be_finite(lat=lat, lon=lon, within=within, pace=pace)
    moment = _moment(at)
    ways = circle.around(session, lat, lon, at=moment, pace=pace, within=within, need=_needs(need))
    start = machines.cursor(cursor)
    numbered = list(enumerate(ways, 1))[start : start + limit + 1]
    shown, onward = machines.paged(numbered, limit, lambda one: one[0])
    return PointsNear([_point(way) for _number, way in shown], calendar.charted(session, moment), onward)


def _grid(session: Db, grid: Grid) -> GridSeen:
    contact = grids.contact(session, grid.id)
    return GridSeen(
        code=grid.code,
        name=grid.name,
        manager=Manager(contact.name, contact.phone) if contact else None,
        estates=[EstateSeen(one.id, one.name, one.households, one.lat, one.lon) for one in grid.estates],
    )


def _point(way: circle.Way) -> PointNear:
    point = way.point
    return PointNear(
        id=point.id, name=point.name, kind=point.kind, lat=point.lat, lon=point.lon, distance_m=round(way.distance_m, 1),
        walk_minutes=round(way.walk_minutes, 1), answer=way.answer, method=way.method, open=way.open, open_until=way.until,
        methods=point.methods,
    )  # fmt: skip


def _must_be_finite(**numbers: float) -> None:
    wrong = {name: _("Please give a number.") for name, number in numbers.items() if not math.isfinite(number)}
    if wrong:
        raise Mistaken(_("This could not be read. Please check what was sent."), wrong)


def _moment(said: str | None) -> datetime:
    return clock.now() if said is None else calendar.must_be_near(clock.read(said))


def _needs(said: list[str] | None) -> list[str]:
    needs = [one.strip() for text in said or [] for one in text.split(",") if one.strip()]
    known = trade.table().methods
    if any(one not in known for one in needs):
        why = _("There are these methods: %(methods)s", methods=", ".join(known))
        raise Mistaken(_("This could not be read. Please check what was sent."), {"need": why})
    return needs


routes: list[Any] = [seen, near]
