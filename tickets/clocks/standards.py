"""The service standards, as rows with their source: of those in force the nearest organisation's newest one holds.

The rows of standards.toml are laid into the table at each release. A standard that names the kind, then the customer, goes
before one that does not. Nothing is changed in place: a new version is a new row.
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from grids.staff import organisations
from grids.tables import Organisation
from tickets.clocks.tables import Customer, DutyHours, Measure, ServiceStandard, Unit
from tickets.kinds.tables import TicketKind

FILE = Path(__file__).with_name("standards.toml")
Row = ServiceStandard | DutyHours
One = TypeVar("One", ServiceStandard, DutyHours)


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the file. Without an organisation it is for whoever has none of their own."""

    measure: Measure
    kind: str = ""
    customer: Customer | None = None
    amount: int
    unit: Unit
    source: str
    effective_on: date
    organisation: str = ""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    hours: str
    manager_hours: str
    source: str
    effective_on: date
    organisation: str = ""


class Filed(msgspec.Struct, frozen=True):
    standards: tuple[Standard, ...]
    duty_hours: tuple[Duty, ...]


@cache
def filed() -> Filed:
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Filed)


def seed(session: Session) -> int:
    """Lay the file's rows into the tables, once each: what staff changed since then stays. How many were new."""
    said: list[Standard | Duty] = [*filed().standards, *filed().duty_hours]
    return sum(_lay(session, one) for one in said)


def of(session: Session, grid_id: int, *, kind: str, customer: Customer, on: date) -> dict[Measure, ServiceStandard]:
    """What holds for a question of this kind and customer, asked in this grid on that day; a measure without a time is not in it."""
    line = organisations.line_of_grid(session, grid_id)
    known = ["", *_above(session, line, kind), kind] if kind else [""]
    fits = sa.or_(ServiceStandard.customer.is_(None), ServiceStandard.customer == customer)
    held = held_in(session, ServiceStandard, line, on, ServiceStandard.kind.in_(known), fits)
    held.sort(key=lambda one: (known.index(one.kind), one.customer is not None))
    best = {one.measure: one for one in held}
    return {measure: one for measure, one in best.items() if one.amount is not None}


def duty(session: Session, grid_id: int, on: date) -> DutyHours:
    """When somebody answers in this grid."""
    return held_in(session, DutyHours, organisations.line_of_grid(session, grid_id), on)[0]


def names(session: Session, organisation_id: int) -> dict[int, str]:
    """Of the organisations whose rows may hold in this one."""
    line = organisations.line_to(session, organisation_id)
    rows = session.execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(line)))
    return {row.id: row.name for row in rows}


def held_in(session: Session, table: type[One], line: Sequence[int], on: date, *conditions: sa.ColumnElement[bool]) -> list[One]:
    """Of every key the row that holds: of the nearest organisation, from the latest day, and of one day the last written."""
    return list({key_of(one): one for one in organisations.holding(session, table, line, on, *conditions)}.values())


def key_of(row: Row) -> tuple[Any, ...]:
    """What a row is about: rows of one key take each other's place."""
    return (row.measure, row.kind, row.customer) if isinstance(row, ServiceStandard) else ()


def _above(session: Session, line: Sequence[int], kind: str) -> list[str]:
    """The kind under which this one stands, as the nearest organisation has it."""
    here = sa.or_(TicketKind.organisation_id.in_(line), TicketKind.organisation_id.is_(None))
    rows = session.execute(sa.select(TicketKind.organisation_id, TicketKind.above).where(here, TicketKind.key == kind)).all()
    nearest = max(rows, key=lambda row: line.index(row[0]) if row[0] else -1, default=None)
    return [nearest.above] if nearest and nearest.above else []


def _lay(session: Session, one: Standard | Duty) -> bool:
    organisation = organisations.named(session, one.organisation) if one.organisation else None
    if one.organisation and organisation is None:
        return False
    said = msgspec.structs.asdict(one)
    del said["organisation"]
    kind = ServiceStandard if isinstance(one, Standard) else DutyHours
    row = kind(organisation_id=organisation.id if organisation else None, set_at=clock.now(), set_by_id=None, **said)
    if _held(session, row):
        return False
    session.add(row)
    session.flush()
    return True


def _held(session: Session, row: Row) -> bool:
    table = type(row)
    same = table.organisation_id.is_(None) if row.organisation_id is None else table.organisation_id == row.organisation_id
    rows: Iterable[Row] = session.scalars(sa.select(table).where(same, table.effective_on == row.effective_on))
    return any(key_of(one) == key_of(row) for one in rows)
