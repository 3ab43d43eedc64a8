"""Which reports may be one fault, which question is about which notice, whether the light is back, and what a provider carried."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.deliveries.tables import DeliveryState
from grids.tables import Estate, Grid


class Carriage(Table):
    """An errand on its way by SMS or mail, or through the robot of a group: tried, until the provider took it or somebody must call."""

    __tablename__ = "errand_carriages"

    errand_id: Mapped[int] = mapped_column(sa.ForeignKey("errands.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[DeliveryState]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")


class Detachment(Table):
    """Somebody said that a question is not about a notice, so that it is not attached to it by itself again.

    With an update it was let go as that took its home out of the area; put into it again the home is as any other.
    """

    __tablename__ = "ticket_detachments"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    update_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice_updates.id"))


class Homecoming(Table):
    """Told that the power is back, the asker said whether it is so at home."""

    __tablename__ = "homecomings"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id"), primary_key=True)
    back: Mapped[bool]
    at: Mapped[datetime]


class Suspicion(Table):
    """Like reports of no power came from one building or transformer area within minutes: perhaps one fault. A person decides.

    `place` names it for the eye; `estate` and `building` or `transformer` are what the reports have in common.
    """

    __tablename__ = "suspicions"
    __table_args__ = (sa.Index("ix_suspicions_open", "grid_id", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    estate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("estates.id"))
    building: Mapped[str] = mapped_column(default="")
    transformer: Mapped[str] = mapped_column(default="")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id", ondelete="SET NULL"))

    estate: Mapped[Estate | None] = relationship(lazy="raise")
    grid: Mapped[Grid] = relationship(lazy="raise")
