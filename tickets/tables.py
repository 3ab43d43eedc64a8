"""What households ask, and what they are told."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.tables import Notice
from grids.tables import Estate, Grid, Person


class TicketState(StrEnum):
    open = "open"
    answered = "answered"
    closed = "closed"


class Channel(StrEnum):
    web = "web"
    phone = "phone"
    counter = "counter"
    wechat = "wechat"
    api = "api"


class Household(Table):
    """A home by its estate, building and room, as far as somebody told us."""

    __tablename__ = "households"
    __table_args__ = (sa.UniqueConstraint("estate_id", "building", "room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building: Mapped[str]
    room: Mapped[str]

    estate: Mapped[Estate] = relationship(lazy="raise")


class ServiceStandard(Table):
    """The time allowed for a first answer, with the paper that says so and the day from which it holds."""

    __tablename__ = "service_standards"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    first_answer_minutes: Mapped[int]
    source: Mapped[str]
    effective_on: Mapped[date]


class Ticket(Table):
    """One question, report, suggestion or complaint. Its address for the asker is kept as a hash only."""

    __tablename__ = "tickets"
    __table_args__ = (sa.Index("ix_tickets_inbox", "grid_id", "state", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    estate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    state: Mapped[TicketState] = mapped_column(index=True)
    channel: Mapped[Channel]
    subject: Mapped[str]
    contact: Mapped[str] = mapped_column(default="", index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    grid: Mapped[Grid] = relationship(lazy="raise")
    estate: Mapped[Estate | None] = relationship(lazy="raise")
    household: Mapped[Household | None] = relationship(lazy="raise")
    notice: Mapped[Notice | None] = relationship(lazy="raise")
    entries: Mapped[list["Entry"]] = relationship(lazy="raise", back_populates="ticket", order_by="Entry.id")
    closures: Mapped[list["Closure"]] = relationship(lazy="raise", back_populates="ticket", order_by="Closure.id")
    ratings: Mapped[list["Rating"]] = relationship(lazy="raise", back_populates="ticket", order_by="Rating.id")


class Entry(Table):
    """One message of a thread. Without an author it is the asker's."""

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    words: Mapped[str]
    at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="entries")
    author: Mapped[Person | None] = relationship(lazy="raise")


class Closure(Table):
    """A thread was closed. It may be reopened by the asker, and closed again."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="closures")
    by: Mapped[Person] = relationship(lazy="raise")


class Rating(Table):
    """How the asker found the answer: 1 to 5."""

    __tablename__ = "ratings"
    __table_args__ = (sa.CheckConstraint("stars between 1 and 5", name="stars"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), unique=True)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="ratings")
