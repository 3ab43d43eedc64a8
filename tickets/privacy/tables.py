"""Who looked at a number and why, who asked for their data, how long what is kept, and what was erased."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import GIVEN_ONCE, Table
from grids.tables import Grid, Person
from tickets.households.tables import Household
from tickets.tables import Ticket


class Wish(StrEnum):
    copy = "copy"
    erasure = "erasure"


class Proof(StrEnum):
    """How it was shown that somebody may ask: by the thread's address, by calling the number that we have, by a bill of that address
    at the counter, or by going to the door. A number that nobody heard from the home shows only whose threads with it are."""

    link = "link"
    called_back = "called_back"
    bill = "bill"
    door = "door"


class Reason(StrEnum):
    """Why a colleague looked at a number, or for a person."""

    call_back = "call_back"
    visit = "visit"
    outage = "outage"
    verify = "verify"
    request = "request"
    other = "other"
    search = "search"


class Kept(StrEnum):
    """What is kept for a time; `answer` is how long a request may wait."""

    contacts = "contacts"
    names = "names"
    words = "words"
    photos = "photos"
    lookups = "lookups"
    requests = "requests"
    answer = "answer"


class LookUp(Table):
    """A colleague saw a number, or looked for somebody, and said why. It ends with its period; the log keeps only that it was.

    `mark` is the keyed hash of what was looked for.
    """

    __tablename__ = "look_ups"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id", ondelete="SET NULL"), index=True)
    reason: Mapped[Reason]
    words: Mapped[str] = mapped_column(default="")
    mark: Mapped[str] = mapped_column(default="")
    found: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(index=True)

    by: Mapped[Person] = relationship(lazy="raise")
    ticket: Mapped[Ticket | None] = relationship(lazy="raise")


class DataRequest(Table):
    """Somebody wants a copy of what is kept of them, or that it is erased: of one thread, or of the `whole` household.

    `proof` says how it was checked who asks; until then nothing is handed out but what the thread's address shows anyway.
    """

    __tablename__ = "data_requests"
    __table_args__ = (sa.Index("ix_data_requests_open", "grid_id", "done_at"), GIVEN_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id", ondelete="SET NULL"), index=True)
    wish: Mapped[Wish]
    whole: Mapped[bool]
    after_entry_id: Mapped[int] = mapped_column(default=0)
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    proof: Mapped[Proof | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    declined: Mapped[str] = mapped_column(default="")

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    grid: Mapped[Grid] = relationship(lazy="raise")
    household: Mapped[Household | None] = relationship(lazy="raise")
    entered_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[entered_by_id])
    done_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[done_by_id])


class RetentionPeriod(Table):
    """How long something is kept, with the paper that says so and the day from which it holds."""

    __tablename__ = "retention_periods"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "kept", "effective_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    kept: Mapped[Kept]
    days: Mapped[int]
    source: Mapped[str]
    effective_on: Mapped[date]


class RetentionRun(Table):
    """One night's erasing, and in numbers what it erased. A run that was cut short goes on where it was."""

    __tablename__ = "retention_runs"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    numbers: Mapped[dict[str, Any]]


class Erasure(Table):
    """Of a thread, what was of a person was taken out: by a night's run, or because somebody asked. That it was asked stays."""

    __tablename__ = "erasures"
    __table_args__ = (sa.UniqueConstraint("ticket_id", "kept"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    kept: Mapped[Kept]
    at: Mapped[datetime]
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("data_requests.id", ondelete="SET NULL"))
