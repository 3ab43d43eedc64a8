"""Photos in threads."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import GIVEN_ONCE, Table


class Photo(Table):
    """A photo that came with a message of a thread, from its asker or, with `by`, brought in or taken by a colleague.

    `key` names the picture in the store; beside it lies the small one. `digest` is the picture's own: sent twice it is kept once,
    and anew where somebody came into the thread since, who does not see the first one.
    """

    __tablename__ = "ticket_photos"
    __table_args__ = (sa.UniqueConstraint("entry_id", "digest"), GIVEN_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]


class ThrownPhoto(Table):
    """A picture that no thread has any more and that is still to be wiped from the store."""

    __tablename__ = "thrown_photos"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
