"""Cards and their versions."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Person


class Card(Table):
    """One printable, shareable answer to one question: an address that stays, and who answers for what it says."""

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    owner: Mapped[Person] = relationship(lazy="raise")


class CardVersion(Table):
    """A card as it reads from one day on. What was published never changes; who corrects it publishes the next one."""

    __tablename__ = "card_versions"
    __table_args__ = (sa.UniqueConstraint("card_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("cards.id"), index=True)
    version: Mapped[int]
    topic: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    words: Mapped[str]
    source: Mapped[str]
    valid_until: Mapped[date | None]
    published_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    card: Mapped[Card] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")

    @property
    def slug(self) -> str:
        return self.card.slug
