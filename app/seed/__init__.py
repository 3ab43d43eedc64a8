"""The demo town: brought in by the importers that users use, and given a past by the acts that users use."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import beginning
from app.core import clock
from app.core.database import Database
from app.core.settings import Settings
from app.seed import asking, broadcasting, changes, clocks, consulting, field, photos, sending, station, upkeep
from app.seed.town import Town, read
from broadcasts.cards.tables import Card
from broadcasts.tables import Notice, public
from grids.staff import staff
from grids.tables import Grid, Person

BEGAN = timedelta(days=400)


def is_empty(database: Database) -> bool:
    with database.reading() as session:
        return not session.scalar(sa.select(sa.func.count()).select_from(Person))


def plant(database: Database, settings: Settings) -> None:
    """Fill an empty database with the town, all or nothing."""
    town = Town()
    with database.writing() as session:
        with clock.at(town.now - BEGAN):
            station.found(session, town)
            sending.lists(session)
        past = [
            *broadcasting.told(town),
            *broadcasting.printed(town),
            *asking.threads(town),
            *asking.crowd(town),
            *consulting.consulted(town),
            *clocks.seen(town),
            *photos.shown(town, settings),
            *upkeep.kept(town),
            *sending.brought(town),
            *field.worked(town),
            *changes.happened(town),
        ]
        for moment, happen in sorted(past, key=lambda one: one[0]):
            with clock.at(moment):
                happen(session)


def offers(session: Session) -> dict[str, Any]:
    """What the demo town has to show: for `lindian demo --json` and the words after `make run`."""
    passwords = {one["phone"]: one for one in read("people")["people"]}
    people = [
        {
            "role": "deputy" if passwords[one.phone].get("stands_in") else one.role.value, "phone": one.phone,
            "password": passwords[one.phone]["password"], "begins": beginning.page(staff.as_me(session, one)),
        }
        for one in session.scalars(sa.select(Person).where(Person.phone.in_(passwords)).order_by(Person.id))
    ]  # fmt: skip
    published = sa.select(Notice.number).where(public()).order_by(Notice.published_at.desc())
    return {
        "grids": [{"code": code, "name": name} for code, name in session.execute(sa.select(Grid.code, Grid.name).order_by(Grid.id))],
        "people": people,
        "notices": list(session.scalars(published)),
        "cards": list(session.scalars(sa.select(Card.slug).order_by(Card.id))),
    }
