"""The map editor: an administrator draws a grid's boundary. Its ground is our own; tiles come only where the operator names them."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import assets, doors
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.maps import boundaries, ground
from grids.staff.who import Me
from grids.tables import Grid, Settlement

Id = FromPath[Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]]


class Drawn(msgspec.Struct):
    """A boundary as the form says it: the map only writes into the same field."""

    boundary: Annotated[str, msgspec.Meta(max_length=20_000)]
    before: Annotated[str, msgspec.Meta(max_length=16)]
    overlapping: bool = False


class Settled(msgspec.Struct):
    settlement: Settlement


SETTLEMENTS = {Settlement.urban: _("Town"), Settlement.rural: _("Country")}


@get("/desk/admin/grids", sync_to_thread=True, include_in_schema=False)
def grid_list(session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    return page("desk/grids.html", grids=grids.seen_by(session, me), households=grids.households, me=me)


@get("/desk/admin/grids/{grid_id:int}/boundary", sync_to_thread=True, include_in_schema=False)
def boundary(grid_id: Id, session: Db, me: Me, settings: Config, moved: FromQuery[int | None] = None) -> Response[bytes]:
    me.must_administer()
    grid = grids.find(session, grid_id, for_=me)
    form = {"boundary": boundaries.written(grid.boundary), "before": boundaries.version(grid)}
    shown = _shown(session, grid, me, settings)
    return page("desk/boundary.html", form=form, mistakes={}, reason="", moved=moved, headers=guarded(settings), **shown)


@post("/desk/admin/grids/{grid_id:int}/boundary", sync_to_thread=True, include_in_schema=False)
def redraw(grid_id: Id, form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    me.must_administer()
    grid = grids.find(session, grid_id, for_=me)
    try:
        said = read(Drawn, form)
        drawn = boundaries.read(said.boundary)
        moved = boundaries.redraw(session, grid, by=me, boundary=drawn, before=said.before, overlapping=said.overlapping)
    except Mistaken as error:
        return form_again("desk/boundary.html", error, form, headers=guarded(settings), moved=None, **_shown(session, grid, me, settings))
    return see(f"/desk/admin/grids/{grid_id}/boundary?moved={moved}")


@post("/desk/admin/grids/{grid_id:int}/settlement", sync_to_thread=True, include_in_schema=False)
def settle(grid_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    me.must_administer()
    grids.settle(session, grids.find(session, grid_id, for_=me), by=me, as_=read(Settled, form).settlement)
    return see(f"/desk/admin/grids/{grid_id}/boundary")


@get("/desk/map.geojson", sync_to_thread=True, include_in_schema=False)
def ground_within(session: Db, me: Me, box: FromQuery[str] = "") -> Response[bytes]:
    """`box`: west,south,east,north."""
    try:
        west, south, east, north = (float(side) for side in box.split(","))
    except ValueError as error:
        raise Mistaken(_("A piece of the map is four numbers: west, south, east, north.")) from error
    body = msgspec.json.encode(ground.within(session, (west, south, east, north), for_=me))
    return Response(body, media_type="application/geo+json", headers={"cache-control": "no-store"})


def guarded(settings: Settings) -> dict[str, str]:
    """What the editor's page may load beside our own: the tiles' pictures, where the operator wants them."""
    parts = urlsplit(settings.tiles)
    tiles = f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}" if settings.tiles else ""
    return {"content-security-policy": doors.policy(pictures=tiles, library=True)} if assets.map_library() else {}


def tools(settings: Settings) -> dict[str, Any]:
    """What a page needs to show the map; without the library it is left out."""
    return {"library": assets.map_library(), "tiles": settings.tiles}


def _shown(session: Db, grid: Grid, me: Me, settings: Settings) -> dict[str, Any]:
    return {"grid": grid, "me": me, "start": boundaries.start(session, grid), "settlements": SETTLEMENTS.items(), **tools(settings)}


routes: list[Any] = [grid_list, boundary, redraw, settle, ground_within]
