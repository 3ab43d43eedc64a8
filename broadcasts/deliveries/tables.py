"""One message to one device or subscriber."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table
from broadcasts.subscribers.tables import ChannelName

FILLED: dict[str, Any] = {f"{engine}_where": sa.text("subscriber_id IS NOT NULL") for engine in ("sqlite", "postgresql")}


class DeliveryState(StrEnum):
    waiting = "waiting"
    sending = "sending"
    sent = "sent"
    gone = "gone"
    failed = "failed"


class Delivery(Table):
    """One message to one device or subscriber: what became of it, how often it was tried, when it is due again."""

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("update_id", "device_id"),
        # Only of those that have one: a push stays as cheap to write.
        sa.Index("uq_deliveries_subscriber_id", "subscriber_id", "update_id", unique=True, **FILLED),
        sa.Index("ix_deliveries_due", "state", "due_at"),
        sa.Index("ix_deliveries_shard", "update_id", "shard"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id"))
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("devices.id", ondelete="SET NULL"), index=True)
    subscriber_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subscribers.id", ondelete="SET NULL"))
    channel: Mapped[ChannelName] = mapped_column(default=ChannelName.push, server_default="push")
    shard: Mapped[int]
    state: Mapped[DeliveryState]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")


class GoneTally(Table):
    """How many phones of one push service took a message, in one shard, and how many it said to be gone."""

    __tablename__ = "gone_tallies"

    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id", ondelete="CASCADE"), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service: Mapped[str] = mapped_column(primary_key=True)
    taken: Mapped[int]
    gone: Mapped[int]
