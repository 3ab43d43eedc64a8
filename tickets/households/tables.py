"""Households and how they are reached: which are one, which are not, and who moved (the door stays)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Estate


class Way(StrEnum):
    """How an asker is reached: by the thread's own page, by a message that we send, or by a colleague."""

    page = "page"
    sms = "sms"
    email = "email"
    wecom = "wecom"
    paste = "paste"
    call = "call"


class ReachKind(StrEnum):
    phone = "phone"
    email = "email"
    name = "name"


class Household(Table):
    """A home by its estate, building and room, or a person by telephone or mail alone, as far as somebody told us.

    `door`: these three name one door, which is this household's own; nothing where they only say what is known of it, as a room
    without its building. `same_as` leads to the household that it proved to be one with; nothing is moved, so that this can be undone.
    """

    __tablename__ = "households"
    __table_args__ = (sa.UniqueConstraint("estate_id", "building", "room", "door"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int | None] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    estate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building: Mapped[str] = mapped_column(default="")
    room: Mapped[str] = mapped_column(default="")
    door: Mapped[bool | None]
    prefers: Mapped[Way | None]
    same_as_id: Mapped[int | None] = mapped_column(sa.ForeignKey("households.id"), index=True)

    estate: Mapped[Estate | None] = relationship(lazy="raise")


class Reach(Table):
    """A telephone number, an e-mail address or a name by which a household is reached.

    It is kept sealed; `mark` is its keyed hash, by which it is found; `shown` is what a list may show of it. `heard_at`: when a colleague
    or a company's own system first heard it from this household; until then somebody only wrote it on the web, which proves nothing.
    """

    __tablename__ = "reaches"
    __table_args__ = (sa.UniqueConstraint("household_id", "mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    kind: Mapped[ReachKind]
    mark: Mapped[str] = mapped_column(index=True)
    sealed: Mapped[str]
    shown: Mapped[str]
    at: Mapped[datetime]
    heard_at: Mapped[datetime | None]


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
