"""Groups and stewards of a grid, and what was brought to whom, by whom, when."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.tables import Notice, Update
from grids.tables import Building, Estate, Grid, Person


class Way(StrEnum):
    """How a notice comes to people whom no message of ours reaches."""

    group = "group"
    poster = "poster"
    loudspeaker = "loudspeaker"
    steward = "steward"
    door = "door"


class StewardKind(StrEnum):
    building_head = "building_head"
    village_electrician = "village_electrician"
    property_office = "property_office"
    volunteer = "volunteer"


class Group(Table):
    """A WeChat group of a manager. Without places it is for the whole grid; `members` is what somebody said, never counted by us."""

    __tablename__ = "chat_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    name: Mapped[str]
    members: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]
    greeting: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    brief: Mapped[bool] = mapped_column(default=False)
    suffix: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    grid: Mapped[Grid] = relationship(lazy="raise")
    places: Mapped[list["GroupPlace"]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="GroupPlace.id")


class GroupPlace(Table):
    """An estate, or one building of it, whose people are in a group."""

    __tablename__ = "chat_group_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("chat_groups.id"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class Steward(Table):
    """A volunteer who relays to people without smartphones. `above` is the steward who calls this one."""

    __tablename__ = "stewards"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    kind: Mapped[StewardKind]
    name: Mapped[str]
    phone: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    above_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stewards.id"))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    grid: Mapped[Grid] = relationship(lazy="raise")
    places: Mapped[list["StewardPlace"]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="StewardPlace.id")


class StewardPlace(Table):
    """An estate, or one building of it, to which a steward relays."""

    __tablename__ = "steward_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    steward_id: Mapped[int] = mapped_column(sa.ForeignKey("stewards.id"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class Posting(Table):
    """Somebody says: this update I have brought there. What was withdrawn stays, with who withdrew it.

    `name` is what the place was called then; `at` is when it was done, `noted_at` when we heard of it: without signal the two lie apart.
    """

    __tablename__ = "postings"
    __table_args__ = (
        sa.Index(
            "uq_postings_standing", "update_id", "target", unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"), postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id"))
    way: Mapped[Way]
    target: Mapped[str]
    name: Mapped[str]
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("chat_groups.id"))
    steward_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stewards.id"))
    estate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("estates.id"))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    floor: Mapped[int | None]
    at: Mapped[datetime]
    noted_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    notice: Mapped[Notice] = relationship(lazy="raise")
    update: Mapped[Update] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])


class Opening(Table):
    """How often a notice's page was opened by the link of one group, counted without knowing by whom."""

    __tablename__ = "openings"

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("chat_groups.id"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
