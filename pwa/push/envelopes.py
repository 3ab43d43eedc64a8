"""One sealed message as an HTTP request: where to, and nowhere else."""

import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pycurl

from pwa.push.guard import Target

TOPIC = re.compile(r"[A-Za-z0-9_-]{0,32}")
CONNECT_TIMEOUT_MS = 5_000
ENOUGH = 65_536
"""Bytes of an answer's body, none of which are kept, after which the line is cut."""


class Urgency(StrEnum):
    VERY_LOW = "very-low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed message with its address. `key` is the caller's, and comes back in the outcome."""

    key: int
    target: Target
    body: bytes
    authorization: str
    ttl_s: int
    urgency: Urgency = Urgency.NORMAL
    topic: str = ""
    """At most 32 signs of base64url; the service replaces an undelivered message of the same topic."""
    until: datetime | None = None
    """The notice's end. Past it nothing is sent, and a service keeps nothing longer."""

    def __post_init__(self) -> None:
        _checked(self.topic)


class Door(NamedTuple):
    """Where a connection goes: the name that is asked for and the address that was checked."""

    scheme: str
    host: str
    port: int
    address: str
    door: int


def door(target: Target) -> Door:
    return Door(target.scheme, target.host, target.port, target.address, target.door)


class Line:
    """A handle of curl that goes to one door, for message after message."""

    def __init__(self, where: Door, certificates: Path | None, timeout_ms: int) -> None:
        self.door = where
        self.retry_after = ""
        self._seen = 0
        self._headers: list[str] = []
        self.curl = curl = pycurl.Curl()
        _lead(curl, where, timeout_ms)
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.HEADERFUNCTION, self._hear)
        curl.setopt(pycurl.WRITEFUNCTION, self._swallow)
        if certificates:
            curl.setopt(pycurl.CAINFO, str(certificates))

    def fill(self, envelope: Envelope, ttl_s: int) -> None:
        self.retry_after, self._seen = "", 0
        self.curl.setopt(pycurl.URL, envelope.target.url)
        self.curl.setopt(pycurl.POSTFIELDS, envelope.body)
        headers = _headers(envelope.authorization, ttl_s, envelope.urgency, envelope.topic)
        # Most often the same as for the message before: curl still has them.
        if headers is not self._headers:
            self.curl.setopt(pycurl.HTTPHEADER, headers)
            self._headers = headers

    def _hear(self, line: bytes) -> None:
        if line[:12].lower() == b"retry-after:":
            self.retry_after = line[12:].decode("latin-1").strip()

    def _swallow(self, part: bytes) -> int:
        self._seen += len(part)
        return len(part) if self._seen <= ENOUGH else 0


@lru_cache(maxsize=64)
def _checked(topic: str) -> None:
    if not TOPIC.fullmatch(topic):
        raise ValueError(f"not a topic: {topic!r}")


def _lead(curl: pycurl.Curl, where: Door, timeout_ms: int) -> None:
    """To the checked address and nowhere else: no redirects, no proxy of the environment, no other protocol."""
    address = f"[{where.address}]" if ":" in where.address else where.address
    curl.setopt(pycurl.CONNECT_TO, [f"{where.host}:{where.port}:{address}:{where.door}"])
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP if where.scheme == "http" else pycurl.PROTO_HTTPS)
    curl.setopt(pycurl.PROXY, "")
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, min(CONNECT_TIMEOUT_MS, timeout_ms))
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    curl.setopt(pycurl.PIPEWAIT, 1)
    # A message has at most 4 KB, and curl would keep 64 for each that is under way.
    curl.setopt(pycurl.UPLOAD_BUFFERSIZE, 16_384)


@lru_cache(maxsize=64)
def _headers(authorization: str, ttl_s: int, urgency: Urgency, topic: str) -> list[str]:
    """The same for all of a batch and an origin within a second."""
    headers = [
        f"TTL: {ttl_s}",
        f"Urgency: {urgency}",
        "Content-Encoding: aes128gcm",
        "Content-Type: application/octet-stream",
        f"Authorization: {authorization}",
        "Expect:",
    ]
    return [*headers, f"Topic: {topic}"] if topic else headers
