"""Messages by SMS, e-mail, WeCom and webhook: one row each, in shards of one channel, so that a provider that is down delays only its own.

As with push a worker leases rows, sends outside of any transaction and writes down what became of each. What may go now, and what
must wait because the provider is left alone or a robot's minute is full, is kept in rows too (valves.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock, jobs
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.channels import opened, webpush
from broadcasts.channels.protocol import Channel, Message, Receiver, Result, Told, sent
from broadcasts.deliveries import outbox, valves
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.present import present
from broadcasts.subscribers import hearers
from broadcasts.subscribers.tables import ChannelName, Subscriber
from broadcasts.tables import Notice, NoticeKind, Place, Update
from grids import grids
from pwa.push.outcomes import Verdict

SHARD = 200
PATIENCE = timedelta(minutes=2)
QUEUES: dict[ChannelName, jobs.Queue] = {
    ChannelName.sms: "sms", ChannelName.email: "email", ChannelName.wecom: "wecom", ChannelName.webhook: "webhook",
}  # fmt: skip
log = structlog.get_logger("posting")


def announce(session: Session, notice: Notice, update: Update, *, first_shard: int, after: timedelta) -> None:
    """Rows and jobs for all channels but push, in the transaction of the act. A shard is of one channel; shards are numbered through."""
    wanted = hearers.hears(notice, update, of=Delivery.subscriber_id, by=Subscriber.id)
    due_at = hearers.due_at(session, notice.kind, Subscriber.id, of=Subscriber.id, at=clock.now() + after)
    there = session.execute(
        sa.select(Subscriber.channel, sa.func.count()).where(wanted, Subscriber.device_id.is_(None)).group_by(Subscriber.channel)
    ).all()
    for channel, many in there:
        nth = sa.func.row_number(type_=sa.Integer).over(order_by=Subscriber.id) - 1
        row = sa.select(
            sa.literal(update.id), Subscriber.id, sa.literal(channel, Delivery.channel.type), first_shard + nth // SHARD,
            sa.literal(DeliveryState.waiting, Delivery.state.type), sa.literal(0), due_at, sa.literal(""),
        ).where(wanted, Subscriber.channel == channel)  # fmt: skip
        columns = ["update_id", "subscriber_id", "channel", "shard", "state", "tries", "due_at", "answer"]
        session.execute(sa.insert(Delivery).from_select(columns, row))
        last = first_shard + (many - 1) // SHARD
        for shard in range(first_shard, last + 1):
            ask(session, channel, update.id, shard, after=after)
        first_shard = last + 1


def ask(session: Session, channel: ChannelName, update_id: int, shard: int, *, after: timedelta = timedelta()) -> None:
    jobs.later(session, send, queue=QUEUES[channel], after=after, update_id=update_id, shard=shard)


def send(work: Work, *, update_id: int, shard: int) -> None:
    """Send what is due of a shard, batch by batch. Safe to run twice, also at once."""
    with work.database.reading() as session:
        name = outbox.channel_of(session, update_id, shard)
    if name is None:
        return
    channel = opened.every(work.settings).get(name)
    told, until, urgent = _told(work, update_id)
    message = channel.compose(told) if channel else None
    if channel is None or message is None or (wrong := channel.check(message)):
        reason = "this channel is not configured" if channel is None else str(wrong[0])
        log.error("cannot be said by this channel", channel=name, update=update_id, why=reason)
        with work.database.writing() as session:
            outbox.give_up(session, update_id, shard, reason)
        return
    while not work.stopping.is_set() and _send_batch(work, channel, message, update_id, shard, until=until, urgent=urgent):
        pass
    with work.database.writing() as session:
        outbox.forget_gone(session, update_id, shard)


def sweep(work: Work) -> None:
    """Ask again for shards with something overdue, whatever became of their jobs."""
    now = clock.now()
    late = sa.or_(Delivery.tries > 0, Delivery.due_at < now - PATIENCE, Delivery.answer != "")
    with work.database.writing() as session:
        shards = sa.select(Delivery.channel, Delivery.update_id, Delivery.shard).distinct()
        for channel, update_id, shard in session.execute(shards.where(Delivery.channel != ChannelName.push, *outbox.due(now), late)).all():
            ask(session, channel, update_id, shard)


def _send_batch(work: Work, channel: Channel, message: Message, update_id: int, shard: int, *, until: datetime, urgent: bool) -> bool:
    """Whether there may be more to do now."""
    with work.database.writing() as session:
        if channel.provider and (pause := valves.shut_for(session, channel.provider)):
            outbox.postpone(session, update_id, shard, pause, until=until)
            return False
        if not urgent and _emergency_waits(session, channel.name, update_id):
            ask(session, channel.name, update_id, shard)
            return False
        ours = outbox.take(session, update_id, shard, most=channel.batch)
        now, later = _paced(session, channel, ours, message.posts)
        outbox.settle(session, later, until=until, paced=True)
    if not ours or clock.now() >= until:
        _end(work, now, until)
        return False
    results = sent(channel, message, now)
    with work.database.writing() as session:
        outbox.settle(session, results, until=until)
        report(session, channel, results, update=update_id)
    return bool(now)


def _end(work: Work, now: list[Receiver], until: datetime) -> None:
    with work.database.writing() as session:
        outbox.settle(session, [Result(one.key, Verdict.OVER, "the time is over") for one in now], until=until)


def _paced(session: Session, channel: Channel, ours: list[Receiver], posts: int) -> tuple[list[Receiver], list[Result]]:
    """Those that may go now, and those whose own limit is reached."""
    if channel.pace is None:
        return ours, []
    at_once, a_minute = channel.pace
    waits = {one.key: valves.draw(session, f"{channel.name}:{one.salt}", posts, at_once=at_once, a_minute=a_minute) for one in ours}
    later = [Result(key, Verdict.RETRY, "the minute is full", int(wait) + 1) for key, wait in waits.items() if wait]
    return [one for one in ours if not waits[one.key]], later


def _emergency_waits(session: Session, channel: ChannelName, update_id: int) -> bool:
    urgent = sa.select(Delivery.id).join(Update, Update.id == Delivery.update_id).join(Notice, Notice.id == Update.notice_id)
    here = (Delivery.channel == channel, Delivery.update_id != update_id, Notice.kind == NoticeKind.fault_outage)
    fresh = (Delivery.state == DeliveryState.waiting, Delivery.tries == 0, Delivery.due_at <= clock.now())
    return session.scalar(urgent.where(*here, *fresh).limit(1)) is not None


def report(session: Session, channel: Channel, results: Sequence[Result], **about: object) -> None:
    """A provider that took nothing is left alone; what only a person can mend is told."""
    verdicts = [one.verdict for one in results]
    if channel.provider and verdicts:
        if Verdict.SENT in verdicts:
            valves.worked(session, channel.provider)
        elif all(one.verdict in (Verdict.RETRY, Verdict.ALARM) and one.retry_after is None for one in results):
            valves.failed(session, channel.provider)
    if Verdict.ALARM in verdicts:
        why = next(one.answer for one in results if one.verdict is Verdict.ALARM)
        log.error("a provider refuses our key, our account or our template", channel=channel.name, why=why, **about)
    log.info("sent", channel=channel.name, **about, sent=verdicts.count(Verdict.SENT), of=len(verdicts))


def _told(work: Work, update_id: int) -> tuple[Told, datetime, bool]:
    shown = (
        selectinload(Notice.places).options(joinedload(Place.estate), joinedload(Place.building)),
        selectinload(Notice.updates).joinedload(Update.by), joinedload(Notice.replaced_by), joinedload(Notice.grid),
    )  # fmt: skip
    with work.database.reading() as session:
        update = session.get_one(Update, update_id)
        notice = session.get_one(Notice, update.notice_id, options=shown)
        return (
            told(session, notice, update.id, update.at, work.settings),
            webpush.until(notice, update),
            (notice.kind is NoticeKind.fault_outage),
        )


def told(session: Session, notice: Notice, update_id: int, at: datetime, settings: Settings) -> Told:
    return Told(
        notice=notice, truth=present(notice, clock.now()), key=f"update-{update_id}", at=at, base_url=settings.base_url,
        secret=settings.secret, contact=grids.contact(session, notice.grid_id),
    )  # fmt: skip
