"""The channel to browsers: a notice's words sealed for each device, signed as ours."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from app.core import clock
from app.core.settings import Settings
from broadcasts import texts
from broadcasts.present import present
from broadcasts.tables import Notice, NoticeKind, NoticeState, Update, UpdateState
from pwa.push import guard, payload, sealing, vapid
from pwa.push.circuit import Circuit
from pwa.push.sending import AT_A_TIME, TIMEOUT_MS, Envelope, Label, Outcome, Sender, Urgency

NEWS_LASTS = timedelta(hours=24)
"""So long a phone that was switched off still hears of what has no end of its own."""
LONGEST_S = 28 * 24 * 3600
"""How long a service may keep a message, where the notice does not end before."""
OPEN_S = 60.0


class Message(msgspec.Struct, frozen=True):
    """What is said to every device alike. Nothing in it is about a person."""

    payload: bytes
    until: datetime
    urgency: Urgency
    topic: str

    @property
    def is_urgent(self) -> bool:
        return self.urgency is Urgency.HIGH


class Receiver(msgspec.Struct, frozen=True, gc=False):
    key: int
    endpoint: str
    p256dh: bytes
    auth: bytes
    prepared: bytes = b""
    """Half an envelope, taken from the store for this message alone."""


REFUSALS = Circuit()
"""Of this process: who refuses our key does so for the next shard too."""


class Channel:
    """One for a shard: names are looked up, signatures made and connections opened once for each push service."""

    def __init__(self, settings: Settings, *, timeout_ms: int = TIMEOUT_MS, certificates: Path | None = None) -> None:
        self.signer = vapid.opened(settings.vapid_key, subject=settings.contact)
        self.allowed = guard.hosts(settings.push_hosts)
        self.loopback = settings.push_loopback
        self.resolve = guard.remembered()
        self.opened_at_s = time.monotonic()
        self.sender = Sender(certificates=certificates, timeout_ms=timeout_ms, circuit=REFUSALS)

    def send(self, message: Message, receivers: Iterable[Receiver], *, begin_until: datetime) -> list[Outcome]:
        """What became of each. Whoever's turn has not come by `begin_until` has no outcome."""
        refused: list[Outcome] = []
        return self.sender.send(self._sealed(message, receivers, begin_until, refused)) + refused

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self.opened_at_s > OPEN_S

    def close(self) -> None:
        self.sender.close()

    def _sealed(self, message: Message, receivers: Iterable[Receiver], until: datetime, refused: list[Outcome]) -> Iterator[Envelope]:
        """Envelopes as they are asked for; `refused` hears of those for whom there can be none."""
        labels: dict[str, Label] = {}
        for nth, one in enumerate(receivers):
            if nth % AT_A_TIME == 0 and clock.now() > until:
                return
            try:
                target = guard.check(one.endpoint, allowed=self.allowed, resolve=self.resolve, loopback=self.loopback)
                half = one.prepared or sealing.prepare(p256dh=one.p256dh, auth=one.auth)
                body = sealing.finish(message.payload, half)
            except guard.Unresolved:
                refused.append(Outcome(one.key, error="the push service's name has no address"))
            except (guard.NotPushService, sealing.BadKeys):
                refused.append(Outcome(one.key, status=400, error="no push address any more"))
            else:
                label = labels.get(target.origin) or labels.setdefault(target.origin, self._label(message, one.endpoint))
                yield Envelope(one.key, target, body, label)

    def _label(self, message: Message, endpoint: str) -> Label:
        proof = self.signer.authorization(endpoint)
        return Label(authorization=proof, ttl_s=LONGEST_S, urgency=message.urgency, topic=message.topic, until=message.until)


_idle: defaultdict[Hashable, list[Channel]] = defaultdict(list)


@contextmanager
def channel(settings: Settings, *, timeout_ms: int = TIMEOUT_MS) -> Iterator[Channel]:
    """One whose connections are open already, where there is one: shards follow each other, and a handshake costs as much as a message.

    None is kept for long, as the names of services get new addresses.
    """
    idle = _idle[settings, timeout_ms]
    taken = idle.pop() if idle else Channel(settings, timeout_ms=timeout_ms)
    if taken.is_old:
        taken.close()
        taken = Channel(settings, timeout_ms=timeout_ms)
    try:
        yield taken
    except BaseException:
        taken.close()
        raise
    idle.append(taken)


def message(notice: Notice, update: Update, *, base_url: str) -> Message:
    """The notice as it stands now. Its tag and topic are the notice's own: a later message takes the place of an earlier one."""
    now = clock.now()
    title, body = texts.push(notice, present(notice, now))
    if update.state is UpdateState.reminder:
        body = f"{texts.reminder(notice, update, now)} {body}"
    said = payload.declarative(
        title=title,
        body=body,
        navigate=texts.address(base_url, notice),
        tag=notice.number,
    )
    urgency = Urgency.HIGH if notice.kind is NoticeKind.fault_outage else Urgency.NORMAL
    return Message(said, until(notice, update), urgency, topic(notice))


def until(notice: Notice, update: Update) -> datetime:
    """Nothing is sent past the notice's end; what is said after that end (it is back, it takes longer) holds a day.

    That it will begin is true until it begins; that it begins now, for half an hour.
    """
    at, ends = update.at, notice.ends_at
    if update.state is UpdateState.reminder and (ends is None or ends > at):
        return notice.starts_at if notice.starts_at and at < notice.starts_at else min(ends or at + NEWS_LASTS, at + texts.AT_THE_EDGE)
    return ends if notice.state is NoticeState.published and ends is not None and ends > at else at + NEWS_LASTS


def topic(notice: Notice) -> str:
    return hashlib.sha256(notice.number.encode()).hexdigest()[:24]
