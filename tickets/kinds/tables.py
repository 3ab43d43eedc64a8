"""What a question may be."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table

FAULT, DANGER = "fault_report", "danger"
"""What a question may be whatever a company has retired: no power, and what cannot wait."""


class TicketKind(Table):
    """What a question is. Those without an organisation are the service standard's; an organisation may name them anew or add its own."""

    __tablename__ = "ticket_kinds"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    key: Mapped[str] = mapped_column(index=True)
    above: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    rank: Mapped[int]
    source: Mapped[str]
    effective_on: Mapped[date]
    retired_at: Mapped[datetime | None]
