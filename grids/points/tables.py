"""Places to pay as they were found, their machines, doubles, and the ways of paying."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import PaymentPoint, Person


class Walk(StrEnum):
    """Whether somebody who pays so must go out."""

    home = "home"
    out = "out"


class PayWay(Table):
    """A way of paying for electricity: how it is done, what it needs, who says so and since when. The lowest `rank` is said first."""

    __tablename__ = "pay_ways"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    name: Mapped[str]
    walk: Mapped[Walk]
    official: Mapped[bool]
    steps: Mapped[str]
    need: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    since: Mapped[date]
    ended_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class Found(StrEnum):
    """What somebody met who went to a place to pay."""

    open = "open"
    shut = "shut"
    gone = "gone"


class Sighting(Table):
    """Somebody went to a place to pay and says what they met: a resident without a name, or a colleague on a visit.

    `doubted` is set where the place was said to be open, or its hours unknown: only then does a shut door speak against what we say.
    Latitude and longitude (WGS-84) are those of a colleague's phone; a resident's are never asked for.
    """

    __tablename__ = "sightings"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), index=True)
    found: Mapped[Found]
    doubted: Mapped[bool]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    nonce: Mapped[str] = mapped_column(unique=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    photo: Mapped[str] = mapped_column(default="")

    point: Mapped[PaymentPoint] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise")


class Machine(Table):
    """A self-service machine at a place to pay, or one of a hall's other machines; its kind is one of equipment.toml."""

    __tablename__ = "machines"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), index=True)
    kind: Mapped[str]
    label: Mapped[str]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]

    point: Mapped[PaymentPoint] = relationship(lazy="raise")
    faults: Mapped[list["MachineFault"]] = relationship(lazy="raise", back_populates="machine", order_by="MachineFault.id")


class MachineFault(Table):
    """A machine did not work, from one time until it was repaired."""

    __tablename__ = "machine_faults"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(sa.ForeignKey("machines.id"), index=True)
    words: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    repaired_at: Mapped[datetime | None]
    repaired_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    repair: Mapped[str] = mapped_column(default="")

    machine: Mapped[Machine] = relationship(lazy="raise", back_populates="faults")


class Double(Table):
    """Two places to pay that may be one. Until somebody decides, both are shown."""

    __tablename__ = "doubles"
    __table_args__ = (sa.UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), index=True)
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_points.id"), index=True)
    metres: Mapped[float]
    likeness: Mapped[float]
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    same: Mapped[bool | None]

    first: Mapped[PaymentPoint] = relationship(lazy="raise", foreign_keys=[first_id])
    second: Mapped[PaymentPoint] = relationship(lazy="raise", foreign_keys=[second_id])
