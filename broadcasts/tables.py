"""What is told to everybody: notices with their timelines, who hears them, cards."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from broadcasts.subscribers.tables import ChannelName
from grids.tables import Building, Estate, Grid, Person

FILLED: dict[str, Any] = {f"{engine}_where": sa.text("subscriber_id IS NOT NULL") for engine in ("sqlite", "postgresql")}


class NoticeKind(StrEnum):
    planned_outage = "planned_outage"
    temporary_outage = "temporary_outage"
    fault_outage = "fault_outage"
    safety = "safety"
    knowledge = "knowledge"
    service = "service"

    @property
    def is_outage(self) -> bool:
        return self in (NoticeKind.planned_outage, NoticeKind.temporary_outage, NoticeKind.fault_outage)


class NoticeState(StrEnum):
    """Where a notice stands. Whether a published outage has begun is told by its times, not stored."""

    draft = "draft"
    scheduled = "scheduled"
    published = "published"
    restored = "restored"
    cancelled = "cancelled"
    superseded = "superseded"


WRITTEN = (NoticeState.draft, NoticeState.scheduled)
"""Not told to anybody yet."""


class UpdateState(StrEnum):
    """A reminder tells again what holds: it changes nothing and stands in no timeline."""

    published = "published"
    arrived = "arrived"
    progress = "progress"
    new_time = "new_time"
    restored = "restored"
    cancelled = "cancelled"
    corrected = "corrected"
    superseded = "superseded"
    reminder = "reminder"


class TariffPeriod(StrEnum):
    """Over which time use is added up before its tier is looked up."""

    year = "year"
    month = "month"


class DeliveryState(StrEnum):
    waiting = "waiting"
    sending = "sending"
    sent = "sent"
    gone = "gone"
    failed = "failed"


class Notice(Table):
    """What a manager tells the households of some estates or buildings. Times are the ones true now; the timeline keeps the others.

    An exercise is told to the colleagues on duty and to nobody else. `replaces_id` is the notice that this one takes the place of.
    """

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    kind: Mapped[NoticeKind]
    state: Mapped[NoticeState] = mapped_column(index=True)
    title: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    cause: Mapped[str] = mapped_column(default="")
    line: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    ends_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    exercise: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    undo_until: Mapped[datetime | None]
    next_update_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id"), index=True)

    grid: Mapped[Grid] = relationship(lazy="raise")
    published_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[published_by_id])
    places: Mapped[list["Place"]] = relationship(lazy="raise", back_populates="notice", order_by="Place.id")
    updates: Mapped[list["Update"]] = relationship(
        lazy="raise", back_populates="notice", order_by="Update.id",
        primaryjoin=lambda: sa.and_(Notice.id == Update.notice_id, Update.state != UpdateState.reminder),
    )  # fmt: skip
    late: Mapped["LateReason | None"] = relationship(lazy="raise")
    replaced_by: Mapped["Notice | None"] = relationship(
        lazy="raise", viewonly=True, uselist=False, remote_side=lambda: Notice.replaces_id,
        primaryjoin=lambda: sa.and_(
            sa.orm.foreign(sa.orm.remote(Notice.replaces_id)) == Notice.id, sa.orm.remote(Notice.state).not_in(WRITTEN)
        ),
    )  # fmt: skip

    @property
    def is_written_only(self) -> bool:
        """Nobody was told yet."""
        return self.state in WRITTEN


def public() -> sa.ColumnElement[bool]:
    """The condition on Notice that residents may know of it: told, and no exercise. There is no other way to them."""
    return sa.and_(Notice.state.not_in(WRITTEN), Notice.exercise.is_(False))


class LateReason(Table):
    """Why a notice was published later than the rule asks, in the words of who published it. `needed_hours` by `source`."""

    __tablename__ = "late_reasons"

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), primary_key=True)
    reason: Mapped[str]
    ahead_minutes: Mapped[int]
    needed_hours: Mapped[int]
    source: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))


class TakenBack(Table):
    """A number that was given and undone within seconds: it is never given again, and its page says that it does not hold."""

    __tablename__ = "taken_back"

    number: Mapped[str] = mapped_column(primary_key=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notices.id", ondelete="SET NULL"))
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))


class Paste(Table):
    """A text from dispatch as a manager pasted it. It stays beside the notices made of it, so that one can compare."""

    __tablename__ = "pastes"

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    grid: Mapped[Grid] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")


class PastedNotice(Table):
    """This notice was written from that text, from its n-th part."""

    __tablename__ = "pasted_notices"

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    paste_id: Mapped[int] = mapped_column(sa.ForeignKey("pastes.id"), index=True)
    part: Mapped[int]

    paste: Mapped[Paste] = relationship(lazy="raise")


class NoticeCount(Table):
    """How many notices a day has had, for their numbers: 260714-03."""

    __tablename__ = "notice_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Place(Table):
    """An estate, or one building of it, that a notice is for."""

    __tablename__ = "notice_places"
    __table_args__ = (sa.UniqueConstraint("notice_id", "estate_id", "building_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))

    notice: Mapped[Notice] = relationship(lazy="raise", back_populates="places")
    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class Update(Table):
    """One entry of a notice's timeline: what changed, who said so, and which end it promised."""

    __tablename__ = "notice_updates"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    state: Mapped[UpdateState]
    words: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    notice: Mapped[Notice] = relationship(lazy="raise", back_populates="updates")
    by: Mapped[Person] = relationship(lazy="raise")


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


class Card(Table):
    """One printable, shareable answer to one question: an address that stays, and who answers for what it says."""

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    owner: Mapped[Person] = relationship(lazy="raise")


class CardVersion(Table):
    """A card as it reads from one day on. What was published never changes; who corrects it publishes the next one."""

    __tablename__ = "card_versions"
    __table_args__ = (sa.UniqueConstraint("card_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("cards.id"), index=True)
    version: Mapped[int]
    topic: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    words: Mapped[str]
    source: Mapped[str]
    valid_until: Mapped[date | None]
    published_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    card: Mapped[Card] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")

    @property
    def slug(self) -> str:
        return self.card.slug


class Tariff(Table):
    """What a household's kilowatt-hours cost in a region from one day on, with its source. A change is a new row.

    Without `effective_on` the source does not say since when; a row that does comes before it.
    Prices are kept as written, digit by digit. `limits` are the ends of all tiers but the last, in kWh a period.
    """

    __tablename__ = "tariffs"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(index=True)
    period: Mapped[TariffPeriod]
    effective_on: Mapped[date | None]
    limits: Mapped[list[int]] = mapped_column(sa.JSON)
    prices: Mapped[list[str]] = mapped_column(sa.JSON)
    peaks: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    valleys: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    summer_months: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    summer_limits: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    people_from: Mapped[int] = mapped_column(default=0)
    people_kwh: Mapped[int] = mapped_column(default=0)
    shared_price: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class TariffRegion(Table):
    """Whose tariff holds in an organisation's grids, and in those of all below it."""

    __tablename__ = "tariff_regions"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    region: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
