"""What is told to everybody: notices with their places and timelines."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import GIVEN_ONCE, Table
from grids.tables import Building, Estate, Grid, Person


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


class Notice(Table):
    """What a manager tells the households of some estates or buildings. Times are the ones true now; the timeline keeps the others.

    An exercise is told to the colleagues on duty and to nobody else. `replaces_id` is the notice that this one takes the place of.
    """

    __tablename__ = "notices"
    __table_args__ = GIVEN_ONCE

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
            sa.orm.foreign(sa.orm.remote(Notice.replaces_id)) == Notice.id, sa.orm.remote(Notice.state).not_in(WRITTEN),
            sa.orm.remote(Notice.exercise) == Notice.exercise,
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


class LateMove(Table):
    """Why a new start was told later than the rule asks, in the words of who moved it. It goes with its update."""

    __tablename__ = "late_moves"

    update_id: Mapped[int] = mapped_column(sa.ForeignKey("notice_updates.id", ondelete="CASCADE"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
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


class NoticeCount(Table):
    """How many notices a day has had, for their numbers: 260714-03."""

    __tablename__ = "notice_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Place(Table):
    """An estate, or one building of it, that a notice is for. `partly`: only some of the estate, and nobody knows which yet."""

    __tablename__ = "notice_places"
    __table_args__ = (sa.UniqueConstraint("notice_id", "estate_id", "building_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    estate_id: Mapped[int] = mapped_column(sa.ForeignKey("estates.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    partly: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    notice: Mapped[Notice] = relationship(lazy="raise", back_populates="places")
    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")


class Update(Table):
    """One entry of a notice's timeline: what changed, who said so, and which end it promised."""

    __tablename__ = "notice_updates"
    __table_args__ = GIVEN_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    state: Mapped[UpdateState]
    words: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    only_area: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    notice: Mapped[Notice] = relationship(lazy="raise", back_populates="updates")
    by: Mapped[Person] = relationship(lazy="raise")
    late: Mapped["LateMove | None"] = relationship(lazy="raise", viewonly=True)
