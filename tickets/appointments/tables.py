"""When we come to people's homes, and to whom, when."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Person
from tickets.tables import Ticket


class VisitHours(Table):
    """When a grid's manager comes to people's homes, in OSM's notation: how long each slot is, how many at once. The newest row holds."""

    __tablename__ = "visit_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    opening_hours: Mapped[str]
    minutes: Mapped[int]
    capacity: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]


class DayOff(Table):
    """On this day nobody of the grid comes: no slot is offered."""

    __tablename__ = "visit_days_off"

    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]


class AppointmentState(StrEnum):
    booked = "booked"
    moved = "moved"
    cancelled = "cancelled"
    done = "done"
    missed = "missed"


class Appointment(Table):
    """We come to somebody at a time, about a question. Moved, it ends and another row begins. While it is booked it has a seat in its slot.

    `by` is the colleague who booked it; without one the asker did. `address` is the hash of the later address at which it was made and
    is seen; without one it is seen where the thread began. `kind` is what it is for; `told` is the entry that tells how it ended
    or that it stands again; `removal`: it was called off since somebody said that they had moved.
    """

    __tablename__ = "appointments"
    __table_args__ = (sa.UniqueConstraint("grid_id", "starts_at", "seat"), sa.Index("ix_appointments_day", "grid_id", "state", "starts_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seat: Mapped[int | None]
    state: Mapped[AppointmentState]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    reminder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entries.id", ondelete="SET NULL"))
    address: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default="", server_default="")
    told_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entries.id", ondelete="SET NULL"))
    removal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("household_removals.id"), index=True)

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[by_id])
