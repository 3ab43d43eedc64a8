"""Messages that a colleague marked as abuse."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Person


class AbuseReason(StrEnum):
    insult = "insult"
    threat = "threat"
    harassment = "harassment"
    advertising = "advertising"


class AbuseMark(Table):
    """A colleague says that a message is abuse, and why. It holds until somebody takes it back; it never closes a thread."""

    __tablename__ = "abuse_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    reason: Mapped[AbuseReason]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
