"""What became of errands that a provider carries."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table
from broadcasts.tables import DeliveryState


class Carriage(Table):
    """An errand on its way by SMS or mail, or through the robot of a group: tried, until the provider took it or somebody must call."""

    __tablename__ = "errand_carriages"

    errand_id: Mapped[int] = mapped_column(sa.ForeignKey("errands.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[DeliveryState]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
