"""A manager's own list of the stewards who relay, on the phone."""

from collections.abc import Sequence
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
from broadcasts.sending import stewards
from broadcasts.sending.checklist import say_places
from broadcasts.sending.groups_desk import Line, Name, about, ticked, where
from broadcasts.sending.tables import Steward, StewardKind
from grids import grids
from grids.staff import staff
from grids.staff.who import Me
from grids.tables import Grid

STEWARDS, STEWARD = "desk/stewards.html", "desk/steward.html"


class WrittenSteward(msgspec.Struct):
    name: Name
    phone: Annotated[str, msgspec.Meta(max_length=30)]
    kind: StewardKind = StewardKind.building_head
    note: Line = ""
    above: Id | None = None
    estates: list[Id] = []
    buildings: list[Id] = []


@get("/desk/stewards", sync_to_thread=True, include_in_schema=False)
def every_steward(session: Db, me: Me) -> Response[bytes]:
    tree = list(stewards.tree(stewards.of_grids(session, me.own)))
    return page(
        STEWARDS, me=me, own=grids.own(session, me), tree=tree, places=say_places, masked=stewards.masked, kinds=stewards.KINDS
    )  # fmt: skip


@get("/desk/stewards/new", sync_to_thread=True, include_in_schema=False)
def new_steward(session: Db, me: Me, grid: FromQuery[str] = "") -> Response[bytes]:
    return page(STEWARD, form={}, said={}, mistakes={}, reason="", **_relaying(session, me, own_grid(session, me, grid), None))


@post("/desk/stewards", sync_to_thread=True, include_in_schema=False)
def add_steward(form: Form, session: Db, me: Me) -> Response[Any]:
    grid = own_grid(session, me, str(form.get("grid", "")))
    try:
        stewards.add(session, grid, by=me, **msgspec.structs.asdict(read(WrittenSteward, form)))
    except Mistaken as error:
        return form_again(STEWARD, error, form, **_relaying(session, me, grid, None))
    return see("/desk/stewards")


@get("/desk/stewards/{steward_id:int}", sync_to_thread=True, include_in_schema=False)
def one_steward(steward_id: FromPath[int], session: Db, me: Me) -> Response[bytes]:
    steward = stewards.find(session, steward_id, for_=me)
    return form_filled(STEWARD, _stands(steward), **_relaying(session, me, steward.grid, steward))


@post("/desk/stewards/{steward_id:int}", sync_to_thread=True, include_in_schema=False)
def change_steward(steward_id: FromPath[int], form: Form, session: Db, me: Me) -> Response[Any]:
    steward = stewards.find(session, steward_id, for_=me)
    form = touched.rejoined(form, _stands(steward))
    try:
        wrote = touched.by_oneself(session, f"steward/{steward.id}", me.id)
        touched.must_not_cross(form, _stands(steward), _said(session, steward), wrote=wrote)
        stewards.change(session, steward, by=me, **msgspec.structs.asdict(read(WrittenSteward, form)))
    except Mistaken as error:
        session.rollback()
        steward = stewards.find(session, steward_id, for_=me)
        mark = touched.mark(_stands(steward))
        return form_again(STEWARD, error, form, filled=mark, **_relaying(session, me, steward.grid, steward))
    return see("/desk/stewards")


@post("/desk/stewards/{steward_id:int}/leaving", sync_to_thread=True, include_in_schema=False)
def leave_steward(steward_id: FromPath[int], session: Db, me: Me) -> Response[Any]:
    stewards.leave(session, stewards.find(session, steward_id, for_=me), by=me)
    return see("/desk/stewards")


def _stands(steward: Steward) -> touched.Stands:
    known = {name: [getattr(steward, name)] for name in ("name", "phone", "kind", "note")}
    return {**known, "above": [steward.above_id or ""], **ticked(steward)}


def _said(session: Db, steward: Steward) -> dict[str, Any]:
    caller = next((one.name for one in stewards.of_grids(session, [steward.grid_id]) if one.id == steward.above_id), _("me"))
    return {"kind": stewards.KINDS[steward.kind], "above": caller, **where(steward)}


def _relaying(session: Db, me: staff.Me, grid: Grid, steward: Steward | None) -> dict[str, Any]:
    others: Sequence[Steward] = [one for one in stewards.of_grids(session, [grid.id]) if steward is None or one.id != steward.id]
    above = [(one.id, one.name) for one in others]
    return {**about(session, me, grid), "steward": steward, "above": above, "kinds": list(stewards.KINDS.items())}


routes: list[Any] = [every_steward, new_steward, add_steward, one_steward, change_steward, leave_steward]
