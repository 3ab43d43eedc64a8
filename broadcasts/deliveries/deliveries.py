"""Who hears of a notice, and that they do.

Each message is a row. Workers lease rows, send outside of any transaction and write down what became of them. A worker
that dies between the two has sent and not said so: those of its one batch are sent again. So a phone hears at least once,
and what it hears twice has one tag and shows once.
"""

from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock, jobs
from app.core.jobs import Work
from broadcasts.channels import webpush
from broadcasts.deliveries import astray, gone, lanes, leases, posting
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers import hearers
from broadcasts.subscribers.tables import ChannelName, Subscriber
from broadcasts.tables import Notice, NoticeKind, Place, Update, UpdateState
from grids.staff.staff import on_duty
from grids.tables import Duty
from pwa import devices
from pwa.push.outcomes import Outcome, Verdict
from pwa.tables import Device

SHARD = 2_000
PATIENCE = timedelta(minutes=2)
"""A row that nobody has tried yet has its job in the queue; after this it is asked for again."""
OVERTAKEN = "a newer message took its place"
log = structlog.get_logger("deliveries")


def announce(session: Session, update: Update, *, after: timedelta = timedelta()) -> None:
    """One row a device, one job a shard, in the transaction of the act; the other channels' in shards behind. Sent when `after` is over.

    Messages of the notice that still wait are overtaken, but not by a reminder, which tells nothing new.
    """
    notice = session.get_one(Notice, update.notice_id)
    if update.state is not UpdateState.reminder:
        _overtake(session, update)
    nth = sa.func.row_number(type_=sa.Integer).over(order_by=Device.id) - 1
    due_at = hearers.due_at(session, notice.kind, Device.id, of=Subscriber.device_id, at=clock.now() + after)
    row = sa.select(
        sa.literal(update.id), Device.id, nth // SHARD, sa.literal(DeliveryState.waiting, Delivery.state.type),
        sa.literal(0), due_at, sa.literal(""),
    ).where(_concerned(notice, update))  # fmt: skip
    columns = ["update_id", "device_id", "shard", "state", "tries", "due_at", "answer"]
    session.execute(sa.insert(Delivery).from_select(columns, row))
    last = session.scalar(sa.select(sa.func.max(Delivery.shard)).where(Delivery.update_id == update.id))
    following = 0 if last is None else last + 1
    for shard in range(following):
        _ask(session, notice.kind, update.id, shard, after=after)
    posting.announce(session, notice, update, first_shard=following, after=after)


def take_back(session: Session, update: Update) -> bool:
    """Forget messages of which none has left, as if they had never been asked for. Whether that was possible."""
    here = sa.delete(Delivery).where(Delivery.update_id == update.id, Delivery.state == DeliveryState.waiting, Delivery.tries == 0)
    session.execute(here, execution_options={"synchronize_session": False})
    return session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(Delivery.update_id == update.id)) == 0


def resume(session: Session, update: Update) -> None:
    """What overtook these messages was taken back: they go on, asked for by the sweep."""
    held = sa.update(Delivery).where(Delivery.update_id == update.id, Delivery.state == DeliveryState.failed, Delivery.answer == OVERTAKEN)
    session.execute(held.values(state=DeliveryState.waiting, answer=""), execution_options={"synchronize_session": False})


def send_shard(work: Work, *, update_id: int, shard: int) -> None:
    """Send what is due of a shard, batch by batch. Safe to run twice, also at once."""
    message = _message(work, update_id)
    with (
        webpush.channel(work.settings, timeout_ms=leases.TIMEOUT_MS) as channel,
        lanes.lane(urgent=message.is_urgent) as step_aside,
    ):
        while not work.stopping.is_set():
            step_aside()
            if not _send_batch(work, channel, message, update_id, shard):
                break
    with work.database.writing() as session:
        gone.forget(session, update_id, shard)
        if work.stopping.is_set():
            _ask(session, session.get_one(Notice, session.get_one(Update, update_id).notice_id).kind, update_id, shard)


def sweep(work: Work) -> None:
    """Ask again for shards with something overdue, whatever became of their jobs."""
    now = clock.now()
    overdue = (Delivery.channel == ChannelName.push, *leases.due(now), sa.or_(Delivery.tries > 0, Delivery.due_at < now - PATIENCE))
    with work.database.writing() as session:
        astray.bring_back(session)
        shards = sa.select(Delivery.update_id, Delivery.shard, Notice.kind).distinct().join(Update, Update.id == Delivery.update_id)
        for update_id, shard, kind in session.execute(shards.join(Notice, Notice.id == Update.notice_id).where(*overdue)).all():
            _ask(session, kind, update_id, shard)


def counts(session: Session, notice: Notice) -> dict[str, int]:
    """How many devices the notice's latest message has reached, is on its way to, has lost, could not reach."""
    latest = sa.select(sa.func.max(Delivery.update_id)).join(Update, Update.id == Delivery.update_id).where(Update.notice_id == notice.id)
    rows = sa.select(Delivery.state, sa.func.count()).where(Delivery.update_id == latest.scalar_subquery()).group_by(Delivery.state)
    found: dict[DeliveryState, int] = dict(session.execute(rows).all())
    waiting = found.get(DeliveryState.waiting, 0) + found.get(DeliveryState.sending, 0)
    return {
        "waiting": waiting,
        **{state.value: found.get(state, 0) for state in (DeliveryState.sent, DeliveryState.gone, DeliveryState.failed)},
    }


def by_channel(session: Session, notice: Notice) -> dict[ChannelName, dict[str, int]]:
    """The same for each channel that the notice's latest message goes by."""
    latest = sa.select(sa.func.max(Delivery.update_id)).join(Update, Update.id == Delivery.update_id).where(Update.notice_id == notice.id)
    rows = sa.select(Delivery.channel, Delivery.state, sa.func.count()).where(Delivery.update_id == latest.scalar_subquery())
    found: dict[ChannelName, dict[str, int]] = {}
    for channel, state, many in session.execute(rows.group_by(Delivery.channel, Delivery.state)):
        of = found.setdefault(channel, dict.fromkeys(("waiting", "sent", "gone", "failed"), 0))
        of["waiting" if state in leases.UNDER_WAY else state.value] += many
    return dict(sorted(found.items()))


def _concerned(notice: Notice, update: Update) -> sa.ColumnElement[bool]:
    """Whose phone asked for a place and topic of the notice, or heard of it before and is still there; and the colleagues on duty."""
    colleagues = sa.select(Duty.person_id).where(Duty.grid_id == notice.grid_id, *on_duty())
    return sa.or_(Device.id.in_(hearers.devices(notice, update)), devices.of(colleagues))


def _overtake(session: Session, update: Update) -> None:
    older = sa.select(Update.id).where(Update.notice_id == update.notice_id, Update.id < update.id)
    late = sa.update(Delivery).where(Delivery.update_id.in_(older), Delivery.state.in_(leases.UNDER_WAY))
    session.execute(late.values(state=DeliveryState.failed, answer=OVERTAKEN), execution_options={"synchronize_session": False})


def _send_batch(work: Work, channel: webpush.Channel, message: webpush.Message, update_id: int, shard: int) -> bool:
    """Whether there was anything to send."""
    with work.database.writing() as session:
        begun_at, receivers = clock.now(), leases.take(session, update_id, shard, urgent=message.is_urgent)
    if not receivers:
        return False
    outcomes = channel.send(message, receivers, begin_until=leases.leased_until(begun_at))
    if len(outcomes) < len(receivers):
        log.warning("too slow to send within the lease", update=update_id, shard=shard, left=len(receivers) - len(outcomes))
    with work.database.writing() as session:
        verdicts = leases.settle(session, outcomes, until=message.until)
        gone.count(session, update_id, shard, receivers, outcomes, verdicts)
    _report(verdicts, outcomes, update_id)
    return True


def _ask(session: Session, kind: NoticeKind, update_id: int, shard: int, *, after: timedelta = timedelta()) -> None:
    queue: jobs.Queue = "urgent" if kind is NoticeKind.fault_outage else "routine"
    jobs.later(session, send_shard, queue=queue, after=after, update_id=update_id, shard=shard)


def _message(work: Work, update_id: int) -> webpush.Message:
    shown = (
        selectinload(Notice.places).options(joinedload(Place.estate), joinedload(Place.building)),
        selectinload(Notice.updates).joinedload(Update.by),
        joinedload(Notice.replaced_by),
    )
    with work.database.reading() as session:
        update = session.get_one(Update, update_id)
        notice = session.get_one(Notice, update.notice_id, options=shown)
        return webpush.message(notice, update, base_url=work.settings.base_url)


def _report(verdicts: list[Verdict], outcomes: list[Outcome], update_id: int) -> None:
    """What only a person can mend."""
    if refused := verdicts.count(Verdict.ALARM):
        log.error("a push service refuses our key or our clock", messages=refused, update=update_id)
    if large := verdicts.count(Verdict.TOO_LARGE):
        log.error("a push service finds our messages too large", messages=large, update=update_id)
    log.info("sent", update=update_id, sent=verdicts.count(Verdict.SENT), of=len(outcomes))
