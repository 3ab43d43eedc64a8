"""Rows of the channels besides push: taken for sending, settled, put off, given up; and whom the providers say to be gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.channels.protocol import TIMEOUT_MS, Receiver, Result
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers.tables import ChannelName, Subscriber
from pwa.push.outcomes import Outcome, Verdict, wait_before_retry

TRIES, PERHAPS_DONE = 8, 2
LEASE = timedelta(milliseconds=TIMEOUT_MS) * 12
"""A provider may take its time for each of a batch; nobody else takes these rows meanwhile."""
SUSPICIOUS = 20
UNDER_WAY = (DeliveryState.waiting, DeliveryState.sending)
KNOWN = {Verdict.SENT: DeliveryState.sent, Verdict.GONE: DeliveryState.gone}
log = structlog.get_logger("outbox")


def due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Delivery.state.in_(UNDER_WAY), Delivery.due_at <= now


def channel_of(session: Session, update_id: int, shard: int) -> ChannelName | None:
    return session.scalar(sa.select(Delivery.channel).where(*_here(update_id, shard)).limit(1))


def take(session: Session, update_id: int, shard: int, *, most: int) -> list[Receiver]:
    """The next few of a shard, ours until the lease ends."""
    now = clock.now()
    wanted = sa.select(Delivery.id).where(*_here(update_id, shard), *due(now)).order_by(Delivery.id).limit(most)
    free = session.scalars(wanted.with_for_update(skip_locked=True)).all()
    _change(session, free, state=DeliveryState.sending, due_at=now + LEASE, tries=Delivery.tries + 1)
    found = sa.select(Delivery.id, Subscriber.address, Subscriber.salt).join(Subscriber, Subscriber.id == Delivery.subscriber_id)
    rows = session.execute(found.where(Delivery.id.in_(free)).order_by(Delivery.id))
    ours = [Receiver(key, address or "", salt) for key, address, salt in rows]
    _change(session, set(free) - {one.key for one in ours}, state=DeliveryState.gone, answer="left")
    return ours


def settle(session: Session, results: Sequence[Result], *, until: datetime, paced: bool = False) -> None:
    """What became of each. Who was `paced` has not been tried. A refusal that a person must mend is no failure of the message."""
    now = clock.now()
    tried = {one.key: one for one in results}
    for key, tries, state in session.execute(sa.select(Delivery.id, Delivery.tries, Delivery.state).where(Delivery.id.in_(tried))).all():
        one = tried[key]
        if state is not DeliveryState.sending and one.verdict is not Verdict.SENT:
            continue  # Overtaken by a newer message meanwhile: it is not tried again.
        became, due_at = KNOWN.get(one.verdict, DeliveryState.failed), now
        patient = one.verdict is Verdict.ALARM or paced
        if patient or (one.verdict is Verdict.RETRY and tries < most(one)):
            due_at = now + timedelta(seconds=wait_before_retry(Outcome(key, retry_after=one.retry_after), tries=tries))
            became = DeliveryState.waiting if due_at < until else DeliveryState.failed
        spent = tries - 1 if patient else tries
        sent_at = now if became is DeliveryState.sent else None
        _change(session, [key], state=became, due_at=due_at, tries=spent, sent_at=sent_at, answer=one.answer)


def most(one: Result) -> int:
    """How often this is tried at most."""
    return PERHAPS_DONE if one.perhaps_done else TRIES


def postpone(session: Session, update_id: int, shard: int, pause: timedelta, *, until: datetime) -> None:
    """The provider is left alone: what is due waits with it, or is over by then."""
    now = clock.now()
    due_at = now + pause
    keys = session.scalars(sa.select(Delivery.id).where(*_here(update_id, shard), *due(now))).all()
    state = DeliveryState.waiting if due_at < until else DeliveryState.failed
    _change(session, keys, state=state, due_at=due_at, answer="the provider answers nobody or refuses us")


def give_up(session: Session, update_id: int, shard: int, why: str) -> None:
    keys = session.scalars(sa.select(Delivery.id).where(*_here(update_id, shard), Delivery.state.in_(UNDER_WAY))).all()
    _change(session, keys, state=DeliveryState.failed, answer=why[:200])


def forget_gone(session: Session, update_id: int, shard: int) -> None:
    """An address that is nobody's is deleted; but where most of a shard is said to be gone, rather the provider is mistaken."""
    here = _here(update_id, shard)
    gone, whole = session.execute(
        sa.select(sa.func.count().filter(Delivery.state == DeliveryState.gone), sa.func.count()).where(*here)
    ).one()
    if gone > SUSPICIOUS and gone > whole / 2:
        log.error("most of a shard is said to be gone; the subscribers are kept", update=update_id, shard=shard, gone=gone, of=whole)
        return
    ended = sa.select(Delivery.subscriber_id).where(*here, Delivery.state == DeliveryState.gone, Delivery.subscriber_id.is_not(None))
    session.execute(sa.delete(Subscriber).where(Subscriber.id.in_(ended)), execution_options={"synchronize_session": False})


def _here(update_id: int, shard: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Delivery.update_id == update_id, Delivery.shard == shard


def _change(session: Session, keys: Sequence[int] | set[int], **values: object) -> None:
    if keys:
        change = sa.update(Delivery).where(Delivery.id.in_(keys)).values(**values)
        session.execute(change, execution_options={"synchronize_session": False})
