"""Specialists: what each is asked about, and the questions that their colleagues put to them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Person
from tickets.tables import Ticket


class ConsultationState(StrEnum):
    asked = "asked"
    taken = "taken"
    agreed = "agreed"
    declined = "declined"
    recalled = "recalled"


class SpecialistTopic(Table):
    """What specialists are asked about, and in how many hours they give an opinion.

    Without an organisation it is the house's; an organisation may name a topic anew, add its own, or retire one.
    """

    __tablename__ = "specialist_topics"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    hours: Mapped[int]
    rank: Mapped[int]
    source: Mapped[str]
    effective_on: Mapped[date]
    retired_at: Mapped[datetime | None]


class Expertise(Table):
    """A specialist takes a topic, from one time to another."""

    __tablename__ = "expertises"
    __table_args__ = (
        sa.Index(
            "uq_expertises_standing", "person_id", "topic", unique=True,
            sqlite_where=sa.text("until_at IS NULL"), postgresql_where=sa.text("until_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    topic: Mapped[str] = mapped_column(index=True)
    since_at: Mapped[datetime]
    since_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    until_at: Mapped[datetime | None]
    until_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class Consultation(Table):
    """A specialist is asked about a question, while its owner goes on facing the asker.

    It ends with an opinion and its source, or with the reason why there is none; one at a time of a question.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        sa.Index(
            "uq_consultations_open", "ticket_id", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_consultations_ended", "ended_at", "due_at"),
        sa.Index("ix_consultations_untold", "told_at", "at"),
        sa.Index("ix_consultations_asked_of", "specialist_id", "ended_at", "due_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    topic: Mapped[str]
    specialist_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    words: Mapped[str]
    state: Mapped[ConsultationState]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(default="")
    opinion: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    specialist: Mapped[Person] = relationship(lazy="raise", foreign_keys=[specialist_id])
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    notes: Mapped[list["ConsultationNote"]] = relationship(lazy="raise", order_by="ConsultationNote.id")
    passings: Mapped[list["ConsultationPassing"]] = relationship(lazy="raise", order_by="ConsultationPassing.id")


class ConsultationNote(Table):
    """What the specialist and the question's owner say to each other. The asker never sees it."""

    __tablename__ = "consultation_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    words: Mapped[str]
    at: Mapped[datetime]

    author: Mapped[Person] = relationship(lazy="raise")


class ConsultationPassing(Table):
    """One specialist passed the question on to another, with the reason."""

    __tablename__ = "consultation_passings"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    words: Mapped[str]
    at: Mapped[datetime]

    giver: Mapped[Person] = relationship(lazy="raise", foreign_keys=[from_id])
    taker: Mapped[Person] = relationship(lazy="raise", foreign_keys=[to_id])
