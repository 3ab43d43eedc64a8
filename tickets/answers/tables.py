"""Which answer was used, and answers in colleagues' own words so like each other that one card could say it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class CardIdea(Table):
    """Like questions got like answers, and nothing in the book fits: perhaps one card. A person writes it (`slug`) or lets it be."""

    __tablename__ = "card_ideas"
    __table_args__ = (sa.Index("ix_card_ideas_open", "grid_id", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    slug: Mapped[str] = mapped_column(default="")


class CardIdeaSource(Table):
    """An answer that an idea was made from; each belongs to one idea."""

    __tablename__ = "card_idea_sources"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("card_ideas.id", ondelete="CASCADE"), index=True)


class CardIdeaMark(Table):
    """Up to which answer all were looked at, so that nothing is looked through twice."""

    __tablename__ = "card_idea_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int]


class AnswerUse(Table):
    """An answer of the book was used in a thread, by a colleague or, without one, by itself. Asked again until then, it did not help."""

    __tablename__ = "answer_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), unique=True)
    answer: Mapped[str] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    watched_until: Mapped[datetime]
    person_at: Mapped[datetime | None]
