"""One sealed message as an HTTP request: where to, and nowhere else."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

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
        if not TOPIC.fullmatch(self.topic):
            raise ValueError(f"not a topic: {self.topic!r}")


def address(curl: pycurl.Curl, target: Target, certificates: Path | None, timeout_ms: int) -> None:
    """Where to, and nowhere else: the checked address, no redirects, no proxy of the environment, no other protocol."""
    address = f"[{target.address}]" if ":" in target.address else target.address
    curl.setopt(pycurl.URL, target.url)
    curl.setopt(pycurl.CONNECT_TO, [f"{target.host}:{target.port}:{address}:{target.door}"])
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP if target.scheme == "http" else pycurl.PROTO_HTTPS)
    curl.setopt(pycurl.PROXY, "")
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
    curl.setopt(pycurl.CONNECTTIMEOUT_MS, min(CONNECT_TIMEOUT_MS, timeout_ms))
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    curl.setopt(pycurl.PIPEWAIT, 1)
    if certificates:
        curl.setopt(pycurl.CAINFO, str(certificates))


def fill(curl: pycurl.Curl, envelope: Envelope, ttl_s: int, heard: dict[str, str]) -> None:
    headers = [
        f"TTL: {ttl_s}",
        f"Urgency: {envelope.urgency}",
        "Content-Encoding: aes128gcm",
        "Content-Type: application/octet-stream",
        f"Authorization: {envelope.authorization}",
        "Expect:",
    ]
    if envelope.topic:
        headers.append(f"Topic: {envelope.topic}")
    curl.setopt(pycurl.POST, 1)
    curl.setopt(pycurl.POSTFIELDSIZE, len(envelope.body))
    curl.setopt(pycurl.POSTFIELDS, envelope.body)
    curl.setopt(pycurl.HTTPHEADER, headers)
    curl.setopt(pycurl.HEADERFUNCTION, lambda line: _hear(line, heard))
    curl.setopt(pycurl.WRITEFUNCTION, _discard())


def _hear(line: bytes, heard: dict[str, str]) -> None:
    name, colon, value = line.decode("latin-1").partition(":")
    if colon and name.lower() == "retry-after":
        heard["retry-after"] = value.strip()


def _discard() -> Callable[[bytes], int]:
    seen = 0

    def swallow(part: bytes) -> int:
        nonlocal seen
        seen += len(part)
        return len(part) if seen <= ENOUGH else 0

    return swallow
