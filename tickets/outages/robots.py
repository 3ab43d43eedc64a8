"""Who asked in a WeCom group hears there, by the robot of the group, which tells every notice."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.channels.protocol import Result
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers.tables import ChannelName, Subscriber, Subscription
from pwa.push.outcomes import Verdict
from tickets.outages import carriages
from tickets.outages.leaving import LOOK_AGAIN
from tickets.tables import Errand


def look(session: Session, ours: Sequence[Errand]) -> None:
    """Who asked in a group hears there: the group's robot has the notice's news, or nobody has told them yet."""
    states = {one.id: _in_group(session, one) for one in ours}
    told = [Result(key, Verdict.SENT, "by the robot of the group") for key, state in states.items() if state is DeliveryState.sent]
    carriages.settle(session, told, until=clock.now())
    under_way = (DeliveryState.waiting, DeliveryState.sending)
    carriages.postpone(session, [one for one in ours if states[one.id] in under_way], LOOK_AGAIN)
    left = [one for one in ours if states[one.id] not in (*under_way, DeliveryState.sent)]
    carriages.give_up(session, left, "no robot of their group has it")


def _in_group(session: Session, errand: Errand) -> DeliveryState | None:
    """How far the news is on its way to a group of the asker's estate; None where there is no robot."""
    here = sa.or_(Subscription.estate_id.is_(None), Subscription.estate_id == errand.ticket.estate_id)
    place = sa.select(Subscription.subscriber_id).where(Subscription.grid_id == errand.ticket.grid_id, here)
    sent = sa.select(Delivery.state).join(Subscriber, Subscriber.id == Delivery.subscriber_id)
    found = sent.where(Delivery.update_id == errand.update_id, Subscriber.channel == ChannelName.wecom, Subscriber.id.in_(place))
    states = set(session.scalars(found))
    return next((one for one in (DeliveryState.sent, DeliveryState.sending, DeliveryState.waiting) if one in states), None)
