"""Who hears of a notice: those who asked for its places and topic, and who heard of it before and is still there; and from when on."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core import clock
from broadcasts.deliveries.tables import Delivery
from broadcasts.subscribers.tables import Subscriber, Subscription, Topic
from broadcasts.tables import Notice, NoticeKind, Place, Update, UpdateState

Whom = InstrumentedAttribute[Any]
TOPICS = {NoticeKind.safety: Topic.safety, NoticeKind.knowledge: Topic.knowledge, NoticeKind.service: Topic.payment}


def topic(kind: NoticeKind) -> Topic:
    return TOPICS.get(kind, Topic.outage)


def asked(notice: Notice) -> sa.ColumnElement[bool]:
    """The condition on Subscriber that this notice is for them: their place is touched, and they want to hear of its topic.

    An exercise is for the colleagues on duty and never for those who asked.
    """
    if notice.exercise:
        return sa.false()
    places = sa.select(Place.estate_id).where(Place.notice_id == notice.id)
    whole = places.where(Place.building_id.is_(None))
    homes = sa.select(Place.building_id).where(Place.notice_id == notice.id, Place.building_id.is_not(None))
    whole_grid = sa.and_(Subscription.grid_id == notice.grid_id, Subscription.estate_id.is_(None))
    touched = sa.or_(Subscription.building_id.is_(None), Subscription.estate_id.in_(whole), Subscription.building_id.in_(homes))
    here = sa.or_(whole_grid, sa.and_(Subscription.estate_id.in_(places), touched))
    return sa.and_(Subscriber.id.in_(sa.select(Subscription.subscriber_id).where(here)), _wanted(notice))


def hears(notice: Notice, update: Update, *, of: Whom, by: Whom) -> sa.ColumnElement[bool]:
    """The condition on Subscriber that this message is for them. Who heard of the notice before hears of its change as well.

    A reminder changes nothing: it is only for those whom the notice touches now. `of` is a column of Delivery, `by` that of Subscriber.
    """
    if update.state is UpdateState.reminder or notice.version <= 1:
        return asked(notice)
    return sa.or_(asked(notice), sa.and_(by.in_(_heard(notice, update, of=of, by=by)), _wanted(notice)))


def _wanted(notice: Notice) -> sa.ColumnElement[bool]:
    chosen: Whom = getattr(Subscriber, topic(notice.kind))
    return chosen.is_(True)


def _heard(notice: Notice, update: Update, *, of: Whom, by: Whom) -> sa.Select[int | None]:
    """To whom an earlier message was sent and who is still there: with a place of this grid that they had by then.

    So who was corrected away hears that it is off, and who moved or dropped the place meanwhile hears nothing more.
    """
    still = sa.and_(Subscription.grid_id == notice.grid_id, Subscription.created_at <= Update.at)
    return (
        sa.select(of)
        .join(Update, Update.id == Delivery.update_id)
        .join(Subscriber, by == of)
        .join(Subscription, sa.and_(Subscription.subscriber_id == Subscriber.id, still))
        .where(Update.notice_id == notice.id, Update.id < update.id, Delivery.tries > 0, of.is_not(None))
    )


def devices(notice: Notice, update: Update) -> sa.Select[int | None]:
    heard = hears(notice, update, of=Delivery.device_id, by=Subscriber.device_id)
    return sa.select(Subscriber.device_id).where(heard, Subscriber.device_id.is_not(None))


def due_at(session: Session, kind: NoticeKind, key: Whom, *, of: Whom, at: datetime) -> sa.ColumnElement[datetime]:
    """From when on it may be sent: at once, or when their quiet hours end. An outage breaks them, where they let it."""
    at_once = sa.literal(at, Delivery.due_at.type)
    keeps = (Subscriber.outage_breaks.is_(False),) if topic(kind) is Topic.outage else ()
    hours = sa.select(Subscriber.quiet_from, Subscriber.quiet_until).where(Subscriber.quiet_from.is_not(None), *keeps).distinct()
    waits = [
        (key.in_(sa.select(of).where(*_same(begin, end), of.is_not(None), *keeps)), sa.literal(until, Delivery.due_at.type))
        for begin, end in session.execute(hours)
        if begin is not None and end is not None and (until := quiet_until(at, begin, end))
    ]
    return sa.case(*waits, else_=at_once) if waits else at_once


def quiet_until(at: datetime, begin: int, end: int) -> datetime | None:
    """When the quiet hours that hold at this moment end; None where it is not quiet."""
    here = clock.local(at)
    if (here.hour - begin) % 24 >= (end - begin) % 24:
        return None
    days = timedelta(days=1 if here.hour >= end else 0)
    return clock.as_utc(here.replace(hour=end, minute=0, second=0, microsecond=0) + days)


def _same(begin: int, end: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Subscriber.quiet_from == begin, Subscriber.quiet_until == end
