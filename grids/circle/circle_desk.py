"""The manager's view of the places to pay: which estate can reach what now, what is not known yet, and mending it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import clock, touched
from app.core.errors import Mistaken
from app.core.forms import Fields, read
from app.core.web import Db, Form, form_again, form_filled, page, see
from app.core.words import Phrase, say
from app.core.words import phrase as _
from grids import grids
from grids.calendar import calendar
from grids.circle import circle
from grids.hours import hours, typed_hours
from grids.hours.spoken_hours import spoken
from grids.points import points, trade
from grids.staff.who import Me
from grids.tables import Grid, PaymentPoint

Id = FromPath[int]
Short = Annotated[str, msgspec.Meta(max_length=60)]
Long = Annotated[str, msgspec.Meta(max_length=255)]

# Whoever has no grid of one's own sees so many of those below: the whole picture is the supervisors' page.
FEW = 12
NOWHERE = _("Please choose an estate, or give both coordinates.")


class Known(msgspec.Struct):
    """What a colleague says about a place."""

    opening_hours: typed_hours.Typed = ""
    phone: Short = ""
    address: Long = ""
    methods: list[Short] = []


class Place(Known, kw_only=True):
    """A new place: near an estate, or at its own coordinates."""

    name: Short
    kind: Short
    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None


Said = TypeVar("Said", bound=Known)


@get("/desk/circle", sync_to_thread=True, include_in_schema=False)
def overview(session: Db, me: Me, kept: FromQuery[int | None] = None) -> Response[bytes]:
    """`kept` is a place whose hours were just written."""
    shown = list(grids.own(session, me) or grids.seen_by(session, me)[:FEW])
    found = points.in_grids(session, [grid.id for grid in shown])
    at, days = clock.now(), calendar.around(session, clock.now())
    return page(
        "desk/circle.html",
        me=me,
        reaches=[(grid, circle.reaches(session, grid.estates, at=at)) for grid in shown],
        untold=[point for point in found if not point.opening_hours],
        kept=next((point for point in found if point.id == kept), None),
        told=[(point, hours.state(point.opening_hours, at, days)) for point in found if point.opening_hours],
        uncharted=not calendar.charted(session, at),
        **_labels(),
    )


@get("/desk/points/new", sync_to_thread=True, include_in_schema=False)
def new_point(session: Db, me: Me) -> Response[bytes]:
    points.must_add(me)
    return page("desk/point.html", point=None, form={}, said={}, mistakes={}, reason="", **_choices(session, me))


@post("/desk/points", sync_to_thread=True, include_in_schema=False)
def add_point(form: Form, session: Db, me: Me) -> Response[Any]:
    try:
        said = _place(form)
        lat, lon = _where(said, grids.seen_by(session, me))
        added = points.add(
            session, by=me, name=said.name, kind=said.kind, lat=lat, lon=lon, address=said.address, phone=said.phone,
            opening_hours=said.opening_hours, methods=said.methods or None,
        )  # fmt: skip
    except Mistaken as error:
        return form_again("desk/point.html", error, form, point=None, **_choices(session, me))
    return see(_after(added))


@get("/desk/points/{point_id:int}", sync_to_thread=True, include_in_schema=False)
def point(point_id: Id, session: Db, me: Me) -> Response[bytes]:
    found = points.find(session, point_id, for_=me)
    points.must_keep(me, found.grid_id)
    return form_filled("desk/point.html", _stands(found), point=found, **_choices(session, me))


@post("/desk/points/{point_id:int}", sync_to_thread=True, include_in_schema=False)
def edit_point(point_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    found = points.find(session, point_id, for_=me)
    form = touched.rejoined(form, stands := _stands(found))
    try:
        told = {"methods": say(", ").join(str(trade.method_label(one)) for one in found.methods)}
        touched.must_not_cross(form, stands, told, wrote=touched.by_oneself(session, f"point/{found.id}", me.id))
        said = _read(Known, form)
        points.edit(session, found, by=me, opening_hours=said.opening_hours, phone=said.phone, methods=said.methods, address=said.address)
    except Mistaken as error:
        return form_again("desk/point.html", error, form, point=found, filled=touched.mark(stands), **_choices(session, me))
    return see(_after(found))


def _stands(point: PaymentPoint) -> touched.Stands:
    hours_now = typed_hours.shown(point.opening_hours)
    return {"opening_hours": [hours_now], "phone": [point.phone], "address": [point.address], "methods": point.methods}


def _after(point: PaymentPoint) -> str:
    """Where the colleague reads how the hours were understood."""
    return f"/desk/circle?kept={point.id}" if point.opening_hours else "/desk/circle"


def _place(form: Form) -> Place:
    """The form of a new place: that nobody said where is told together with what else is wrong."""
    try:
        return _read(Place, form)
    except Mistaken as error:
        if not any(str(form.get(name, "")).strip() for name in ("estate", "lat", "lon")):
            error.mistakes["estate"] = NOWHERE
        raise


def _read(shape: type[Said], form: Fields | Mapping[str, Any]) -> Said:
    """The form, with only methods and kinds that we know."""
    said = read(shape, form)
    said.methods = [method for method in said.methods if method in trade.table().methods]
    if getattr(said, "kind", "hall") not in trade.table().kinds:
        raise Mistaken(_("Please look again at the marked fields."), {"kind": _("This is not one of the choices.")})
    return said


def _where(said: Place, seen: Sequence[Grid]) -> tuple[float, float]:
    if said.lat is not None and said.lon is not None:
        return said.lat, said.lon
    for grid in seen:
        for estate in grid.estates:
            if estate.id == said.estate and estate.lat is not None and estate.lon is not None:
                return estate.lat, estate.lon
    raise Mistaken(_("Please look again at the marked fields."), {"estate": NOWHERE})


def _choices(session: Db, me: Me) -> dict[str, Any]:
    own = [grid for grid in grids.seen_by(session, me) if me.looks_after(grid.id) or me.administers]
    estates = [(estate.id, f"{estate.name} · {grid.name}") for grid in own for estate in grid.estates if estate.lat is not None]
    return {"me": me, "estates": [("", "–"), *estates], **_labels()}


def _labels() -> Mapping[str, Any]:
    known = trade.table()
    kinds: list[tuple[str, Phrase | str]] = [(kind, trade.kind_label(kind)) for kind in known.kinds]
    methods = [(method, trade.method_label(method)) for method in known.methods]
    return {"kinds": kinds, "methods": methods, "kind_label": trade.kind_label, "when": hours.when, "spoken": spoken}


routes: list[Any] = [overview, new_point, add_point, point, edit_point]
