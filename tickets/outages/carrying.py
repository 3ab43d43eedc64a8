"""Errands are really sent: by approved SMS, by mail, through the robot of the asker's group. What no provider takes is called.

As with every broadcast a worker takes rows, sends outside of any transaction and writes down what became of each. Our rows are the
truth: a worker that is killed leaves rows whose lease ends, and a sweep asks again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.core.errors import Mistaken
from app.core.jobs import Work
from app.core.settings import Settings
from app.core.words import say
from broadcasts.channels import opened, webpush
from broadcasts.channels.protocol import Message, Receiver, Result, Writer, sent
from broadcasts.deliveries import posting, valves
from broadcasts.notices import SHOWN
from broadcasts.subscribers import confirming
from broadcasts.subscribers.tables import ChannelName
from broadcasts.tables import Notice, Update
from pwa.push.outcomes import Verdict
from tickets import ways
from tickets.households import reaches
from tickets.households.tables import Way
from tickets.outages import carriages, leaving, robots
from tickets.tables import Entry, Errand, Ticket

NAMES = {Way.sms: ChannelName.sms, Way.email: ChannelName.email, Way.wecom: ChannelName.wecom}
QUEUES: dict[Way, jobs.Queue] = {Way.sms: "sms", Way.email: "email", Way.wecom: "wecom"}
LASTS = timedelta(hours=24)
ASKED = "asked"
"""The SMS template for those who asked; `answered` is that of a colleague's own words."""


class Load(msgspec.Struct, frozen=True):
    """What is carried to whom, and until when it is news."""

    errands: Sequence[Errand]
    message: Message | None
    receivers: Sequence[Receiver]
    until: datetime


def ask(session: Session, ways: Collection[Way], *, after: timedelta = timedelta()) -> None:
    for way in sorted(set(ways) & NAMES.keys()):
        jobs.later(session, carry, queue=QUEUES[way], after=after, way=way.value)


def bring(session: Session, ticket: Ticket, entry: Entry) -> None:
    """These words of ours leave by themselves where the asker's own way is one that a provider takes."""
    way = ways.way(ticket.channel, ticket.reach.kind if ticket.reach else None, ticket.household.prefers if ticket.household else None)
    if way in NAMES:
        session.add(Errand(ticket_id=ticket.id, entry_id=entry.id, update_id=None, way=way, at=entry.at, done_at=None, done_by_id=None))
        session.flush()
        ask(session, {way})


def carry(work: Work, *, way: str) -> None:
    """Carry what is due by this way, some at a time. Safe to run twice, also at once."""
    chosen = Way(way)
    channel = opened.writers(work.settings).get(NAMES[chosen])
    while not work.stopping.is_set() and _carry_some(work, chosen, channel):
        pass


def sweep(work: Work) -> None:
    """Ask again for what is due, whatever became of its job."""
    with work.database.writing() as session:
        ways = session.scalars(carriages.due().with_only_columns(Errand.way).order_by(None).distinct()).all()
        ask(session, ways)


def _carry_some(work: Work, way: Way, channel: Writer | None) -> bool:
    """Whether there may be more to do now."""
    with work.database.writing() as session:
        ours = carriages.take(session, way, most=channel.batch if channel else 100)
        if not ours:
            return False
        ours = leaving.still_wanted(session, ours)
        if not ours:
            return True
        if wait := leaving.wait(session, ours[0]):
            carriages.postpone(session, ours, wait)
            ask(session, {way}, after=wait)
            return True
        if way is Way.wecom:
            robots.look(session, ours)
            return True
        if channel is None:
            carriages.give_up(session, ours, "this channel is not configured")
            return True
        if channel.provider and (pause := valves.shut_for(session, channel.provider)):
            carriages.postpone(session, ours, pause)
            return True
        load = _load(session, work.settings, channel, ours)
    results = _send(channel, load)
    with work.database.writing() as session:
        carriages.settle(session, results, until=load.until)
        posting.report(session, channel, results, errands=len(results))
    return True


def _send(channel: Writer, load: Load) -> list[Result]:
    reached = {one.key for one in load.receivers}
    lost = [Result(one.id, Verdict.FAILED, "no address of this kind") for one in load.errands if one.id not in reached]
    if load.message is None or (wrong := channel.check(load.message)):
        why = str(wrong[0]) if load.message else "this channel cannot say it"
        return [*lost, *(Result(one.key, Verdict.FAILED, why) for one in load.receivers)]
    if clock.now() >= load.until:
        return [*lost, *(Result(one.key, Verdict.OVER, "the time is over") for one in load.receivers)]
    return [*lost, *sent(channel, load.message, load.receivers)]


def _load(session: Session, settings: Settings, channel: Writer, ours: Sequence[Errand]) -> Load:
    first, receivers = ours[0], [one for errand in ours if (one := _receiver(session, settings, channel, errand))]
    if first.update_id is None:
        title = say("An answer to your question")
        message = channel.letter(f"entry-{first.entry_id}", title, first.entry.words)
        return Load(ours, message, receivers, first.at + LASTS)
    update = session.get_one(Update, first.update_id)
    notice = session.scalars(sa.select(Notice).where(Notice.id == update.notice_id).options(*SHOWN)).one()
    told = posting.told(session, notice, update.id, update.at, settings)
    said = msgspec.structs.replace(told, key=f"asked-{update.id}", template=ASKED, secret="")
    return Load(ours, channel.compose(said), receivers, webpush.until(notice, update))


def _receiver(session: Session, settings: Settings, channel: Writer, errand: Errand) -> Receiver | None:
    """The number or box, as the provider wants it; none where what was left is something else."""
    try:
        address = confirming.read_address(channel.name, reaches.told(session, errand.ticket.reach), settings)
    except Mistaken:
        return None
    return Receiver(errand.id, address, f"errand-{errand.id}")
