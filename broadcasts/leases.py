"""Deliveries taken for sending, so that two workers never send the same one at once, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.channels.webpush import Receiver
from broadcasts.subscriber_tables import ChannelName
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
    """The next batch of a shard, ours until the lease ends. A delivery whose device was forgotten meanwhile is over."""
    now = clock.now()
    here = (Delivery.update_id == update_id, Delivery.shard == shard, Delivery.channel == ChannelName.push)
    wanted = sa.select(Delivery.id, Device.endpoint, Device.p256dh, Device.auth).outerjoin(Device, Device.id == Delivery.device_id)
    # By the connection: the rows of a batch pass through no session, which would cost as much again.
    rows = (
        session.connection()
        .execute(wanted.where(*here, *due(now)).order_by(Delivery.id).limit(BATCH).with_for_update(of=Delivery, skip_locked=True))
        .all()
    )
    ours, lost = [row for row in rows if row.endpoint], [row for row in rows if not row.endpoint]
    _change(session, ours, state=DeliveryState.sending, due_at=now + LEASE, tries=Delivery.tries + 1)
    _change(session, lost, state=DeliveryState.gone, answer="forgotten")
    return [Receiver(*row) for row in ours]


def leased_until(now: datetime) -> datetime:
    """A batch that begins later than this could be on its way still when its lease has ended."""
    return now + LEASE - timedelta(milliseconds=TIMEOUT_MS)


def settle(session: Session, outcomes: Iterable[Outcome], *, until: datetime) -> list[Verdict]:
    """What became of each. A try that failed for a while waits its time, unless the notice is over by then."""
    now = clock.now()
    judged = [(outcome, judge(outcome)) for outcome in outcomes]
    tries = _tries(session, [outcome.key for outcome, verdict in judged if verdict is not Verdict.SENT])
    alike: defaultdict[Became, list[tuple[int]]] = defaultdict(list)
    for outcome, verdict in judged:
        # Overtaken by a newer message while it was on its way: it may have arrived, but it is not tried again.
        if verdict is Verdict.SENT or outcome.key in tries:
            alike[_became(outcome, verdict, tries.get(outcome.key, 0), now, until)].append((outcome.key,))
    for became, keys in alike.items():
        _change(session, keys, **became._asdict())
    return [verdict for _, verdict in judged]


def _tries(session: Session, deliveries: list[int]) -> dict[int, int]:
    """Of those that are still on their way."""
    if not deliveries:
        return {}
    rows = sa.select(Delivery.id, Delivery.tries).where(Delivery.id.in_(deliveries), Delivery.state == DeliveryState.sending)
    found: dict[int, int] = dict(session.execute(rows).all())
    return found


def _change(session: Session, rows: Sequence[Sequence[Any]], **values: Any) -> None:
    """Of all these, by their ids, which come first."""
    if rows:
        session.connection().execute(sa.update(Delivery).where(Delivery.id.in_([row[0] for row in rows])).values(values))


def _became(outcome: Outcome, verdict: Verdict, tries: int, now: datetime, until: datetime) -> Became:
    state, due_at = KNOWN.get(verdict, DeliveryState.failed), now
    if verdict is Verdict.RETRY and tries < TRIES:
        due_at = now + timedelta(seconds=wait_before_retry(outcome, tries=tries))
        state = DeliveryState.waiting if due_at < until else state
    sent_at = now if state is DeliveryState.sent else None
    return Became(state, due_at, sent_at, str(outcome.status or outcome.error)[:200])
