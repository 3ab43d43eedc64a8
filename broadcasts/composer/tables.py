"""Texts as they were pasted, and the notices written from them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Grid, Person


class Paste(Table):
    """A text from dispatch as a manager pasted it. It stays beside the notices made of it, so that one can compare."""

    __tablename__ = "pastes"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    grid: Mapped[Grid] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")


class PastedNotice(Table):
    """This notice was written from that text, from its n-th part."""

    __tablename__ = "pasted_notices"

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    paste_id: Mapped[int] = mapped_column(sa.ForeignKey("pastes.id"), index=True)
    part: Mapped[int]
    answers: Mapped[list[str]] = mapped_column(sa.JSON, default=list, server_default="[]")

    paste: Mapped[Paste] = relationship(lazy="raise")
