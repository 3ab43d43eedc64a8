"""What each channel will get of a notice, with what is wrong with it, to how many, and at what price: before anything is published."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.settings import Settings
from app.core.words import Phrase
from broadcasts.channels import opened, sms
from broadcasts.channels.protocol import Channel, Told
from broadcasts.deliveries import posting
from broadcasts.subscribers import hearers
from broadcasts.subscribers.tables import ChannelName, Subscriber
from broadcasts.tables import Notice


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    channel: ChannelName
    receivers: int
    title: str
    text: str
    wrong: list[Phrase]
    signs: int
    parts: int
    cost: float | None
    """Yuan for all receivers; None where a message costs nothing."""
    each: float | None
    """Yuan for one receiver."""


def of(session: Session, notice: Notice, settings: Settings) -> list[Preview]:
    """Needs the notice with its places, its updates and its grid."""
    told, many = posting.told(session, notice, 0, clock.now(), settings), receivers(session, notice)
    return [_preview(channel, told, many.get(name, 0)) for name, channel in opened.every(settings).items()]


def closed(session: Session, notice: Notice, settings: Settings) -> list[Preview]:
    """What those channels would send, and what it would cost, that the operator has not opened: nobody hears by them."""
    told = posting.told(session, notice, 0, clock.now(), settings)
    return [_preview(channel, told, 0) for channel in opened.closed(settings).values()]


def _preview(channel: Channel, told: Told, count: int) -> Preview:
    message = channel.compose(told)
    each = channel.sms.price * message.sms if isinstance(channel, sms.Channel) else None
    return Preview(
        channel=channel.name, receivers=count, title=message.title, text=message.text, wrong=channel.check(message),
        signs=len(message.text), parts=message.sms, each=each, cost=None if each is None else round(each * count, 2),
    )  # fmt: skip


def receivers(session: Session, notice: Notice) -> dict[ChannelName, int]:
    """How many would hear if it were published now."""
    rows = sa.select(Subscriber.channel, sa.func.count()).where(hearers.asked(notice)).group_by(Subscriber.channel)
    found: dict[ChannelName, int] = dict(session.execute(rows).all())
    return found
