"""The ledger of a notice: each building and by what it was reached.

A building is reached when something that a person did, and ticked, told it what is true for it now: since the last update
that changed what is true (not progress, an arrival or a reminder, nor a correction that leaves the times), and since the
building itself came into the area. What counts is an update posted to a group that serves the building or its estate or the whole grid; a
poster put up or a loudspeaker played there; a steward of it who confirmed; its door knocked, which counts when the whole
building is ticked or every floor of it. Messages that went to subscribed phones are counted beside it, by estate, as far
as the push or message service took them; they alone do not reach a building, as one phone in twenty buildings is one
phone. An estate whose buildings nobody told us stands as one. A posting says that somebody posted, never that it was read.
"""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from broadcasts.area_tables import TakenIn
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.sending import patience
from broadcasts.sending.tables import GroupPlace, Posting, StewardPlace, Way
from broadcasts.subscribers.tables import Subscriber, Subscription
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place, Update, UpdateState, public
from grids.tables import Building, Estate

NOTHING_NEW = (UpdateState.progress, UpdateState.arrived, UpdateState.reminder)
"""After these what was told before still holds."""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """One building of a notice, and how many of each have covered it."""

    notice_id: int
    estate_id: int
    estate: str
    building_id: int | None
    building: str
    households: int
    floors: int
    groups: int
    posters: int
    loudspeakers: int
    stewards: int
    doors: int
    """Times that the whole building was ticked."""
    floors_knocked: int
    phones: int
    """Messages taken by a push service for subscribers of the estate or the whole grid."""

    @property
    def knocked(self) -> bool:
        return bool(self.doors) or 0 < self.floors <= self.floors_knocked

    @property
    def reached(self) -> bool:
        return bool(self.groups or self.posters or self.loudspeakers or self.stewards or self.knocked)


class Sum(msgspec.Struct, frozen=True):
    buildings: int
    missed: int
    households_missed: int


def of(session: Session, notice_ids: Collection[int]) -> list[Reach]:
    """All buildings of these notices, in one query, by notice, estate and building."""
    covered, phones = _covered(notice_ids), _phones(notice_ids)
    there = sa.and_(
        covered.c.notice_id == Place.notice_id,
        ~_taken_in_after(notice_ids, covered),
        sa.or_(covered.c.estate_id.is_(None), covered.c.estate_id == Estate.id),
        sa.or_(covered.c.building_id.is_(None), covered.c.building_id == Building.id),
    )
    meant = sa.or_(Place.building_id.is_(None), Place.building_id == Building.id)
    row = (
        sa.select(
            Place.notice_id, Estate.id.label("estate_id"), Estate.name.label("estate"), Building.id.label("building_id"),
            sa.func.coalesce(Building.name, "").label("building"),
            sa.func.coalesce(Building.households, Estate.households).label("households"),
            sa.func.coalesce(Building.floors, 0).label("floors"), *_counts(covered), sa.func.coalesce(phones.c.phones, 0).label("phones"),
        )
        .join(Estate, Estate.id == Place.estate_id)
        .outerjoin(Building, sa.and_(Building.estate_id == Estate.id, meant))
        .outerjoin(covered, there)
        .outerjoin(phones, sa.and_(phones.c.notice_id == Place.notice_id, phones.c.estate_id == Estate.id))
        .where(Place.notice_id.in_(notice_ids))
        .group_by(Place.notice_id, Estate.id, Building.id, phones.c.phones)
        .order_by(Place.notice_id, Estate.name, Building.id)
    )  # fmt: skip
    return [Reach(**line._mapping) for line in session.execute(row)]


def summed(found: Collection[Reach]) -> Sum:
    missed = [one for one in found if not one.reached]
    return Sum(len(found), len(missed), sum(one.households for one in missed))


def _covered(notice_ids: Collection[int]) -> sa.CTE:
    """Where each standing tick counts: no estate means everywhere, no building means the whole estate."""
    new = _new(notice_ids)
    last = sa.select(sa.func.max(new.c.id)).where(new.c.notice_id == Posting.notice_id)
    estate = sa.func.coalesce(GroupPlace.estate_id, StewardPlace.estate_id, Posting.estate_id)
    building = sa.func.coalesce(GroupPlace.building_id, StewardPlace.building_id, Posting.building_id)
    ticked = (
        sa.select(
            Posting.id,
            Posting.notice_id,
            Posting.update_id,
            Posting.way,
            Posting.target,
            Posting.floor,
            estate.label("estate_id"),
            building.label("building_id"),
        )
        .outerjoin(GroupPlace, GroupPlace.group_id == Posting.group_id)
        .outerjoin(StewardPlace, StewardPlace.steward_id == Posting.steward_id)
        .where(Posting.notice_id.in_(notice_ids), Posting.withdrawn_at.is_(None), Posting.update_id >= last.scalar_subquery())
        .where(sa.or_(Posting.way != Way.steward, StewardPlace.id.is_not(None)))
    )
    return ticked.cte("covered")


def _new(notice_ids: Collection[int]) -> sa.CTE:
    """The updates that changed what is true. A correction does where it changed the times."""
    said = (Update.starts_at, Update.ends_at)
    before = [sa.func.lag(when).over(partition_by=Update.notice_id, order_by=Update.id).label(f"was_{when.key}") for when in said]
    told = sa.select(Update.id, Update.notice_id, Update.state, *said, *before).where(Update.notice_id.in_(notice_ids)).subquery()
    moved = [told.c[when.key].is_distinct_from(told.c[f"was_{when.key}"]) for when in said]
    changed = sa.or_(told.c.state != UpdateState.corrected, *moved)
    return sa.select(told.c.id, told.c.notice_id).where(told.c.state.not_in(NOTHING_NEW), changed).cte("new")


def _taken_in_after(notice_ids: Collection[int], covered: sa.CTE) -> sa.ColumnElement[bool]:
    """The building was not in the area yet when this was ticked."""
    named = sa.select(Update.notice_id, TakenIn.update_id, TakenIn.estate_id, TakenIn.building_id).join(TakenIn.update)
    taken = named.where(Update.notice_id.in_(notice_ids)).cte("taken_in")
    here = sa.or_(taken.c.building_id.is_(None), taken.c.building_id == Building.id)
    later = (taken.c.notice_id == Place.notice_id, taken.c.estate_id == Estate.id, taken.c.update_id > covered.c.update_id)
    return sa.exists().where(*later, here)


def _counts(covered: sa.CTE) -> list[sa.Label[int]]:
    """Distinct targets by way: a group that got three updates is one group."""

    def count(way: Way, what: sa.ColumnElement[object], *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.distinct(sa.case((sa.and_(covered.c.way == way, *where), what))))

    floor = covered.c.floor
    return [
        count(Way.group, covered.c.target).label("groups"), count(Way.poster, covered.c.target).label("posters"),
        count(Way.loudspeaker, covered.c.target).label("loudspeakers"), count(Way.steward, covered.c.target).label("stewards"),
        count(Way.door, covered.c.target, floor.is_(None)).label("doors"), count(Way.door, floor).label("floors_knocked"),
    ]  # fmt: skip


def _phones(notice_ids: Collection[int]) -> sa.CTE:
    """Subscribers who got a message of the notice, by the estate that they asked for; who asked for the grid is in each."""
    whose = sa.or_(Subscriber.device_id == Delivery.device_id, Subscriber.id == Delivery.subscriber_id)
    sent = sa.select(Update.notice_id, Subscriber.id.label("subscriber_id")).distinct().select_from(Delivery)
    sent = sent.join(Update, Update.id == Delivery.update_id).join(Subscriber, whose)
    sent = sent.where(Update.notice_id.in_(notice_ids), Delivery.state == DeliveryState.sent)
    got = sent.cte("got")
    here = sa.or_(Subscription.estate_id == Estate.id, sa.and_(Subscription.estate_id.is_(None), Subscription.grid_id == Estate.grid_id))
    estates = sa.select(Place.notice_id, Place.estate_id).distinct().where(Place.notice_id.in_(notice_ids)).cte("of_notice")
    counted = (
        sa.select(estates.c.notice_id, estates.c.estate_id, sa.func.count(sa.distinct(got.c.subscriber_id)).label("phones"))
        .join(got, got.c.notice_id == estates.c.notice_id)
        .join(Subscription, Subscription.subscriber_id == got.c.subscriber_id)
        .join(Estate, sa.and_(Estate.id == estates.c.estate_id, here))
        .group_by(estates.c.notice_id, estates.c.estate_id)
    )
    return counted.cte("phones")


def missed(session: Session, grid_ids: Collection[int]) -> list[tuple[Notice, Sum]]:
    """Outages of these grids that are not over, whose managers had time to post them, and whose buildings are not all reached."""
    now = clock.now()
    outages = [kind for kind in NoticeKind if kind.is_outage]
    running = (
        public(),
        Notice.state == NoticeState.published,
        Notice.exercise.is_(False),
        Notice.kind.in_(outages),
        sa.or_(Notice.ends_at.is_(None), Notice.ends_at > now),
    )
    found = sa.select(Notice).where(Notice.grid_id.in_(grid_ids), *running)
    shown = (joinedload(Notice.grid), selectinload(Notice.updates), selectinload(Notice.places).joinedload(Place.estate))
    late = [
        notice for notice in session.scalars(found.order_by(Notice.starts_at, Notice.id).options(*shown))
        if now >= patience.due_at(notice.kind, notice.updates[0])
    ]  # fmt: skip
    by_notice: dict[int, list[Reach]] = {notice.id: [] for notice in late}
    for one in of(session, list(by_notice)):
        by_notice[one.notice_id].append(one)
    sums = [(notice, summed(by_notice[notice.id])) for notice in late]
    return [(notice, total) for notice, total in sums if total.missed]
