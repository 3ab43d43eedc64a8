"""The rules of law and of companies, as rows: how long ahead, which fields, how far a promise goes, who is called when.

The rows of company_rules.csv are laid into the table at each release; an organisation's own rows hold for it and all below
it. Of those in force today the nearest organisation's newest one holds.
"""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, filed
from broadcasts.promises.tables import CompanyRule, Topic
from grids.staff import organisations
from grids.tables import Grid, Organisation, Settlement

FILE = Path(__file__).with_name("company_rules.csv")
ROUND = timedelta(minutes=10)


class Line(msgspec.Struct, frozen=True):
    """One line of the file. Without an organisation it is for whoever has none of their own."""

    organisation: str
    topic: Topic
    subject: str
    value: str
    source: str
    effective_on: date


class Rules(msgspec.Struct, frozen=True):
    """What holds in one grid today."""

    rows: dict[tuple[str, str], CompanyRule]
    settlement: Settlement

    def find(self, topic: Topic, subject: str) -> CompanyRule | None:
        return self.rows.get((topic, subject))

    def words(self, topic: Topic, subject: str) -> list[str]:
        found = self.find(topic, subject)
        return found.value.split() if found else []

    def length(self, topic: Topic, subject: str) -> timedelta:
        """Of a rule in minutes; nothing where there is none."""
        return timedelta(minutes=int((self.words(topic, subject) or ["0"])[0]))

    @property
    def restoration(self) -> CompanyRule | None:
        """How long after the crew's arrival the power is mostly back, in minutes."""
        return self.find(Topic.restoration_minutes, self.settlement)

    def back_after(self, *, arrived: bool) -> timedelta:
        """The service promise of this grid, from the crew's arrival or from the fault."""
        way = timedelta() if arrived else self.length(Topic.arrival_minutes, self.settlement)
        return way + self.length(Topic.restoration_minutes, self.settlement)


def seed(session: Session) -> int:
    """Lay the file's rows into the table, once each: what an operator changed since then stays. How many were new."""
    new = 0
    for line in filed.lines(FILE, Line):
        organisation = organisations.named(session, line.organisation) if line.organisation else None
        if (line.organisation and organisation is None) or _held(session, organisation, line):
            continue
        said = msgspec.structs.asdict(line)
        del said["organisation"]
        session.add(CompanyRule(organisation_id=organisation.id if organisation else None, **said))
        new += 1
    session.flush()
    return new


def of(session: Session, grid_id: int) -> Rules:
    path, settlement = session.execute(
        sa.select(Organisation.path, Grid.settlement).join(Grid, Grid.organisation_id == Organisation.id).where(Grid.id == grid_id)
    ).one()
    found = organisations.holding(session, CompanyRule, organisations.line(path), clock.today())
    return Rules({(rule.topic, rule.subject): rule for rule in found}, settlement)


def _held(session: Session, organisation: Organisation | None, line: Line) -> bool:
    same = CompanyRule.organisation_id == organisation.id if organisation else CompanyRule.organisation_id.is_(None)
    here = (CompanyRule.topic == line.topic, CompanyRule.subject == line.subject, CompanyRule.effective_on == line.effective_on)
    return session.scalar(sa.select(CompanyRule.id).where(same, *here)) is not None
