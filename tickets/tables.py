"""What households ask, and what they are told."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.core.database import GIVEN_ONCE, Table
from broadcasts.tables import Notice
from grids.tables import Building, Estate, Grid, Person
from tickets.answers.tables import AnswerUse
from tickets.clocks.tables import Acknowledgement, CallBefore, Clock, Customer, Pause
from tickets.households.tables import Household, Reach, Way
from tickets.outages.tables import Homecoming


class TicketState(StrEnum):
    open = "open"
    answered = "answered"
    closed = "closed"


class Channel(StrEnum):
    web = "web"
    phone = "phone"
    counter = "counter"
    wechat = "wechat"
    wecom = "wecom"
    sms = "sms"
    api = "api"


class Ticket(Table):
    """One question, report, suggestion or complaint: where it comes from (`estate`, `building`), and from whom (`household`).

    `dark` reports that there is no power. `answered_by_notice`: what its notice says is the answer, so an update answers it.
    `told_update` is the notice's update that this thread was told last. `due_at` is when an answer is due, while it waits for one;
    `completion_due_at` when all of it is to be done, while such a clock runs (tickets/clocks/clocks.py keeps both).
    """

    __tablename__ = "tickets"
    __table_args__ = (
        sa.Index("ix_tickets_unfinished", "grid_id", "state", "completion_due_at"),
        sa.Index("ix_tickets_waiting", "grid_id", "state", "due_at", "id"),
        sa.Index("ix_tickets_newest", "grid_id", "state", "id"),
        sa.Index("ix_tickets_asked_in", "grid_id", "asked_at"),
        sa.Index("ix_tickets_of_a_kind", "kind", "state", "grid_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    estate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id"), index=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    state: Mapped[TicketState]
    channel: Mapped[Channel]
    subject: Mapped[str]
    building: Mapped[str] = mapped_column(default="")
    listed_building: Mapped[str | None] = column_property(
        sa.select(Building.name).where(Building.estate_id == estate_id, Building.name == building).scalar_subquery(), deferred=True
    )
    kind: Mapped[str] = mapped_column(default="")
    reach_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reaches.id"), index=True)
    dark: Mapped[bool] = mapped_column(default=False)
    answered_by_notice: Mapped[bool] = mapped_column(default=False)
    told_update_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice_updates.id"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    customer: Mapped[Customer] = mapped_column(default=Customer.resident, server_default=Customer.resident)
    completion_due_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    grid: Mapped[Grid] = relationship(lazy="raise")
    estate: Mapped[Estate | None] = relationship(lazy="raise")
    household: Mapped[Household | None] = relationship(lazy="raise")
    notice: Mapped[Notice | None] = relationship(lazy="raise")
    reach: Mapped[Reach | None] = relationship(lazy="raise")
    entries: Mapped[list["Entry"]] = relationship(lazy="raise", back_populates="ticket", order_by="Entry.id")
    closures: Mapped[list["Closure"]] = relationship(lazy="raise", back_populates="ticket", order_by="Closure.id")
    ratings: Mapped[list["Rating"]] = relationship(lazy="raise", back_populates="ticket", order_by="Rating.id")
    homecomings: Mapped[list["Homecoming"]] = relationship(lazy="raise", order_by="Homecoming.at")
    before: Mapped[CallBefore | None] = relationship(lazy="raise")
    uses: Mapped[list["AnswerUse"]] = relationship(lazy="raise", order_by="AnswerUse.id")
    clocks: Mapped[list[Clock]] = relationship(lazy="raise", order_by="Clock.id")
    pauses: Mapped[list[Pause]] = relationship(lazy="raise", order_by="Pause.id")
    acknowledgements: Mapped[list[Acknowledgement]] = relationship(lazy="raise", order_by="Acknowledgement.id")


class Address(Table):
    """Where an asker finds the thread: its token is kept as a hash only. Nothing from before `after_entry_id` is shown there."""

    __tablename__ = "ticket_addresses"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    after_entry_id: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class Entry(Table):
    """One message of a thread. Without an author it is the asker's. With an update it is what a notice's update says, told once."""

    __tablename__ = "entries"
    __table_args__ = (sa.UniqueConstraint("ticket_id", "update_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    words: Mapped[str]
    channel: Mapped[Channel | None]
    update_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice_updates.id"), index=True)
    at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="entries")
    author: Mapped[Person | None] = relationship(lazy="raise")


class Closure(Table):
    """A thread was closed, by a colleague or, without one, by the asker. The asker may reopen it; then it is closed again."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="closures")
    by: Mapped[Person | None] = relationship(lazy="raise")


class Rating(Table):
    """How the asker found the answer: 1 to 5. `taken_by` asked on the telephone or at the door; without, the asker tapped it."""

    __tablename__ = "ratings"
    __table_args__ = (sa.CheckConstraint("stars between 1 and 5", name="stars"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), unique=True)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="ratings")
    taken_by: Mapped[Person | None] = relationship(lazy="raise")


class TicketPromise(Table):
    """What a colleague promised in an answer, and until when; kept at a time, or still to be kept, by `keeper` if it was passed on."""

    __tablename__ = "ticket_promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), unique=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    kept_at: Mapped[datetime | None] = mapped_column(index=True)
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    keeper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    entry: Mapped[Entry] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    keeper: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[keeper_id])


class Errand(Table):
    """An answer that the asker's page alone does not bring home: it is sent, pasted or told by telephone, and then ticked."""

    __tablename__ = "errands"
    __table_args__ = GIVEN_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), unique=True)
    update_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice_updates.id"), index=True)
    way: Mapped[Way]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    entry: Mapped[Entry] = relationship(lazy="raise")
    done_by: Mapped[Person | None] = relationship(lazy="raise")


class Handover(Table):
    """A question was asked in the wrong grid and went to the right one, with a word to the colleague there."""

    __tablename__ = "ticket_handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    from_grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    to_grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
