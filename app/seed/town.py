"""What has been made of the demo town so far, and its files (app/demo)."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts import notices
from broadcasts.tables import Notice
from grids.staff import staff
from grids.tables import Building, Estate, Grid, Person
from tickets.tables import Entry

FILES = Path(__file__).parents[1] / "demo"
ROUND = timedelta(minutes=10)
Happening = tuple[datetime, Callable[[Session], None]]


class Town:
    """What has been made so far, by the keys of the town's files, and the moment from which its past is counted."""

    def __init__(self) -> None:
        self.now = clock.now() - (clock.now() - datetime.min.replace(tzinfo=clock.now().tzinfo)) % ROUND
        self.people: dict[str, int] = {}
        self.notices: dict[str, int] = {}
        self.tickets: dict[int, int] = {}

    def when(self, said: dict[str, Any]) -> datetime:
        """{minutes = -110} from now, or {days = -3, at = "08:00"} on Shanghai's calendar."""
        if "minutes" in said:
            return self.now + timedelta(minutes=said["minutes"])
        day = clock.local(self.now).date() + timedelta(days=said["days"])
        return clock.as_utc(datetime.fromisoformat(f"{day}T{said['at']}"))

    def me(self, session: Session, key: str) -> staff.Me:
        return staff.as_me(session, session.get_one(Person, self.people[key]))

    def notice(self, session: Session, key: str) -> Notice:
        return session.scalars(sa.select(Notice).where(Notice.id == self.notices[key]).options(*notices.SHOWN)).one()


def read(name: str) -> dict[str, Any]:
    with (FILES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def grid(session: Session, code: str) -> Grid:
    return session.scalars(sa.select(Grid).where(Grid.code == code)).one()


def estate(session: Session, name: str) -> Estate:
    return session.scalars(sa.select(Estate).where(Estate.name == name)).one()


def places(session: Session, said: list[dict[str, Any]]) -> tuple[list[int], list[int]]:
    """Ids of whole estates, and of single buildings."""
    estates: list[int] = []
    buildings: list[int] = []
    for place in said:
        whole = estate(session, place["estate"])
        if named := place.get("buildings"):
            found = sa.select(Building.id).where(Building.estate_id == whole.id, Building.name.in_(named))
            buildings += session.scalars(found).all()
        else:
            estates.append(whole.id)
    return estates, buildings


def ticket_id(session: Session, begins: str) -> int:
    """The thread in which somebody had said by now what `begins` so."""
    said = sa.select(Entry.ticket_id).where(Entry.words.startswith(begins), Entry.at <= clock.now())
    return session.scalars(said.order_by(Entry.id).limit(1)).one()
