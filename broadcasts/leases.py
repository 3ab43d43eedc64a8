"""Deliveries taken for sending, so that two workers never send the same one at once, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.channels.webpush import Receiver
from broadcasts.tables import Delivery, DeliveryState
from pwa.push import sending
from pwa.push.outcomes import Outcome, Verdict, judge, wait_before_retry
from pwa.tables import Device

TRIES = 8
TIMEOUT_MS = sending.TIMEOUT_MS
BATCH = sending.ABREAST
"""All of a batch are on their way at once, so it ends when the slowest of them does."""
LEASE = timedelta(milliseconds=TIMEOUT_MS) + timedelta(seconds=5)
UNDER_WAY = (DeliveryState.waiting, DeliveryState.sending)
KNOWN = {
    Verdict.SENT: DeliveryState.sent,
    Verdict.GONE: DeliveryState.gone,
}


class Became(NamedTuple):
    state: DeliveryState
    due_at: datetime
    sent_at: datetime | None
    answer: str


def due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Waiting past its time, or taken by a worker that did not come back within the lease."""
    return Delivery.state.in_(UNDER_WAY), Delivery.due_at <= now


def take(session: Session, update_id: int, shard: int) -> list[Receiver]:
    """The next batch of a shard, ours until the lease ends."""
    now = clock.now()
    here = (Delivery.update_id == update_id, Delivery.shard == shard)
    # Not as a subquery: PostgreSQL may ask it again for each row, and then a batch has no end.
    free = session.scalars(
        sa.select(Delivery.id).where(*here, *due(now)).order_by(Delivery.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()
    taken = sa.update(Delivery).where(Delivery.id.in_(free), *due(now)).returning(Delivery.id)
    ours = session.scalars(
        taken.values(state=DeliveryState.sending, due_at=now + LEASE, tries=Delivery.tries + 1),
        execution_options={"synchronize_session": False},
    ).all()
    return _receivers(session, ours)


def leased_until(now: datetime) -> datetime:
    """A batch that begins later than this could be on its way still when its lease has ended."""
    return now + LEASE - timedelta(milliseconds=TIMEOUT_MS)


def settle(session: Session, outcomes: Iterable[Outcome], *, until: datetime) -> list[Verdict]:
    """What became of each. A try that failed for a while waits its time, unless the notice is over by then."""
    now, tried = clock.now(), {one.key: one for one in outcomes}
    stand = session.execute(sa.select(Delivery.id, Delivery.tries, Delivery.state).where(Delivery.id.in_(tried))).all()
    # Overtaken by a newer message while it was on its way: it may have arrived, but it is not tried again.
    rows = [
        (key, _became(tried[key], tries, now, until))
        for key, tries, state in stand
        if state is DeliveryState.sending or judge(tried[key]) is Verdict.SENT
    ]
    alike: defaultdict[Became, list[int]] = defaultdict(list)
    for key, became in rows:
        alike[became].append(key)
    for became, keys in alike.items():
        change = sa.update(Delivery).where(Delivery.id.in_(keys)).values(became._asdict())
        session.execute(change, execution_options={"synchronize_session": False})
    return [judge(one) for one in tried.values()]


def _receivers(session: Session, deliveries: Iterable[int]) -> list[Receiver]:
    """With their devices. A delivery whose device was forgotten meanwhile is over."""
    ours = list(deliveries)
    wanted = sa.select(Delivery.id, Device.endpoint, Device.p256dh, Device.auth).join(Device, Device.id == Delivery.device_id)
    found = [Receiver(*row) for row in session.execute(wanted.where(Delivery.id.in_(ours)).order_by(Delivery.id))]
    if lost := set(ours) - {one.key for one in found}:
        gone = sa.update(Delivery).where(Delivery.id.in_(lost)).values(state=DeliveryState.gone, answer="forgotten")
        session.execute(gone, execution_options={"synchronize_session": False})
    return found


def _became(outcome: Outcome, tries: int, now: datetime, until: datetime) -> Became:
    verdict = judge(outcome)
    state, due_at = KNOWN.get(verdict, DeliveryState.failed), now
    if verdict is Verdict.RETRY and tries < TRIES:
        due_at = now + timedelta(seconds=wait_before_retry(outcome, tries=tries))
        state = DeliveryState.waiting if due_at < until else state
    sent_at = now if state is DeliveryState.sent else None
    return Became(state, due_at, sent_at, str(outcome.status or outcome.error)[:200])
