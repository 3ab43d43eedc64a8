"""How long an answer may take, and how long it took: standards, hours on duty, clocks, pauses, acknowledgements."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Person


class Customer(StrEnum):
    """As whom the asker uses electricity: what is allowed differs."""

    resident = "resident"
    low_voltage = "low_voltage"
    high_voltage = "high_voltage"
    high_voltage_dual = "high_voltage_dual"


class Measure(StrEnum):
    """What is to be there in time: a first answer, or the matter finished."""

    first_answer = "first_answer"
    completion = "completion"


class Unit(StrEnum):
    """Minutes around the clock, minutes in which somebody is on duty, working days."""

    minutes = "minutes"
    duty_minutes = "duty_minutes"
    workdays = "workdays"


class ServiceStandard(Table):
    """The time allowed, with the paper that says so and the day from which it holds. A change is a new row.

    Without a kind or a customer it holds for every one; without an amount no time is set from that day on.
    """

    __tablename__ = "service_standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    measure: Mapped[Measure]
    kind: Mapped[str] = mapped_column(default="")
    customer: Mapped[Customer | None]
    amount: Mapped[int | None]
    unit: Mapped[Unit]
    source: Mapped[str]
    effective_on: Mapped[date]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class DutyHours(Table):
    """When somebody answers for an organisation, and when the manager does so personally; in the notation of opening hours."""

    __tablename__ = "duty_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    hours: Mapped[str]
    manager_hours: Mapped[str]
    source: Mapped[str]
    effective_on: Mapped[date]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class Clock(Table):
    """A clock that ran, or runs, for a question. `due_at` is worked out whenever something changes, never when somebody looks.

    `minutes` are those on duty that colleagues of this `grid` took; what a notice answered by itself has none.
    """

    __tablename__ = "ticket_clocks"
    __table_args__ = (sa.Index("ix_ticket_clocks_running", "ended_at", "due_at"), sa.Index("ix_ticket_clocks_took", "grid_id", "ended_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    measure: Mapped[Measure]
    standard_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_standards.id"))
    began_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    grid_id: Mapped[int | None] = mapped_column(sa.ForeignKey("grids.id"))
    minutes: Mapped[int | None]

    standard: Mapped[ServiceStandard | None] = relationship(lazy="raise")


class Pause(Table):
    """A colleague waits for the customer, and says for what. It ends with the customer's answer, at the latest at `until_at`."""

    __tablename__ = "ticket_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])


class CallBefore(Table):
    """Somebody at this asker's lives by the light, and an outage comes: called before it begins, which is not known to every day."""

    __tablename__ = "calls_before"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    begins_at: Mapped[datetime | None]
    at: Mapped[datetime]


class Acknowledgement(Table):
    """What the asker was told at once: that it is here, who answers, and by when, honestly. Once for each clock."""

    __tablename__ = "acknowledgements"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket_clocks.id"), unique=True)
    words: Mapped[str]
    expected_at: Mapped[datetime]
    n: Mapped[int]
    at: Mapped[datetime]
