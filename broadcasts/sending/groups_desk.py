"""A manager's own list of WeChat groups, on the phone."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core import touched
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, form_filled, page, see
from app.core.words import phrase as _
from broadcasts.composer.composer import own_grid
from broadcasts.composer.written import Id
from broadcasts.sending import groups
from broadcasts.sending.checklist import say_places
from broadcasts.sending.tables import Group, Steward
from broadcasts.subscribers import audiences
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid

GROUPS, GROUP = "desk/groups.html", "desk/group.html"
Name = Annotated[str, msgspec.Meta(max_length=40)]
Line = Annotated[str, msgspec.Meta(max_length=80)]


class WrittenGroup(msgspec.Struct):
    name: Name
    members: Annotated[int, msgspec.Meta(ge=0, le=5000)] = 0
    greeting: Line = ""
    note: Line = ""
    brief: bool = False
    estates: list[Id] = []
    buildings: list[Id] = []


@get("/desk/groups", sync_to_thread=True, include_in_schema=False)
def every_group(session: Db, me: Me) -> Response[bytes]:
    return page(GROUPS, me=me, own=grids.own(session, me), groups=groups.of_grids(session, me.own), places=say_places, most=groups.MOST)


@get("/desk/groups/new", sync_to_thread=True, include_in_schema=False)
def new_group(session: Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    return page(GROUP, form={}, said={}, mistakes={}, reason="", **about(session, me, own_grid(session, me, grid)), group=None)


@post("/desk/groups", sync_to_thread=True, include_in_schema=False)
def add_group(form: Form, session: Db, me: Me) -> Response[Any]:
    grid = own_grid(session, me, str(form.get("grid", "")))
    try:
        groups.add(session, grid, by=me, **msgspec.structs.asdict(read(WrittenGroup, form)))
    except Mistaken as error:
        return form_again(GROUP, error, form, **about(session, me, grid), group=None)
    return see("/desk/groups")


@get("/desk/groups/{group_id:int}", sync_to_thread=True, include_in_schema=False)
def one_group(group_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    group = _own_group(session, group_id, me)
    return form_filled(GROUP, stands(group), **about(session, me, group.grid), group=group)


@post("/desk/groups/{group_id:int}", sync_to_thread=True, include_in_schema=False)
def change_group(group_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    group = _own_group(session, group_id, me)
    form = touched.rejoined(form, stands(group))
    try:
        wrote = touched.by_oneself(session, f"group/{group.id}", me.id)
        touched.must_not_cross(form, stands(group), where(group), wrote=wrote)
        groups.change(session, group, by=me, **msgspec.structs.asdict(read(WrittenGroup, form)))
    except Mistaken as error:
        session.rollback()
        group = _own_group(session, group_id, me)
        return form_again(GROUP, error, form, filled=touched.mark(stands(group)), **about(session, me, group.grid), group=group)
    return see("/desk/groups")


@post("/desk/groups/{group_id:int}/leaving", sync_to_thread=True, include_in_schema=False)
def leave_group(group_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    groups.leave(session, _own_group(session, group_id, me), by=me)
    return see("/desk/groups")


@post("/desk/groups/{group_id:int}/rise", sync_to_thread=True, include_in_schema=False)
def raise_group(group_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    groups.rise(session, _own_group(session, group_id, me), by=me)
    return see(f"/desk/groups#group-{group_id}")


def _own_group(session: Db, group_id: int, me: staff.Me) -> Group:
    group = groups.find(session, group_id, for_=me)
    me.must_look_after(group.grid_id)
    return group


def about(session: Db, me: staff.Me, grid: Grid) -> dict[str, Any]:
    """What the page of a list's entry needs to be filled in."""
    return {"me": me, "grid": grid, "grids": grids.own(session, me), "estates": audiences.of_grid(session, grid)}


def stands(group: Group) -> touched.Stands:
    known = {name: [getattr(group, name)] for name in ("name", "members", "greeting", "note")}
    return {**known, "brief": ["on"] if group.brief else [], **ticked(group)}


def where(whose: Group | Steward) -> dict[str, Any]:
    return dict.fromkeys(("estates", "buildings"), say_places([*whose.places]) or _("the whole grid"))


def ticked(whose: Group | Steward) -> dict[str, list[str]]:
    return {
        "estates": [str(place.estate_id) for place in whose.places if place.building_id is None],
        "buildings": [str(place.building_id) for place in whose.places if place.building_id],
    }


routes: list[Any] = [every_group, new_group, add_group, one_group, change_group, leave_group, raise_group]
