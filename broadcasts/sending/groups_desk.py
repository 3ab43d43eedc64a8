"""A manager's own lists, on the phone: the WeChat groups, and the stewards who relay."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from app.core.errors import Forbidden, Mistaken
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from app.core.words import phrase as _
from broadcasts.composer.written import Id
from broadcasts.sending import groups, stewards
from broadcasts.sending.checklist import say_places
from broadcasts.sending.tables import Group, Steward, StewardKind
from broadcasts.subscribers import audiences
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid

GROUPS, GROUP, STEWARDS, STEWARD = "desk/groups.html", "desk/group.html", "desk/stewards.html", "desk/steward.html"
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


class WrittenSteward(msgspec.Struct):
    name: Name
    phone: Annotated[str, msgspec.Meta(max_length=30)]
    kind: StewardKind = StewardKind.building_head
    note: Line = ""
    above: Id | None = None
    estates: list[Id] = []
    buildings: list[Id] = []


@get("/desk/groups", sync_to_thread=True, include_in_schema=False)
def every_group(session: Db, me: Me) -> Response[bytes]:
    return page(GROUPS, me=me, own=grids.own(session, me), groups=groups.of_grids(session, me.own), places=say_places, most=groups.MOST)


@get("/desk/groups/new", sync_to_thread=True, include_in_schema=False)
def new_group(session: Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    return page(GROUP, form={}, said={}, mistakes={}, reason="", **_about(session, me, _grid(session, me, grid)), group=None)


@post("/desk/groups", sync_to_thread=True, include_in_schema=False)
def add_group(form: Form, session: Db, me: Me) -> Response[Any]:
    grid = _grid(session, me, str(form.get("grid", "")))
    try:
        groups.add(session, grid, by=me, **msgspec.structs.asdict(read(WrittenGroup, form)))
    except Mistaken as error:
        return form_again(GROUP, error, form, **_about(session, me, grid), group=None)
    return see("/desk/groups")


@get("/desk/groups/{group_id:int}", sync_to_thread=True, include_in_schema=False)
def one_group(group_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    group = _own_group(session, group_id, me)
    form = {name: getattr(group, name) for name in ("name", "members", "greeting", "note")} | {"brief": "on" if group.brief else ""}
    return page(GROUP, form=form, said=_ticked(group), mistakes={}, reason="", **_about(session, me, group.grid), group=group)


@post("/desk/groups/{group_id:int}", sync_to_thread=True, include_in_schema=False)
def change_group(group_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    group = _own_group(session, group_id, me)
    try:
        groups.change(session, group, by=me, **msgspec.structs.asdict(read(WrittenGroup, form)))
    except Mistaken as error:
        session.rollback()
        group = _own_group(session, group_id, me)
        return form_again(GROUP, error, form, **_about(session, me, group.grid), group=group)
    return see("/desk/groups")


@post("/desk/groups/{group_id:int}/leaving", sync_to_thread=True, include_in_schema=False)
def leave_group(group_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    groups.leave(session, _own_group(session, group_id, me), by=me)
    return see("/desk/groups")


@post("/desk/groups/{group_id:int}/rise", sync_to_thread=True, include_in_schema=False)
def raise_group(group_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    groups.rise(session, _own_group(session, group_id, me), by=me)
    return see(f"/desk/groups#group-{group_id}")


@get("/desk/stewards", sync_to_thread=True, include_in_schema=False)
def every_steward(session: Db, me: Me) -> Response[bytes]:
    tree = list(stewards.tree(stewards.of_grids(session, me.own)))
    return page(
        STEWARDS, me=me, own=grids.own(session, me), tree=tree, places=say_places, masked=stewards.masked, kinds=stewards.KINDS
    )  # fmt: skip


@get("/desk/stewards/new", sync_to_thread=True, include_in_schema=False)
def new_steward(session: Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    return page(STEWARD, form={}, said={}, mistakes={}, reason="", **_relaying(session, me, _grid(session, me, grid), None))


@post("/desk/stewards", sync_to_thread=True, include_in_schema=False)
def add_steward(form: Form, session: Db, me: Me) -> Response[Any]:
    grid = _grid(session, me, str(form.get("grid", "")))
    try:
        stewards.add(session, grid, by=me, **msgspec.structs.asdict(read(WrittenSteward, form)))
    except Mistaken as error:
        return form_again(STEWARD, error, form, **_relaying(session, me, grid, None))
    return see("/desk/stewards")


@get("/desk/stewards/{steward_id:int}", sync_to_thread=True, include_in_schema=False)
def one_steward(steward_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    steward = stewards.find(session, steward_id, for_=me)
    form = {name: getattr(steward, name) for name in ("name", "phone", "kind", "note")} | {"above": steward.above_id or ""}
    return page(STEWARD, form=form, said=_ticked(steward), mistakes={}, reason="", **_relaying(session, me, steward.grid, steward))


@post("/desk/stewards/{steward_id:int}", sync_to_thread=True, include_in_schema=False)
def change_steward(steward_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    steward = stewards.find(session, steward_id, for_=me)
    try:
        stewards.change(session, steward, by=me, **msgspec.structs.asdict(read(WrittenSteward, form)))
    except Mistaken as error:
        session.rollback()
        steward = stewards.find(session, steward_id, for_=me)
        return form_again(STEWARD, error, form, **_relaying(session, me, steward.grid, steward))
    return see("/desk/stewards")


@post("/desk/stewards/{steward_id:int}/leaving", sync_to_thread=True, include_in_schema=False)
def leave_steward(steward_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    stewards.leave(session, stewards.find(session, steward_id, for_=me), by=me)
    return see("/desk/stewards")


def _own_group(session: Db, group_id: int, me: staff.Me) -> Group:
    group = groups.find(session, group_id, for_=me)
    me.must_look_after(group.grid_id)
    return group


def _grid(session: Db, me: staff.Me, code: str) -> Grid:
    """The one named, or where none is named the first that this colleague looks after."""
    found = next((grid for grid in grids.own(session, me) if code in ("", grid.code)), None)
    if found is None:
        raise Forbidden(_("Only the grid's own manager or deputy on duty may do this."))
    return found


def _about(session: Db, me: staff.Me, grid: Grid) -> dict[str, Any]:
    return {"me": me, "grid": grid, "grids": grids.own(session, me), "estates": audiences.of_grid(session, grid)}


def _relaying(session: Db, me: staff.Me, grid: Grid, steward: Steward | None) -> dict[str, Any]:
    others: Sequence[Steward] = [one for one in stewards.of_grids(session, [grid.id]) if steward is None or one.id != steward.id]
    above = [(one.id, one.name) for one in others]
    return {**_about(session, me, grid), "steward": steward, "above": above, "kinds": list(stewards.KINDS.items())}


def _ticked(whose: Group | Steward) -> dict[str, list[str]]:
    return {
        "estates": [str(place.estate_id) for place in whose.places if place.building_id is None],
        "buildings": [str(place.building_id) for place in whose.places if place.building_id],
    }


routes: list[Any] = [
    every_group, new_group, add_group, one_group, change_group, leave_group, raise_group,
    every_steward, new_steward, add_steward, one_steward, change_steward, leave_steward,
]  # fmt: skip
