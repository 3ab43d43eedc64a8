"""The demo town's work outside: consults, outings, appointments and procedures, by the acts that colleagues use."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock, tokens
from app.seed.town import Happening, Town, estate, grid, read
from grids.staff import organisations
from grids.tables import Grid
from tickets import conversation
from tickets.appointments import appointments, diary, slots
from tickets.clocks.tables import Customer
from tickets.field import consults, outreach
from tickets.field.consults import Heard
from tickets.field.outreach import Told
from tickets.procedures import cases, papers, procedures
from tickets.tables import Channel, Ticket


def worked(town: Town) -> Iterable[Happening]:
    told = read("field")
    yield town.when({"days": -90, "at": "09:00"}), lambda session: _beside(session, told["south"])
    for one in told["hours"]:
        yield town.when({"days": -60, "at": "09:00"}), partial(_open_hours, town, one)
    for number, one in enumerate(told["consults"]):
        yield town.when(one["at"]), partial(_consult, town, one, number)
    for number, one in enumerate(told["outreach"]):
        yield town.when({"days": one["day"], "at": "17:30"}), partial(_go_out, town, one, number)
    for one in told["visits"]:
        yield town.when(one["at"]), partial(_book, town, one)
        if "settled" in one:
            yield town.when(one["settled"]), partial(_settle, town, one)
        for rank, done in enumerate(one.get("case", {}).get("done", [])):
            yield town.when(done), partial(_advance, town, one, rank)


def _beside(session: Session, name: str) -> None:
    """Another company, so that its own days for each procedure are to be seen."""
    organisations.add(session, name)
    procedures.seed(session)


def _open_hours(town: Town, one: dict[str, Any], session: Session) -> None:
    said = {name: one[name] for name in ("opening_hours", "minutes", "capacity")}
    slots.write(session, grid(session, one["grid"]).id, by=town.me(session, one["by"]), **said)


def _consult(town: Town, one: dict[str, Any], number: int, session: Session) -> None:
    home = estate(session, one["estate"])
    heard = Heard(
        channel=Channel(one["channel"]), kind=one.get("kind", ""), estate=home, building=one["building"], room=one["room"],
        card=one.get("card", ""), solved=one["solved"],
    )  # fmt: skip
    consults.note(session, session.get_one(Grid, home.grid_id), heard, by=town.me(session, one["by"]), token=_token(f"consult {number}"))


def _go_out(town: Town, one: dict[str, Any], number: int, session: Session) -> None:
    said = {name: one[name] for name in ("place", "topic", "met", "words", "cards")}
    told = Told(day=clock.today(), **said)
    outreach.note(session, grid(session, one["grid"]), told, by=town.me(session, one["by"]), nonce=f"demo {number}")


def _book(town: Town, one: dict[str, Any], session: Session) -> None:
    home, me = estate(session, one["estate"]), town.me(session, one["by"])
    ticket = conversation.ask(
        session, session.get_one(Grid, home.grid_id), words=one["words"], channel=Channel(one["channel"]), token=_token(one["key"]),
        estate=home, building=one["building"], room=one["room"], contact=one["contact"], kind=one["kind"], by=me,
    )  # fmt: skip
    wanted = max(town.when(one["from"]), clock.now() + timedelta(hours=1))
    slot = next((slot for slot in slots.coming(session, ticket.grid_id) if slot.free and slot.starts_at >= wanted), None)
    if slot is not None:
        appointments.book(session, ticket, at=slot.starts_at, by=me, token=_token(one["key"]))
    if "case" in one:
        case = cases.begin(session, ticket, by=me, customer=Customer(one["case"]["customer"]))
        for paper in one["case"]["papers"]:
            papers.see(session, case, paper, by=me)


def _settle(town: Town, one: dict[str, Any], session: Session) -> None:
    booked = diary.of(session, _ticket(session, one))
    if booked is not None and booked.starts_at < clock.now():
        appointments.settle(session, booked, by=town.me(session, one["by"]), came=one.get("came", True))


def _advance(town: Town, one: dict[str, Any], rank: int, session: Session) -> None:
    case = cases.of(session, _ticket(session, one))
    if case is not None:
        cases.advance(session, case, by=town.me(session, one["by"]), rank=rank)


def _ticket(session: Session, one: dict[str, Any]) -> Ticket:
    return conversation.by_token(session, _token(one["key"]))


def _token(key: str) -> str:
    return tokens.derive("demo", "field", key)
