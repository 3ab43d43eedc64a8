"""What came into a notice's area by an update, and what went out of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.core.database import Table
from broadcasts.tables import Update
from grids.tables import Building, Estate


class OfAnArea:
    """A place and the update that moved it. Taken back it goes with its update."""

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id", ondelete="CASCADE"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))

    @declared_attr
    def update(cls) -> Mapped[Update]:  # noqa: N805 - so SQLAlchemy has it
        return relationship(lazy="raise")

    @declared_attr
    def estate(cls) -> Mapped[Estate]:  # noqa: N805
        return relationship(lazy="raise")

    @declared_attr
    def building(cls) -> Mapped[Building | None]:  # noqa: N805
        return relationship(lazy="raise")


class LeftOut(OfAnArea, Table):
    """A place that an update took out of the notice's area; a notice's first update takes out places of the one that it replaced.

    Who above asks whom it concerns reads it when the update stands (tickets/outages/left_out.py),
    and the send desk for whom it still owes the news (sending/dropped.py).
    """

    __tablename__ = "places_left_out"


class TakenIn(OfAnArea, Table):
    """A place that a correction took into the notice's area: whatever was told there before did not say that it is affected.

    Read by the ledger and the send desk (sending/reached.py, sending/standing.py).
    """

    __tablename__ = "places_taken_in"
