"""What an announced holiday did to clocks that ran already."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table
from grids.calendar.tables import DayKind


class ReckonedDay(Table):
    """A special day as the running clocks were last worked out by: where the calendar says otherwise now, they are worked out anew."""

    __tablename__ = "reckoned_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind]


class ClockShift(Table):
    """A clock's time was moved, because these days (`days`: what each is now) are not what they were. `source` says so."""

    __tablename__ = "clock_shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket_clocks.id", ondelete="CASCADE"), index=True)
    was_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    days: Mapped[dict[str, Any]]
    source: Mapped[str]
    at: Mapped[datetime]
