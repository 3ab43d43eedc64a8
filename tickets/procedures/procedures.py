"""Procedures as data: the stages, papers and working days of each kind and customer type, per organisation, in versions."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff import organisations
from grids.staff.staff import Me
from tickets import written
from tickets.clocks.tables import Customer
from tickets.kinds import kinds
from tickets.procedures.tables import Procedure

FILE = Path(__file__).with_name("procedures.toml")
MOST_DAYS, MOST_LINES = 400, 20


class Stage(msgspec.Struct, frozen=True):
    """Without days it is the asker's own turn."""

    name: str
    says: str = ""
    days: int | None = None


class Paper(msgspec.Struct, frozen=True):
    """Known by its name, so that one that was seen for one procedure is seen for all."""

    name: str
    hint: str = ""


class Filed(msgspec.Struct, frozen=True):
    organisation: str
    kinds: tuple[str, ...]
    customer: Customer
    days: int
    stages: tuple[Stage, ...]
    papers: tuple[Paper, ...]
    source: str
    effective_on: date


@cache
def filed() -> tuple[Filed, ...]:
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8"))["procedure"], tuple[Filed, ...])


def seed(session: Session) -> int:
    """Lay the file's rows into the table, once each: what an operator wrote since then stays. How many were new."""
    new = 0
    for row in filed():
        organisation = organisations.named(session, row.organisation) if row.organisation else None
        if row.organisation and organisation is None:
            continue
        for kind in row.kinds:
            if not _held(session, organisation.id if organisation else None, kind, row.customer, row.effective_on):
                _add(session, organisation.id if organisation else None, kind, row, by=None)
                new += 1
    session.flush()
    return new


def stages(procedure: Procedure) -> list[Stage]:
    return msgspec.convert(procedure.stages, list[Stage])


def papers(procedure: Procedure) -> list[Paper]:
    return msgspec.convert(procedure.papers, list[Paper])


def of_grid(session: Session, grid_id: int, kind: str) -> dict[Customer, Procedure]:
    """What holds in this grid today for questions of this kind, by customer type."""
    found = _nearest(session, organisations.line_of_grid(session, grid_id), Procedure.kind == kind)
    return {customer: found[kind, customer] for customer in Customer if (kind, customer) in found}


def of_organisation(session: Session, organisation_id: int) -> Sequence[Procedure]:
    """What holds today for this organisation."""
    found = _nearest(session, organisations.line_to(session, organisation_id))
    return [row for _key, row in sorted(found.items(), key=lambda one: (one[0][0], list(Customer).index(one[0][1])))]


def versions(session: Session, organisation_id: int) -> Sequence[Procedure]:
    """All that this organisation wrote itself, the newest day first."""
    wanted = sa.select(Procedure).where(Procedure.organisation_id == organisation_id)
    return session.scalars(wanted.order_by(Procedure.effective_on.desc(), Procedure.id.desc())).all()


def write(
    session: Session, *, by: Me, kind: str, customer: Customer, days: int, stages: Sequence[Stage], papers: Sequence[Paper], source: str,
    effective_on: date,
) -> Procedure:  # fmt: skip
    """The next version for one's own organisation and all below it. Who has begun stays with the version of that day."""
    by.must_administer()
    wrong = _wrong(days, stages, papers, source, effective_on)
    if kind not in {one.key for one in kinds.of_organisation(session, by.organisation_id)}:
        wrong["kind"] = _("Please choose from the list.")
    if _held(session, by.organisation_id, kind, customer, effective_on):
        wrong["effective_on"] = _("There is a version of this day already. Please choose a later day.")
    if wrong:
        raise Mistaken(_("Please look again at the marked fields."), wrong)
    said = Filed(
        organisation="", kinds=(kind,), customer=customer, days=days, stages=tuple(stages), papers=tuple(papers),
        source=written.line(source, "source"), effective_on=effective_on,
    )  # fmt: skip
    row = _add(session, by.organisation_id, kind, said, by=by)
    session.flush()
    audit.record(session, "procedures.write", f"procedure/{row.id}", by=by.id, kind=kind, customer=customer, days=days)
    return row


def _add(session: Session, organisation_id: int | None, kind: str, said: Filed, *, by: Me | None) -> Procedure:
    row = Procedure(
        organisation_id=organisation_id, kind=kind, customer=said.customer, days=said.days, stages=msgspec.to_builtins(said.stages),
        papers=msgspec.to_builtins(said.papers), source=said.source, effective_on=said.effective_on, at=clock.now(),
        by_id=by.id if by else None,
    )  # fmt: skip
    session.add(row)
    return row


def _nearest(session: Session, line: Sequence[int], *conditions: sa.ColumnElement[bool]) -> dict[tuple[str, Customer], Procedure]:
    """Of each kind and customer the nearest organisation's newest one."""
    found = organisations.holding(session, Procedure, line, clock.today(), *conditions)
    return {(one.kind, one.customer): one for one in found}


def _held(session: Session, organisation_id: int | None, kind: str, customer: Customer, day: date) -> bool:
    same = Procedure.organisation_id == organisation_id if organisation_id else Procedure.organisation_id.is_(None)
    here = (Procedure.kind == kind, Procedure.customer == customer, Procedure.effective_on == day)
    return session.scalar(sa.select(Procedure.id).where(same, *here)) is not None


def _wrong(days: int, stages: Sequence[Stage], papers: Sequence[Paper], source: str, effective_on: date) -> dict[str, Phrase]:
    wrong: dict[str, Phrase] = {}
    allowed = sum(stage.days or 0 for stage in stages)
    if not 1 <= days <= MOST_DAYS:
        wrong["days"] = _("Between %(least)s and %(most)s.", least=1, most=MOST_DAYS)
    if not 1 <= len(stages) <= MOST_LINES or any(not stage.name for stage in stages):
        wrong["stages"] = _("One stage a line, each with a name; at most %(n)s.", n=MOST_LINES)
    elif allowed > days:
        wrong["stages"] = _("The stages take %(n)s days together, more than the whole may take.", n=allowed)
    if len(papers) > MOST_LINES or len({paper.name for paper in papers}) != len(papers):
        wrong["papers"] = _("One paper a line, none twice; at most %(n)s.", n=MOST_LINES)
    if not source.strip():
        wrong["source"] = _("Please fill this in.")
    if effective_on < clock.today():
        wrong["effective_on"] = _("From today on or later: what was promised before stays as it was.")
    return wrong
