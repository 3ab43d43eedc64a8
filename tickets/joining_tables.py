"""Two threads about one thing."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class Join(Table):
    """A thread was ended so that another answers for both: its closure says by whom and when. Reopened by the asker, they are two again."""

    __tablename__ = "ticket_joins"

    closure_id: Mapped[int] = mapped_column(sa.ForeignKey("closures.id", ondelete="CASCADE"), primary_key=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
