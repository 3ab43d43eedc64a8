"""The demo town's colleagues and places, brought in by the importers that administrators use."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.seed.town import FILES, Town, estate, grid, read
from broadcasts.tariffs import tariffs
from grids import importing
from grids.datum import Datum
from grids.reaching import gates
from grids.staff import organisations, staff
from grids.tables import Organisation, Part, Person, Role


def found(session: Session, town: Town) -> None:
    _employ(session, town)
    _bring_places(session)
    _put_on_duty(session, town)
    _pin_gates(session, town)


def _employ(session: Session, town: Town) -> None:
    said = read("people")
    for one in said["organisations"]:
        above = organisations.named(session, _name_of(said, one["under"])) if one["under"] else None
        organisations.add(session, one["name"], under=above)
    for one in said["people"]:
        where = session.scalars(sa.select(Organisation).where(Organisation.name == _name_of(said, one["organisation"]))).one()
        person = staff.add(
            session, name=one["name"], phone=one["phone"], role=Role(one["role"]), organisation=where, password=one["password"], by=None
        )
        town.people[one["key"]] = person.id
    tariff = said["tariff"]
    if company := organisations.named(session, _name_of(said, tariff["organisation"])):
        tariffs.place(session, company, tariff["region"], by=town.me(session, tariff["by"]))


def _bring_places(session: Session) -> None:
    for what, name, datum in (
        ("grids", "grids.geojson", Datum.wgs84), ("estates", "estates.csv", Datum.bd09), ("buildings", "buildings.csv", Datum.wgs84),
        ("points", "points.csv", Datum.wgs84), ("streets", "streets.geojson", Datum.wgs84),
    ):  # fmt: skip
        importing.bring(session, what, FILES / name, datum=datum)


def _pin_gates(session: Session, town: Town) -> None:
    for gate in read("gates")["gates"]:
        where = {name: gate[name] for name in ("name", "lat", "lon")}
        gates.pin(
            session, estate(session, gate["estate"]), by=town.me(session, gate["by"]), opening_hours=gate.get("opening_hours", ""), **where
        )


def _put_on_duty(session: Session, town: Town) -> None:
    for one in read("people")["people"]:
        for key, part in (("manages", Part.manager), ("stands_in", Part.deputy)):
            for code in one.get(key, []):
                staff.put_on_duty(session, grid(session, code), session.get_one(Person, town.people[one["key"]]), part=part, by=None)


def _name_of(said: dict[str, Any], key: str) -> str:
    return next(str(one["name"]) for one in said["organisations"] if one["key"] == key)
