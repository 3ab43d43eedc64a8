"""HTTP requests, several at once, to providers: no redirects, no proxy, short answers, where it must be to a checked address."""

from collections.abc import Sequence

import msgspec

from broadcasts.channels.protocol import TIMEOUT_MS
from pwa.push.guard import Target


class Post(msgspec.Struct, frozen=True):
    """`target` pins the connection to the address that was checked."""

    url: str
    headers: dict[str, str]
    body: bytes
    target: Target | None = None


class Answer(msgspec.Struct, frozen=True):
    status: int | None
    body: bytes = b""
    error: str = ""
    retry_after: int | None = None


def send(posts: Sequence[Post], *, timeout_ms: int = TIMEOUT_MS) -> list[Answer]:
    """In the order asked. Never raises for what the other side does."""
    from broadcasts.channels import curl  # 6 MB, which a worker does not carry where there is push alone.

    return curl.send(posts, timeout_ms=timeout_ms)
