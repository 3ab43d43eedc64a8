"""Who hears, without an account: found by a device, by the secret link, or by what they typed; changed and left with one tap."""

import hmac
import secrets
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock, tokens, twins
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from broadcasts import limits
from broadcasts.subscribers.tables import ChannelName, Subscriber, Subscription, Topic
from grids.tables import Grid
from pwa.tables import Device

LONGEST_QUIET_H = 14
"""A tip waits for the end of quiet hours and is worth a day: longer hours would swallow it."""
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of short codes: none that is read for another."""
PLACES = selectinload(Subscriber.subscriptions).options(
    joinedload(Subscription.grid), joinedload(Subscription.estate), joinedload(Subscription.building)
)


def of_device(session: Session, device: Device) -> Subscriber:
    """The subscriber that this device is; new where there was none."""
    return _one(session, Subscriber(channel=ChannelName.push, device_id=device.id), Subscriber.device_id == device.id)


def hearing_of(session: Session, device: Device, grid: Grid) -> Subscriber | None:
    """The subscriber that this device is, if they hear of this grid, or of a place in it."""
    here = sa.exists().where(Subscription.subscriber_id == Subscriber.id, Subscription.grid_id == grid.id)
    return session.scalar(sa.select(Subscriber).where(Subscriber.device_id == device.id, here))


def of_address(session: Session, channel: ChannelName, address: str) -> Subscriber:
    """The subscriber with this address, which was confirmed; new where there was none."""
    mine = sa.and_(Subscriber.channel == channel, Subscriber.address == address)
    return _one(session, Subscriber(channel=channel, address=address), mine)


def link(subscriber: Subscriber, secret: str) -> str:
    """The secret of the subscriber's own page. It can be said again and again, and what is kept is only its hash."""
    token = tokens.derive(secret, "subscriber", subscriber.salt)
    subscriber.token_hash = tokens.digest(token)
    return token


def short_code(salt: str, secret: str) -> str:
    """What an SMS says in place of a link: with the number it was sent to it opens the same page."""
    said = int(tokens.derive(secret, "short code", salt), 16)
    return "".join(SIGNS[said // len(SIGNS) ** place % len(SIGNS)] for place in range(8))


def by_link(session: Session, token: str) -> Subscriber:
    wanted = sa.select(Subscriber).where(Subscriber.token_hash == tokens.digest(token)).options(PLACES, joinedload(Subscriber.device))
    found = session.scalar(wanted)
    if found is None:
        raise Missing(_("This subscription has ended or its address is not whole. You can subscribe again at any time."))
    return found


def prefer(
    _session: Session, subscriber: Subscriber, *, topics: Collection[Topic], quiet_from: int | None = None,
    quiet_until: int | None = None, outage_breaks: bool = True,
) -> None:  # fmt: skip
    """What they want to hear of, and when it must be quiet. Raises Mistaken for what would never let anything through."""
    check(topics, quiet_from, quiet_until)
    for topic in Topic:
        setattr(subscriber, topic, topic in topics)
    subscriber.quiet_from, subscriber.quiet_until, subscriber.outage_breaks = quiet_from, quiet_until, outage_breaks


def check(topics: Collection[Topic], quiet_from: int | None, quiet_until: int | None) -> None:
    if not topics:
        raise _mistaken(topics=_("Choose at least one topic, or leave below."))
    if (quiet_from is None) is not (quiet_until is None):
        raise _mistaken(quiet_from=_("Quiet hours need a beginning and an end."))
    if quiet_from is not None and quiet_until is not None and not 1 <= (quiet_until - quiet_from) % 24 <= LONGEST_QUIET_H:
        raise _mistaken(quiet_from=_("Quiet hours last from one hour to fourteen."))


def by_short_code(session: Session, phone: str, code: str, *, secret: str) -> Subscriber | None:
    """Whose number this is, if the code of their SMS goes with it. Raises TooMany where somebody guesses."""
    number = "".join(sign for sign in phone if sign.isdigit())[-11:]
    why = _("Too many tries for this number. Please wait an hour, or ask your manager.")
    limits.allow(session, "short code", number, most=5, within=timedelta(hours=1), why=why)
    one = session.scalar(sa.select(Subscriber).where(Subscriber.channel == ChannelName.sms, Subscriber.address == number))
    said = "".join(code.split()).upper().replace("-", "")
    right = short_code(one.salt if one else "", secret)
    return one if hmac.compare_digest(said.encode(), right.encode()) else None


def masked(one: Subscriber) -> str:
    """Enough to know one's own: the page may be open on a counter."""
    address = one.address or ""
    if one.channel is ChannelName.email:
        name, _at, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    return {ChannelName.sms: f"{address[:3]}****{address[-4:]}", ChannelName.wecom: f"{address[:4]}…", ChannelName.push: ""}.get(
        one.channel, address
    )


def leave(session: Session, subscriber: Subscriber) -> None:
    """Nothing of them stays: the address, the places and what they chose are deleted; the ledger keeps its counts.

    So nothing of what still waits for them is sent. A colleague's phone that was switched on for work goes on ringing for work alone.
    """
    session.execute(sa.delete(Subscriber).where(Subscriber.id == subscriber.id))
    if subscriber.device_id is not None:
        session.execute(sa.delete(Device).where(Device.id == subscriber.device_id, Device.sign_in.is_(None)))


def _one(session: Session, new: Subscriber, known: sa.ColumnElement[bool]) -> Subscriber:
    """Two tabs may ask at the same moment: the second finds what the first has kept."""
    wanted = sa.select(Subscriber).where(known)
    if found := session.scalar(wanted):
        return found
    new.salt, new.created_at = secrets.token_hex(16), clock.now()
    return new if twins.first(session, new) else session.scalars(wanted).one()


def _mistaken(**mistakes: object) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), mistakes)  # type: ignore[arg-type]
