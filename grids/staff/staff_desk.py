"""The administrator's page of colleagues."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import touched
from app.core.errors import Mistaken, Refused
from app.core.forms import read
from app.core.web import Db, Form, form_again, page, see
from app.core.words import phrase as _
from grids import grids
from grids.staff import colleagues, handed, organisations, staff
from grids.staff.staff import Me as Person
from grids.staff.who import Me
from grids.tables import Part, Role

AT = "/desk/staff"
Id = FromPath[Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]]
Name = Annotated[str, msgspec.Meta(max_length=40)]
PARTS = {Part.manager: _("District manager"), Part.deputy: _("Deputy")}


class Newcomer(msgspec.Struct):
    name: Name
    phone: Name
    role: Role
    where: int
    new: Annotated[str, msgspec.Meta(max_length=80)] = ""


class Said(msgspec.Struct):
    name: Name
    role: Role
    where: int


class Placed(msgspec.Struct):
    grid: int
    part: Part


@get(AT, sync_to_thread=True, include_in_schema=False)
def listed(session: Db, me: Me) -> Response[bytes]:
    return page("desk/staff.html", me=me, people=colleagues.listed(session, of=me), roles=staff.ROLES, parts=PARTS)


@get(f"{AT}/new", sync_to_thread=True, include_in_schema=False)
def newcomer(session: Db, me: Me) -> Response[bytes]:
    me.must_administer()
    return page("desk/colleague_new.html", form={}, mistakes={}, reason="", **_choices(session, me))


@post(AT, sync_to_thread=True, include_in_schema=False)
def enlist(form: Form, session: Db, me: Me) -> Response[Any]:
    """The answer is the only page that shows the password."""
    me.must_administer()
    try:
        said = read(Newcomer, form)
        person, password = colleagues.enlist(session, by=me, **msgspec.structs.asdict(said))
    except Mistaken as error:
        session.rollback()
        return form_again("desk/colleague_new.html", error, form, **_choices(session, me))
    return _shown(session, me, person.id, password=password)


@get(f"{AT}/{{person_id:int}}", sync_to_thread=True, include_in_schema=False)
def one(person_id: Id, session: Db, me: Me) -> Response[bytes]:
    return _shown(session, me, person_id)


@post(f"{AT}/{{person_id:int}}", sync_to_thread=True, include_in_schema=False)
def change(person_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    found = colleagues.find(session, person_id, for_=me)
    person, form = found.person, touched.rejoined(form, stands := _stands(found))
    try:
        told = {"role": staff.ROLES[person.role], "where": found.organisation}
        touched.must_not_cross(form, stands, told, wrote=touched.by_oneself(session, f"person/{person.id}", me.id))
        colleagues.change(session, person, by=me, **msgspec.structs.asdict(read(Said, form)))
    except Refused as error:
        return _again(session, me, person_id, error, form)
    return see(f"{AT}/{person_id}")


@post(f"{AT}/{{person_id:int}}/duties", sync_to_thread=True, include_in_schema=False)
def place(person_id: Id, form: Form, session: Db, me: Me) -> Response[Any]:
    person = colleagues.find(session, person_id, for_=me).person
    try:
        said = read(Placed, form)
        colleagues.place(session, person, said.grid, part=said.part, by=me)
    except Refused as error:
        return _again(session, me, person_id, error, form)
    return see(f"{AT}/{person_id}")


@post(f"{AT}/duties/{{duty_id:int}}/ending", sync_to_thread=True, include_in_schema=False)
def relieve(duty_id: Id, session: Db, me: Me) -> Response[Any]:
    return see(f"{AT}/{colleagues.relieve(session, duty_id, by=me).person_id}")


@post(f"{AT}/{{person_id:int}}/suspension", sync_to_thread=True, include_in_schema=False)
def suspend(person_id: Id, session: Db, me: Me) -> Response[Any]:
    colleagues.suspend(session, colleagues.find(session, person_id, for_=me).person, by=me)
    return see(f"{AT}/{person_id}")


@post(f"{AT}/{{person_id:int}}/return", sync_to_thread=True, include_in_schema=False)
def restore(person_id: Id, session: Db, me: Me) -> Response[Any]:
    staff.restore(session, colleagues.find(session, person_id, for_=me).person, by=me)
    return see(f"{AT}/{person_id}")


@post(f"{AT}/{{person_id:int}}/password", sync_to_thread=True, include_in_schema=False)
def hand_password(person_id: Id, session: Db, me: Me) -> Response[Any]:
    password = handed.hand(session, colleagues.find(session, person_id, for_=me).person, by=me)
    return _shown(session, me, person_id, password=password)


def _shown(session: Db, me: Person, person_id: int, *, password: str = "") -> Response[bytes]:
    return page("desk/colleague.html", form={}, mistakes={}, reason="", password=password, **_around(session, me, person_id))


def _again(session: Db, me: Person, person_id: int, error: Refused, form: Form) -> Response[bytes]:
    session.rollback()
    return form_again("desk/colleague.html", error, form, password="", **_around(session, me, person_id))  # nosec: none is shown


def _around(session: Db, me: Person, person_id: int) -> dict[str, Any]:
    found = colleagues.find(session, person_id, for_=me)
    mine = [(grid.id, grid.name) for grid in grids.seen_by(session, me)]
    return {
        "one": found,
        "grids": mine,
        "parts": PARTS,
        "days": handed.HOLDS.days,
        "filled": touched.mark(_stands(found)),
        **_choices(session, me),
    }


def _stands(one: colleagues.Colleague) -> touched.Stands:
    return {"name": [one.person.name], "role": [one.person.role], "where": [one.person.organisation_id]}


def _choices(session: Db, me: Person) -> dict[str, Any]:
    homes = [(home.id, home.name) for home in organisations.below(session, me.organisation_id)]
    return {"me": me, "homes": homes, "roles": staff.ROLES}


routes: list[Any] = [listed, newcomer, enlist, one, change, place, relieve, suspend, restore, hand_password]
