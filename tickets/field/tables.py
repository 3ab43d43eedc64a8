"""Going to where people are: a stand in the yard, a talk in the village hall."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.cards.tables import Card
from grids.tables import Grid, Person


class Outreach(Table):
    """Somebody of ours went out to people: on which day, where, about what, and how many were met."""

    __tablename__ = "outreaches"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    place: Mapped[str]
    topic: Mapped[str]
    met: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    photo: Mapped[str] = mapped_column(default="")
    nonce: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]

    grid: Mapped[Grid] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")
    handed: Mapped[list["HandedOut"]] = relationship(lazy="raise", back_populates="outreach", order_by="HandedOut.card_id")


class HandedOut(Table):
    """So many of a card were handed out there."""

    __tablename__ = "cards_handed_out"

    outreach_id: Mapped[int] = mapped_column(sa.ForeignKey("outreaches.id", ondelete="CASCADE"), primary_key=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("cards.id"), primary_key=True)
    count: Mapped[int]

    outreach: Mapped[Outreach] = relationship(lazy="raise", back_populates="handed")
    card: Mapped[Card] = relationship(lazy="raise")
