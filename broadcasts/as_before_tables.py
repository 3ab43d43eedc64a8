"""What a notice said before its newest update."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table
from broadcasts.tables import NoticeState


class AsBefore(Table):
    """How a notice stood before its newest update, so that this one can be taken back: its words, places and open promises.

    `version` is that of before. A newer update writes over it; taken back at `undone_at` it stays, so that a second tap finds it done.
    """

    __tablename__ = "notices_before"

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    state: Mapped[NoticeState]
    title: Mapped[str]
    cause: Mapped[str]
    line: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    next_update_at: Mapped[datetime | None]
    places: Mapped[list[tuple[int, int | None, bool]]] = mapped_column(sa.JSON)
    promises: Mapped[list[int]] = mapped_column(sa.JSON)
    undone_at: Mapped[datetime | None]
