"""Where the five questions ended."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class TriageOutcome(Table):
    """Where the five questions ended for this asker: the leaf, the answers that led there, and the day of the rules they were asked by.

    Until the asker says that it works, or a colleague hears it, the thread stays open.
    """

    __tablename__ = "triage_outcomes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), unique=True)
    leaf: Mapped[str]
    answers: Mapped[str]
    rules_of: Mapped[date]
    at: Mapped[datetime]
    works_at: Mapped[datetime | None]
    works_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
