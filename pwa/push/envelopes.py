"""One sealed message as an HTTP request: where to, and nowhere else."""

import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from pwa.push.guard import Target
from pwa.push.talk import Fields

TOPIC = re.compile(r"[A-Za-z0-9_-]{0,32}")


class Urgency(StrEnum):
    VERY_LOW = "very-low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What stands alike on all envelopes of a batch to one service."""

    authorization: str
    ttl_s: int
    urgency: Urgency = Urgency.NORMAL
    topic: str = ""
    """At most 32 signs of base64url; the service replaces an undelivered message of the same topic."""
    until: datetime | None = None
    """The notice's end. Past it nothing is sent, and a service keeps nothing longer."""

    def __post_init__(self) -> None:
        if not TOPIC.fullmatch(self.topic):
            raise ValueError(f"not a topic: {self.topic!r}")

    def time_left_s(self, now: datetime) -> int | None:
        """For a service to keep it; None where its time is over."""
        if self.until is None:
            return self.ttl_s
        left_s = int((self.until - now).total_seconds())
        return min(self.ttl_s, left_s) if left_s > 0 else None


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One sealed message with its address. `key` is the caller's, and comes back in the outcome."""

    key: int
    target: Target
    body: bytes
    label: Label


class Door(NamedTuple):
    """Where a connection goes: the name that is asked for and the address that was checked."""

    scheme: str
    host: str
    port: int
    address: str
    door: int

    @property
    def authority(self) -> str:
        return self.host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{self.host}:{self.port}"


def door(target: Target) -> Door:
    return _door(target.scheme, target.host, target.port, target.address, target.door)


_door = lru_cache(maxsize=1024)(Door)


@lru_cache(maxsize=64)
def fields(label: Label, ttl_s: int, length: int) -> Fields:
    """The headers: the same for all of a batch and a service within a second."""
    topic = (("topic", label.topic),) if label.topic else ()
    return (
        ("ttl", str(ttl_s)),
        ("urgency", str(label.urgency)),
        ("content-encoding", "aes128gcm"),
        ("content-type", "application/octet-stream"),
        ("content-length", str(length)),
        ("authorization", label.authorization),
        *topic,
    )
