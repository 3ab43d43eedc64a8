"""The demo town's matters that are to be finished: what they are, and when their clock rests, by the acts that colleagues use."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.seed.town import Happening, Town, read, ticket_id
from tickets import threads
from tickets.clocks import clocks, waiting
from tickets.clocks.tables import Customer
from tickets.kinds import kinds
from tickets.tables import Ticket

SOON = timedelta(minutes=5)


def seen(town: Town) -> Iterable[Happening]:
    """What a question is, is seen five minutes after it came."""
    came = {one["entries"][0]["words"]: town.when(one["entries"][0]["at"]) for one in read("tickets")["tickets"]}
    for one in read("clocks")["matters"]:
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
    return threads.read(session, ticket_id(session, one["begins"]))
