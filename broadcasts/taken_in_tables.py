"""What was taken into a notice's area after its first update."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.tables import Update
from grids.tables import Building, Estate


class TakenIn(Table):
    """A place that a correction took into the notice's area: whatever was told there before did not say that it is affected.

    Read by the ledger and the send desk (sending/reached.py, sending/standing.py). Taken back it goes with its update.
    """

    __tablename__ = "places_taken_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id", ondelete="CASCADE"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))

    update: Mapped[Update] = relationship(lazy="raise")
    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
