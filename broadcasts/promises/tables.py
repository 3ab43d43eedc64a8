"""What was promised and what is due: the companies' rules, promises, calls to colleagues, reminders, the year's occasions."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.tables import Part, Person, Role


class Topic(StrEnum):
    """What a company's rule is about. How its value is written stands in company_rules.csv."""

    lead_hours = "lead_hours"
    late_reason = "late_reason"
    required = "required"
    arrival_minutes = "arrival_minutes"
    restoration_minutes = "restoration_minutes"
    news_minutes = "news_minutes"
    chain = "chain"
    reminders = "reminders"


class CompanyRule(Table):
    """A rule of law or of a company, from a day on. Without an organisation it holds for whoever has none of their own."""

    __tablename__ = "company_rules"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "topic", "subject", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    topic: Mapped[Topic]
    subject: Mapped[str]
    value: Mapped[str]
    source: Mapped[str]
    effective_on: Mapped[date]


class PromiseKind(StrEnum):
    eta = "eta"
    next_update = "next_update"


class Promise(Table):
    """A time that was told: the power back, or the next news. `ended_at` and `ended_as` say what came of it or took its place."""

    __tablename__ = "promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    kind: Mapped[PromiseKind]
    at: Mapped[datetime] = mapped_column(index=True)
    made_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[UpdateState | None]

    by: Mapped[Person] = relationship(lazy="raise")
    notice: Mapped[Notice] = relationship(lazy="raise")


class Call(Table):
    """A colleague is asked to act, because a time is near or has come: one row a step of the chain.

    `subject` says what about: promise/12, or what a package above has to call for (see broadcasts/promises/calls.py).
    """

    __tablename__ = "calls"
    __table_args__ = (sa.UniqueConstraint("subject", "part", "minutes", "due_at"), sa.Index("ix_calls_due", "sent_at", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    part: Mapped[str]
    minutes: Mapped[int]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    phones: Mapped[int] = mapped_column(default=0)


SUCCESSOR = "successor"
STEPS = (Part.manager, Part.deputy, SUCCESSOR, Role.supervisor)


class Reminder(Table):
    """The affected hear once more what holds, so many minutes from the start or the end."""

    __tablename__ = "reminders"
    __table_args__ = (sa.UniqueConstraint("notice_id", "edge", "minutes", "due_at"), sa.Index("ix_reminders_due", "sent_at", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    edge: Mapped[str]
    minutes: Mapped[int]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]


class Occasion(Table):
    """A day of the week or of the year on which an organisation's households hear something useful."""

    __tablename__ = "occasions"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "key", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    key: Mapped[str]
    on: Mapped[str]
    kind: Mapped[NoticeKind]
    title: Mapped[str]
    words: Mapped[str]
    card: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    effective_on: Mapped[date]


class Observance(Table):
    """An occasion was observed in a grid on its day, by this notice: never twice."""

    __tablename__ = "observances"

    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]


class Routine(Table):
    """The grid's own people let an occasion be published by itself, without looking at it first."""

    __tablename__ = "routines"

    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    since_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
