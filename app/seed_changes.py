"""What changed in the demo town: who moved, which grid was passed on, by the acts that colleagues use."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import passing as handing
from app.core import clock
from grids import passing
from grids.passing_tables import Passing
from grids.staff import Me
from grids.tables import Grid
from tickets import removals, threads
from tickets.tables import Entry

FILE = Path(__file__).parent / "demo" / "changes.toml"
Happening = tuple[datetime, Callable[[Session], None]]


class Town(Protocol):
    """What of the town is needed here (app/seed.py)."""

    people: dict[str, int]

    def when(self, said: dict[str, Any]) -> datetime: ...
    def me(self, session: Session, key: str) -> Me: ...


def happened(town: Town) -> Iterable[Happening]:
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for one in told["moves"]:
        yield town.when(one["at"]), _moving(town, one)
    for one in told["handovers"]:
        yield town.when(one["prepared"]), _preparing(town, one)
        yield town.when(one["taken"]), _taking(town, one)


def _moving(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def move(session: Session) -> None:
        said = sa.select(Entry.ticket_id).where(Entry.words.startswith(one["begins"]), Entry.at <= clock.now())
        ticket = threads.read(session, session.scalars(said.order_by(Entry.id).limit(1)).one())
        removals.move(session, ticket, by=town.me(session, one["by"]), who=removals.Who(one["who"]))

    return move


def _preparing(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def prepare(session: Session) -> None:
        grid = session.scalars(sa.select(Grid).where(Grid.code == one["grid"])).one()
        passing.prepare(session, grid, to=town.people[one["to"]], by=town.me(session, one["from"]), note=one["note"].strip())

    return prepare


def _taking(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def take(session: Session) -> None:
        handed = session.scalars(sa.select(Passing).join(Grid).where(Grid.code == one["grid"], Passing.ended_at.is_(None))).one()
        handing.take(session, handed, by=town.me(session, one["to"]))

    return take
