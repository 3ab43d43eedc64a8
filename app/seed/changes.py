"""What changed in the demo town: who moved, which grid was passed on, by the acts that colleagues use."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import passing as handing
from app.core import tokens
from app.seed.town import Happening, Town, grid, read, ticket_id
from grids.staff import passing
from grids.staff.tables import Passing
from grids.tables import Grid
from tickets import threads
from tickets.households import moving_in, removals


def happened(town: Town) -> Iterable[Happening]:
    told = read("changes")
    for one in told["moves"]:
        yield town.when(one["at"]), _moving(town, one)
    for one in told["newcomers"]:
        yield town.when(one["at"]), _saying_so(town, one)
    for one in told["handovers"]:
        yield town.when(one["prepared"]), _preparing(town, one)
        yield town.when(one["taken"]), _taking(town, one)


def _moving(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def move(session: Session) -> None:
        ticket = threads.read(session, ticket_id(session, one["begins"]))
        removals.move(session, ticket, by=town.me(session, one["by"]), who=removals.Who(one["who"]))

    return move


def _saying_so(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def say(session: Session) -> None:
        ticket = threads.read(session, ticket_id(session, one["begins"]))
        number = next(number for number, known in town.tickets.items() if known == ticket.id)
        moving_in.say(session, ticket, token=tokens.derive("demo", "ticket", str(number)))

    return say


def _preparing(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def prepare(session: Session) -> None:
        passing.prepare(
            session, grid(session, one["grid"]), to=town.people[one["to"]], by=town.me(session, one["from"]), note=one["note"].strip()
        )

    return prepare


def _taking(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def take(session: Session) -> None:
        handed = session.scalars(sa.select(Passing).join(Grid).where(Grid.code == one["grid"], Passing.ended_at.is_(None))).one()
        handing.take(session, handed, by=town.me(session, one["to"]))

    return take
