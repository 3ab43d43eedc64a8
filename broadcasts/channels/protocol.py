"""What every channel besides push can do: fit the words, say beforehand what is wrong, send, and judge what became of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
import structlog

from app.core.words import Phrase
from broadcasts.present import Present
from broadcasts.subscribers.tables import ChannelName
from broadcasts.tables import Notice
from grids.grids import Contact
from pwa.push.outcomes import Verdict

TIMEOUT_MS = 10_000
log = structlog.get_logger("channels")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said: the notice as it stands. `key` names this message for ever, so that a receiver can tell a second copy."""

    notice: Notice
    truth: Present
    key: str
    at: datetime
    base_url: str
    secret: str
    contact: Contact | None = None
    """Whom to call, for a letter. Operators refuse numbers in an SMS, and neither robots nor machines are given a person's."""
    template: str = ""
    """Of the approved texts this one, where it must be."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Words fitted to a channel; nothing in them is about the receiver. `values` is for the channel itself."""

    key: str
    title: str = ""
    text: str
    html: str = ""
    template: str = ""
    values: dict[str, str] = {}
    body: bytes = b""
    poster: tuple[str, dict[str, Any]] | None = None
    """Its name and what it says: who sends it has it drawn."""
    at: datetime | None = None
    base_url: str = ""
    secret: str = ""
    sms: int = 1
    """How many SMS are charged for each receiver."""
    posts: int = 1
    """How many of its receiver's pace it takes."""


class Receiver(msgspec.Struct, frozen=True):
    """To whom. `key` is the caller's and comes back; from `salt` comes what their link and short code say."""

    key: int
    address: str
    salt: str


class Result(msgspec.Struct, frozen=True):
    """What became of one message. `retry_after` in seconds, where the provider asked for a pause."""

    key: int
    verdict: Verdict
    answer: str = ""
    retry_after: int | None = None
    perhaps_done: bool = False
    """It may have arrived: tried once more and no oftener, as somebody pays for it and is told it twice."""


class Channel(Protocol):
    name: ChannelName
    provider: str
    """Whom a failure of all messages tells about; empty where every receiver has a server of their own."""
    batch: int
    pace: tuple[float, float] | None
    """For one address: how many at once, and how many a minute after that."""

    def compose(self, told: Told) -> Message: ...

    def code(self, code: str, address: str) -> Message: ...

    def check(self, message: Message) -> list[Phrase]: ...

    def send(self, message: Message, receivers: Sequence[Receiver]) -> list[Result]: ...


class Writer(Channel, Protocol):
    """A channel that reaches one person: it can say a colleague's own words as well."""

    def letter(self, key: str, title: str, text: str) -> Message: ...


def sent(channel: Channel, message: Message, receivers: Sequence[Receiver]) -> list[Result]:
    """What became of them. Whatever is raised on the way is a try that was spent, or it would be done for ever."""
    try:
        return channel.send(message, receivers) if receivers else []
    except Exception as error:
        log.exception("a channel's answer was not understood", channel=channel.name)
        return [Result(one.key, Verdict.RETRY, type(error).__name__, perhaps_done=True) for one in receivers]
