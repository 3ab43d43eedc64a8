"""Before anything is sent to a number, an address, a group or a machine, it must be shown to be theirs: by the code that was sent there."""

import hmac
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, joinedload

from app.core import clock, jobs, tokens
from app.core.errors import Missing, Mistaken, Refused
from app.core.jobs import Work
from app.core.settings import Settings
from app.core.words import phrase as _
from broadcasts import limits
from broadcasts.channels import opened, webhook, wecom
from broadcasts.channels.protocol import Receiver, sent
from broadcasts.deliveries.posting import QUEUES
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Confirmation, Subscriber, Topic
from grids.tables import Building, Estate, Grid
from pwa.push import guard
from pwa.push.outcomes import Verdict

HOLDS, KEPT, TRIES = timedelta(minutes=30), timedelta(hours=24), 5
AGAIN = timedelta(minutes=10)
WRONG = {
    ChannelName.sms: _("Please give a mobile number of 11 digits."),
    ChannelName.email: _("Please give an e-mail address such as name@example.com."),
    ChannelName.wecom: _("Please paste the robot's whole webhook address from WeCom."),
}
log = structlog.get_logger("confirming")


def ask(session: Session, grid: Grid, *, channel: ChannelName, address: str, wish: dict[str, Any], settings: Settings) -> str:
    """A code goes there; the token of the page where it is typed. Whether the address is known already cannot be told from it."""
    if channel not in opened.every(settings):
        raise Mistaken(_("Please look again at the marked fields."), {"channel": _("This way is not offered here.")})
    address = read_address(channel, address, settings)
    often = _("A code was sent there just now. Please wait a minute, then ask again.")
    limits.allow(session, "code a minute", f"{channel}:{address}", most=1, within=timedelta(minutes=1), why=often)
    daily = _("Too many codes were asked for today. Please try again tomorrow, or ask your manager.")
    limits.allow(session, "code a day", f"{channel}:{address}", most=5, within=timedelta(days=1), why=daily)
    crowd = _("Very many are subscribing just now. Please try again in a minute.")
    limits.allow(session, "codes of a grid", f"{channel}:{grid.id}", most=200, within=timedelta(minutes=10), why=crowd)
    salt = secrets.token_hex(16)
    token = page_of(salt, settings.secret)
    asked = Confirmation(
        token_hash=tokens.digest(token), channel=channel, address=address, grid_id=grid.id, salt=salt,
        wish=wish, asked_at=clock.now(),
    )  # fmt: skip
    session.add(asked)
    session.flush()
    jobs.later(session, send_code, queue=QUEUES[channel], confirmation_id=asked.id)
    return token


def find(session: Session, token: str) -> Confirmation:
    wanted = sa.select(Confirmation).where(Confirmation.token_hash == tokens.digest(token))
    asked = session.scalar(wanted.options(joinedload(Confirmation.grid)))
    if asked is None or clock.now() - asked.asked_at > HOLDS:
        raise Missing(_("This page has run out. Please begin again: nothing was kept."))
    return asked


def confirm(session: Session, asked: Confirmation, code: str, *, secret: str) -> Subscriber | None:
    """What was wished for is true from now on. None where the code is wrong; after five wrong ones a new code is needed."""
    session.refresh(asked, ["tries"], with_for_update=True)
    if asked.tries >= TRIES:
        raise Refused(_("Five codes were wrong. Please begin again and use the newest code."))
    asked.tries += 1
    if not hmac.compare_digest(code.strip().encode(), code_of(asked, secret).encode()):
        session.flush()
        return None
    one = subscribers.of_address(session, asked.channel, asked.address)
    subscribers.link(one, secret)
    _fulfil(session, one, asked)
    session.delete(asked)
    session.flush()
    return one


def code_of(asked: Confirmation, secret: str) -> str:
    """Not kept anywhere: it can be said again from the row and the installation's secret."""
    return f"{int(tokens.derive(secret, 'confirm', asked.salt), 16) % 1_000_000:06d}"


def page_of(salt: str, secret: str) -> str:
    """The token of the page where the code is typed."""
    return tokens.derive(secret, "confirm page", salt)


def send_code(work: Work, *, confirmation_id: int) -> None:
    with work.database.reading() as session:
        asked = session.get(Confirmation, confirmation_id)
    if asked is None or asked.sent_at or clock.now() - asked.asked_at > AGAIN:
        return
    channel = opened.every(work.settings).get(asked.channel)
    if channel is None:
        return
    code = code_of(asked, work.settings.secret)
    page = f"{work.settings.base_url}/subscribe/{page_of(asked.salt, work.settings.secret)}?code={code}"
    message = channel.code(code, page)
    [result] = sent(channel, message, [Receiver(asked.id, asked.address, asked.salt)])
    if result.verdict is Verdict.ALARM:
        log.error("a provider refuses our key, our account or our template", channel=asked.channel, why=result.answer)
    with work.database.writing() as session:
        if kept := session.get(Confirmation, confirmation_id):
            kept.answer = result.answer
            kept.sent_at = clock.now() if result.verdict is Verdict.SENT or result.perhaps_done else None


def sweep(work: Work) -> None:
    """Ask again for codes that have not left; forget who never came back."""
    now = clock.now()
    with work.database.writing() as session:
        late = (Confirmation.sent_at.is_(None), Confirmation.asked_at > now - AGAIN, Confirmation.asked_at < now - timedelta(minutes=1))
        for key, channel in session.execute(sa.select(Confirmation.id, Confirmation.channel).where(*late)).all():
            jobs.later(session, send_code, queue=QUEUES[channel], confirmation_id=key)
        session.execute(sa.delete(Confirmation).where(Confirmation.asked_at < now - KEPT))
        limits.forget_old(session)


def read_address(channel: ChannelName, said: str, settings: Settings) -> str:
    """As it is kept: one spelling for one number or box. Raises Mistaken."""
    read = {ChannelName.sms: _number, ChannelName.email: _mailbox, ChannelName.wecom: wecom.key_in}.get(channel)
    address = read(said) if read else _hook(said, settings)
    if address is None:
        why = WRONG.get(channel, _("Please give a public https address."))
        raise Mistaken(_("Please look again at the marked fields."), {"address": why})
    return address


def _number(said: str) -> str | None:
    import phonenumbers  # Only where somebody types one: a worker that sends does not carry it.

    try:
        found = phonenumbers.parse(said, "CN")
    except phonenumbers.NumberParseException:
        return None
    digits = str(found.national_number)
    return digits if found.country_code == 86 and len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789" else None


def _mailbox(said: str) -> str | None:
    name, at, host = said.strip().rpartition("@")
    right = at and 1 <= len(name) <= 64 and "." in host.strip(".") and len(said) <= 254 and said.isascii()
    clean = not any(sign in said.strip() for sign in ' \t\r\n<>()[],;:\\"')
    return f"{name}@{host.lower()}" if right and clean and "@" not in name else None


def _hook(said: str, settings: Settings) -> str | None:
    try:
        return webhook.checked(said.strip(), loopback=settings.push_loopback, resolve=lambda _host, _port: ["1.1.1.1"]).url
    except guard.NotPushService:
        return None


def _fulfil(session: Session, one: Subscriber, asked: Confirmation) -> None:
    wish, grid = asked.wish, session.get_one(Grid, asked.grid_id)
    estate = session.get(Estate, wish.get("estate") or 0)
    building = session.get(Building, wish.get("building") or 0)
    topics = [Topic(name) for name in wish["topics"]]
    hours = {name: wish.get(name) for name in ("quiet_from", "quiet_until")}
    subscribers.prefer(session, one, topics=topics, outage_breaks=bool(wish.get("outage_breaks", True)), **hours)
    subscriptions.subscribe(session, one, grid=grid, estate=estate, building=building)
