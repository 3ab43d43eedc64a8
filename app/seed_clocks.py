"""The demo town's matters that are to be finished: what they are, and when their clock rests, by the acts that colleagues use."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from grids.staff import Me
from tickets import clocks, kinds, threads, waiting
from tickets.clock_tables import Customer
from tickets.tables import Entry, Ticket

FILE = Path(__file__).parent / "demo" / "clocks.toml"
SOON = timedelta(minutes=5)
Happening = tuple[datetime, Callable[[Session], None]]


class Town(Protocol):
    """What of the town is needed here (app/seed.py)."""

    def when(self, said: dict[str, Any]) -> datetime: ...
    def me(self, session: Session, key: str) -> Me: ...


def run(town: Town, asked: Iterable[dict[str, Any]]) -> Iterable[Happening]:
    """`asked` are the town's questions: what they are is seen five minutes after they came."""
    came = {one["entries"][0]["words"]: town.when(one["entries"][0]["at"]) for one in asked}
    for one in tomllib.loads(FILE.read_text(encoding="utf-8"))["matters"]:
        yield next(at for words, at in came.items() if words.startswith(one["begins"])) + SOON, _seeing(town, one)
        if rest := one.get("rest"):
            yield town.when(rest["at"]), _resting(town, one, rest)


def _seeing(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def see(session: Session) -> None:
        ticket, me = _ticket(session, one), town.me(session, one["by"])
        clocks.choose_customer(session, ticket, by=me, customer=Customer(one.get("customer", Customer.resident)))
        kinds.choose(session, ticket, by=me, kind=one["kind"])

    return see


def _resting(town: Town, one: dict[str, Any], rest: dict[str, Any]) -> Callable[[Session], None]:
    def begin(session: Session) -> None:
        waiting.begin(session, _ticket(session, one), by=town.me(session, one["by"]), reason=rest["reason"], days=rest["days"])

    return begin


def _ticket(session: Session, one: dict[str, Any]) -> Ticket:
    wanted = sa.select(Entry.ticket_id).join(Ticket).where(Entry.words.startswith(one["begins"]), Entry.at <= clock.now())
    return threads.read(session, session.scalars(wanted.order_by(Entry.id).limit(1)).one())
