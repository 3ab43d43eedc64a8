"""Deliveries taken for sending, so that two workers never send the same one at once, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.among import among
from broadcasts.channels.webpush import Receiver
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers.tables import ChannelName
from pwa import prepared
from pwa.push import sending
from pwa.push.circuit import PAUSE_S
from pwa.push.outcomes import Outcome, Verdict, judge, wait_before_retry
from pwa.tables import Device

TRIES = 8
PATIENT_TRIES, LONGEST_PATIENCE = 4, timedelta(minutes=5)
"""Who was only refused has this many tries behind them at most: the others are still theirs when it is mended."""
TIMEOUT_MS = sending.TIMEOUT_MS
BATCH = sending.ABREAST
"""All of a batch are on their way at once, so it ends when the slowest of them does."""
LEASE = timedelta(milliseconds=TIMEOUT_MS) + timedelta(seconds=5)
UNDER_WAY = (DeliveryState.waiting, DeliveryState.sending)


class Became(NamedTuple):
    state: DeliveryState
    due_at: datetime
    answer: str
    tries: int


def due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Waiting past its time, or taken by a worker that did not come back within the lease."""
    return Delivery.state.in_(UNDER_WAY), Delivery.due_at <= now


def take(session: Session, update_id: int, shard: int, *, urgent: bool = False) -> list[Receiver]:
    """The next batch of a shard, ours until the lease ends. A delivery whose device was forgotten meanwhile is over.

    Who is `urgent` takes what is prepared as well, which is gone with this transaction, whatever becomes of us.
    """
    now = clock.now()
    here = (Delivery.update_id == update_id, Delivery.shard == shard, Delivery.channel == ChannelName.push)
    wanted = sa.select(Delivery.id, Delivery.device_id, Device.endpoint, Device.p256dh, Device.auth)
    due_here = wanted.outerjoin(Device, Device.id == Delivery.device_id).where(*here, *due(now)).order_by(Delivery.id).limit(BATCH)
    # By the connection: the rows of a batch pass through no session, which would cost as much again.
    rows = session.connection().execute(due_here.with_for_update(of=Delivery, skip_locked=True)).all()
    ours, lost = [row for row in rows if row[2]], [row for row in rows if not row[2]]
    _change(session, [row[0] for row in ours], state=DeliveryState.sending, due_at=now + LEASE, tries=Delivery.tries + 1)
    _change(session, [row[0] for row in lost], state=DeliveryState.gone, answer="forgotten")
    halves = prepared.take(session, [row[1] or 0 for row in ours]) if urgent and ours else {}
    return [Receiver(key, endpoint, p256dh, auth, halves.get((of or 0, auth), b"")) for key, of, endpoint, p256dh, auth in ours]


def leased_until(now: datetime) -> datetime:
    """A batch that begins later than this could be on its way still when its lease has ended."""
    return now + LEASE - timedelta(milliseconds=TIMEOUT_MS)


def settle(session: Session, outcomes: Iterable[Outcome], *, until: datetime) -> list[Verdict]:
    """What became of each. A try that failed for a while waits its time, unless the notice is over by then."""
    now = clock.now()
    judged = [(outcome, judge(outcome)) for outcome in outcomes]
    tries = _tries(session, [outcome.key for outcome, verdict in judged if verdict is not Verdict.SENT])
    sent: defaultdict[int | None, list[int]] = defaultdict(list)
    alike: defaultdict[Became, list[int]] = defaultdict(list)
    for outcome, verdict in judged:
        if verdict is Verdict.SENT:
            sent[outcome.status].append(outcome.key)
        # Overtaken by a newer message while it was on its way: it may have arrived, but it is not tried again.
        elif outcome.key in tries:
            alike[_became(outcome, verdict, tries[outcome.key], now, until)].append(outcome.key)
    for status, keys in sent.items():
        _change(session, keys, state=DeliveryState.sent, due_at=now, sent_at=now, answer=str(status))
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


def _change(session: Session, deliveries: Sequence[int], **values: Any) -> None:
    if deliveries:
        session.connection().execute(sa.update(Delivery).where(among(Delivery.id, deliveries)).values(values))


def _became(outcome: Outcome, verdict: Verdict, tries: int, now: datetime, until: datetime) -> Became:
    answer = str(outcome.status or outcome.error)[:200]
    if verdict is Verdict.ALARM or outcome.error == sending.REFUSING:
        due_at = now + patience(tries)
        return Became(DeliveryState.waiting if due_at < until else DeliveryState.failed, due_at, answer, min(tries, PATIENT_TRIES))
    state, due_at = DeliveryState.gone if verdict is Verdict.GONE else DeliveryState.failed, now
    if verdict is Verdict.RETRY and tries < TRIES:
        due_at = now + timedelta(seconds=wait_before_retry(outcome, tries=tries))
        state = DeliveryState.waiting if due_at < until else state
    return Became(state, due_at, answer, tries)


def patience(tries: int) -> timedelta:
    """Our key or clock is refused until a person mends it: all wait together, with the circuit and then longer, as long as the notice runs.

    It is no failure of the message, so that it is never given up for it.
    """
    return min(timedelta(seconds=PAUSE_S) * (1 << max(tries - 1, 0)), LONGEST_PATIENCE)
