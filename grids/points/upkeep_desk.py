"""Keeping places to pay true: visits, machines, and what nobody has looked at for longest."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post

from app.core import files, sent, uploads
from app.core.errors import Missing, Mistaken
from app.core.forms import read
from app.core.web import Config, Db, Form, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.circle.circle_desk import Id
from grids.points import equipment, points, sightings, trade
from grids.points.tables import Found
from grids.staff.who import Me
from grids.tables import PaymentPoint

VISIT, MACHINES = "desk/visit.html", "desk/machines.html"
FOUND = {Found.open: _("Open, as we say"), Found.shut: _("Shut"), Found.gone: _("It is no longer there")}
Words = Annotated[str, msgspec.Meta(max_length=300)]
Nonce = Annotated[str, msgspec.Meta(max_length=60)]


class Visit(msgspec.Struct):
    found: Found
    words: Words = ""
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    nonce: Nonce = ""


class NewMachine(msgspec.Struct):
    kind: Annotated[str, msgspec.Meta(max_length=40)]
    label: Annotated[str, msgspec.Meta(max_length=60)]


class Told(msgspec.Struct):
    words: Words = ""


@get("/desk/circle/upkeep", sync_to_thread=True, include_in_schema=False)
def upkeep(session: Db, me: Me) -> Response[bytes]:
    own = [grid.id for grid in grids.own(session, me)] or sorted(me.seen)
    return page(
        "desk/upkeep.html", me=me, standings=sightings.standings(session, own), broken=equipment.broken(session, own),
        fault=equipment.fault, kind_label=trade.kind_label, machine_label=equipment.kind_label,
    )  # fmt: skip


@get("/desk/points/{point_id:int}/visits", sync_to_thread=True, include_in_schema=False)
def visits(point_id: Id, session: Db, me: Me) -> Response[bytes]:
    return page(VISIT, form={}, mistakes={}, reason="", **_visited(session, me, point_id))


@post("/desk/points/{point_id:int}/visits", sync_to_thread=True, include_in_schema=False, opt=sent.files(photo=1))
def visit(point_id: Id, form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    point = _kept(session, me, point_id)
    try:
        said = read(Visit, form)
        photo = uploads.photo(settings, form)
    except Mistaken as error:
        return form_again(VISIT, error, form, **_visited(session, me, point_id))
    sightings.visit(session, point, by=me, photo=photo, **msgspec.structs.asdict(said))
    return see(f"/desk/points/{point_id}/visits")


@get("/desk/sightings/{sighting_id:int}/photo", sync_to_thread=True, include_in_schema=False)
def photo(sighting_id: Id, session: Db, me: Me, settings: Config) -> Response[bytes]:
    found = sightings.find(session, sighting_id, for_=me)
    data = files.get(settings, found.photo) if found.photo else None
    if data is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return Response(data, media_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


@get("/desk/points/{point_id:int}/machines", sync_to_thread=True, include_in_schema=False)
def machines(point_id: Id, session: Db, me: Me) -> Response[bytes]:
    return page(MACHINES, form={}, mistakes={}, reason="", **_equipped(session, me, point_id))


@post("/desk/points/{point_id:int}/machines", sync_to_thread=True, include_in_schema=False)
def add_machine(point_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    point = _kept(session, me, point_id)
    try:
        said = read(NewMachine, form)
        equipment.add(session, point, by=me, kind=said.kind, label=said.label)
    except Mistaken as error:
        return form_again(MACHINES, error, form, **_equipped(session, me, point_id))
    return see(f"/desk/points/{point_id}/machines")


@post("/desk/machines/{machine_id:int}/faults", sync_to_thread=True, include_in_schema=False)
def break_down(machine_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    machine = equipment.find(session, machine_id, for_=me)
    try:
        equipment.report_fault(session, machine, by=me, words=read(Told, form).words)
    except Mistaken as error:
        return form_again(MACHINES, error, form, wrong=machine_id, **_equipped(session, me, machine.point_id))
    return see(f"/desk/points/{machine.point_id}/machines")


@post("/desk/machines/{machine_id:int}/repair", sync_to_thread=True, include_in_schema=False)
def repair(machine_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    machine = equipment.find(session, machine_id, for_=me)
    equipment.repair(session, machine, by=me, words=read(Told, form).words)
    return see(f"/desk/points/{machine.point_id}/machines")


@post("/desk/machines/{machine_id:int}/removal", sync_to_thread=True, include_in_schema=False)
def remove(machine_id: Id, session: Db, me: Me) -> Response[Any]:
    machine = equipment.find(session, machine_id, for_=me)
    equipment.remove(session, machine, by=me)
    return see(f"/desk/points/{machine.point_id}/machines")


def _kept(session: Db, me: Me, point_id: int) -> PaymentPoint:
    found = points.find(session, point_id, for_=me)
    points.must_keep(me, found.grid_id)
    return found


def _visited(session: Db, me: Me, point_id: int) -> dict[str, Any]:
    point = _kept(session, me, point_id)
    return {
        "me": me, "point": point, "seen": sightings.of(session, point), "kind_label": trade.kind_label, "found": FOUND,
    }  # fmt: skip


def _equipped(session: Db, me: Me, point_id: int) -> dict[str, Any]:
    point = _kept(session, me, point_id)
    return {
        "me": me, "point": point, "machines": equipment.at(session, point), "fault": equipment.fault,
        "machine_kinds": [(kind, equipment.kind_label(kind)) for kind in equipment.kinds()],
        "machine_label": equipment.kind_label, "kind_label": trade.kind_label,
    }  # fmt: skip


routes: list[Any] = [upkeep, visits, visit, photo, machines, add_machine, break_down, repair, remove]
