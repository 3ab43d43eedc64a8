"""The manager on the spot: pinning an estate's gates, and timing a walk from a home to a place to pay."""

import secrets
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import templates
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from grids import estates
from grids.circle import sketch
from grids.hours import typed_hours
from grids.hours.spoken_hours import spoken
from grids.maps.map_desk import guarded, tools
from grids.points import points
from grids.points.points import must_keep
from grids.reaching import gates, homes, timed
from grids.reaching.tables import Home
from grids.staff.who import Me
from grids.tables import Estate, PaymentPoint

Id = FromPath[Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]]
Short = Annotated[str, msgspec.Meta(max_length=40)]
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Lon = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Unit = Annotated[int, msgspec.Meta(ge=0, le=2000)]
SHOWN = (320, 268)
"""The sketch is a picture to tap: its size in the page is fixed, so that a tap says a place without script."""
NEAR = 40


class Pin(msgspec.Struct):
    """A gate: where one stands, where the sketch was tapped, or by coordinates."""

    name: Short = ""
    opening_hours: typed_hours.Typed = ""
    lat: Lat | None = None
    lon: Lon | None = None
    x: Unit | None = None
    y: Unit | None = None


class Walked(msgspec.Struct, kw_only=True):
    """A walk that was timed: by two taps, or by the minutes of a watch."""

    home: Annotated[int, msgspec.Meta(ge=1)]
    point: Annotated[int, msgspec.Meta(ge=1)]
    nonce: Annotated[str, msgspec.Meta(max_length=40)]
    minutes: Annotated[float, msgspec.Meta(ge=0, le=120)] | None = None
    seconds: Annotated[int, msgspec.Meta(ge=0, le=7200)] | None = None
    from_lat: Lat | None = None
    from_lon: Lon | None = None
    to_lat: Lat | None = None
    to_lon: Lon | None = None


@get("/desk/estates/{estate_id:int}/gates", sync_to_thread=True, include_in_schema=False)
def gate_list(estate_id: Id, session: Db, me: Me, settings: Config) -> Response[bytes]:
    estate = estates.find(session, estate_id, for_=me)
    shown = _gates(session, estate, me) | tools(settings)
    return page("desk/gates.html", form={}, mistakes={}, reason="", headers=guarded(settings), **shown)


@get("/desk/estates/{estate_id:int}/sketch.svg", sync_to_thread=True, include_in_schema=False)
def drawn(estate_id: Id, session: Db, me: Me) -> Response[bytes]:
    estate = estates.find(session, estate_id, for_=me)
    found = sketch.estate(session, _middle(session, estate), gates.of_estates(session, [estate.id]), homes.of_estate(session, estate.id))
    body = templates.render("desk/gates.svg", {"sketch": found, "size": SHOWN})
    return Response(body, media_type="image/svg+xml", headers={"cache-control": "no-store"})


@post("/desk/estates/{estate_id:int}/gates", sync_to_thread=True, include_in_schema=False)
def pin(estate_id: Id, form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    estate = estates.find(session, estate_id, for_=me)
    try:
        said = read(Pin, form)
        lat, lon = _where(session, estate, said)
        name = said.name or str(_("Gate %(n)s", n=len(gates.of_estates(session, [estate.id])) + 1))
        gates.pin(session, estate, by=me, name=name, lat=lat, lon=lon, opening_hours=said.opening_hours)
    except Mistaken as error:
        shown = _gates(session, estate, me) | tools(settings)
        return form_again("desk/gates.html", error, form, headers=guarded(settings), **shown)
    return see(f"/desk/estates/{estate.id}/gates")


@post("/desk/estates/{estate_id:int}/gates/{gate_id:int}/removal", sync_to_thread=True, include_in_schema=False)
def remove(estate_id: Id, gate_id: Id, session: Db, me: Me) -> Response[Any]:
    estate = estates.find(session, estate_id, for_=me)
    gates.remove(session, gates.find(session, gate_id, estate=estate), by=me)
    return see(f"/desk/estates/{estate.id}/gates")


@get("/desk/estates/{estate_id:int}/walks", sync_to_thread=True, include_in_schema=False)
def walk_list(estate_id: Id, session: Db, me: Me) -> Response[bytes]:
    estate = estates.find(session, estate_id, for_=me)
    must_keep(me, estate.grid_id)
    return page("desk/walks.html", form={}, mistakes={}, reason="", **_walks(session, estate, me))


@post("/desk/estates/{estate_id:int}/walks", sync_to_thread=True, include_in_schema=False)
def time_walk(estate_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    estate = estates.find(session, estate_id, for_=me)
    try:
        said = read(Walked, form)
        home = homes.find(session, said.home, estate=estate)
        point = _near(session, estate).get(said.point)
        if point is None:
            raise Mistaken(_("Please look again at the marked fields."), {"point": _("This is not one of the choices.")})
        seconds = said.seconds if said.seconds is not None else round((said.minutes or 0) * 60)
        start, end = _place(said.from_lat, said.from_lon), _place(said.to_lat, said.to_lon)
        timed.time(session, home, point, by=me, seconds=seconds, nonce=said.nonce, start=start, end=end)
    except Mistaken as error:
        return form_again("desk/walks.html", error, form, **_walks(session, estate, me))
    return see(f"/desk/estates/{estate.id}/walks")


def _gates(session: Db, estate: Estate, me: Me) -> dict[str, Any]:
    pinned = gates.of_estates(session, [estate.id])
    may = me.administers or (estate.grid_id is not None and me.looks_after(estate.grid_id))
    return {
        "estate": estate,
        "gates": pinned,
        "me": me,
        "may": may,
        "spoken": spoken,
        "size": SHOWN,
        "middle": _middle(session, estate),
    }


def _walks(session: Db, estate: Estate, me: Me) -> dict[str, Any]:
    doors = homes.of_estate(session, estate.id)
    return {
        "estate": estate, "me": me, "homes": [(one.id, one.building.name if one.building else estate.name) for one in doors],
        "points": [(one.id, one.name) for one in _near(session, estate).values()],
        "walks": timed.of_estate(session, estate), "nonce": secrets.token_hex(16),
    }  # fmt: skip


def _near(session: Db, estate: Estate) -> dict[int, PaymentPoint]:
    """The places to which one may walk from here, the nearest first, whoever's they are."""
    middle = _middle(session, estate)
    found = points.near(session, *middle, 1_500)[:NEAR] if middle else []
    return {one.point.id: one.point for one in found}


def _middle(session: Db, estate: Estate) -> tuple[float, float] | None:
    home: Home | None = homes.middle(homes.of_estate(session, estate.id))
    if home:
        return home.lat, home.lon
    return _place(estate.lat, estate.lon)


def _place(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    return (lat, lon) if lat is not None and lon is not None else None


def _where(session: Db, estate: Estate, said: Pin) -> tuple[float, float]:
    if said.lat is not None and said.lon is not None:
        return said.lat, said.lon
    middle = _middle(session, estate)
    if said.x is not None and said.y is not None and middle:
        return sketch.tapped(middle, said.x / SHOWN[0], said.y / SHOWN[1])
    raise Mistaken(_("Please look again at the marked fields."), {"lat": _("Tap the sketch where the gate is, or give both coordinates.")})


routes: list[Any] = [gate_list, drawn, pin, remove, walk_list, time_walk]
