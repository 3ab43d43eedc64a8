"""The demo town's specialists: what each is asked about, and what managers asked them, by the acts that colleagues use."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.seed.town import Happening, Town, read, ticket_id
from grids.staff.staff import Me
from tickets import threads
from tickets.specialists import consultations, consulting, opinions, specialists
from tickets.specialists.tables import Consultation


def consulted(town: Town) -> Iterable[Happening]:
    told = read("consultations")
    for specialist in told["specialists"]:
        yield town.when({"days": -60, "at": "09:00"}), _entrusting(town, specialist)
    for one in told["consultations"]:
        yield town.when(one["at"]), _asking(town, one)
        for said in one.get("notes", []):
            yield town.when(said["at"]), _noting(town, one, said)
        if passed := one.get("passed"):
            yield town.when(passed["at"]), _passing(town, one, passed)
        if agreed := one.get("agreed"):
            yield town.when(agreed["at"]), _agreeing(town, one, agreed)


def _entrusting(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    return lambda session: specialists.entrust(session, town.people[one["key"]], one["topics"], by=town.me(session, "he"))


def _asking(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def ask(session: Session) -> None:
        ticket = threads.read(session, ticket_id(session, one["begins"]))
        choice = f"{one['topic']}/{town.people[one['to']]}"
        asked = consulting.ask(session, ticket, specialist=choice, by=town.me(session, one["by"]), words=one["words"])
        if "hours_left" in one:
            asked.due_at = town.when({"minutes": 0}) + timedelta(hours=one["hours_left"])

    return ask


def _noting(town: Town, one: dict[str, Any], said: dict[str, Any]) -> Callable[[Session], None]:
    def note(session: Session) -> None:
        me = town.me(session, said["by"])
        consulting.note(session, _consultation(session, one, me), by=me, words=said["words"])

    return note


def _passing(town: Town, one: dict[str, Any], passed: dict[str, Any]) -> Callable[[Session], None]:
    def pass_on(session: Session) -> None:
        me = town.me(session, one["to"])
        choice = f"{passed['topic']}/{town.people[passed['to']]}"
        opinions.pass_on(session, _consultation(session, one, me), to=choice, by=me, words=passed["words"])

    return pass_on


def _agreeing(town: Town, one: dict[str, Any], agreed: dict[str, Any]) -> Callable[[Session], None]:
    def agree(session: Session) -> None:
        me = town.me(session, one["to"])
        opinions.agree(session, _consultation(session, one, me), by=me, words=agreed["words"], source=agreed["source"])

    return agree


def _consultation(session: Session, one: dict[str, Any], me: Me) -> Consultation:
    wanted = sa.select(Consultation.id).where(Consultation.ticket_id == ticket_id(session, one["begins"]), Consultation.ended_at.is_(None))
    return consultations.find(session, session.scalars(wanted).one(), for_=me)
