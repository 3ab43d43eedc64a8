"""What each channel will get of a notice, with what is wrong with it, to how many, and at what price: before anything is published."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.settings import Settings
from app.core.words import Phrase
from broadcasts.channels import gateways, opened
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


def of(session: Session, notice: Notice, settings: Settings) -> list[Preview]:
    """Needs the notice with its places, its updates and its grid."""
    told = posting.told(session, notice, 0, clock.now(), settings)
    many, have = receivers(session, notice), gateways.of(settings)
    found: list[Preview] = []
    for name, channel in opened.every(settings).items():
        message, count = channel.compose(told), many.get(name, 0)
        price = have.sms.price if name is ChannelName.sms and have.sms else None
        found.append(
            Preview(
                channel=name, receivers=count, title=message.title, text=message.text, wrong=channel.check(message),
                signs=len(message.text), parts=message.sms, cost=None if price is None else round(price * message.sms * count, 2),
            )
        )  # fmt: skip
    return found


def receivers(session: Session, notice: Notice) -> dict[ChannelName, int]:
    """How many would hear if it were published now."""
    rows = sa.select(Subscriber.channel, sa.func.count()).where(hearers.asked(notice)).group_by(Subscriber.channel)
    found: dict[ChannelName, int] = dict(session.execute(rows).all())
    return found
