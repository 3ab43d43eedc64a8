"""Procedures with their stages, and the households that go through them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Person
from tickets.clocks.tables import Customer
from tickets.tables import Ticket


class Procedure(Table):
    """How a kind of question is got done for a type of customer: its stages, papers and working days, from a day on.

    Without an organisation it holds for whoever has none of their own. A version never changes; the next one is another row.
    """

    __tablename__ = "procedures"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "kind", "customer", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    kind: Mapped[str]
    customer: Mapped[Customer]
    days: Mapped[int]
    stages: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    papers: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    source: Mapped[str]
    effective_on: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class CaseEnd(StrEnum):
    done = "done"
    withdrawn = "withdrawn"


class Case(Table):
    """A question goes through a procedure, as it stood on the day on which it began."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id", ondelete="CASCADE"), unique=True)
    procedure_id: Mapped[int] = mapped_column(sa.ForeignKey("procedures.id"))
    begun_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_as: Mapped[CaseEnd | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    procedure: Mapped[Procedure] = relationship(lazy="raise")
    reached: Mapped[list["CaseStage"]] = relationship(lazy="raise", order_by="CaseStage.rank")


class CaseStage(Table):
    """A stage that was reached, and when it was done by whom."""

    __tablename__ = "case_stages"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    done_by: Mapped[Person | None] = relationship(lazy="raise")


class PaperSeen(Table):
    """A colleague saw a paper of this household: it is not asked for again. What was on it is not kept."""

    __tablename__ = "papers_seen"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id", ondelete="SET NULL"), index=True)
    paper: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
