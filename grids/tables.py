"""Who and where: organisations and their people, grids and the estates in them, places to pay, the map."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table


class Role(StrEnum):
    administrator = "administrator"
    supervisor = "supervisor"
    manager = "manager"
    specialist = "specialist"
    clerk = "clerk"


class Part(StrEnum):
    """In whose place a person is on duty in a grid."""

    manager = "manager"
    deputy = "deputy"


class Settlement(StrEnum):
    """How the service promise sees a grid: a crew comes sooner to a town."""

    urban = "urban"
    rural = "rural"


class Organisation(Table):
    """A company, station or hall. `path` names it and all above it: /1/4/."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    path: Mapped[str] = mapped_column(index=True)


class Person(Table):
    """A colleague who signs in with a phone number and a password."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]


class Grid(Table):
    """The service area of one district manager. `boundary` is a GeoJSON geometry in WGS-84."""

    __tablename__ = "grids"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    boundary: Mapped[dict[str, Any]]
    settlement: Mapped[Settlement] = mapped_column(default=Settlement.urban, server_default=Settlement.urban)
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    duties: Mapped[list["Duty"]] = relationship(lazy="raise", back_populates="grid")
    estates: Mapped[list["Estate"]] = relationship(lazy="raise", back_populates="grid", order_by="Estate.name")


class Duty(Table):
    """A person looks after a grid, as its manager or in the manager's place, from one time to another."""

    __tablename__ = "duties"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    part: Mapped[Part]
    since_at: Mapped[datetime]
    until_at: Mapped[datetime | None]

    grid: Mapped[Grid] = relationship(lazy="raise", back_populates="duties")
    person: Mapped[Person] = relationship(lazy="raise")


class Estate(Table):
    """An estate or village where households live. `households_said` tells where their number comes from."""

    __tablename__ = "estates"
    __table_args__ = (sa.UniqueConstraint("source", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int | None] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(default="")
    households: Mapped[int] = mapped_column(default=0)
    building_count: Mapped[int] = mapped_column(default=0)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    source: Mapped[str]
    source_key: Mapped[str]
    source_datum: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    imported_at: Mapped[datetime]

    grid: Mapped[Grid | None] = relationship(lazy="raise", back_populates="estates")
    buildings: Mapped[list["Building"]] = relationship(lazy="raise", back_populates="estate", order_by="Building.id")


class Building(Table):
    """A building of an estate. `transformer` names the transformer area (台区) it hangs on, where the file said so."""

    __tablename__ = "buildings"
    __table_args__ = (sa.UniqueConstraint("estate_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    name: Mapped[str]
    households: Mapped[int] = mapped_column(default=0)
    floors: Mapped[int] = mapped_column(default=0)
    transformer: Mapped[str] = mapped_column(default="", index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]

    estate: Mapped[Estate] = relationship(lazy="raise", back_populates="buildings")


class PaymentPoint(Table):
    """A place to pay. `opening_hours` is OSM's notation; empty means that nobody has told us."""

    __tablename__ = "payment_points"
    __table_args__ = (sa.UniqueConstraint("source", "source_key"), sa.Index("ix_payment_points_place", "lat", "lon"))

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int | None] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    opening_hours: Mapped[str] = mapped_column(default="")
    methods: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str]
    source_key: Mapped[str]
    source_datum: Mapped[str]
    imported_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    same_as_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_points.id"))


class District(Table):
    """An administrative area whose boundary tells whether a file's datum was named rightly."""

    __tablename__ = "districts"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    boundary: Mapped[dict[str, Any]]


class MapFeature(Table):
    """A street, water, green or railway, drawn under the sketch. `shape` is a GeoJSON geometry in WGS-84."""

    __tablename__ = "map_features"
    __table_args__ = (sa.Index("ix_map_features_box", "south", "north", "west", "east"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    shape: Mapped[dict[str, Any]]
    south: Mapped[float]
    north: Mapped[float]
    west: Mapped[float]
    east: Mapped[float]
