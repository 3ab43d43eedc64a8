"""How long a first answer may take. The times are rows with their source; the nearest organisation's newest one holds."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from grids import organisations
from grids.tables import Grid, Organisation
from tickets.tables import ServiceStandard

FILE = Path(__file__).with_name("standards.csv")


class Standard(msgspec.Struct, frozen=True):
    """One line of the file. Without an organisation it is the house's own, for whoever has none."""

    organisation: str
    first_answer_minutes: int
    effective_on: date
    source: str


@cache
def filed() -> tuple[Standard, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(msgspec.convert(row, Standard, strict=False) for row in csv.DictReader(file))


def seed(session: Session) -> int:
    """Lay the file's rows into the table, once each: what an operator changed since then stays. How many were new."""
    new = 0
    for row in filed():
        organisation = organisations.named(session, row.organisation) if row.organisation else None
        if (row.organisation and organisation is None) or _held(session, organisation, row.effective_on):
            continue
        session.add(
            ServiceStandard(
                organisation_id=organisation.id if organisation else None,
                first_answer_minutes=row.first_answer_minutes,
                source=row.source,
                effective_on=row.effective_on,
            )
        )
        new += 1
    session.flush()
    return new


def first_answer(session: Session, grid_id: int) -> timedelta:
    """The time allowed for a first answer in this grid today."""
    path = session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == grid_id)) or ""
    line = [int(part) for part in path.strip("/").split("/") if part]
    rows = sa.select(ServiceStandard.organisation_id, ServiceStandard.first_answer_minutes).where(
        ServiceStandard.effective_on <= clock.today(),
        sa.or_(ServiceStandard.organisation_id.in_(line), ServiceStandard.organisation_id.is_(None)),
    )
    # In order of their days, so that of one organisation's rows the newest stays.
    allowed = {row[0]: row[1] for row in session.execute(rows.order_by(ServiceStandard.effective_on))}
    nearest = next((allowed[key] for key in (*reversed(line), None) if key in allowed), None)
    return timedelta(minutes=_house() if nearest is None else nearest)


def _house() -> int:
    """What the file says for everybody, where the table was never filled."""
    ours = [row for row in filed() if not row.organisation and row.effective_on <= clock.today()]
    return max(ours, key=lambda row: row.effective_on).first_answer_minutes


def _held(session: Session, organisation: Organisation | None, day: date) -> bool:
    same = ServiceStandard.organisation_id == organisation.id if organisation else ServiceStandard.organisation_id.is_(None)
    return session.scalar(sa.select(ServiceStandard.id).where(same, ServiceStandard.effective_on == day)) is not None
