"""The demo town's specialists: what each is asked about, and what managers asked them, by the acts that colleagues use."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from grids.staff import Me
from tickets import consultations, consulting, opinions, specialists, threads
from tickets.consultation_tables import Consultation
from tickets.tables import Entry, Ticket

FILE = Path(__file__).parent / "demo" / "consultations.toml"
Happening = tuple[datetime, Callable[[Session], None]]


class Town(Protocol):
    """What of the town is needed here (app/seed.py)."""

    people: dict[str, int]

    def when(self, said: dict[str, Any]) -> datetime: ...
    def me(self, session: Session, key: str) -> Me: ...


def consult(town: Town) -> Iterable[Happening]:
    for told in _told("specialists"):
        yield town.when({"days": -60, "at": "09:00"}), _entrusting(town, told)
    for one in _told("consultations"):
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
        ticket = threads.read(session, _ticket(session, one))
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


def _ticket(session: Session, one: dict[str, Any]) -> int:
    wanted = sa.select(Entry.ticket_id).join(Ticket).where(Entry.words.startswith(one["begins"]), Entry.at <= clock.now())
    return session.scalars(wanted.order_by(Entry.id).limit(1)).one()


def _consultation(session: Session, one: dict[str, Any], me: Me) -> Consultation:
    wanted = sa.select(Consultation.id).where(Consultation.ticket_id == _ticket(session, one), Consultation.ended_at.is_(None))
    return consultations.find(session, session.scalars(wanted).one(), for_=me)


def _told(key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))[key]
    return found
