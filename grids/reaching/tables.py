"""What is kept of walks: where they begin, how long they are, the gates they go through, and those that a colleague has walked."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Building, Estate, PaymentPoint, Person


class How(StrEnum):
    """How the length of a walk is known, the best first."""

    timed = "timed"
    network = "network"
    valhalla = "valhalla"
    line = "line"


class Home(Table):
    """A door from which households walk: a building, or the whole estate where no building has a place.

    `reckoned_at` is empty while its walks are still to be reckoned; `network` names the map on which they were. `gated`: some are shorter
    through a gate that is not always open.
    """

    __tablename__ = "homes"

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"), unique=True)
    households: Mapped[int] = mapped_column(default=0)
    lat: Mapped[float] = mapped_column(index=True)
    lon: Mapped[float]
    network: Mapped[str] = mapped_column(default="")
    reckoned_at: Mapped[datetime | None] = mapped_column(index=True)
    gated: Mapped[bool] = mapped_column(default=False)

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class ReckonedPoint(Table):
    """A place to pay as it stood when the walks to it were reckoned: where it stands elsewhere now, they are reckoned again."""

    __tablename__ = "reckoned_points"

    point_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), primary_key=True)
    lat: Mapped[float]
    lon: Mapped[float]
    reckoned_at: Mapped[datetime]


class Reach(Table):
    """A walk of at most fifteen minutes from a home to a place to pay: its seconds at 80 metres a minute, and between what they lie.

    A slower walker has a smaller threshold: at 48 metres a minute ten minutes are 360 of these seconds. The walk is as old as the
    younger of its home's and its point's reckoning.
    """

    __tablename__ = "reach"
    # In the order in which the nearest is looked for: the search ends at the first that is open.
    __table_args__ = (sa.Index("ix_reach_nearest", "home_id", "seconds", "point_id"), {"sqlite_with_rowid": False})

    home_id: Mapped[int] = mapped_column(sa.ForeignKey("homes.id", ondelete="CASCADE"), primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), primary_key=True, index=True)
    seconds: Mapped[int] = mapped_column(sa.SmallInteger)
    least: Mapped[int] = mapped_column(sa.SmallInteger)
    most: Mapped[int] = mapped_column(sa.SmallInteger)
    method: Mapped[How]

    point: Mapped[PaymentPoint] = relationship(lazy="raise")


class GateReach(Table):
    """The same walk through one gate that is not always open, where it is shorter so: it counts only while the gate is."""

    __tablename__ = "gate_reach"
    __table_args__ = ({"sqlite_with_rowid": False},)

    home_id: Mapped[int] = mapped_column(sa.ForeignKey("homes.id", ondelete="CASCADE"), primary_key=True)
    gate_id: Mapped[int] = mapped_column(sa.ForeignKey("gates.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), primary_key=True)
    seconds: Mapped[int] = mapped_column(sa.SmallInteger)
    least: Mapped[int] = mapped_column(sa.SmallInteger)
    most: Mapped[int] = mapped_column(sa.SmallInteger)
    method: Mapped[How]


class EstateGate(Table):
    """A gate through which an estate is left, pinned by a colleague. Hours in OSM's notation; empty means always open."""

    __tablename__ = "gates"

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    name: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]
    opening_hours: Mapped[str] = mapped_column(default="")
    pinned_at: Mapped[datetime]
    pinned_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship(lazy="raise")


class TimedWalk(Table):
    """A colleague walked from a home to a place to pay, and the phone took the time. Without `metres` the ordinary pace is assumed."""

    __tablename__ = "timed_walks"

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), index=True)
    seconds: Mapped[int]
    metres: Mapped[float | None]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    nonce: Mapped[str] = mapped_column(unique=True)

    point: Mapped[PaymentPoint] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")


class Outline(Table):
    """How far one comes from a home in ten minutes, for the drawing only: a ring of longitudes and latitudes on the walked paths."""

    __tablename__ = "outlines"

    home_id: Mapped[int] = mapped_column(sa.ForeignKey("homes.id", ondelete="CASCADE"), primary_key=True)
    ring: Mapped[list[list[float]]] = mapped_column(sa.JSON)
    slower: Mapped[list[list[float]]] = mapped_column(sa.JSON)


class CoverageSnapshot(Table):
    """How many households of a grid were within the circle on a day, by one of the standing questions."""

    __tablename__ = "coverage_snapshots"
    __table_args__ = (sa.UniqueConstraint("grid_id", "day", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    day: Mapped[date] = mapped_column(index=True)
    question: Mapped[str]
    households: Mapped[int]
    surely: Mapped[int]
    perhaps: Mapped[int]


class Timetable(Table):
    """Opening hours as they are written at one or many places, worked out day by day with the holidays from one moment to another."""

    __tablename__ = "timetables"

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_hours: Mapped[str] = mapped_column(unique=True)
    calendar: Mapped[str]
    since_at: Mapped[datetime]
    until_at: Mapped[datetime]


class OpeningSpan(Table):
    """Whoever keeps these hours is open then; or, with `known` false, says only that nobody can tell."""

    __tablename__ = "opening_spans"
    __table_args__ = ({"sqlite_with_rowid": False},)

    timetable_id: Mapped[int] = mapped_column(sa.ForeignKey("timetables.id", ondelete="CASCADE"), primary_key=True)
    opens_at: Mapped[datetime] = mapped_column(primary_key=True)
    closes_at: Mapped[datetime]
    known: Mapped[bool]
