"""Which households are one, which are not, and who moved: the door stays."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class Removal(Table):
    """One household moved out of a home (`gone`) and another has it since (`came`): what was asked before stays with those who asked.

    Undone, nobody had moved: both are one, under whichever of the two names anything was asked. Without `by` who moved in said so at
    the own address, and `seen_at` a colleague knew that it is so.
    """

    __tablename__ = "household_removals"

    id: Mapped[int] = mapped_column(primary_key=True)
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    came_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    @property
    def claimed(self) -> bool:
        """Only the newcomer's word so far."""
        return self.by_id is None and self.seen_at is None


class Merge(Table):
    """Two households proved to be one. Without a person they proved it by themselves: the same home and the same telephone."""

    __tablename__ = "household_merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class Difference(Table):
    """Somebody said that two households are not one, so that nobody is asked again. Without a person they said so themselves."""

    __tablename__ = "household_differences"

    one_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), primary_key=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
