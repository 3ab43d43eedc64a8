"""What was taken out of a notice's area."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.tables import Update
from grids.tables import Building, Estate


class LeftOut(Table):
    """A place that an update took out of the notice's area; a notice's first update takes out places of the one that it replaced.

    Who above asks whom it concerns reads it when the update stands (tickets/outages/left_out.py),
    and the send desk for whom it still owes the news (sending/dropped.py). Taken back it goes with its update.
    """

    __tablename__ = "places_left_out"

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id", ondelete="CASCADE"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))

    update: Mapped[Update] = relationship(lazy="raise")
    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
