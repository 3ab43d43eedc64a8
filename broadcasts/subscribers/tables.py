"""Who wants to hear, without an account: by which channel, of which places and topics, and when it must be quiet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import GIVEN_ONCE, Table
from grids.tables import Building, Estate, Grid
from pwa.tables import Device


class ChannelName(StrEnum):
    """By what a message travels."""

    push = "push"
    sms = "sms"
    email = "email"
    wecom = "wecom"
    webhook = "webhook"


class Topic(StrEnum):
    """What somebody may want to hear of. Each is a column of Subscriber."""

    outage = "outage"
    payment = "payment"
    safety = "safety"
    knowledge = "knowledge"


class Subscriber(Table):
    """A phone, a number, an address or a group that asked to hear. Its secret link changes or ends it; we keep the link's hash.

    Quiet hours are whole hours of Shanghai's clock. `address` is kept for sending and for nothing else, and goes when they leave.
    """

    __tablename__ = "subscribers"
    __table_args__ = (sa.UniqueConstraint("channel", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[ChannelName]
    address: Mapped[str | None]
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("devices.id", ondelete="CASCADE"), unique=True)
    salt: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    outage: Mapped[bool] = mapped_column(default=True)
    payment: Mapped[bool] = mapped_column(default=True)
    safety: Mapped[bool] = mapped_column(default=True)
    knowledge: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    outage_breaks: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    device: Mapped[Device | None] = relationship(lazy="raise")
    subscriptions: Mapped[list["Subscription"]] = relationship(lazy="raise", order_by="Subscription.id", passive_deletes=True)

    @property
    def topics(self) -> list[Topic]:
        return [topic for topic in Topic if getattr(self, topic)]


class Subscription(Table):
    """A place that a subscriber wants to hear of: a grid, one estate of it, or one building."""

    __tablename__ = "subscriptions"
    __table_args__ = (sa.UniqueConstraint("subscriber_id", "grid_id", "estate_id", "building_id"), GIVEN_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(sa.ForeignKey("subscribers.id", ondelete="CASCADE"), index=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    estate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"), index=True)
    created_at: Mapped[datetime]

    grid: Mapped[Grid] = relationship(lazy="raise")
    estate: Mapped[Estate | None] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class Confirmation(Table):
    """Somebody gave an address and must show that it is theirs: the code that was sent there. `wish` is what becomes true then."""

    __tablename__ = "confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[ChannelName]
    address: Mapped[str]
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    salt: Mapped[str]
    wish: Mapped[dict[str, Any]]
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")

    grid: Mapped[Grid] = relationship(lazy="raise")


class Attempt(Table):
    """Somebody asked for something that is limited per purpose and subject: a code to a number, a short code tried."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index("ix_attempts_subject", "purpose", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class Valve(Table):
    """How fast a provider or a robot may be written to, and whether it is left alone for a while. One row for all workers."""

    __tablename__ = "valves"

    key: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[float]
    at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    shut_until: Mapped[datetime | None]
