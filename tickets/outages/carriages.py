"""Errands taken for carrying, so that two workers never carry the same one at once, and what became of them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from broadcasts.channels.protocol import Result
from broadcasts.deliveries import outbox
from broadcasts.deliveries.outbox import LEASE, UNDER_WAY
from broadcasts.deliveries.tables import DeliveryState
from pwa.push.outcomes import Outcome, Verdict, wait_before_retry
from tickets.households.tables import Way
from tickets.outages.tables import Carriage
from tickets.tables import Errand, Ticket


def due(way: Way | None = None) -> sa.Select[Errand]:
    """What is to be carried now: new, put off until now, or taken by a worker that did not come back."""
    again = sa.and_(Carriage.state.in_(UNDER_WAY), Carriage.due_at <= clock.now())
    wanted = sa.select(Errand).outerjoin(Carriage, Carriage.errand_id == Errand.id)
    carried = Errand.way.in_((Way.sms, Way.email, Way.wecom)) if way is None else Errand.way == way
    return wanted.where(carried, Errand.done_at.is_(None), sa.or_(Carriage.errand_id.is_(None), again)).order_by(Errand.id)


def take(session: Session, way: Way, *, most: int) -> Sequence[Errand]:
    """The next few that say the same, ours until the lease ends."""
    free = due(way).options(joinedload(Errand.ticket).joinedload(Ticket.reach), joinedload(Errand.entry))
    first = session.scalar(free.limit(1).with_for_update(of=Errand, skip_locked=True))
    if first is None:
        return []
    alike = Errand.update_id == first.update_id if first.update_id else Errand.id == first.id
    ours = session.scalars(free.where(alike).limit(most).with_for_update(of=Errand, skip_locked=True)).all()
    for one in ours:
        kept = session.get(Carriage, one.id) or Carriage(errand_id=one.id, tries=0, sent_at=None, answer="")
        kept.state, kept.due_at, kept.tries = DeliveryState.sending, clock.now() + LEASE, kept.tries + 1
        session.add(kept)
    session.flush()
    return ours


def settle(session: Session, results: Collection[Result], *, until: datetime) -> None:
    """Ticked where the provider took it. What it refuses for good, and what is over, somebody tells by telephone."""
    now = clock.now()
    for one in results:
        errand, kept = session.get(Errand, one.key, with_for_update=True), session.get(Carriage, one.key)
        if errand is None or kept is None or errand.done_at is not None:
            continue  # Overtaken by newer news, or ticked by a colleague meanwhile.
        if one.verdict is Verdict.SENT:
            kept.state, kept.sent_at, kept.answer, errand.done_at = DeliveryState.sent, now, one.answer, now
            continue
        patient = one.verdict is Verdict.ALARM
        again = now + timedelta(seconds=wait_before_retry(Outcome(one.key, retry_after=one.retry_after), tries=kept.tries))
        if again < until and (patient or (one.verdict is Verdict.RETRY and kept.tries < outbox.most(one))):
            kept.state, kept.due_at, kept.answer = DeliveryState.waiting, again, one.answer
            kept.tries -= patient
        else:
            _to_the_call_list(errand, kept, one.answer)
    session.flush()


def postpone(session: Session, errands: Sequence[Errand], pause: timedelta) -> None:
    """Nothing was tried: the provider is left alone for a while, or the group's robot is not through yet."""
    for one in errands:
        kept = session.get_one(Carriage, one.id)
        kept.state, kept.due_at, kept.tries = DeliveryState.waiting, clock.now() + pause, kept.tries - 1
    session.flush()


def give_up(session: Session, errands: Sequence[Errand], why: str) -> None:
    """No message brings it home: a colleague calls."""
    for one in errands:
        _to_the_call_list(one, session.get_one(Carriage, one.id), why)
    session.flush()


def _to_the_call_list(errand: Errand, kept: Carriage, why: str) -> None:
    errand.way = Way.call
    kept.state, kept.answer = DeliveryState.failed, why[:200]
